"""Pages of signing in; the page of one's own account is in `organisations`, which knows the posts."""

from collections.abc import Callable

from allauth.account.internal.decorators import login_not_required
from allauth.mfa.totp import views as totp
from allauth.socialaccount.providers.oauth2.client import OAuth2Error
from allauth.socialaccount.providers.oauth2.views import OAuth2CallbackView, OAuth2LoginView
from allauth.usersessions.models import UserSession
from django.conf import settings
from django.contrib import messages
from django.contrib.auth import update_session_auth_hash
from django.contrib.auth.decorators import login_required
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import pgettext
from django.views.decorators.cache import never_cache
from django.views.decorators.debug import sensitive_post_parameters
from django.views.decorators.http import require_POST, require_safe
from requests import RequestException  # noqa: TID251 - what allauth's own client raises

from bandeng.accounts.forms import PasswordForm
from bandeng.accounts.middleware import FACTOR_KEY
from bandeng.accounts.providers import DistrictProvider
from bandeng.accounts.selectors import has_second_factor, person
from bandeng.accounts.services import own_account
from bandeng.accounts.services.passwords import password_set


@never_cache
@sensitive_post_parameters("present", "new", "again")
@login_required
def password_change(request: HttpRequest) -> HttpResponse:
    """Change one's password; other sessions end, this one gets a new key."""
    user = person(request)
    form = PasswordForm(request.POST or None, user=user)
    if request.method == "POST" and form.is_valid():
        password_set(user=user, password=form.cleaned_data["new"], actor=f"user:{user.pk}")
        update_session_auth_hash(request, user)
        UserSession.objects.create_from_request(request)
        messages.success(
            request, pgettext("password", "Your password is changed. All other sessions have ended.")
        )
        return HttpResponseRedirect(reverse("account_start"))
    status = 422 if form.errors else 200
    return render(request, "account/password_change.html", {"form": form}, status=status)


@require_POST
@login_required
def session_end(request: HttpRequest, number: int) -> HttpResponse:
    """End one of one's own sessions."""
    own_account.session_end(user=person(request), number=number)
    messages.success(request, pgettext("account", "The session has ended."))
    return HttpResponseRedirect(reverse("account_me"))


@require_POST
@login_required
def shortcuts_switch(request: HttpRequest) -> HttpResponse:
    """Switch the keyboard shortcuts on or off."""
    own_account.shortcuts_set(user=person(request), off=request.POST.get("shortcuts") != "on")
    return HttpResponseRedirect(reverse("account_me"))


@login_required
def second_factor_set_up(request: HttpRequest) -> HttpResponse:
    """Set up a second factor."""
    return _second_factor(request, totp.activate_totp)


@login_required
def second_factor_remove(request: HttpRequest) -> HttpResponse:
    """Remove the second factor; whether the person's posts can do without is asked anew."""
    return _second_factor(request, totp.deactivate_totp)


def _second_factor(request: HttpRequest, view: Callable[[HttpRequest], HttpResponse]) -> HttpResponse:
    user = person(request)
    before = has_second_factor(user.pk)
    response = view(request)
    present = has_second_factor(user.pk)
    if present != before:
        own_account.second_factor_changed(user=user, present=present)
        request.session.pop(FACTOR_KEY, None)
    return response


@require_POST
@login_not_required
def provider_sign_in(request: HttpRequest, provider_id: str) -> HttpResponse:
    """Go to the district's provider."""
    return _at_provider(request, provider_id, OAuth2LoginView)


@require_safe
@login_not_required
def provider_return(request: HttpRequest, provider_id: str) -> HttpResponse:
    """Come back from the district's provider."""
    return _at_provider(request, provider_id, OAuth2CallbackView)


def _at_provider(
    request: HttpRequest, provider_id: str, view: type[OAuth2LoginView] | type[OAuth2CallbackView]
) -> HttpResponse:
    if not settings.OIDC_ISSUER or provider_id != settings.OIDC_APP["provider_id"]:
        raise Http404
    try:
        response: HttpResponse = view.adapter_view(DistrictProvider(request, provider_id))(request)
    except (OAuth2Error, RequestException):
        return render(request, "socialaccount/authentication_error.html", status=502)
    return response
