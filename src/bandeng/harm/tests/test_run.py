"""The weekly run: what raises an alert, what does not, what it leaves."""

from collections.abc import Iterator
from datetime import timedelta

import pytest

from bandeng.core import clock
from bandeng.core.models import AuditEntry
from bandeng.dispatch.tests.factories import house
from bandeng.harm.models import Alert, AlertStep, Document, Enterprise, StreamRecord
from bandeng.harm.services.raising import alerts_raise, harm_run
from bandeng.harm.tests import factories as make
from bandeng.matters.models import Matter, Report
from bandeng.matters.rules import AccessClass

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def morning() -> Iterator[None]:
    with clock.fixed(make.MORNING):
        house()
        make.prepaid_type()
        yield


def test_many_people_and_a_court_raise_an_alert_with_its_working() -> None:
    alert = make.raised()
    assert alert.enterprise.name == make.GYM and alert.enterprise.code == make.CODE
    assert alert.level >= 2 and alert.people == 14
    parts = sum(part["log_odds"] for part in alert.contributions)
    assert alert.log_odds == pytest.approx(alert.prior_log_odds + parts)
    assert alert.due_at is not None and alert.due_at > make.MORNING
    assert AlertStep.objects.get(alert=alert).kind == "raised"
    assert AuditEntry.objects.filter(action="harm.alert_raised", subject_id=str(alert.pk)).exists()


def test_run_again_changes_nothing() -> None:
    alert = make.raised()
    before = (StreamRecord.objects.count(), Enterprise.objects.count(), alert.log_odds)
    found = harm_run().content
    alert.refresh_from_db()
    assert (StreamRecord.objects.count(), Enterprise.objects.count(), alert.log_odds) == before
    assert (found["gathered"], found["raised"], found["risen"]) == (0, 0, 0)
    assert Alert.objects.count() == 1 and Document.objects.filter(kind="run").count() == 2


def test_few_people_again_and_again_raise_nothing() -> None:
    make.registered()
    for number in range(40):
        make.complaint(number, days_ago=1 + number % 20, phone=make.phone_of(number % 4))
    harm_run()
    assert StreamRecord.objects.filter(stream="matters").count() == 40
    assert not Alert.objects.exists()


def test_reports_without_a_name_are_one_voice() -> None:
    make.registered()
    for number in range(40):
        make.complaint(number, days_ago=1 + number % 20)
    harm_run()
    assert StreamRecord.objects.filter(stream="matters").values("token").distinct().count() == 1
    assert not Alert.objects.exists()


def test_sealed_matters_are_never_read() -> None:
    make.complaint(1, phone=make.phone_of(1), ruling={"access_class": AccessClass.SEALED})
    harm_run()
    assert not StreamRecord.objects.exists() and not Enterprise.objects.exists()


def test_a_matter_put_right_is_no_longer_counted() -> None:
    opened = make.complaint(1, phone=make.phone_of(1))
    harm_run()
    assert StreamRecord.objects.count() == 1
    type(opened.matter).objects.filter(pk=opened.matter.pk).update(type_code="01.01.01")
    harm_run()
    assert not StreamRecord.objects.exists()


def test_who_joins_an_old_matter_is_heard_and_stays_heard() -> None:
    opened = make.complaint(1, days_ago=90, phone=make.phone_of(1))
    Report.objects.filter(pk=opened.report.pk).update(reported_at=make.MORNING - timedelta(days=10))
    harm_run()
    assert StreamRecord.objects.count() == 1
    harm_run()
    assert StreamRecord.objects.count() == 1
    late = Report.objects.get(pk=opened.report.pk)
    late.pk, late.reported_at = None, make.MORNING - timedelta(days=2)
    late.save()
    harm_run()
    assert StreamRecord.objects.count() == 2


def test_a_name_put_right_is_followed() -> None:
    opened = make.complaint(1, phone=make.phone_of(1))
    harm_run()
    wrong, right = make.GYM, "澜州晴川健身服务有限公司"
    Matter.objects.filter(pk=opened.matter.pk).update(text=f"我在{right}办的卡，退不了钱。")
    Report.objects.filter(pk=opened.report.pk).update(text="")
    harm_run()
    assert [row.name for row in StreamRecord.objects.all()] == [right] != [wrong]
    assert [row.name for row in Enterprise.objects.all()] == [right]


def test_one_enterprise_is_judged_by_itself_as_among_all() -> None:
    alert = make.raised()
    make.registered(make.SITE, make.SITE_CODE, address="石桥路9号")
    harm_run()
    Alert.objects.all().update(log_odds=0.0)
    alerts_raise(kinds=["prepaid_cards"], enterprise_id=alert.enterprise_id)
    assert Alert.objects.get().log_odds == pytest.approx(alert.log_odds)
