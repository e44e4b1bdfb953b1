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
    """All posts that the signed-in person holds: whoever is scored in one signs in none."""
    return [post.pk for post in current_posts(request)]


def name_of(request: HttpRequest) -> str:
    """The signed-in person's name."""
    return str(getattr(request.user, "get_full_name", lambda: "")())


def done(request: HttpRequest, act: Callable[[], object], *, said: str, back: str) -> HttpResponseBase:
    """Do it, say so or why not, and go back."""
    try:
        act()
    except Refused as refusal:
        messages.error(request, str(REFUSALS[refusal.code]))
    else:
        messages.success(request, said)
    return redirect(back)
