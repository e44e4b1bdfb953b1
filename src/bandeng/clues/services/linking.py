"""Links: what a clue has in common with others is kept as keyed digests, matched, and judged by a person."""

from django.db import transaction

from bandeng.clues import terms, vault
from bandeng.clues.contents import Identity, words_sealed
from bandeng.clues.models import Clue, ClueLink, Trace
from bandeng.clues.rules import ActNotAllowed, ClueStepKind, LinkState
from bandeng.clues.rules.masking import plain
from bandeng.clues.rules.traces import Found, traces_in
from bandeng.clues.selectors.visibility import NotVisible, visible_clues
from bandeng.clues.services.changing import check_worker, noted
from bandeng.core import clock
from bandeng.core.rules import Actor
from bandeng.core.turns import turn_take
from bandeng.organisations.rules import Scope

KEY = 0x636C7565


def linking_turn() -> None:
    """Wait until nobody else links: two that arrive together would not see each other's traces.

    Held until the transaction ends. Whoever locks a clue takes the turn before: a link waits for the rows of both
    its clues.
    """
    turn_take(KEY)


def traces_keep(*, clue: Clue, text: str, identity: Identity) -> int:
    """Keep what a text has that others may have too, but nothing of the reporter; suggest links. Returns how many."""
    own = "".join(each for each in identity.phone if each.isdecimal()).removeprefix("86")
    found = traces_in(plain(text), leaving_out={*terms.common_traces(), own, identity.name})
    if found:
        linking_turn()
    for each in found:
        Trace.objects.get_or_create(
            clue=clue,
            kind=each.kind.value,
            digest=vault.digest(each.kind.value, each.value),
            defaults={"sealed": words_sealed(clue.number, "trace", each.value)},
        )
    return sum(_links_suggest(clue, each) for each in found)


def _links_suggest(clue: Clue, found: Found) -> int:
    """Suggest a link to every other clue with the same trace, unless so many have it that it says nothing."""
    digests = vault.digests(found.kind.value, found.value)
    others = Trace.objects.filter(digest__in=digests, kind=found.kind.value).exclude(clue=clue)
    keys = sorted(set(others.values_list("clue_id", flat=True)))
    if len(keys) > terms.number("links_a_trace"):
        return 0
    for key in keys:
        first, second = sorted((clue.pk, key))
        link, _ = ClueLink.objects.get_or_create(first_id=first, second_id=second)
        if found.kind.value not in link.kinds:
            link.kinds = sorted({*link.kinds, found.kind.value})
            link.save(update_fields=["kinds"])
    return len(keys)


@transaction.atomic
def link_judge(*, link_id: int, confirmed: bool, actor: Actor, scope: Scope) -> ClueLink:
    """Confirm or dismiss a link; both clues must be visible and one's own to work on.

    Raises NotVisible, DutyMissing, ActNotAllowed.
    """
    link = ClueLink.objects.select_for_update(of=("self",)).filter(pk=link_id).first()
    seen = {row.pk: row for row in visible_clues(scope).filter(pk__in=_ends(link))}
    if link is None or len(seen) < 2:
        raise NotVisible
    for clue in seen.values():
        check_worker(scope, clue)
    state = LinkState.CONFIRMED if confirmed else LinkState.DISMISSED
    if link.state == state.value:
        raise ActNotAllowed("decided")
    link.state, link.judged_by, link.judged_at = state.value, actor.key, clock.now()
    link.save(update_fields=["state", "judged_by", "judged_at"])
    for clue in seen.values():
        noted(clue=clue, kind=ClueStepKind.LINKED, actor=actor, after={"link": link.pk, "state": state.value})
    return link


def _ends(link: ClueLink | None) -> tuple[int, ...]:
    return (link.first_id, link.second_id) if link else ()
