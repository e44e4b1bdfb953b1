"""Random audits: drawn again from the seed, nobody's own, and what they find multiplies the score."""

from datetime import date
from typing import Any

import pytest

from bandeng.core.models import AuditEntry
from bandeng.evaluation.models import AuditedRecord, AuditSample, Score
from bandeng.evaluation.rules import Kind, Refused
from bandeng.evaluation.rules.settings import settings_of, shipped_content
from bandeng.evaluation.services.audits import audit_draw, audit_judge, audit_repeat, sample_of
from bandeng.evaluation.services.evaluations import evaluation_draft
from bandeng.evaluation.tests.district import MONTH, District
from bandeng.evaluation.tests.test_flow import also_holds

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("world")]


def drawn(seed: str = "") -> AuditSample:
    return audit_draw(kind=Kind.POSTS, month=MONTH, actor="user:1", seed=seed)


def test_the_sample_follows_from_the_seed_in_the_audit_log(world: District) -> None:
    row = drawn()
    entry = AuditEntry.objects.get(action="evaluation.audit_drawn")
    assert row.seed in entry.content
    assert audit_repeat(sample_id=row.pk)
    AuditedRecord.objects.filter(sample=row).first().delete()  # type: ignore[union-attr]
    assert not audit_repeat(sample_id=row.pk)


def test_every_unit_is_drawn_from_and_seeds_differ() -> None:
    settings = settings_of(shipped_content())
    population = [(str(unit), "tasks", unit * 1000 + each) for unit in range(5) for each in range(40)]
    one, other = (set(sample_of(population, seed=seed, settings=settings)) for seed in ("a", "b"))
    assert one != other
    assert {unit for unit, _, _ in one} == {str(unit) for unit in range(5)}
    assert len(one) == 5 * 4


def test_a_second_sample_of_the_month_is_refused() -> None:
    drawn()
    with pytest.raises(Refused):
        drawn()


def test_what_is_refuted_multiplies_the_score(world: District) -> None:
    row = drawn()
    unit = str(world.posts[3].pk)
    for record in AuditedRecord.objects.filter(sample=row, unit=unit):
        audit_judge(record_id=record.pk, confirmed=False, note="现场无此事", scope=world.auditor)
    judged = AuditedRecord.objects.filter(sample=row, unit=unit).count()
    made = evaluation_draft(kind=Kind.POSTS, month=MONTH, actor="user:1")
    score = Score.objects.get(evaluation=made, unit=unit)
    assert score.working["confirmed_share"] == pytest.approx(10 / (10 + judged))
    assert score.score == pytest.approx(score.working["earned"] * 10 / (10 + judged))


@pytest.mark.parametrize("code", ["own_record", "no_text", "state"])
def test_verdict_refused(world: District, code: str) -> None:
    record = AuditedRecord.objects.filter(sample=drawn(), unit=str(world.posts[0].pk)).first()
    assert record is not None
    auditor = world.auditor
    given: dict[str, Any] = {"record_id": record.pk, "confirmed": False, "note": "不实", "scope": auditor}
    if code == "own_record":
        also_holds(auditor, world.posts[0], until=date(2026, 10, 31))
    if code == "no_text":
        given["note"] = ""
    if code == "state":
        audit_judge(**given)
    with pytest.raises(Refused) as caught:
        audit_judge(**given)
    assert caught.value.code == code
