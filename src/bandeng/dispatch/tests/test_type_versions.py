"""A version of a type begins on a coming day; what has come in keeps its own."""

from dataclasses import replace
from datetime import date, datetime, timedelta
from typing import Any

import pytest

from bandeng.core import clock
from bandeng.core.models import AuditEntry
from bandeng.core.rules import SYSTEM
from bandeng.dispatch.services.intake import matter_intake
from bandeng.dispatch.tests.factories import house
from bandeng.matters.models import MatterType
from bandeng.matters.selectors import taxonomy
from bandeng.matters.services.versions import (
    TypeFacts,
    TypeRefusal,
    TypeRefused,
    facts_of,
    type_create,
    type_version_add,
    type_version_withdraw,
)
from bandeng.matters.tests.factories import new_matter
from bandeng.organisations.rules import Duty, DutyMissing, Scope
from bandeng.organisations.selectors import today
from bandeng.organisations.tests.factories import CENTRE, scope
from reckon.deadlines import InvalidLimit

pytestmark = pytest.mark.django_db
LAMPS = "01.01.01"


@pytest.fixture
def keeper() -> Scope:
    return scope(Duty.RULES, organisation=house().organisations[CENTRE])


def days_on(days: int) -> date:
    return today() + timedelta(days=days)


def present() -> MatterType:
    return taxonomy().by_code[LAMPS]


def added(keeper: Scope, *, days: int = 1, **changes: Any) -> MatterType:
    facts = replace(facts_of(present()), **changes)
    return type_version_add(
        code=LAMPS, facts=facts, valid_from=days_on(days), scope=keeper, reason="路灯移交"
    )


def test_version_counts_from_its_day_on_and_matters_keep_theirs(keeper: Scope) -> None:
    before = matter_intake(new=new_matter(type_code=LAMPS), actor=SYSTEM).matter
    added(keeper, limits={"handle": "1wd"}, name="路灯与灯杆")
    assert present().limits != {"handle": "1wd"}
    moment = clock.now()
    with clock.fixed(moment + timedelta(days=1)):
        taxonomy.forget()
        assert (present().name, present().limits) == ("路灯与灯杆", {"handle": "1wd"})
        after = matter_intake(
            new=new_matter(type_code=LAMPS, reported_at=moment + timedelta(days=1)), actor=SYSTEM
        ).matter
    before.refresh_from_db()
    assert before.matter_type_id != after.matter_type_id
    assert before.matter_type is not None and before.matter_type.valid_to == today()


def test_version_is_told_with_before_and_after(keeper: Scope) -> None:
    added(keeper, name="灯")
    entry = AuditEntry.objects.get(action="matter_type.version_added")
    assert '"name":"灯"' in entry.content and '"reason":"路灯移交"' in entry.content
    assert entry.actor == keeper.actor


@pytest.mark.parametrize(
    ("days", "changes", "refusal"),
    [
        (0, {"name": "灯"}, TypeRefusal.PAST),
        (-400, {"name": "灯"}, TypeRefusal.PAST),
        (1, {}, TypeRefusal.UNCHANGED),
    ],
)
def test_version_refused(keeper: Scope, days: int, changes: dict[str, object], refusal: TypeRefusal) -> None:
    with pytest.raises(TypeRefused) as told:
        added(keeper, days=days, **changes)
    assert told.value.refusal is refusal
    assert MatterType.objects.filter(code=LAMPS).count() == 1


def test_version_refused_before_or_on_another(keeper: Scope) -> None:
    added(keeper, days=9, name="灯")
    for days in (8, 9):
        with pytest.raises(TypeRefused, match="not_last"):
            added(keeper, days=days, name="杆")


def test_version_refused_with_a_limit_that_is_none_or_without_the_duty(keeper: Scope) -> None:
    with pytest.raises(InvalidLimit):
        added(keeper, limits={"handle": "soon"})
    with pytest.raises(DutyMissing):
        added(replace(keeper, duties=frozenset({"supervise"})), name="灯")


def test_withdrawn_version_leaves_the_one_before_in_force(keeper: Scope) -> None:
    row = added(keeper, name="灯")
    type_version_withdraw(version_id=row.pk, scope=keeper, reason="写错了")
    left = MatterType.objects.get(code=LAMPS)
    assert left.valid_to is None
    assert AuditEntry.objects.filter(action="matter_type.version_withdrawn").count() == 1
    with pytest.raises(TypeRefused, match="begun"):
        type_version_withdraw(version_id=left.pk, scope=keeper, reason="写错了")


def test_new_type_takes_the_next_free_code_and_needs_no_code(keeper: Scope) -> None:
    facts = TypeFacts(name="智慧灯杆", lead_code="housing", limits={"handle": "2wd"})
    row = type_create(above="01.01", facts=facts, valid_from=days_on(1), scope=keeper, reason="新增")
    assert row.code.startswith("01.01.") and row.level == 3
    with pytest.raises(TypeRefused, match="name_taken"):
        type_create(above="01.01", facts=facts, valid_from=days_on(2), scope=keeper, reason="新增")
    with pytest.raises(TypeRefused, match="too_deep"):
        type_create(above=row.code, facts=facts, valid_from=days_on(2), scope=keeper, reason="新增")
    tomorrow: datetime = clock.now() + timedelta(days=1)
    with clock.fixed(tomorrow):
        taxonomy.forget()
        matter = matter_intake(new=new_matter(type_code=row.code, reported_at=tomorrow), actor=SYSTEM).matter
    assert (matter.type_code, matter.limit) == (row.code, "2wd")
