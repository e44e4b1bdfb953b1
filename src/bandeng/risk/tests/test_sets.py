"""Sets of indicators: copied, changed by two at once, tried on the last map, put in force from a month to come."""

from collections.abc import Iterator
from datetime import date
from typing import Any

import pytest
from django.test import Client
from django.utils import translation

from bandeng.accounts.middleware import FACTOR_KEY
from bandeng.areas.tests.factories import STREETS
from bandeng.core import clock
from bandeng.core.models import AuditEntry
from bandeng.desk.tests import officers
from bandeng.dispatch.tests.factories import House
from bandeng.organisations.rules import Duty, Scope
from bandeng.organisations.tests.factories import CENTRE, scope
from bandeng.risk.calculation import digest_of
from bandeng.risk.models import IndicatorSet, MapWorking, ReferenceYear, RiskMap, StreetRisk
from bandeng.risk.rules import NotAllowed, NotYours
from bandeng.risk.selectors.maps import set_in_force
from bandeng.risk.selectors.sets import differences, words_of
from bandeng.risk.services.declaring import indicator_set_add, indicator_set_load
from bandeng.risk.services.editing import draft_adopt, draft_copy, draft_texts_save
from bandeng.risk.services.maps import map_draft, maps_check_all
from bandeng.risk.set_forms import SetForm
from bandeng.risk.tests.factories import ACTOR, LAST, MONTHS, NOW, district, fraud_wave, history, published
from reckon.index import DeclarationInvalid

pytestmark = pytest.mark.django_db
EDIT = "/risk/indicators/draft/"
EFFECT = f"{EDIT}effect/"
CHINESE = {"accept-language": "zh-hans"}


@pytest.fixture(autouse=True)
def _today(settings: Any, tmp_path: Any) -> Iterator[None]:
    settings.DATA = tmp_path
    with clock.fixed(NOW), translation.override("en"):
        yield


def keeper(built: House) -> Scope:
    """Somebody of the centre who keeps the rules."""
    return scope(Duty.RULES, Duty.SUPERVISE, organisation=built.organisations[CENTRE])


def signed_in(scope: Scope) -> Client:
    """A browser of somebody whose second factor is set up, as the duty to keep rules asks."""
    client = officers.signed_in(scope)
    session = client.session
    session[FACTOR_KEY] = "fine"
    session.save()
    return client


def typed(client: Client, **changes: str) -> dict[str, Any]:
    """The draft's form as it stands, with some changes."""
    context = client.get(EDIT).context
    given = {name: field.initial for name, field in context["form"].fields.items()}
    return given | {"revision": context["revision"]} | changes


HALVES = {"i-confirmed_fraud": "80", "i-confirmed_offences": "20"}


def test_a_set_is_copied_changed_tried_and_put_in_force() -> None:
    built = district()
    history(boost=fraud_wave)
    published(202608), published(202609)
    client = signed_in(keeper(built))
    first = IndicatorSet.objects.get()
    assert client.post("/risk/indicators/draft/copy").headers["Location"] == EDIT
    before = list(StreetRisk.objects.order_by("id").values_list("risk", "level"))
    saved = client.post(EDIT, typed(client, **HALVES, **{"o-confirmed_fraud": "housing"}) | {"effect": "1"})
    assert saved.headers["Location"] == EFFECT
    shown = client.get(EFFECT).context
    assert any(line.new_risk != pytest.approx(line.risk) for line in shown["lines"])
    assert {(each.code, each.what) for _, each in shown["differences"]} == {
        ("confirmed_fraud", "weight"), ("confirmed_offences", "weight"), ("confirmed_fraud", "owner"),
    }  # fmt: skip
    assert list(StreetRisk.objects.order_by("id").values_list("risk", "level")) == before
    given = {"month": "202612", "reason": "诈骗更重", "revision": shown["revision"]}
    assert client.post(EFFECT, given | {"month": "202611"}).status_code == 422
    assert client.post(EFFECT, given | {"reason": " "}).status_code == 422
    assert client.post(EFFECT, given).headers["Location"] == "/risk/indicators/"
    new = IndicatorSet.objects.exclude(pk=first.pk).get()
    assert (new.status, new.valid_from, new.reason) == ("declared", date(2026, 12, 1), "诈骗更重")
    assert set_in_force(202611) == first and set_in_force(202612) == set_in_force(202701) == new
    assert AuditEntry.objects.filter(action="risk.set_adopted").count() == 1
    text = client.get(f"/risk/indicators/{new.pk}/").content.decode()
    assert "80.0%" in text and "confirmed_fraud" not in text and "housing" not in text


