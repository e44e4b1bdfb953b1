"""Who may see a clue: the receiving centre or the organisation in charge, and never whom it accuses."""

from collections.abc import Iterable
from typing import Any

from django.db.models import Exists, OuterRef, Q, QuerySet

from bandeng.clues.models import Accusation, Clue
from bandeng.clues.rules import (
    AccusationSource,
    Office,
    is_district_centre,
    number_read,
    reads_all_clues,
    reads_own_clues,
    shields,
    superiors,
)
from bandeng.organisations.models import Organisation, Post
from bandeng.organisations.rules import Duty, OrganisationKind, Scope
from bandeng.organisations.selectors import directory, holders


class NotVisible(Exception):
    """There is no such clue, or not for this person; nobody is told which."""


def visible_clues(scope: Scope) -> QuerySet[Clue]:
    """The clues that a post may see: every list, count, search and page begins here.

    Who may see what: the district's centre all, another organisation what it was assigned, both only by posts
    with a duty for clues. From these is taken whatever accuses the person, an organisation in which the person holds
    or ever held a post (whichever post is in use now), or an office above one of these. Posts change after a clue was
    given: an organisation that has come into conflict since then reads it no more.
    """
    if reads_all_clues(scope):
        rows = Clue.objects.all()
    elif reads_own_clues(scope):
        rows = Clue.objects.filter(lead_id=scope.organisation_id).exclude(
            pk__in=conflicting(scope.organisation_id)
        )
    else:
        return Clue.objects.none()
    return rows.exclude(pk__in=_shut(scope.user_id))


def clue_for(scope: Scope, number: str) -> Clue:
    """The clue of a number. Raises NotVisible, in the same way for one that is hidden and one that is not there."""
    known = number_read(number)
    row = visible_clues(scope).filter(number=known).first() if known else None
    if row is None:
        raise NotVisible
    return row


def shut_out(user_id: int, clue_id: int) -> bool:
    """Whether a clue accuses a person or one of the person's organisations."""
    return _shut(user_id).filter(clue_id=clue_id).exists()


def _shut(user_id: int) -> QuerySet[Accusation, Any]:
    """The clues that accuse a person, one of the person's organisations, or by name somebody who works there.

    Whom the reporter names brings the accusation along: to every office to which they move after the clue came in.
    """
    own = _own_offices(user_id)
    since = Q(until__isnull=True) | Q(until__gte=OuterRef("clue__received_at__date"))
    moved = Post.objects.filter(since, user_id=OuterRef("user_id"), organisation_id__in=own)
    named = Q(source=AccusationSource.REPORTER.value) & Exists(moved)
    accused = Accusation.objects.filter(Q(user_id=user_id) | Q(organisation_id__in=own) | named)
    return accused.values("clue_id")


def conflicting(organisation_id: int) -> QuerySet[Accusation, Any]:
    """The clues that an organisation must not handle, as its posts are now; the same as `in_conflict`."""
    known = directory().by_id
    own = known.get(organisation_id)
    other = office_of(own) if own else None
    kin = {row.pk for row in known.values() if other and shields(accused=office_of(row), other=other)}
    kin.add(organisation_id)
    employed = Post.objects.filter(organisation_id__in=kin).values("user_id")
    accused = Accusation.objects.filter(Q(organisation_id__in=kin) | Q(user_id__in=employed))
    return accused.values("clue_id")


def _own_offices(user_id: int) -> list[int]:
    """The organisations of all posts that a person holds or held, with the offices above them."""
    held = Organisation.objects.filter(pk__in=Post.objects.filter(user_id=user_id).values("organisation_id"))
    known = directory().by_code
    own: set[int] = set()
    for row in held:
        above = (known.get(code) for code in superiors(row.code))
        own |= {row.pk, *(each.pk for each in above if each is not None)}
    return sorted(own)


def office_of(row: Organisation) -> Office:
    """An organisation as conflicts of interest see it."""
    return Office(row.pk, row.kind, row.code)


def accused_offices(clue_id: int) -> list[Organisation]:
    """The organisations that a clue accuses, and those in which accused staff hold or held posts."""
    rows = Accusation.objects.filter(clue_id=clue_id)
    users = [each.user_id for each in rows if each.user_id is not None]
    offices = {each.organisation_id for each in rows if each.organisation_id is not None}
    offices |= set(Post.objects.filter(user_id__in=users).values_list("organisation_id", flat=True))
    return list(Organisation.objects.filter(pk__in=offices))


def in_conflict(*, clue_id: int, organisation: Organisation) -> bool:
    """Whether an organisation must not handle a clue: accused, above or below, or an accused one's employer."""
    other = office_of(organisation)
    return any(shields(accused=office_of(each), other=other) for each in accused_offices(clue_id))


def free_of_conflict(clue_id: int, rows: Iterable[Organisation]) -> list[Organisation]:
    """The organisations that may handle a clue."""
    accused = [office_of(each) for each in accused_offices(clue_id)]
    return [row for row in rows if not any(shields(accused=each, other=office_of(row)) for each in accused)]


def can_handle(*, clue_id: int, organisation_id: int) -> bool:
    """Whether somebody of an organisation looks into clues and may see this one."""
    found = holders(duty=Duty.CLUE_HANDLE, organisation_id=organisation_id)
    return any(not shut_out(each.user_id, clue_id) for each in found)


def receivers_left(clue_id: int) -> bool:
    """Whether anybody is left who may receive the clue; if not, the reporter is shown another door."""
    receiving = receiving_centres()
    found = {each.user_id for each in holders(duty=Duty.CLUE_TRIAGE) if each.organisation_id in receiving}
    return any(not shut_out(user_id, clue_id) for user_id in sorted(found))


def receiving_centres() -> frozenset[int]:
    """The organisations that receive clues."""
    centres = Organisation.objects.filter(kind=OrganisationKind.CENTRE.value, active=True)
    return frozenset(
        row.pk
        for row in centres.select_related("area")
        if is_district_centre(kind=row.kind, area_code=row.area.code if row.area else "")
    )
