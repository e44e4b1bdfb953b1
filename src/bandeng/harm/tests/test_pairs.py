"""Which records speak of one enterprise: by code, by full name, by a person."""

from datetime import timedelta
from typing import Any

import pytest

from bandeng.core import clock
from bandeng.core.models import AuditEntry
from bandeng.dispatch.tests.factories import House
from bandeng.harm.models import Alert, AlertStep, Enterprise, Pair, PairDecision, StreamRecord
from bandeng.harm.rules import ActNotAllowed, AlertState, AlertStepKind, PairState
from bandeng.harm.rules.weeks import week_of
from bandeng.harm.selectors import NotVisible, enterprise_for
from bandeng.harm.selectors.board import AlertFilter, alerts_listed
from bandeng.harm.selectors.pairs import pairs_listed, shown
from bandeng.harm.services.casework import alert_move
from bandeng.harm.services.handing import step_of_system
from bandeng.harm.services.merging import enterprises_empty_follow
from bandeng.harm.services.pairs import pair_judge
from bandeng.harm.services.resolving import enterprises_resolve
from bandeng.harm.tests import factories as make
from bandeng.organisations.rules import Duty, Scope
from bandeng.organisations.tests.factories import CENTRE, scope

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("built")]
SHORT = "澜州云杉健身服务"


def doubtful() -> Pair:
    make.registered()
    make.registered(make.SITE, make.SITE_CODE, address="石桥路9号")
    make.record(name=SHORT, code="", stream="matters", area_code=make.OTHER_STREET)
    enterprises_resolve()
    return Pair.objects.get()


def said(pair: Pair, same: bool | None, of: Scope) -> Pair:
    return pair_judge(pair_id=pair.pk, same=same, note="核对过登记", actor=make.actor(of), scope=of)


def firm_of(name: str) -> int | None:
    return StreamRecord.objects.filter(name=name).values_list("enterprise_id", flat=True)[0]


def test_a_full_name_is_its_one_registered_enterprise() -> None:
    make.registered()
    make.record(code="", stream="matters", name=make.GYM)
    make.record(code="", stream="clues", name="澜州云杉健身服务有限公司", token="t")
    enterprises_resolve()
    firm = Enterprise.objects.get()
    assert (firm.name, firm.code, firm.customers, firm.documented) == (make.GYM, make.CODE, 600, True)
    assert firm.area_code == make.STREET


def test_a_full_name_that_two_registered_enterprises_bear_is_neither() -> None:
    make.registered()
    make.registered(make.GYM, make.SITE_CODE, address="石桥路9号")
    make.record(code="", stream="matters", name=make.GYM)
    enterprises_resolve()
    assert Enterprise.objects.count() == 3


def test_a_short_name_waits_for_a_person_whose_word_holds_and_may_be_taken_back(overseer: Scope) -> None:
    pair = doubtful()
    assert firm_of(SHORT) != firm_of(make.GYM)
    said(pair, True, overseer)
    assert firm_of(SHORT) == firm_of(make.GYM)
    kept = Enterprise.objects.exclude(merged_into=None).get()
    assert kept.merged_into_id == firm_of(make.GYM)
    make.record(name=SHORT, code="", stream="matters")
    enterprises_resolve()
    assert firm_of(SHORT) == firm_of(make.GYM)
    said(pair, None, overseer)
    assert firm_of(SHORT) != firm_of(make.GYM)
    said(pair, False, overseer)
    assert firm_of(SHORT) != firm_of(make.GYM)
    assert list(PairDecision.objects.order_by("pk").values_list("same", flat=True)) == [True, None, False]
    assert AuditEntry.objects.filter(action="harm.pair_judged", actor=overseer.actor).count() == 3