def test_rules_to_come_never_reach_back_and_the_reference_goes_along() -> None:
    built = district()
    history(months=[*MONTHS, 202611, 202612])
    for month in (202609, LAST):
        published(month)
    who = keeper(built)
    client = signed_in(who)
    client.post(f"{EDIT}copy")
    client.post(EDIT, typed(client, **HALVES))
    row = draft_adopt(month=202612, reason="x", revision=1, actor=ACTOR, scope=who)
    assert (
        ReferenceYear.objects.get(indicator_set=row).data
        == ReferenceYear.objects.exclude(indicator_set=row).get().data
    )
    with clock.fixed(NOW.replace(year=2027, month=1)):
        corrected, later = published(LAST), published(202611)
        december = map_draft(month=202612, actor=ACTOR)
        assert corrected.indicator_set == later.indicator_set != row == december.indicator_set
        assert MapWorking.objects.get(risk_map=december).inputs["before"] is not None
        assert all(not each.differences for each in maps_check_all())
        client.get(f"/risk/maps/202612/1/streets/{STREETS[0]}/")


def test_two_who_change_the_draft_at_once_lose_nothing() -> None:
    built = district()
    one, two = signed_in(keeper(built)), signed_in(keeper(built))
    one.post(f"{EDIT}copy")
    mine = typed(one, **HALVES)
    theirs = typed(two, **{"d-public_order": "30.0", "d-environment": "10.0"})
    assert one.post(EDIT, mine).status_code == 302
    assert one.post(EDIT, mine).status_code == 302  # a double click is one save
    assert IndicatorSet.objects.get(status="draft").revision == 1
    refused = two.post(EDIT, theirs)
    text = refused.content.decode()
    assert (
        refused.status_code == 409
        and "Somebody else has changed this draft" in text
        and 'value="30.0"' in text
    )
    again = theirs | {"revision": refused.context["revision"]}
    assert two.post(EDIT, again).status_code == 302


@pytest.mark.parametrize(
    ("change", "words"),
    [
        ({"i-confirmed_fraud": "60"}, "add up to 110"),
        ({"d-public_order": "10"}, "add up to 90"),
        ({"c-master-1": "70"}, "higher than the one before"),
        ({"c-master-0": "0"}, "must be above 0"),
        ({"c-master-0": "3", "m-master": "3"}, "must be below the first cut"),
        ({"m-master": "9"}, "8 at most: the widest step"),
        ({"i-confirmed_fraud": "-5"}, "0.1"),
        ({"i-confirmed_fraud": "x"}, "number"),
        ({"o-confirmed_fraud": "nobody"}, "valid choice"),
        ({"s-confirmed_fraud": "inspections"}, "valid choice"),
    ],
)
def test_what_cannot_be_is_told_and_kept_on_the_page(change: dict[str, str], words: str) -> None:
    client = signed_in(keeper(district()))
    client.post(f"{EDIT}copy")
    answer = client.post(EDIT, typed(client, **change))
    assert answer.status_code == 422 and words in answer.content.decode()
    assert IndicatorSet.objects.get(status="draft").revision == 0


@pytest.mark.parametrize(
    ("name", "value", "words"),
    [
        ("name_zh", "罚款数", "never be tied"),
        ("name_en", "Number of inspections", "never be tied"),
        ("definition_zh", "信访人人数", "never counted"),
        ("definition_en", "Petitions for each resident", "how institutions answer"),
        ("name_zh", "群众满意度", "neither mined nor scored"),
    ],
)
def test_what_is_never_admitted_is_refused_with_its_reason(name: str, value: str, words: str) -> None:
    built = district()
    client = signed_in(keeper(built))
    client.post(f"{EDIT}copy")
    address = f"{EDIT}texts/confirmed_hazards/"
    given = client.get(address).context["form"].initial | {"revision": 0}
    answer = client.post(address, given | {name: value})
    assert answer.status_code == 422 and words in answer.content.decode()
    assert client.post(address, given | {"name_en": "Hazards found true"}).status_code == 302
    draft = IndicatorSet.objects.get(status="draft")
    assert "Hazards found true" in draft.indicators and draft.revision == 1


