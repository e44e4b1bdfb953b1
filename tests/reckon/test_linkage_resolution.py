"""Linkage end to end on a generated district whose truth is known."""

from dataclasses import replace
from math import log2
from random import Random

import pytest

from reckon.linkage import (
    Decision,
    LinkageSettings,
    ModelInvalid,
    Record,
    RecordsInvalid,
    Refusal,
    Resolution,
    SettingsInvalid,
    TrainingDataUnfit,
    Truth,
    comparison_table,
    generate,
    measure,
    model_from_text,
    model_in_force,
    pair_in_words,
    readings_of,
    resolve,
    settings_from,
    settings_in_force,
    train,
    vocabulary_in_force,
)
from reckon.linkage.comparisons import COMPARISONS
from reckon.linkage.wording import refusal_in_words, words

SETTINGS = settings_in_force()
ADDRESS = "澄湖区春和路108号云汇大厦1502室"


@pytest.fixture(scope="module")
def district() -> Truth:
    return generate(enterprises=300, records=1500, seed=77)


@pytest.fixture(scope="module")
def resolved(district: Truth) -> Resolution:
    return joined(*district.records, places=district.places)


def joined(
    *records: Record,
    places: tuple[str, ...] = ("澜州", "澄湖"),
    decisions: tuple[Decision, ...] = (),
    known: dict[str, str] | None = None,
    settings: LinkageSettings = SETTINGS,
) -> Resolution:
    return resolve(
        records=records, vocabulary=vocabulary_in_force().with_places(places=places), model=model_in_force(),
        settings=settings, decisions=decisions, known=known,
    )  # fmt: skip


def record(key: str, name: str, **rest: str) -> Record:
    return Record(key=key, stream="matters", name=name, **rest)


def test_resolve_finds_a_generated_district(district: Truth, resolved: Resolution) -> None:
    result = measure(found=resolved.enterprise_of, truth=district.enterprise_of)
    assert result.precision >= 0.98
    assert result.recall >= 0.88


def test_resolve_gives_the_same_ids_in_any_order(district: Truth, resolved: Resolution) -> None:
    shuffled = list(district.records)
    Random(5).shuffle(shuffled)
    assert joined(*shuffled, places=district.places) == resolved


def test_every_record_is_in_one_enterprise(district: Truth, resolved: Resolution) -> None:
    found = sorted(key for one in resolved.enterprises for key in one.records)
    assert found == sorted(one.key for one in district.records)
    assert len({one.id for one in resolved.enterprises}) == len(resolved.enterprises)


def test_a_pairs_weight_is_the_priors_and_all_contributions(resolved: Resolution) -> None:
    priors = [review.pair.prior_bits for review in resolved.reviews]
    assert priors
    assert max(priors) - min(priors) < 1e-6
    # One pair in about 300 is true; the bound is wide because the prior is estimated.
    assert log2(1 / 1200) < priors[0] < log2(1 / 75)


def test_reviews_are_between_the_thresholds_or_say_why_they_were_refused(resolved: Resolution) -> None:
    unsure = [one for one in resolved.reviews if one.refusal is None]
    assert all(one.pair.probability >= SETTINGS.review for one in resolved.reviews)
    doubtful = {"different", "both_checked_different"}
    for one in unsure:
        levels = {part.level for part in one.pair.contributions if part.comparison in {"name", "code"}}
        assert one.pair.probability < SETTINGS.link or levels & doubtful
    assert all(
        resolved.enterprise_of[one.pair.left] != resolved.enterprise_of[one.pair.right]
        for one in resolved.reviews
    )


def test_a_pair_reads_in_words(resolved: Resolution) -> None:
    pair = resolved.reviews[0].pair
    lines = pair_in_words(pair=pair, language="zh")
    assert {line.comparison for line in lines} == {"名称", "分支机构", "登记代码", "地址", "电话"}
    assert sum(line.bits for line in lines) + pair.prior_bits == pytest.approx(pair.bits)


def test_every_level_and_refusal_has_its_words() -> None:
    levels = {one.key: {level.key for level in one.levels} for one in COMPARISONS}
    assert {key: set(rows) for key, rows in words()["levels"].items()} == levels
    assert set(words()["comparisons"]) == set(levels)
    assert all(refusal_in_words(refusal=one, language="en") for one in Refusal)


def test_a_reviewers_decisions_hold() -> None:
    rows = [
        record("a", "华鼎餐饮管理有限公司", address=ADDRESS, phone="13800138000"),
        record("b", "华鼎餐饮管理有限公司", address=ADDRESS, phone="13800138000"),
        record("c", "泰源物流有限公司"),
    ]
    plain = joined(*rows).enterprise_of
    assert plain["a"] == plain["b"] != plain["c"]
    parted = joined(*rows, decisions=(Decision(left="a", right="b", same=False),))
    assert parted.enterprise_of["a"] != parted.enterprise_of["b"]
    assert parted.reviews == ()
    tied = joined(*rows, decisions=(Decision(left="b", right="c", same=True),)).enterprise_of
    assert tied["a"] == tied["b"] == tied["c"]


def test_a_decision_about_a_record_that_is_gone_is_no_error() -> None:
    assert (
        len(
            joined(
                record("a", "华鼎餐饮"), decisions=(Decision(left="a", right="gone", same=True),)
            ).enterprises
        )
        == 1
    )


