"""One clue's page: what was said, what happened, letters, openings, links, whom it is hidden from, what may be done."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime

from django.db.models import Case, Q, QuerySet, When

from bandeng.accounts.models import User
from bandeng.clues.contents import (
    Content,
    content_of,
    letter_of,
    note_of,
    outcome_of,
    reason_of,
    trace_of,
)
from bandeng.clues.models import (
    Accusation,
    Attachment,
    Clue,
    ClueLink,
    ClueMessage,
    ClueStep,
    Opening,
    Trace,
)
from bandeng.clues.rules import (
    CLOSED_NETWORK_KINDS,
    NEXT_STATES,
    ActNotAllowed,
    ClueKind,
    ClueState,
    OpeningState,
    check_kind_for,
    may_approve_openings,
    may_ask_for_openings,
    receives_clues,
)
from bandeng.clues.selectors.notices import NoticeLine, is_late, notice_lines
from bandeng.clues.selectors.visibility import NotVisible, free_of_conflict, visible_clues
from bandeng.core import clock
from bandeng.organisations.models import Organisation
from bandeng.organisations.rules import Duty, Scope
from bandeng.organisations.selectors import directory, holders


@dataclass(frozen=True)
class Letter:
    """A letter of the mailbox with its pictures."""

    from_reporter: bool
    text: str
    at: datetime
    pictures: tuple[Attachment, ...]


@dataclass(frozen=True)
class StoryLine:
    """A step of the story."""

    kind: str
    at: datetime
    who: str
    note: str


@dataclass(frozen=True)
class Linked:
    """Another clue with something in common."""

    id: int
    number: str
    title: str
    kinds: tuple[str, ...]
    state: str
    values: tuple[str, ...]


@dataclass(frozen=True)
class Asked:
    """A request to open an identity; its reason, which may name the reporter, only for whom it is meant."""

    id: int
    number: str
    state: str
    requester: str
    approver: str
    reason: str | None  # None: sealed for the post that looks
    requested_at: datetime
    decided_at: datetime | None
    open_until: datetime | None
    reads: int
    mine: bool
    readable: bool
    decidable: bool


@dataclass(frozen=True)
class Hidden:
    """A party that sees nothing of a clue."""

    id: int
    name: str
    staff: bool
    source: str


@dataclass(frozen=True)
class CluePage:
    """Everything on a clue's page."""

    clue: Clue
    content: Content
    outcome: str
    lead: str
    pictures: tuple[Attachment, ...]
    letters: tuple[Letter, ...]
    story: tuple[StoryLine, ...]
    links: tuple[Linked, ...]
    openings: tuple[Asked, ...]
    hidden_from: tuple[Hidden, ...]
    notices: tuple[NoticeLine, ...]
    acts: frozenset[str]
    late: bool
    feedback_late: bool


def clue_page(clue: Clue, *, scope: Scope) -> CluePage:
    """The page of a clue that the post was found to see."""
    return CluePage(
        clue=clue,
        content=content_of(clue),
        outcome=outcome_of(clue),
        lead=directory().name(clue.lead_id),
        pictures=tuple(Attachment.objects.filter(clue=clue, message__isnull=True).order_by("pk")),
        letters=letters_of(clue),
        story=_story(clue),
        links=links_of(clue, scope=scope),
        openings=tuple(_asked(each, scope) for each in _openings().filter(clue=clue)),
        hidden_from=_hidden_from(clue),
        notices=notice_lines(clue),
        acts=acts_for(clue, scope=scope),
        late=is_late(clue, clue.due_at),
        feedback_late=clue.fed_back_at is None and is_late(clue, clue.feedback_due_at),
    )


def letters_of(clue: Clue) -> tuple[Letter, ...]:
    """The letters of a mailbox, the oldest first."""
    pictures = list(Attachment.objects.filter(clue=clue, message__isnull=False).order_by("pk"))
    return tuple(
        Letter(
            each.from_reporter, letter_of(clue, each), each.at,
            tuple(one for one in pictures if one.message_id == each.pk),
        )
        for each in ClueMessage.objects.filter(clue=clue).order_by("pk")
    )  # fmt: skip


def _story(clue: Clue) -> tuple[StoryLine, ...]:
    known = directory()
    return tuple(
        StoryLine(
            each.kind, each.at, "　".join(part for part in (known.name(each.organisation_id), each.actor_name) if part),
            note_of(clue, each),
        )
        for each in ClueStep.objects.filter(clue=clue).order_by("-pk")
    )  # fmt: skip


def links_of(clue: Clue, *, scope: Scope) -> tuple[Linked, ...]:
    """Other clues with something in common, as far as the post may see them: a hidden one leaves no gap."""
    rows = list(ClueLink.objects.filter(Q(first=clue) | Q(second=clue)).order_by("pk"))
    ends = {row.pk: row.second_id if row.first_id == clue.pk else row.first_id for row in rows}
    seen = {each.pk: each for each in visible_clues(scope).filter(pk__in=ends.values())}
    own = {(each.kind, each.digest): trace_of(clue, each) for each in Trace.objects.filter(clue=clue)}
    theirs = set(Trace.objects.filter(clue_id__in=seen).values_list("clue_id", "kind", "digest"))
    return tuple(
        Linked(
            row.pk, seen[ends[row.pk]].number, content_of(seen[ends[row.pk]]).title, tuple(row.kinds), row.state,
            tuple(sorted(value for key, value in own.items() if (ends[row.pk], *key) in theirs)),
        )
        for row in rows
        if ends[row.pk] in seen
    )  # fmt: skip