def test_another_denominator_is_measured_against_the_same_months() -> None:
    built = district()
    history()
    published()
    who = keeper(built)
    client = signed_in(who)
    client.post(f"{EDIT}copy")
    client.post(EDIT, typed(client, **{"s-confirmed_food_faults": "premises"}))
    lines = client.get(EFFECT).context["lines"]
    # Both stocks are the same in every community: against either, each street stands where it stood.
    assert all(line.new_risk == pytest.approx(line.risk) for line in lines)
    row = draft_adopt(month=202701, reason="x", revision=1, actor=ACTOR, scope=who)
    frozen = {each["code"]: each for each in ReferenceYear.objects.get(indicator_set=row).data["indicators"]}
    old = {
        each["code"]: each
        for each in ReferenceYear.objects.exclude(indicator_set=row).get().data["indicators"]
    }
    assert frozen["confirmed_food_faults"]["rate"] == pytest.approx(old["confirmed_food_faults"]["rate"] / 5)
    assert frozen["late_answers"] == old["late_answers"]
    since = {each.code: each.since for each in words_of(row).declaration.indicators}
    assert since["confirmed_food_faults"] == date(2027, 1, 1) and since["late_answers"] == date(2026, 1, 1)


def test_a_draft_that_changes_nothing_is_not_put_in_force() -> None:
    who = keeper(district())
    client = signed_in(who)
    client.post(f"{EDIT}copy")
    assert (
        client.post(EDIT, typed(client)).status_code == 302
    )  # shares rounded for the page stay what they were
    to_texts = client.post(EDIT, typed(client) | {"texts": "confirmed_fraud"})
    assert to_texts.headers["Location"] == f"{EDIT}texts/confirmed_fraud/"
    with pytest.raises(NotAllowed, match="nothing_changed"):
        draft_adopt(month=202612, reason="x", revision=0, actor=ACTOR, scope=who)
    with pytest.raises(NotAllowed, match="draft_exists"):
        draft_copy(actor=ACTOR, scope=who)
    draft = IndicatorSet.objects.get(status="draft")
    assert differences(words_of(draft), words_of(draft)) == []
    client.post(f"{EDIT}drop", {"revision": "7"})
    assert IndicatorSet.objects.filter(pk=draft.pk).exists()
    client.post(f"{EDIT}drop", {"revision": "0"})
    assert not IndicatorSet.objects.filter(pk=draft.pk).exists()
    assert client.get(EDIT).status_code == 302


def test_only_who_keeps_rules_for_the_district_changes_them() -> None:
    built = district()
    for code, duty in ((CENTRE, Duty.SUPERVISE), (STREETS[0], Duty.RULES), ("police", Duty.RULES)):
        other = scope(duty, organisation=built.organisations[code])
        client = signed_in(other)
        for path in (f"{EDIT}copy", EDIT, EFFECT, f"{EDIT}drop", f"{EDIT}texts/confirmed_fraud/"):
            assert client.post(path).status_code == 403, (code, path)
        assert client.get("/risk/indicators/").status_code == 200
        with pytest.raises(NotYours):
            draft_texts_save(code="confirmed_fraud", texts={}, revision=0, actor=ACTOR, scope=other)
    assert not RiskMap.objects.exists() and IndicatorSet.objects.count() == 1


def test_a_form_that_is_not_touched_keeps_the_weights_to_the_digit() -> None:
    district()
    words = words_of(IndicatorSet.objects.get())
    fresh = SetForm(words.declaration, words.colours)
    form = SetForm(
        words.declaration, words.colours, {name: field.initial for name, field in fresh.fields.items()}
    )
    assert form.is_valid(), form.errors
    assert form.edit.dimensions == {row.code: row.weight for row in words.declaration.dimensions}
    assert {code: each.weight for code, each in form.edit.indicators.items()} == {
        row.code: row.weight for row in words.declaration.indicators
    }


def adopted(client: Client, who: Scope, month: int, **changes: str) -> IndicatorSet:
    """A copy of the newest set with some changes, put in force."""
    client.post(f"{EDIT}copy")
    client.post(EDIT, typed(client, **changes))
    return draft_adopt(month=month, reason="x", revision=1, actor=ACTOR, scope=who)


def test_a_new_draft_goes_on_from_the_set_that_is_still_to_come() -> None:
    who = keeper(district())
    client = signed_in(who)
    later = adopted(client, who, 202703, **HALVES)
    assert set_in_force(202611) != later
    text = client.get("/risk/indicators/").content.decode()
    assert "Copy the set from 2027-03 to a draft" in text
    client.post(f"{EDIT}copy")
    assert IndicatorSet.objects.get(status="draft").based_on == later
    client.post(EDIT, typed(client, **{"o-confirmed_fraud": "housing"}))
    # In December it would bring forward what was declared for March.
    with pytest.raises(NotAllowed, match="before_base"):
        draft_adopt(month=202612, reason="x", revision=1, actor=ACTOR, scope=who)
    both = draft_adopt(month=202704, reason="x", revision=1, actor=ACTOR, scope=who)
    assert words_of(both).declaration.indicators[4].weight == pytest.approx(0.8)


