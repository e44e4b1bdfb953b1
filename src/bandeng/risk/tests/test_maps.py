"""Maps: made, signed, corrected, kept, and calculated again to the last digit."""

import json
from collections.abc import Iterator
from datetime import timedelta
from typing import Any

import pytest
from django.apps import apps
from django.core.management import CommandError, call_command
from django.db import models

from bandeng.accounts.models import User
from bandeng.core import clock
from bandeng.core.models import AuditEntry, OutboxEvent
from bandeng.core.rules import Actor
from bandeng.organisations.rules import Duty
from bandeng.organisations.tests.factories import CENTRE, scope
from bandeng.risk.calculation import Inputs, differing, digest_of, figures_from, inputs_from, result_of
from bandeng.risk.models import Alert, IndicatorSet, MapWorking, ReferenceYear, RiskMap, StreetRisk
from bandeng.risk.rules import MapStatus, NotAllowed, NotYours
from bandeng.risk.selectors.figures import months_back, streets_known
from bandeng.risk.selectors.maps import rules_of
from bandeng.risk.services.declaring import indicator_set_add, indicator_set_load
from bandeng.risk.services.maps import RunRefused, map_draft, map_publish, maps_check
from bandeng.risk.tests.factories import ACTOR, LAST, MONTHS, NOW, district, fraud_wave, history, published

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def _today(settings: Any, tmp_path: Any) -> Iterator[None]:
    settings.DATA = tmp_path
    with clock.fixed(NOW):
        yield


def test_a_draft_keeps_all_that_it_is_made_of() -> None:
    district()
    history(boost=fraud_wave)
    made = map_draft(month=202609, actor=ACTOR)
    kept = MapWorking.objects.get(risk_map=made)
    assert made.status == MapStatus.DRAFT.value and made.version == 1
    assert figures_from(kept.inputs["streets"]).areas == streets_known()
    assert kept.inputs["streets"]["months"][-1] == 202609
    assert len(kept.result["streets"]["ratio"][0]) == 12
    risks = {row.area_code: row.risk or 0.0 for row in StreetRisk.objects.filter(risk_map=made)}
    assert risks["330199002"] > risks["330199001"]
    assert AuditEntry.objects.filter(action="risk.map_drafted").count() == 1


def test_every_past_map_comes_out_the_same_to_the_digit_after_later_records() -> None:
    district()
    history()
    for month in (202609, LAST):
        published(month)
    history(seed=2)
    for month in (202609, LAST):
        found = maps_check(month=month)
        assert [each.differences for each in found] == [()]
        assert found[0].moved > 0


@pytest.mark.parametrize("part", ["inputs", "result"])
def test_a_figure_that_was_changed_afterwards_is_found(part: str) -> None:
    district()
    history()
    row = published()
    kept = MapWorking.objects.get(risk_map=row)
    data = json.loads(json.dumps(getattr(kept, part)))
    if part == "inputs":
        data["streets"]["observed"][-1][0][4] += 1
    else:
        data["streets"]["risk"][0] += 1e-12
    MapWorking.objects.filter(pk=kept.pk).update(**{part: data})
    assert maps_check(month=LAST)[0].differences


def test_the_reference_is_frozen_once_and_stays() -> None:
    district()
    history()
    published(202609)
    first = ReferenceYear.objects.get()
    history(seed=3)
    published(LAST)
    second = ReferenceYear.objects.get()
    assert (first.digest, first.first_month, first.last_month) == (second.digest, 202508, 202607)


def test_a_new_draft_of_a_month_gives_way_to_the_next() -> None:
    district()
    history()
    first, second = (map_draft(month=LAST, actor=ACTOR) for _ in range(2))
    assert not RiskMap.objects.filter(pk=first.pk).exists() and second.version == 1
    assert first.result_digest == second.result_digest


def test_a_correction_is_a_new_version_and_the_old_one_is_kept() -> None:
    district()
    history()
    old = published()
    new = published()
    old.refresh_from_db()
    assert (old.status, new.status, new.version) == ("superseded", "published", 2)
    assert old.superseded_at == NOW and old.working.result == new.working.result
    assert OutboxEvent.objects.filter(name="MapPublished").count() == 2


def test_only_a_draft_is_signed() -> None:
    district()
    history()
    published()
    with pytest.raises(NotAllowed, match="not_a_draft"):
        map_publish(month=LAST, actor=ACTOR, scope=None)
    with pytest.raises(NotAllowed, match="not_a_draft"):
        map_publish(month=202501, actor=ACTOR, scope=None)


