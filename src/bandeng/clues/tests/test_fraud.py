"""Waves, warnings, talks and what they changed; figures in bands, drafts until a person signs."""

from collections.abc import Iterator
from datetime import date, timedelta

import pytest

from bandeng.areas.tests.factories import COMMUNITIES
from bandeng.clues.models import Clue, FraudWarning, Talk
from bandeng.clues.rules import ActNotAllowed, ClueKind, TalkState, Venue, WarningState
from bandeng.clues.rules.effects import Verdict
from bandeng.clues.selectors import NotVisible
from bandeng.clues.selectors.board import visible_warnings, waves_for
from bandeng.clues.selectors.figures import month_table, months
from bandeng.clues.selectors.talks import effect_of, reach_of_year, visible_talks
from bandeng.clues.selectors.waves import Band, band_of, waves, weekly
from bandeng.clues.services.talks import NewTalk, talk_cancel, talk_hold, talk_plan
from bandeng.clues.services.warnings import warning_decide, warnings_draft
from bandeng.clues.templatetags.clues import band, usual
from bandeng.clues.tests.factories import (
    MORNING,
    OTHER_STREET,
    STREET,
    District,
    actor,
    client_of,
    district,
    later,
    receipt,
)
from bandeng.core import clock
from bandeng.core.models import AuditEntry
from bandeng.organisations.rules import Duty, DutyMissing, Scope
from bandeng.organisations.tests.factories import CENTRE

pytestmark = pytest.mark.django_db
PHISHING = "收到短信让我点击链接，钱没了。"
TODAY = date(2026, 3, 10)


@pytest.fixture
def built() -> Iterator[District]:
    with clock.fixed(MORNING):
        yield district()


def frauds(count: int, *, weeks_ago: int, area: str = COMMUNITIES[0]) -> None:
    """Clues of phishing received in a past week; made by hand, for a row costs a slow digest."""
    at = MORNING - timedelta(weeks=weeks_ago)
    Clue.objects.bulk_create(
        Clue(
            number=f"T{area[-4:]}{weeks_ago:03d}{place:03d}"[:14], secret="", kind="fraud", state="received",
            area_code=area, scam_type="phishing", received_at=at, changed_at=at,
        )
        for place in range(count)
    )  # fmt: skip


def wave() -> None:
    """A quiet record of twenty weeks, then many in the last whole week."""
    for week in range(2, 22):
        frauds(1, weeks_ago=week)
    frauds(14, weeks_ago=1)


def test_wave_is_seen_and_told_in_a_band(built: District) -> None:
    wave()
    found = [each for each in waves(until=TODAY) if each.alarm]
    assert [(each.street.code, each.scam_type, each.band) for each in found] == [
        (STREET, "phishing", Band(10, 20))
    ]
    assert usual(found[0].usual) == "少于 5"


def test_quiet_weeks_and_a_short_record_raise_nothing(built: District) -> None:
    assert waves(until=TODAY) == ()
    frauds(9, weeks_ago=1)
    assert waves(until=TODAY) == ()  # one week is no past
    for week in range(2, 22):
        frauds(9, weeks_ago=week)
    assert not any(each.alarm for each in waves(until=TODAY))


def test_weeks_without_a_clue_count_as_nought(built: District) -> None:
    frauds(2, weeks_ago=9)
    frauds(3, weeks_ago=1)
    table = weekly(until=TODAY)
    series = table.counts[table.keys.index((STREET, "phishing"))]
    assert series.tolist() == [2, 0, 0, 0, 0, 0, 0, 0, 3]
    assert table.mondays[-1] == date(2026, 3, 2)


@pytest.mark.parametrize(
    ("count", "words"),
    [(0, "太少，不公开"), (4, "太少，不公开"), (5, "5–9"), (19, "10–19"), (250, "100 及以上")],
)
def test_bands(built: District, count: int, words: str) -> None:
    assert band(band_of(count)) == words


def test_warning_is_a_draft_until_a_person_signs(built: District) -> None:
    wave()
    assert warnings_draft() == 1
    assert warnings_draft() == 0
    row = FraudWarning.objects.get()
    assert row.state == WarningState.DRAFT and "北桥街道" in row.text and "14" not in row.text
    street = built.scope(STREET, Duty.SUPERVISE)
    assert list(visible_warnings(street)) == []
    with pytest.raises(DutyMissing):
        warning_decide(warning_id=row.pk, signed=True, text="", actor=actor(street), scope=street)
    warning_decide(
        warning_id=row.pk, signed=True, text="改过的话", actor=actor(built.receiver), scope=built.receiver
    )
    (seen,) = list(visible_warnings(street))
    assert (seen.state, seen.text, seen.signed_by_id) == (
        WarningState.SIGNED,
        "改过的话",
        built.receiver.user_id,
    )
    assert list(visible_warnings(built.scope(OTHER_STREET, Duty.SUPERVISE))) == []
    assert AuditEntry.objects.filter(action="fraud_warning.signed", actor=built.receiver.actor).exists()
    with pytest.raises(ActNotAllowed):
        warning_decide(
            warning_id=row.pk, signed=False, text="", actor=actor(built.receiver), scope=built.receiver
        )