def test_a_draft_does_not_undo_a_set_that_was_declared_meanwhile() -> None:
    who = keeper(district())
    client = signed_in(who)
    client.post(f"{EDIT}copy")
    client.post(EDIT, typed(client, **HALVES))
    first = IndicatorSet.objects.get(status="declared")
    indicators = first.indicators.replace("valid_from = 2026-01-01", "valid_from = 2027-01-01", 1)
    indicator_set_add(indicators=indicators, colours=first.colours, actor=ACTOR)
    shown = client.get(EFFECT).context
    given = {"month": "202702", "reason": "诈骗更重", "revision": shown["revision"]}
    refused = client.post(EFFECT, given)
    text = refused.content.decode()
    assert refused.status_code == 409 and "would be undone" in text and "诈骗更重" in text
    assert client.post(EFFECT, given | {"month": "202612"}).status_code == 302


def test_the_same_set_twice_for_a_month_is_refused_in_words() -> None:
    who = keeper(district())
    client = signed_in(who)
    adopted(client, who, 202612, **HALVES)
    adopted(client, who, 202612, **{"i-confirmed_fraud": "50", "i-confirmed_offences": "50"})
    client.post(f"{EDIT}copy")
    client.post(EDIT, typed(client, **HALVES))
    given = {"month": "202612", "reason": "再改一次", "revision": "1"}
    refused = client.post(EFFECT, given)
    text = refused.content.decode()
    assert refused.status_code == 409 and "same to the letter" in text and "再改一次" in text
    assert client.post(EFFECT, given | {"month": "202701"}).status_code == 302


def test_cuts_without_sense_are_not_declared_but_what_was_declared_is_read() -> None:
    district()
    first = IndicatorSet.objects.get()
    for old, new in (("margin = 4.0", "margin = 40.0"), ("cuts = [38.0", "cuts = [0.0")):
        colours = first.colours.replace(old, new, 1)
        assert colours != first.colours
        with pytest.raises(DeclarationInvalid, match="master"):
            indicator_set_add(indicators=first.indicators, colours=colours, actor=ACTOR)
        IndicatorSet.objects.update(colours=colours)
        assert words_of(IndicatorSet.objects.get()).colours.master.cuts[3] == 62.0


def test_sources_are_in_the_readers_language_also_of_sets_that_lack_it() -> None:
    built = district()
    history()
    client = signed_in(keeper(built))
    row = IndicatorSet.objects.get()
    for is_old in (False, True):
        if is_old:
            lines = row.indicators.splitlines(keepends=True)
            text = "".join(line for line in lines if not line.startswith("source_zh"))
            IndicatorSet.objects.update(
                indicators=text, digest=digest_of({"indicators": text, "colours": row.colours})
            )
            indicator_set_load()
            assert IndicatorSet.objects.count() == 1  # a translation is no new declaration
        made = published()
        page = client.get(f"/risk/maps/{LAST}/{made.version}/definitions/", headers=CHINESE).content.decode()
        assert "自定：办结过早" in page and "choice is ours" not in page and "<dd>Ours" not in page
        english = {"accept-language": "en"}
        page = client.get(f"/risk/maps/{LAST}/{made.version}/definitions/", headers=english).content.decode()
        assert "the choice is ours" in page and "自定" not in page


def test_a_source_is_changed_in_both_languages() -> None:
    client = signed_in(keeper(district()))
    client.post(f"{EDIT}copy")
    address = f"{EDIT}texts/confirmed_fraud/"
    context = client.get(address).context
    given = dict(context["form"].initial) | {"revision": context["revision"]}
    assert given["source_zh"].endswith("选用为自定")
    assert client.post(address, given | {"source_zh": "区里自定"}).status_code == 302
    kept = {
        row.code: row for row in words_of(IndicatorSet.objects.get(status="draft")).declaration.indicators
    }
    assert kept["confirmed_fraud"].source_zh == "区里自定"
    assert client.post(address, given | {"source_zh": "", "revision": 1}).status_code == 302
    kept = {
        row.code: row for row in words_of(IndicatorSet.objects.get(status="draft")).declaration.indicators
    }
    assert kept["confirmed_fraud"].source_zh == ""