def test_a_draft_made_anew_since_it_was_looked_at_is_not_signed() -> None:
    district()
    history()
    map_draft(month=LAST, actor=ACTOR)
    with pytest.raises(NotAllowed, match="changed"):
        map_publish(month=LAST, actor=ACTOR, scope=None, digest="0" * 64)


def test_signing_takes_a_name_and_the_duty_for_the_whole_district() -> None:
    built = district()
    history()
    map_draft(month=LAST, actor=ACTOR)
    for code, duty in (("330199001", Duty.SUPERVISE), ("police", Duty.SUPERVISE), (CENTRE, Duty.DISPATCH)):
        other = scope(duty, organisation=built.organisations[code])
        with pytest.raises(NotYours):
            map_publish(month=LAST, actor=ACTOR, scope=other)
    own = scope(Duty.SUPERVISE, organisation=built.organisations[CENTRE])
    with pytest.raises(NotAllowed, match="reason_missing"):
        map_publish(month=LAST, actor=Actor("user:2"), scope=own)
    assert map_publish(month=LAST, actor=ACTOR, scope=own).signer == "方玲"


def test_a_month_without_a_record_is_refused() -> None:
    district()
    with pytest.raises(RunRefused, match="no_record"):
        map_draft(month=LAST, actor=ACTOR)
    history(months=(202609, 202610))
    with pytest.raises(RunRefused, match="no_record"):
        map_draft(month=202601, actor=ACTOR)
    IndicatorSet.objects.all().delete()
    with pytest.raises(RunRefused, match="no_indicators"):
        map_draft(month=LAST, actor=ACTOR)


def test_too_short_a_reference_is_told() -> None:
    district()
    history(months=(202610,))
    with pytest.raises(RunRefused, match="no_reference"):
        map_draft(month=LAST, actor=ACTOR)


def test_of_the_running_month_only_the_share_that_has_passed_is_expected() -> None:
    district()
    history(months=[*range(202508, 202513), *range(202601, 202612)])
    made = map_draft(month=202611, actor=ACTOR)
    exposure = made.working.inputs["streets"]["exposure"]
    column = 4  # confirmed fraud, against the population
    assert exposure[-1][0][column] == pytest.approx(exposure[-2][0][column] * (22 + 10 / 24) / 30)


def test_declaring_the_same_indicators_again_adds_nothing() -> None:
    indicator_set_load()
    indicator_set_load()
    assert IndicatorSet.objects.count() == 1


def test_a_month_that_is_not_over_is_drafted_but_not_signed() -> None:
    district()
    history(months=[*MONTHS, 202611])
    map_draft(month=202611, actor=ACTOR)
    with pytest.raises(NotAllowed, match="month_running"):
        map_publish(month=202611, actor=ACTOR, scope=None)


@pytest.mark.parametrize(
    ("month", "code"), [(202612, "month_ahead"), (202613, "no_month"), (0, "no_month"), (202001, "no_record")]
)
def test_a_month_that_cannot_be_is_refused(month: int, code: str) -> None:
    district()
    history()
    with pytest.raises(RunRefused, match=code):
        map_draft(month=month, actor=ACTOR)


def test_a_draft_that_follows_from_a_map_of_the_past_is_not_signed() -> None:
    district()
    history()
    published(202609)
    map_draft(month=LAST, actor=ACTOR)
    with clock.fixed(NOW + timedelta(hours=1)):
        published(202609)
        with pytest.raises(NotAllowed, match="earlier_changed"):
            map_publish(month=LAST, actor=ACTOR, scope=None)
        published(LAST)


def test_a_correction_of_a_past_month_raises_no_alert() -> None:
    district()
    history(boost=fraud_wave)
    published(202608, alerts=False)
    published(202609, alerts=False)
    published(202608)
    assert not Alert.objects.exists()
    published(202609)
    assert Alert.objects.exists()


def test_a_map_of_the_first_edition_still_comes_out_the_same() -> None:
    district()
    history()
    row = published()
    kept = MapWorking.objects.get(risk_map=row)
    rules = rules_of(row.indicator_set, row.reference_year, month=LAST)
    first = result_of(inputs_from(kept.inputs), rules, edition=1)
    assert "dimension_chances" not in first["streets"]
    MapWorking.objects.filter(pk=kept.pk).update(result=first)
    RiskMap.objects.filter(pk=row.pk).update(result_digest=digest_of(first))
    assert maps_check(month=LAST)[0].differences == ()