def test_a_pair_is_judged_once_and_shown_with_its_history(overseer: Scope) -> None:
    pair = doubtful()
    assert list(pairs_listed(overseer, state=PairState.SUGGESTED)) == [pair]
    said(pair, False, overseer)
    with pytest.raises(ActNotAllowed, match="pair_unchanged"):
        said(pair, False, overseer)
    row = shown(overseer, list(pairs_listed(overseer, state=PairState.DIFFERENT)))[0]
    assert {side.name for side in row.sides} == {SHORT, make.GYM}
    assert row.history[0].note == "核对过登记"


def test_nobody_but_the_district_centre_judges(built: House, overseer: Scope) -> None:
    pair = doubtful()
    for code in (make.STREET, "police"):
        with pytest.raises(NotVisible):
            said(pair, True, scope(Duty.SUPERVISE, organisation=built.organisations[code]))
    with pytest.raises(NotVisible):
        said(pair, True, scope(Duty.INTAKE, organisation=built.organisations[CENTRE]))
    pair.refresh_from_db()
    assert pair.state == "suggested"


def test_a_pair_with_a_side_that_only_clues_name_is_hidden(built: House, overseer: Scope) -> None:
    make.registered()
    make.record(name=SHORT, code="", stream="clues", token="t")
    enterprises_resolve()
    pair = Pair.objects.get()
    assert shown(overseer, [pair]) == []
    with pytest.raises(NotVisible):
        said(pair, True, overseer)
    able = scope(Duty.SUPERVISE, Duty.CLUE_TRIAGE, organisation=built.organisations[CENTRE])
    assert len(shown(able, [pair])) == 1


def test_a_decision_against_others_is_refused(overseer: Scope) -> None:
    pair = doubtful()
    said(pair, True, overseer)
    make.record(name="澜州云杉健身", code="", stream="matters")
    enterprises_resolve()
    rows = [
        Pair(left=pair.left, right="x", found_at=make.MORNING),
        Pair(left="x", right=pair.right, found_at=make.MORNING),
    ]
    make.record(key="x", name="另一家食品有限公司", code="", address="长堤路1号")
    for row in rows:
        row.save()
    enterprises_resolve()
    said(rows[0], True, overseer)
    with pytest.raises(ActNotAllowed, match="pair_conflict"):
        said(rows[1], False, overseer)
    rows[1].refresh_from_db()
    assert rows[1].state == "suggested"


def test_two_enterprises_that_are_one_have_one_alert_of_a_kind_and_old_addresses_lead_on(
    overseer: Scope,
) -> None:
    pair = doubtful()
    rows = {row.name: row.enterprise for row in StreamRecord.objects.all()}
    for number, name in enumerate((SHORT, make.GYM)):
        alert = make.alert_of(rows[name], first_week=400 + number)
        assert alert.state == "new"
    said(pair, True, overseer)
    going, merged = Alert.objects.order_by("outcome")
    assert (going.state, merged.state, merged.outcome) == ("new", "closed", "merged")
    assert going.enterprise_id == merged.enterprise_id == firm_of(make.GYM)
    assert AlertStep.objects.filter(kind="merged").count() == 2
    gone = Enterprise.objects.exclude(merged_into=None).get()
    assert enterprise_for(overseer, gone.number).pk == firm_of(make.GYM)


def story(alert: Alert) -> list[tuple[str, str]]:
    return list(AlertStep.objects.filter(alert=alert).order_by("pk").values_list("kind", "firm"))


@pytest.mark.parametrize("name", [SHORT, make.GYM])
def test_an_alert_goes_with_its_enterprise_and_comes_back_when_the_judgement_is_taken_back(
    overseer: Scope, name: str
) -> None:
    pair = doubtful()
    rows = {row.name: row.enterprise for row in StreamRecord.objects.all()}
    alert, other = (make.alert_of(rows[each], first_week=400) for each in (name, make.SITE))
    Alert.objects.filter(pk=alert.pk).update(state="talking")
    said(pair, True, overseer)
    gone = Enterprise.objects.exclude(merged_into=None).get()
    alert.refresh_from_db()
    assert alert.enterprise_id == firm_of(make.GYM) == firm_of(SHORT)
    # One of the two goes on as the enterprise of both; the other's alert moves.
    moves = gone == rows[name]
    assert story(alert) == ([("moved", gone.number)] if moves else [])
    said(pair, None, overseer)
    alert.refresh_from_db()
    assert alert.enterprise_id == firm_of(name) and firm_of(SHORT) != firm_of(make.GYM)
    assert story(alert)[1:] == ([("given_back", gone.number)] if moves else [])
    assert (alert.state, alert.outcome) == ("talking", "")
    other.refresh_from_db()
    assert other.enterprise_id == firm_of(make.SITE)


