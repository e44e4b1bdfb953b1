"""Addresses of signing in, under /account/; many of the names are those that django-allauth asks for."""

from allauth.account import views as account
from allauth.mfa.base import views as factor
from allauth.mfa.recovery_codes import views as recovery
from django.urls import path
from django.views.decorators.http import require_POST
from django.views.generic import RedirectView, TemplateView

from bandeng.accounts import views

urlpatterns = [
    path("login/", account.login, name="account_login"),
    path("logout/", require_POST(account.logout), name="account_logout"),
    path("inactive/", account.account_inactive, name="account_inactive"),
    path("confirm/", account.reauthenticate, name="account_reauthenticate"),
    path("password/", views.password_change, name="account_change_password"),
    path("shortcuts/", views.shortcuts_switch, name="account_shortcuts"),
    path("sessions/<int:number>/end/", views.session_end, name="account_session_end"),
    path("second-factor/", RedirectView.as_view(pattern_name="account_me"), name="mfa_index"),
    path("second-factor/code/", factor.authenticate, name="mfa_authenticate"),
    path("second-factor/confirm/", factor.reauthenticate, name="mfa_reauthenticate"),
    path("second-factor/set-up/", views.second_factor_set_up, name="mfa_activate_totp"),
    path("second-factor/remove/", views.second_factor_remove, name="mfa_deactivate_totp"),
    path("second-factor/recovery/", recovery.view_recovery_codes, name="mfa_view_recovery_codes"),
    path("second-factor/recovery/new/", recovery.generate_recovery_codes, name="mfa_generate_recovery_codes"),
    path(
        "provider/cancelled/",
        TemplateView.as_view(template_name="socialaccount/login_cancelled.html"),
        name="socialaccount_login_cancelled",
    ),
    path("provider/<slug:provider_id>/", views.provider_sign_in, name="openid_connect_login"),
    path("provider/<slug:provider_id>/return/", views.provider_return, name="openid_connect_callback"),
]
