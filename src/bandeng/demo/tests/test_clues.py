"""The demo's clues: every kind and every state, two waves, warnings, talks, figures with something hidden."""

from collections.abc import Iterator
from datetime import datetime
from pathlib import Path

import pytest

from bandeng.accounts.models import User
from bandeng.clues.models import (
    Clue,
    ClueLink,
    ClueMessage,
    ClueNotice,
    FraudWarning,
    Opening,
    PublishedMonth,
    Talk,
)
from bandeng.clues.rules import ClueKind, ClueState, LinkState, TalkState, WarningState
from bandeng.clues.selectors import visible_clues
from bandeng.clues.services.mailbox import mailbox_clue
from bandeng.core import clock
from bandeng.core.verification import verify
from bandeng.demo.clues import WORKERS, clues_load
from bandeng.demo.management.commands.demo import SHOWN
from bandeng.demo.pace import LOCAL
from bandeng.dispatch.tests.factories import house
from bandeng.organisations.models import Organisation, Post
from bandeng.organisations.rules import Duty
from bandeng.organisations.selectors import scope_of
from bandeng.organisations.tests.factories import CENTRE, post

pytestmark = pytest.mark.django_db
README = Path(__file__).resolve().parents[4] / "README.md"
UNTIL = datetime(2026, 11, 23, 15, 25, tzinfo=LOCAL)


@pytest.fixture(autouse=True)
def built() -> Iterator[None]:
    offices = house().organisations
    for login in sorted({stand_in for _, stand_in, _ in WORKERS}):
        code = CENTRE if login.startswith("command") else "police"
        user = User.objects.create(username=login, name=f"演示{login}")
        post(Duty.HANDLE, organisation=offices[code], user=user)
    with clock.fixed(UNTIL):
        yield


def test_every_state_and_what_goes_with_it() -> None:
    receipt = clues_load(seed=3, until=UNTIL)
    assert set(Clue.objects.values_list("state", flat=True)) == {state.value for state in ClueState}
    assert {ClueKind.GANG, ClueKind.MISCONDUCT, ClueKind.FRAUD, ClueKind.FUNDRAISING, ClueKind.OTHER} <= set(
        Clue.objects.values_list("kind", flat=True)
    )
    assert mailbox_clue(number=receipt.number, secret=receipt.secret).state == ClueState.ASSIGNED
    assert ClueMessage.objects.filter(from_reporter=True).exists()
    assert set(Opening.objects.values_list("state", flat=True)) == {"requested", "approved"}
    assert ClueLink.objects.filter(state=LinkState.CONFIRMED.value).exists()
    assert {"overdue", "escalated"} <= set(ClueNotice.objects.values_list("kind", flat=True))
    states = set(FraudWarning.objects.values_list("state", flat=True))
    assert states == {WarningState.SIGNED.value, WarningState.DRAFT.value}
    assert set(Talk.objects.values_list("state", flat=True)) == {state.value for state in TalkState}
    assert any(None in line for row in PublishedMonth.objects.all() for line in row.cells)
    assert verify().whole


def test_who_works_on_clues_sees_them_and_the_accused_office_does_not() -> None:
    clues_load(seed=3, until=UNTIL)
    accusing = Clue.objects.get(kind=ClueKind.MISCONDUCT.value)
    leader = Post.objects.filter(role__code="clue_leader").first()
    assert leader is not None and visible_clues(scope_of(leader)).filter(pk=accusing.pk).exists()
    street = Organisation.objects.filter(kind="street_office").order_by("code").first()
    assert street is not None
    handler = post(Duty.CLUE_HANDLE, Duty.CLUE_IDENTITY, organisation=street)
    assert not visible_clues(scope_of(handler)).exists()


def test_both_persons_who_open_an_identity_are_told_to_visitors() -> None:
    leaders = [login for login, _, role in WORKERS if role == "clue_leader"]
    table = README.read_text(encoding="utf-8")
    assert len(leaders) == 2
    assert [each for each in leaders if each not in SHOWN or f"`{each}`" not in table] == []
