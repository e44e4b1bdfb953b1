"""Who is named only later is shut out from then on, whatever they have of the clue by then."""

from collections.abc import Iterator

import pytest

from bandeng.clues.models import Accusation, ClueStep
from bandeng.clues.rules import ActNotAllowed, ClueKind, ClueState
from bandeng.clues.selectors import visible_clues
from bandeng.clues.services import hiding, triage
from bandeng.clues.services.mailbox import Key, letter_write
from bandeng.clues.tests.factories import (
    HANDLING,
    MORNING,
    STREET,
    District,
    assigned,
    by,
    district,
    receipt,
)
from bandeng.core import clock
from bandeng.organisations.models import Post
from bandeng.organisations.rules import Scope

pytestmark = pytest.mark.django_db
FINDING = "已核查，情况属实，已立案侦查"


@pytest.fixture
def built() -> Iterator[District]:
    with clock.fixed(MORNING):
        yield district()


def called(of: Scope, name: str) -> None:
    """Give the holder of a post a name."""
    user = Post.objects.get(pk=of.post_id).user
    user.name = name
    user.save()


def test_staff_named_in_a_letter_are_shut_out_and_their_office_loses_the_clue(built: District) -> None:
    known = receipt()
    handler = built.scope("police", *HANDLING)
    called(handler, "司徒静远")
    triage.clue_accept(**by(built.receiver, known.number))
    triage.clue_assign(organisation_id=built.id_of("police"), note="", **by(built.receiver, known.number))
    assert visible_clues(handler).exists()
    letter_write(key=Key(known.number, known.secret), text="后来我听说，司徒静远和他们是一伙的。")
    assert not visible_clues(handler).exists()
    row = visible_clues(built.receiver).get()
    assert (row.state, row.lead_id) == (ClueState.ACCEPTED, None)
    assert ClueStep.objects.filter(clue=row, kind="accusation_added", actor="system").exists()


def test_naming_the_same_person_again_changes_nothing(built: District) -> None:
    called(built.receiver, "司徒静远")
    known = receipt(text="骗子说认识中心的司徒静远，让我放心转钱。")
    letter_write(key=Key(known.number, known.secret), text="司徒静远昨天又打电话来。")
    assert Accusation.objects.count() == 1


def test_office_named_in_a_letter_counts_where_officials_are_accused(built: District) -> None:
    name = built.house.organisations[STREET].name
    for kind, count in ((ClueKind.FRAUD, 0), (ClueKind.MISCONDUCT, 1)):
        known = receipt(kind=kind, text="有人收钱不办事，大家都知道。")
        letter_write(key=Key(known.number, known.secret), text=f"是{name}的人。")
        assert Accusation.objects.filter(clue__number=known.number).count() == count


@pytest.mark.parametrize("answered", [False, True])
def test_office_accused_after_its_outcome_loses_the_clue(built: District, answered: bool) -> None:
    row, police = assigned(built), built.scope("police", *HANDLING)
    triage.clue_handle(outcome=FINDING, **by(police, row.number))
    if answered:
        triage.clue_answer(text=FINDING, **by(built.receiver, row.number))
    known = by(built.receiver, row.number)
    hiding.accusation_add(
        organisation_id=built.id_of("police"), reason="举报人称办案单位与对方有来往", **known
    )
    row.refresh_from_db()
    assert row.lead_id is None
    assert row.state == (ClueState.ANSWERED if answered else ClueState.ACCEPTED)
    if not answered:
        with pytest.raises(ActNotAllowed, match="conflict"):
            triage.clue_assign(organisation_id=built.id_of("police"), note="", **known)