def _openings() -> QuerySet[Opening]:
    return Opening.objects.select_related("clue", "requester", "approver").order_by("-pk")


def openings_for(scope: Scope) -> QuerySet[Opening]:
    """The requests on clues that the post may see, those that wait first, then the newest."""
    waiting = Case(When(state=OpeningState.REQUESTED.value, then=0), default=1)
    return _openings().filter(clue_id__in=visible_clues(scope).values("pk")).order_by(waiting, "-pk")


def openings_asked(rows: Iterable[Opening], *, scope: Scope) -> tuple[Asked, ...]:
    """Requests as rows of a list."""
    return tuple(_asked(each, scope) for each in rows)


def opening_for(scope: Scope, opening_id: int) -> Asked:
    """One request. Raises NotVisible."""
    found = _openings().filter(pk=opening_id, clue_id__in=visible_clues(scope).values("pk")).first()
    if found is None:
        raise NotVisible
    return _asked(found, scope)


def _asked(row: Opening, scope: Scope) -> Asked:
    mine = row.requester_id == scope.user_id
    waiting = row.state == OpeningState.REQUESTED
    told = mine or may_approve_openings(scope)
    reads = may_ask_for_openings(scope) and row.requester_office_id == scope.organisation_id
    readable = mine and reads and row.open_until is not None and clock.now() <= row.open_until
    return Asked(
        id=row.pk, number=row.clue.number, state=row.state, requester=_name(row.requester),
        approver=_name(row.approver), reason=reason_of(row.clue, row) if told else None, requested_at=row.requested_at,
        decided_at=row.decided_at, open_until=row.open_until, reads=row.reads, mine=mine, readable=readable,
        decidable=waiting and not mine and may_approve_openings(scope),
    )  # fmt: skip


def _name(user: User | None) -> str:
    return user.get_full_name() if user else ""


def _hidden_from(clue: Clue) -> tuple[Hidden, ...]:
    rows = Accusation.objects.filter(clue=clue).select_related("organisation", "user").order_by("pk")
    return tuple(
        Hidden(
            row.pk,
            row.organisation.name if row.organisation else _name(row.user),
            row.user_id is not None,
            row.source,
        )
        for row in rows
    )


#: The act of the receiving office that leads into a state; from `handled` it is another one.
INTO: dict[ClueState, str] = {
    ClueState.ACCEPTED: "accept", ClueState.REJECTED: "reject", ClueState.TRANSFERRED: "transfer",
    ClueState.ASSIGNED: "assign", ClueState.ANSWERED: "answer", ClueState.RECEIVED: "reopen",
}  # fmt: skip


def acts_for(clue: Clue, *, scope: Scope) -> frozenset[str]:
    """What the post may do with a clue now; services check again."""
    receives, handles = receives_clues(scope), _handles(clue, scope)
    acts = set[str]()
    if clue.wiped_at is None:
        acts |= {"open"} if may_ask_for_openings(scope) else set()
        acts |= {"reply"} if receives or handles else set()
        acts |= {"hide", "accuse"} if receives else set()
    if clue.kind == ClueKind.FRAUD and (receives or handles):
        acts.add("type")
    if handles and clue.state == ClueState.ASSIGNED:
        acts |= {"handle", "return"}
    return frozenset(acts | (_receiving_acts(clue) if receives else set()))


def _handles(clue: Clue, scope: Scope) -> bool:
    return scope.has(Duty.CLUE_HANDLE) and clue.lead_id == scope.organisation_id


def _receiving_acts(clue: Clue) -> set[str]:
    state = ClueState(clue.state)
    acts = {INTO[each] for each in NEXT_STATES[state] if each in INTO and _fits(clue, each)}
    if state is not ClueState.RECEIVED:
        acts.discard("accept")
    if state is ClueState.HANDLED and "assign" in acts:
        acts = acts - {"assign"} | ({"send_back"} if clue.lead_id else {"assign"})
    if state is ClueState.ASSIGNED and "assign" in acts:
        acts = acts - {"assign"} | {"reassign"}
    if clue.wiped_at is not None:
        acts.discard("reopen")
    return acts


def _fits(clue: Clue, target: ClueState) -> bool:
    try:
        check_kind_for(kind=ClueKind(clue.kind), target=target)
    except ActNotAllowed:
        return False
    return True


def assignable(clue: Clue) -> list[Organisation]:
    """The organisations to which a clue may be given: with somebody who looks into clues, and without conflict."""
    if ClueKind(clue.kind) in CLOSED_NETWORK_KINDS:
        return []
    known = directory().by_id
    able = {each.organisation_id for each in holders(duty=Duty.CLUE_HANDLE)}
    return free_of_conflict(clue.pk, [known[key] for key in sorted(able) if key in known])


def attachment_of(clue: Clue, attachment_id: int) -> Attachment:
    """A picture of a clue. Raises NotVisible."""
    row = Attachment.objects.filter(pk=attachment_id, clue=clue).first()
    if row is None:
        raise NotVisible
    return row