@pytest.mark.parametrize("states", [("new", "new"), ("verifying", "talking")])
def test_alerts_on_both_sides_are_two_again_when_the_judgement_is_taken_back(
    overseer: Scope, states: tuple[str, str]
) -> None:
    pair = doubtful()
    rows = {row.name: row.enterprise for row in StreamRecord.objects.all()}
    alerts = {}
    for number, name in enumerate((SHORT, make.GYM)):
        alerts[name] = make.alert_of(rows[name], first_week=400 + number)
        Alert.objects.filter(pk=alerts[name].pk).update(state=states[number])
        alerts[name].state = states[number]
        step_of_system(alerts[name], AlertStepKind.RAISED)
    said(pair, True, overseer)
    merged = Alert.objects.get(outcome="merged")
    gone = Enterprise.objects.exclude(merged_into=None).get()
    assert story(merged)[1:] == [("merged", gone.number), ("moved", gone.number)]
    said(pair, None, overseer)
    for number, (name, alert) in enumerate(alerts.items()):
        alert.refresh_from_db()
        assert alert.enterprise_id == firm_of(name)
        assert (alert.state, alert.outcome, alert.closed_at) == (states[number], "", None)
    merged.refresh_from_db()
    assert merged.due_at is not None
    assert story(merged)[3:] == [("given_back", gone.number)]
    log = AuditEntry.objects.filter(
        subject_id=str(merged.pk), action__in=["harm.alert_moved", "harm.alert_given_back"]
    )
    assert [entry.action for entry in log.order_by("pk")] == ["harm.alert_moved", "harm.alert_given_back"]
    said(pair, True, overseer)
    said(pair, None, overseer)
    assert {name: Alert.objects.get(pk=row.pk).enterprise_id for name, row in alerts.items()} == {
        name: firm_of(name) for name in alerts
    }


@pytest.mark.parametrize("open_name", [SHORT, make.GYM])
def test_an_open_alert_moves_beside_a_closed_one_of_the_same_week(overseer: Scope, open_name: str) -> None:
    pair = doubtful()
    rows = {row.name: row.enterprise for row in StreamRecord.objects.all()}
    alerts = {name: make.alert_of(rows[name], first_week=400) for name in (SHORT, make.GYM)}
    for name, alert in alerts.items():
        if name != open_name:
            Alert.objects.filter(pk=alert.pk).update(
                state="closed", outcome="unfounded", closed_at=clock.now(), closed_level=alert.level
            )
    said(pair, True, overseer)
    assert {row.enterprise_id for row in Alert.objects.all()} == {firm_of(SHORT)}
    assert [(row.pk, row.outcome) for row in alerts_listed(overseer, AlertFilter(state="open"))] == [
        (alerts[open_name].pk, "")
    ]
    closed = next(alert for name, alert in alerts.items() if name != open_name)
    with pytest.raises(ActNotAllowed, match="open_twin"):
        alert_move(
            alert_id=closed.pk,
            target=AlertState.VERIFYING,
            note="再看一看",
            actor=make.actor(overseer),
            scope=overseer,
        )
    said(pair, None, overseer)
    for name, alert in alerts.items():
        alert.refresh_from_db()
        assert (alert.enterprise_id, alert.outcome) == (
            firm_of(name),
            "" if name == open_name else "unfounded",
        )


