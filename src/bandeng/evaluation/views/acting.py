"""What all pages of evaluations need: the acting post, words for refusals."""

from collections.abc import Callable

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponseBase
from django.shortcuts import redirect

from bandeng.evaluation.labels import REFUSALS
from bandeng.evaluation.rules import Refused
from bandeng.evaluation.selectors.access import manages
from bandeng.organisations.permission import current_posts, held_scope
from bandeng.organisations.rules import Scope


def manager_scope(request: HttpRequest) -> Scope:
    """The scope of whoever prepares and signs. Raises PermissionDenied for others."""
    scope = held_scope(request)
    if not manages(scope):
        raise PermissionDenied
    return scope


def post_keys(request: HttpRequest) -> list[int]:
    """All posts that the signed-in person holds today: in each they are asked about colleagues."""
    return [post.pk for post in current_posts(request)]


def name_of(request: HttpRequest) -> str:
    """The signed-in person's name."""
    return str(getattr(request.user, "get_full_name", lambda: "")())


def refusal_of(act: Callable[[], object]) -> str:
    """Do it; the words of the refusal, or none where it is done. For acts of a form, which keeps what was written."""
    try:
        act()
    except Refused as refusal:
        return str(REFUSALS[refusal.code])
    return ""


def done(request: HttpRequest, act: Callable[[], object], *, said: str, back: str) -> HttpResponseBase:
    """Do it, say so or why not, and go back."""
    if refusal := refusal_of(act):
        messages.error(request, refusal)
    else:
        messages.success(request, said)
    return redirect(back)
