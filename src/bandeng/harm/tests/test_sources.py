"""What clues and reports give to the streams, and what they never give."""

from datetime import timedelta

import pytest

from bandeng.clues.rules import ClueKind
from bandeng.clues.services.receiving import NewClue, clue_receive
from bandeng.core import clock
from bandeng.dispatch.tests.factories import House
from bandeng.harm.models import Enterprise, StreamRecord
from bandeng.harm.services.gathering import streams_gather
from bandeng.harm.services.raising import harm_run
from bandeng.harm.tests import factories as make

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("built")]
TEXT = "对方自称客服，公司叫星河优品商贸有限公司，让我转账 6222020200112233453，电话 13800001111。"


def clue(kind: ClueKind = ClueKind.FRAUD, accused: int | None = None) -> str:
    new = NewClue(kind=kind, text=TEXT, area_code=make.COMMUNITY, organisation_id=accused)
    with clock.fixed(make.MORNING - timedelta(days=1)):
        return clue_receive(new=new).number


def test_a_clue_gives_the_name_it_names_and_nothing_by_which_to_find_it() -> None:
    numbers = [clue(), clue()]
    streams_gather()
    rows = list(StreamRecord.objects.all())
    assert len(rows) == 2 and {row.stream for row in rows} == {"clues"}
    assert {row.name for row in rows} == {"星河优品商贸"} and {row.kind for row in rows} == {
        "telecom_fraud_wave"
    }
    # Clues of one month are one voice: whoever sends many counts once.
    assert len({row.token for row in rows}) == 1
    everything = str([vars(row) for row in rows])
    assert all(number not in everything for number in numbers)
    assert "6222020200112233453" not in everything and "13800001111" not in everything
    assert {row.matter_key for row in rows} == {None}


def test_a_clue_that_accuses_an_office_gives_nothing(built: House) -> None:
    clue(accused=built.organisations["police"].pk)
    streams_gather()
    assert not StreamRecord.objects.exists()


def test_a_clue_of_another_kind_gives_nothing() -> None:
    clue(kind=ClueKind.OTHER)
    harm_run()
    assert not StreamRecord.objects.exists() and not Enterprise.objects.exists()


def test_a_record_says_who_spoke_by_a_token_alone_and_is_wiped_in_time() -> None:
    make.complaint(1, phone=make.phone_of(1))
    streams_gather()
    row = StreamRecord.objects.get()
    assert make.phone_of(1) not in str(vars(row)) and "某人" not in str(vars(row)) and row.phone == ""
    with clock.fixed(make.MORNING + timedelta(weeks=140)):
        streams_gather()
    assert not StreamRecord.objects.exists()
