"""Answers that several pages give."""

from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.translation import pgettext

from bandeng.clues.labels import LIMIT_UNITS
from bandeng.clues.rules import CLUE_DUTIES, may_approve_openings, receives_clues
from bandeng.clues.selectors.notices import unread_count
from bandeng.core.allowance import Answer
from bandeng.core.rules import Actor
from bandeng.organisations.permission import held_scope
from bandeng.organisations.rules import Duty, Scope
from reckon.deadlines import parse_limit


def too_often(request: HttpRequest, answer: Answer) -> HttpResponse:
    """A page that says when to come back."""
    response = render(request, "429.html", status=429)
    response["Retry-After"] = str(answer.retry_after)
    return response


def picture_answer(content: bytes) -> HttpResponse:
    """A JPEG that nobody keeps."""
    headers = {
        "Cache-Control": "private, no-store",
        "X-Content-Type-Options": "nosniff",
        "Content-Disposition": "inline",
    }
    return HttpResponse(content, content_type="image/jpeg", headers=headers)


def actor_in(request: HttpRequest, scope: Scope) -> Actor:
    """The person who acts, with the name at the time."""
    return Actor(scope.actor, request.user.get_full_name(), scope.organisation_id)  # type: ignore[union-attr]


def desk_page(request: HttpRequest, template: str, *, status: int = 200, **context: Any) -> HttpResponse:
    """A page of the desk with what its rail needs; 422 when a form on it has errors."""
    scope = held_scope(request)
    form = context.get("form")
    if form is not None and form.is_bound and form.errors:
        status = 422
    rail = {
        "sees_clues": any(scope.has(duty) for duty in CLUE_DUTIES),
        "unread": unread_count(scope),
        "receives": receives_clues(scope),
        "approves": may_approve_openings(scope),
        "sees_fraud": any(scope.has(duty) for duty in FIGHTERS),
        "sees_figures": any(scope.has(duty) for duty in READERS),
    }
    return render(request, f"clues/desk/{template}.html", {**rail, **context}, status=status)


READERS = (Duty.SUPERVISE, Duty.CLUE_TRIAGE)
"""Who reads the statistics."""
FIGHTERS = (Duty.SUPERVISE, Duty.DISPATCH, Duty.INTAKE, Duty.FRAUD_WARNING)
"""Who sees the fraud board and plans talks."""


def limit_words(value: str | int) -> str:
    """A limit such as "15d" in words; a number as it is."""
    if isinstance(value, int):
        return str(value)
    limit = parse_limit(value)
    return pgettext("limit", "%(amount)d %(unit)s") % {
        "amount": limit.amount,
        "unit": LIMIT_UNITS[limit.unit],
    }