def test_sister_companies_in_one_room_stay_two_and_are_asked_about() -> None:
    rows = [
        record("a", "澜州华鼎餐饮管理有限公司", address=ADDRESS, phone="13800138000"),
        record("b", "澜州华鼎物业管理有限公司", address=ADDRESS, phone="13800138000"),
    ]
    found = joined(*rows)
    assert len(found.enterprises) == 2
    assert [one.refusal for one in found.reviews] == [Refusal.CONTRADICTION]


def test_a_branch_is_an_enterprise_of_its_own_and_knows_its_whole() -> None:
    rows = [
        record("a", "华鼎健身服务有限公司", code="91350100M000100Y43", address=ADDRESS),
        record("b", "华鼎健身服务有限公司城东分公司", address="石桥路5号", phone="88886666"),
        record("c", "华鼎健身服务（城东店）", address="石桥路5号", phone="88886666"),
    ]
    by_name = {one.records: one for one in joined(*rows).enterprises}
    assert by_name["b", "c"].branch == "城东"
    assert by_name["b", "c"].parent == by_name["a",].id
    assert by_name["a",].code == "91350100M000100Y43"


def test_a_changed_name_is_joined_by_the_code() -> None:
    code = "91350100M000100Y43"
    assert (
        len(
            joined(
                record("a", "华鼎餐饮有限公司", code=code), record("b", "泰源餐饮有限公司", code=code)
            ).enterprises
        )
        == 1
    )


def test_new_records_join_known_enterprises_and_leave_them_their_ids(district: Truth) -> None:
    old, new = district.records[:1200], district.records[1200:]
    first = joined(*old, places=district.places)
    then = joined(*district.records, places=district.places, known=first.enterprise_of)
    assert {key: then.enterprise_of[key] for key in first.enterprise_of} == first.enterprise_of
    assert sum(then.enterprise_of[one.key] in first.enterprise_of.values() for one in new) > len(new) * 0.8
    assert measure(found=then.enterprise_of, truth=district.enterprise_of).f1 >= 0.9


def test_an_enterprise_taken_apart_by_a_reviewer_gets_new_ids() -> None:
    rows = [record("a", "华鼎餐饮有限公司"), record("b", "华鼎餐饮有限公司")]
    found = joined(
        *rows, known={"a": "old", "b": "old"}, decisions=(Decision(left="a", right="b", same=False),)
    )
    assert len(found.enterprises) == 2
    assert "old" not in {one.id for one in found.enterprises}


def test_records_without_a_name_are_not_compared_for_it() -> None:
    found = joined(record("a", ""), record("b", ""), record("c", "", phone="13800138000"))
    assert (len(found.enterprises), found.pairs_scored) == (3, 0)


def test_nothing_resolves_to_nothing() -> None:
    assert joined() == Resolution(enterprises=(), reviews=(), pairs_scored=0)


def test_records_with_one_key_are_refused() -> None:
    with pytest.raises(RecordsInvalid, match="two records have the key a"):
        joined(record("a", "华鼎"), record("a", "泰源"))


def test_training_learns_the_same_model_twice_and_it_reads_back() -> None:
    truth = generate(enterprises=200, records=1000, seed=3)
    readings = readings_of(
        records=truth.records, vocabulary=vocabulary_in_force().with_places(places=truth.places)
    )
    table = comparison_table(readings=readings, fresh=None, busy_limit=SETTINGS.busy_phone)
    quick = replace(SETTINGS, random_pairs=20_000)
    model = train(table=table, settings=quick, trained_on="test")
    assert train(table=table, settings=quick, trained_on="test") == model
    assert model_from_text(model.as_text()) == model
    assert model.bits(comparison="code", level="same_code") > 8
    assert model.bits(comparison="code", level="both_checked_different") < -4
    assert model.bits(comparison="name", level="same_full_name") > 5


def test_training_on_too_few_codes_is_refused() -> None:
    readings = readings_of(records=[record("a", "华鼎")], vocabulary=vocabulary_in_force())
    table = comparison_table(readings=readings, fresh=None, busy_limit=3)
    with pytest.raises(TrainingDataUnfit, match="model shipped"):
        train(table=table, settings=SETTINGS, trained_on="test")


def test_a_model_of_other_comparisons_is_refused() -> None:
    with pytest.raises(ModelInvalid, match="other comparisons"):
        model_from_text('{"trained_on": "", "prior": 0.1, "shares": {}}')
    with pytest.raises(ModelInvalid, match="cannot be read"):
        model_from_text("[]")


def test_settings_are_checked() -> None:
    plain = {name: getattr(SETTINGS, name) for name in SETTINGS.__dataclass_fields__}
    assert settings_from(plain) == SETTINGS
    with pytest.raises(SettingsInvalid, match="lnik"):
        settings_from({**plain, "lnik": 0.9})
    with pytest.raises(SettingsInvalid, match="busy_phone"):
        settings_from({**plain, "busy_phone": 0})
    with pytest.raises(SettingsInvalid, match="review above link"):
        settings_from({**plain, "link": 0.5, "review": 0.6})


def test_generated_records_depend_on_the_seed_alone() -> None:
    assert generate(enterprises=20, records=60, seed=1) == generate(enterprises=20, records=60, seed=1)
    assert generate(enterprises=20, records=60, seed=1) != generate(enterprises=20, records=60, seed=2)