@pytest.mark.parametrize("form", [{}, {"do": ""}, {"do": "anything"}])
def test_pressing_no_button_decides_no_warning(built: District, form: dict[str, str]) -> None:
    wave()
    warnings_draft()
    drafted = FraudWarning.objects.get()
    page = client_of(built.receiver).post(f"/desk/fraud/warnings/{drafted.pk}/", {"text": "改过的话", **form})
    assert page.status_code == 422 and "改过的话" in page.content.decode()
    row = FraudWarning.objects.get()
    assert (row.state, row.text) == (WarningState.DRAFT, drafted.text)


@pytest.mark.parametrize("text", ["", "改过的话"])
def test_dropping_leaves_the_words_of_the_draft(built: District, text: str) -> None:
    wave()
    warnings_draft()
    drafted = FraudWarning.objects.get()
    client = client_of(built.receiver)
    assert client.post(f"/desk/fraud/warnings/{drafted.pk}/", {"text": text, "do": "drop"}).status_code == 302
    row = FraudWarning.objects.get()
    assert (row.state, row.text) == (WarningState.DROPPED, drafted.text)


@pytest.mark.parametrize("do", ["sign", "drop"])
def test_decided_meanwhile_the_words_typed_are_shown_but_not_kept(built: District, do: str) -> None:
    wave()
    warnings_draft()
    key = FraudWarning.objects.get().pk
    warning_decide(
        warning_id=key, signed=True, text="先签的话", actor=actor(built.approver), scope=built.approver
    )
    client = client_of(built.receiver)
    page = client.post(f"/desk/fraud/warnings/{key}/", {"text": "写了很久的话", "do": do})
    shown = page.content.decode()
    assert page.status_code == 422 and "写了很久的话" in shown and "先签的话" in shown
    assert 'name="do"' not in shown
    assert FraudWarning.objects.get().text == "先签的话"


def test_pressing_no_button_holds_no_talk(built: District) -> None:
    talk = planned(built.receiver)
    page = client_of(built.receiver).post(f"/desk/talks/{talk.pk}/", {"reached": "40", "text": "发了手册"})
    assert page.status_code == 422 and "发了手册" in page.content.decode()
    talk.refresh_from_db()
    assert talk.state == TalkState.PLANNED


def test_street_sees_its_own_waves_only(built: District) -> None:
    wave()
    assert len(waves_for(built.scope(STREET, Duty.SUPERVISE), today=TODAY)) == 1
    assert waves_for(built.scope(OTHER_STREET, Duty.SUPERVISE), today=TODAY) == []


def planned(scope: Scope, *, area: str = COMMUNITIES[0], days: int = 0, kind: str = "") -> Talk:
    new = NewTalk(
        title="防骗进社区", scam_type=kind, venue=Venue.COMMUNITY, area_code=area, place="社区活动室",
        planned_at=MORNING + timedelta(days=days),
    )  # fmt: skip
    return talk_plan(new=new, actor=actor(scope), scope=scope)


def test_talk_is_planned_held_and_counted(built: District) -> None:
    street = built.scope(STREET, Duty.SUPERVISE)
    talk = planned(street)
    talk_hold(talk_id=talk.pk, reached=85, note="发了手册", actor=actor(street), scope=street)
    talk.refresh_from_db()
    assert (talk.state, talk.reached) == (TalkState.HELD, 85)
    reach = reach_of_year(street, year=2026)
    assert (reach.held, reach.people, reach.communities) == (1, 85, 1)
    with pytest.raises(ActNotAllowed):
        talk_cancel(talk_id=talk.pk, note="", actor=actor(street), scope=street)


def test_talk_to_come_cannot_have_been_held_but_is_cancelled(built: District) -> None:
    street = built.scope(STREET, Duty.SUPERVISE)
    talk = planned(street, days=2)
    with pytest.raises(ActNotAllowed, match="future"):
        talk_hold(talk_id=talk.pk, reached=85, note="", actor=actor(street), scope=street)
    talk_cancel(talk_id=talk.pk, note="下雨", actor=actor(street), scope=street)
    talk.refresh_from_db()
    assert talk.state == TalkState.CANCELLED


