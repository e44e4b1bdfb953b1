"""Addresses of one's own account and of administration."""

from django.urls import path
from django.views.generic import RedirectView

from bandeng.organisations.views import accounts, offices, own, posts, roles, tokens

urlpatterns = [
    path("account/", own.me, name="account_me"),
    path("account/start/", own.start, name="account_start"),
    path("account/post/", own.post_switch, name="account_post"),
    path("admin/", RedirectView.as_view(pattern_name="admin_accounts"), name="admin"),
    path("admin/accounts/", accounts.account_list, name="admin_accounts"),
    path("admin/accounts/new/", accounts.account_new, name="admin_account_new"),
    path("admin/accounts/<int:user_id>/", accounts.account_show, name="admin_account"),
    path("admin/accounts/<int:user_id>/lock/", accounts.account_lock, name="admin_account_lock"),
    path("admin/accounts/<int:user_id>/password/", accounts.account_reset, name="admin_account_reset"),
    path(
        "admin/accounts/<int:user_id>/second-factor/",
        accounts.account_factor_remove,
        name="admin_account_factor",
    ),
    path("admin/accounts/<int:user_id>/posts/new/", posts.post_new, name="admin_post_new"),
    path("admin/posts/", posts.post_list, name="admin_posts"),
    path("admin/posts/<int:post_id>/", posts.post_show, name="admin_post"),
    path("admin/posts/<int:post_id>/end/", posts.post_end, name="admin_post_end"),
    path("admin/organisations/", offices.organisation_list, name="admin_organisations"),
    path("admin/organisations/new/", offices.organisation_new, name="admin_organisation_new"),
    path("admin/organisations/<int:organisation_id>/", offices.organisation_show, name="admin_organisation"),
    path("admin/roles/", roles.role_list, name="admin_roles"),
    path("admin/roles/new/", roles.role_new, name="admin_role_new"),
    path("admin/roles/<int:role_id>/", roles.role_show, name="admin_role"),
    path("admin/tokens/", tokens.token_list, name="admin_tokens"),
    path("admin/tokens/new/", tokens.token_new, name="admin_token_new"),
    path("admin/tokens/<int:token_id>/revoke/", tokens.token_revoke, name="admin_token_revoke"),
]
