"""Pages of talks: times that can be meant, notes that are kept, forms that fit the time."""

from collections.abc import Iterator
from datetime import timedelta

import pytest

from bandeng.areas.tests.factories import COMMUNITIES
from bandeng.clues.labels import DETECTORS
from bandeng.clues.models import Talk
from bandeng.clues.rules import TalkState, Venue
from bandeng.clues.services.talks import NewTalk, talk_cancel, talk_plan
from bandeng.clues.tests.factories import MORNING, District, actor, client_of, district, later
from bandeng.core import clock

pytestmark = pytest.mark.django_db
NEW = {
    "title": "公园里的反诈课", "venue": "park", "area": COMMUNITIES[1], "place": "明湖公园",
    "planned_at": "2026-03-20T09:00",
}  # fmt: skip


@pytest.fixture
def built() -> Iterator[District]:
    with clock.fixed(MORNING):
        yield district()


def planned(built: District, **ahead: float) -> Talk:
    new = NewTalk(
        title="防骗进社区", scam_type="", venue=Venue.COMMUNITY, area_code=COMMUNITIES[0], place="社区活动室",
        planned_at=MORNING + timedelta(**ahead),
    )  # fmt: skip
    return talk_plan(new=new, actor=actor(built.receiver), scope=built.receiver)


@pytest.mark.parametrize(
    "when", ["0001-01-01T00:00", "1900-01-01T09:00", "9999-12-31T23:59", "2028-03-20T09:00"]
)
def test_a_time_that_nobody_can_have_meant_is_refused(built: District, when: str) -> None:
    answer = client_of(built.receiver).post("/desk/talks/new", {**NEW, "planned_at": when})
    assert answer.status_code == 422
    assert "请选择一年前至两年后之间的时间。" in answer.content.decode()
    assert "明湖公园" in answer.content.decode()
    assert not Talk.objects.exists()


@pytest.mark.parametrize("when", ["2025-03-11T09:00", "2026-03-20T09:00", "2028-03-09T09:00"])
def test_last_year_and_the_next_two_years_can_be_planned(built: District, when: str) -> None:
    assert client_of(built.receiver).post("/desk/talks/new", {**NEW, "planned_at": when}).status_code == 302


def test_a_note_is_cleaned_and_one_that_is_too_long_is_refused_and_kept(built: District) -> None:
    talk = planned(built)
    address, client = f"/desk/talks/{talk.pk}/", client_of(built.receiver)
    long = "雨" * 501
    answer = client.post(address, {"do": "cancel", "text": long})
    assert answer.status_code == 422 and long in answer.content.decode()
    talk.refresh_from_db()
    assert talk.state == TalkState.PLANNED
    assert client.post(address, {"do": "cancel", "text": "下\0雨", "reached": "many"}).status_code == 302
    talk.refresh_from_db()
    assert (talk.state, talk.note) == (TalkState.CANCELLED, "下雨")


def test_before_its_time_a_talk_is_only_cancelled(built: District) -> None:
    talk = planned(built, days=1)
    address, client = f"/desk/talks/{talk.pk}/", client_of(built.receiver)
    shown = client.get(address).content.decode()
    assert 'value="cancel"' in shown and 'value="hold"' not in shown and 'name="reached"' not in shown
    with later(days=2):
        shown = client.get(address).content.decode()
    assert 'value="cancel"' in shown and 'value="hold"' in shown and 'name="reached"' in shown


def test_a_talk_that_is_written_down_too_early_keeps_what_was_typed(built: District) -> None:
    talk = planned(built, days=1)
    answer = client_of(built.receiver).post(
        f"/desk/talks/{talk.pk}/", {"do": "hold", "reached": "85", "text": "发了手册"}
    )
    shown = answer.content.decode()
    assert answer.status_code == 422
    assert "还没开始的宣讲不能登记为已举办" in shown and "发了手册" in shown and 'value="85"' in shown


def test_a_talk_that_somebody_else_cancelled_keeps_what_was_typed(built: District) -> None:
    talk = planned(built)
    talk_cancel(talk_id=talk.pk, note="", actor=actor(built.receiver), scope=built.receiver)
    answer = client_of(built.receiver).post(
        f"/desk/talks/{talk.pk}/", {"do": "hold", "reached": "85", "text": "发了手册"}
    )
    assert answer.status_code == 422 and "发了手册" in answer.content.decode()


def test_the_time_of_a_talk_has_room_for_a_day_and_an_hour(built: District) -> None:
    shown = client_of(built.receiver).get("/desk/talks/new").content.decode()
    assert 'class="input input-moment"' in shown


def test_a_wave_is_judged_in_plain_words(built: District) -> None:
    for words in DETECTORS.values():
        assert "EARS" not in str(words) and "Farrington" not in str(words)