def test_an_alert_stays_where_its_evidence_is(overseer: Scope) -> None:
    pair = doubtful()
    rows = {row.name: row.enterprise for row in StreamRecord.objects.all()}
    week = week_of(make.TODAY) - 9
    alerts = [make.alert_of(rows[name], first_week=week + at) for at, name in enumerate((SHORT, make.GYM))]
    said(pair, True, overseer)
    merged = Alert.objects.get(outcome="merged")
    stays = make.GYM if alerts[0].pk == merged.pk else SHORT
    goes = SHORT if stays == make.GYM else make.GYM
    StreamRecord.objects.filter(name=goes).update(happened_on=make.TODAY - timedelta(weeks=600))
    make.record(name=stays, code="" if stays == SHORT else make.CODE, stream="matters")
    enterprises_resolve()
    said(pair, None, overseer)
    merged.refresh_from_db()
    assert (merged.enterprise_id, merged.outcome) == (firm_of(stays), "merged")


@pytest.mark.parametrize("short_keys", [["tests:s1"], ["tests:s1", "tests:s2", "tests:s3"]])
@pytest.mark.parametrize("short_first", [True, False])
def test_an_enterprise_that_a_parting_leaves_empty_hands_its_alert_to_the_part_with_its_code(
    overseer: Scope, short_first: bool, short_keys: list[str]
) -> None:
    make.registered(key="tests:first1298")
    shorts = [{"key": key, "name": SHORT, "code": "", "stream": "matters"} for key in short_keys]
    later: list[dict[str, Any]] = [{"key": "tests:later"}]
    for each in [*shorts, *later] if short_first else [*later, *shorts]:
        make.record(**each)
    enterprises_resolve()
    held = StreamRecord.objects.get(key="tests:first1298").enterprise
    assert held is not None
    alert = make.alert_of(held, first_week=week_of(make.TODAY) - 9)
    pair = Pair.objects.get()
    said(pair, True, overseer)
    assert firm_of(SHORT) == held.pk
    # Without its first record, what is left of it has another number after the parting.
    StreamRecord.objects.get(key="tests:first1298").delete()
    said(pair, None, overseer)
    alert.refresh_from_db()
    assert alert.enterprise_id == firm_of(make.GYM) != held.pk
    assert firm_of(SHORT) not in {held.pk, firm_of(make.GYM)}
    assert story(alert) == [("moved", held.number)]
    assert enterprise_for(overseer, held.number).pk == firm_of(make.GYM)


@pytest.mark.parametrize(("counts", "place"), [((3, 1), 0), ((1, 3), 1), ((2, 2), 0)])
def test_without_a_code_an_empty_enterprise_goes_on_where_most_of_its_records_are(
    counts: tuple[int, int], place: int
) -> None:
    """Of two parts that hold as many, it goes on in the one with the oldest record."""
    empty, *parts = (
        Enterprise.objects.create(number=number, changed_at=clock.now())
        for number in ("held", "one", "other")
    )
    before: dict[int, int] = {}
    for part, count in zip(parts, counts, strict=True):
        before |= {make.record(code="", enterprise=part).pk: empty.pk for _ in range(count)}
    enterprises_empty_follow(dict(reversed(before.items())))
    empty.refresh_from_db()
    assert empty.merged_into == parts[place]


def test_judging_a_pair_reads_only_the_records_of_both_sides(
    overseer: Scope, django_assert_max_num_queries: Any
) -> None:
    pair = doubtful()
    for number in range(40):
        make.record(name=f"澜州半夏{number}餐饮管理有限公司", code="", address=f"长堤路{number}号")
    enterprises_resolve()
    numbers = set(Enterprise.objects.values_list("number", flat=True))
    with django_assert_max_num_queries(45):
        said(pair, True, overseer)
    assert set(Enterprise.objects.values_list("number", flat=True)) == numbers
    assert firm_of(SHORT) == firm_of(make.GYM)
