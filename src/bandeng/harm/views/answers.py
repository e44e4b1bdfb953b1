"""Answers that several pages give."""

from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.translation import pgettext

from bandeng.core.rules import Actor
from bandeng.harm.rules import ActNotAllowed, StateNotAllowed, brings_files, judges_pairs, oversees
from bandeng.harm.selectors.notices import notices_unread
from bandeng.organisations.permission import held_scope
from bandeng.organisations.rules import Duty, Scope

WATCHERS = (Duty.SUPERVISE, Duty.DISPATCH, Duty.HANDLE)
"""Who opens these pages; what is on them is narrowed by area and by what was given."""


def actor_in(request: HttpRequest, scope: Scope) -> Actor:
    """The person who acts, with the name at the time."""
    return Actor(scope.actor, request.user.get_full_name(), scope.organisation_id)  # type: ignore[union-attr]


def desk_page(request: HttpRequest, template: str, *, status: int = 200, **context: Any) -> HttpResponse:
    """A page of the desk with what its rail needs; 422 when a form on it has errors."""
    scope = held_scope(request)
    form = context.get("form")
    if form is not None and form.is_bound and form.errors:
        status = 422
    rail = {"here": "harm", "oversees": oversees(scope), "judges": judges_pairs(scope)}
    rail |= {"brings": brings_files(scope), "unread": notices_unread(scope).count()}
    return render(request, f"harm/desk/{template}.html", {**rail, **context}, status=status)


def refusal_words(refusal: Exception) -> str:
    """Why an act was refused, and what to do."""
    if isinstance(refusal, StateNotAllowed):
        return pgettext(
            "harm refusal", "The alert has moved on meanwhile. Look at its story and choose again."
        )
    code = refusal.code if isinstance(refusal, ActNotAllowed) else ""
    words = {
        "answer_waits": pgettext(
            "harm refusal", "The enterprise has answered. Consider its answer before you close."
        ),
        "not_heard": pgettext(
            "harm refusal", "The enterprise has not been heard. Talk to it, or tell it and let it answer."
        ),
        "note_missing": pgettext(
            "harm refusal", "Write at least four characters, so that others understand."
        ),
        "closed": pgettext("harm refusal", "This alert is closed. Take it up again first."),
        "open_twin": pgettext(
            "harm refusal",
            "This enterprise has an open alert of the same kind from the same week. Work on that one.",
        ),
        "verify_first": pgettext("harm refusal", "Nobody has verified this alert yet. Begin with that."),
        "nothing_to_tell": pgettext(
            "harm refusal", "Nothing of this may be told to the enterprise. Verify it in another way."
        ),
        "letter_done": pgettext("harm refusal", "This letter is answered or withdrawn already."),
        "considered": pgettext("harm refusal", "This answer has been considered already."),
        "answered": pgettext("harm refusal", "This letter has been answered already."),
        "moved_on": pgettext(
            "harm refusal",
            "Somebody has acted on this alert since you opened it. Look at its story and choose again.",
        ),
        "same_department": pgettext("harm refusal", "This department has the alert already."),
        "fact": pgettext("harm refusal", "This is no fact of the decision table, or no number of cases."),
        "fact_stands": pgettext(
            "harm refusal",
            "This fact is confirmed already. Take it back first if something in it has changed.",
        ),
        "fact_gone": pgettext("harm refusal", "This fact was taken back already."),
        "letter_waits": pgettext(
            "harm refusal", "A letter waits for its answer. Withdraw it first if it went to the wrong place."
        ),
        "file_gone": pgettext("harm refusal", "The file is no longer kept. Choose it again."),
        "file_done": pgettext("harm refusal", "This file was brought in, given up or taken back already."),
        "pair_unchanged": pgettext("harm refusal", "Somebody has decided this already."),
        "pair_conflict": pgettext(
            "harm refusal",
            "This contradicts what was decided about other records. Take one of those back first.",
        ),
    }
    return words.get(code) or pgettext("harm refusal", "This cannot be done here. Choose again.")
