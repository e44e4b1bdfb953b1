"""What a signed-in person must do before anything else."""

from collections.abc import Callable

from django.conf import settings
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.urls import reverse

from bandeng.accounts.models import User

FACTOR_KEY = "second_factor"  # in the session: "fine" or "missing", asked once
NEEDED_PATHS = ("/account/", "/i18n/", "/static/")


def is_signed_in(request: HttpRequest) -> bool:
    """Whether somebody is signed in, without touching the session of those who brought no cookie."""
    return settings.SESSION_COOKIE_NAME in request.COOKIES and request.user.is_authenticated


def sent_to(request: HttpRequest, *, name: str) -> HttpResponse:
    """Send the person to a page of their account; htmx is told to go there as a whole."""
    address = reverse(name)
    if request.headers.get("HX-Request"):
        return HttpResponse(status=204, headers={"HX-Redirect": address})
    return HttpResponseRedirect(address)


def _came_by_provider(request: HttpRequest) -> bool:
    """Whoever came through the district's provider used no password of ours."""
    steps = request.session.get("account_authentication_methods") or []
    return any(step.get("method") == "socialaccount" for step in steps)


class PasswordMiddleware:
    """Whoever was given a password changes it first."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        """The page, or the way to the new password."""
        if request.path.startswith(NEEDED_PATHS) or not is_signed_in(request):
            return self.get_response(request)
        if (
            isinstance(request.user, User)
            and request.user.must_change_password
            and not _came_by_provider(request)
        ):
            return sent_to(request, name="account_change_password")
        return self.get_response(request)