@pytest.mark.parametrize("edition", [1, 2])
def test_a_map_of_an_older_edition_after_another_month_still_comes_out_the_same(edition: int) -> None:
    district()
    history()
    published(202609)
    row = published()
    kept = MapWorking.objects.get(risk_map=row)
    rules = rules_of(row.indicator_set, row.reference_year, month=LAST)
    inputs = {
        **kept.inputs,
        "before": result_of(_first_month(kept), rules, edition=edition)["streets"]["states"],
    }
    older = result_of(inputs_from(inputs), rules, edition=edition)
    MapWorking.objects.filter(pk=kept.pk).update(inputs=inputs, result=older)
    RiskMap.objects.filter(pk=row.pk).update(inputs_digest=digest_of(inputs), result_digest=digest_of(older))
    assert maps_check(month=LAST)[0].differences == ()
    states = older["streets"]["states"]["master"]
    assert [len(states["waiting"]), type(states["waiting"][0])] == [len(states["level"]), int]
    newest = result_of(inputs_from(inputs), rules)
    assert len(newest["streets"]["states"]["master"]["waiting"][0]) == 4


def _first_month(kept: MapWorking) -> Inputs:
    return inputs_from({**kept.inputs, "before": None})


def test_an_indicator_out_of_force_does_not_count() -> None:
    district()
    history()
    first = IndicatorSet.objects.get()
    ended = first.indicators.replace(
        'owner = "police"\nsince = 2026-01-01', 'owner = "police"\nsince = 2026-01-01\nuntil = 2026-10-01', 1
    )
    indicator_set_add(indicators=ended, colours=first.colours, actor=ACTOR)
    earlier, later = (map_draft(month=month, actor=ACTOR) for month in (202609, LAST))
    widths = [
        len(MapWorking.objects.get(risk_map=row).result["streets"]["ratio"][0]) for row in (earlier, later)
    ]
    assert widths == [12, 11]


def test_commands_run_publish_and_check(capsys: pytest.CaptureFixture[str]) -> None:
    built = district()
    history()
    signer = scope(Duty.SUPERVISE, organisation=built.organisations[CENTRE])
    other = scope(Duty.HANDLE, organisation=built.organisations["police"])
    call_command("risk", "run", "2026-10", "--note", "试运行")
    with pytest.raises(CommandError, match="post"):
        call_command("risk", "publish", "202610", "--by", _login(other.user_id))
    call_command("risk", "publish", "202610", "--by", _login(signer.user_id))
    call_command("risk", "check", "202610")
    assert "equal to the digit" in capsys.readouterr().out
    with pytest.raises(CommandError, match="202613"):
        call_command("risk", "run", "202613")
    with pytest.raises(CommandError):
        call_command("risk", "check", "202501")
    call_command("risk", "verify")
    assert "1 published versions, all equal" in capsys.readouterr().out
    MapWorking.objects.update(result={})
    with pytest.raises(CommandError, match="1 of 1 versions"):
        call_command("risk", "verify")
    with pytest.raises(CommandError, match="reproduced"):
        call_command("risk", "check", "202610")


def _login(user_id: int) -> str:
    return User.objects.get(pk=user_id).username


def test_no_row_of_the_map_is_about_a_person() -> None:
    """A resident is never scored: no table here holds the key, name or contact of one."""
    forbidden = {"accounts.user", "people.contact", "matters.matter", "matters.report", "organisations.post"}
    words = ("person", "resident", "contact", "reporter", "phone", "identity", "user_id", "household")
    for model in apps.get_app_config("risk").get_models():
        for field in model._meta.get_fields():
            if isinstance(field, models.ForeignKey):
                assert field.related_model._meta.label_lower not in forbidden, field
            assert not any(word in field.name for word in words), field


def test_a_difference_is_named_by_its_place() -> None:
    stored = {"a": [1.0, {"b": 2.0}], "c": None}
    assert differing(stored, {"a": [1.0, {"b": 2.0}], "c": None}) == []
    assert differing(stored, {"a": [1.0, {"b": 2.5}], "d": 1}) == ["a[1].b", "d"]
    assert differing({"a": [1]}, {"a": [1, 2]}) == ["a"]


def test_months_count_back_over_the_turn_of_the_year() -> None:
    assert months_back(until=202601, count=3) == [202511, 202512, 202601]
    assert months_back(until=202512, count=1, ahead=1) == [202512, 202601]