def test_talks_of_another_street_are_not_there(built: District) -> None:
    street, other = built.scope(STREET, Duty.SUPERVISE), built.scope(OTHER_STREET, Duty.SUPERVISE)
    talk = planned(street)
    assert not visible_talks(other).exists()
    with pytest.raises(NotVisible):
        planned(other)
    with pytest.raises(NotVisible):
        talk_cancel(talk_id=talk.pk, note="", actor=actor(other), scope=other)


def test_effect_with_few_cases_says_so(built: District) -> None:
    centre = built.scope(CENTRE, Duty.SUPERVISE)
    talk = planned(centre)
    talk_hold(talk_id=talk.pk, reached=85, note="", actor=actor(centre), scope=centre)
    with later(weeks=9):
        assert effect_of(Talk.objects.all()).verdict is Verdict.TOO_FEW


def test_effect_compares_with_communities_without_a_talk(built: District) -> None:
    centre = built.scope(CENTRE, Duty.SUPERVISE)
    for code in COMMUNITIES:
        frauds(24, weeks_ago=2, area=code)
    talk = planned(centre)
    talk_hold(talk_id=talk.pk, reached=85, note="", actor=actor(centre), scope=centre)
    for code in COMMUNITIES[1:]:
        frauds(23, weeks_ago=-3, area=code)
    with later(weeks=9):
        found = effect_of([talk_of(talk)])
    assert (found.verdict, found.communities, found.controls) == (Verdict.FEWER, 1, 3)
    assert found.change == pytest.approx(-23)
    assert effect_of([talk_of(talk)]).verdict is Verdict.TOO_FEW  # the weeks after it are not over


def talk_of(talk: Talk) -> Talk:
    return Talk.objects.select_related("area").get(pk=talk.pk)


def test_months_that_have_not_ended_are_not_told(built: District) -> None:
    assert months(today=TODAY)[0] == date(2026, 2, 1)
    with pytest.raises(ValueError, match="whole months"):
        month_table(date(2026, 3, 1))


def test_small_numbers_of_a_month_are_not_shown(built: District) -> None:
    frauds(30, weeks_ago=3)
    frauds(2, weeks_ago=3, area=COMMUNITIES[2])
    table = month_table(date(2026, 2, 1))
    fraud = table.published.cells[table.kinds.index("fraud")]
    assert [place.code if place else "" for place in table.streets] == [STREET, OTHER_STREET, ""]
    assert fraud[1] is None and None in (fraud[0], fraud[3])


def test_pages_in_both_languages(built: District) -> None:
    wave()
    warnings_draft()
    key = FraudWarning.objects.get().pk
    talk = planned(built.receiver)
    board = (
        "/desk/fraud/",
        f"/desk/fraud/warnings/{key}/",
        "/desk/clues/figures/",
        "/desk/clues/figures/?month=2026-02",
        "/desk/clues/figures/?month=2026-13",
    )
    calendar = (
        "/desk/talks/",
        "/desk/talks/?from=nonsense",
        "/desk/talks/?from=0001-01-01",
        "/desk/talks/?from=9999-12-31",
        "/desk/talks/new",
        f"/desk/talks/{talk.pk}/",
    )
    for language in ("zh-hans", "en"):
        client = client_of(built.receiver, language=language)
        for path in (*board, *calendar):
            assert client.get(path).status_code == 200, path
    client = client_of(built.receiver)
    client.post(f"/desk/fraud/warnings/{key}/", {"text": "请各社区入户提醒。", "do": "sign"})
    assert FraudWarning.objects.get().state == WarningState.SIGNED
    client.post(f"/desk/talks/{talk.pk}/", {"reached": "40", "text": "", "do": "hold"})
    talk.refresh_from_db()
    assert talk.reached == 40
    form = {
        "title": "公园里的反诈课",
        "venue": "park",
        "area": COMMUNITIES[1],
        "place": "明湖公园",
        "planned_at": "2026-03-20T09:00",
    }
    assert client.post("/desk/talks/new", form).status_code == 302
    assert client.post("/desk/talks/new", {**form, "area": "999"}).status_code == 422


def test_without_a_working_duty_the_board_is_closed(built: District) -> None:
    client = client_of(built.scope(STREET, Duty.REPORT))
    for path in ("/desk/fraud/", "/desk/talks/", "/desk/clues/", "/desk/clues/figures/"):
        assert client.get(path).status_code == 403


def test_frauds_come_in_through_the_door_too(built: District) -> None:
    receipt(kind=ClueKind.FRAUD, text=PHISHING)
    with later(weeks=1):
        table = weekly(until=clock.now().date())
    assert table.counts.sum() == 1
