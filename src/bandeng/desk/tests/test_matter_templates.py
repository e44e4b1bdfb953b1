"""Message templates: base texts, and who writes which."""

import pytest
from pytest_django import Settings

from bandeng.core.models import AuditEntry
from bandeng.desk.selectors.texts import filled
from bandeng.desk.tests.officers import signed_in
from bandeng.dispatch.models import MessageTemplate
from bandeng.dispatch.selectors import templates_for
from bandeng.dispatch.services.templates import templates_load
from bandeng.dispatch.tests.stories import Stage
from bandeng.organisations.rules import Duty

pytestmark = pytest.mark.django_db
GIVEN = {"act": "reply", "name": "回访", "text": "您反映的{title}正在办理。"}


@pytest.fixture
def stage(settings: Settings) -> Stage:
    # Whoever keeps the rules needs a second factor, except in a demo.
    settings.DEMO = True
    return Stage()


def test_base_texts_come_once(stage: Stage) -> None:
    MessageTemplate.objects.all().delete()
    templates_load()
    count = MessageTemplate.objects.count()
    assert count > 5
    MessageTemplate.objects.first().delete()  # type: ignore[union-attr]
    templates_load()
    assert MessageTemplate.objects.count() == count - 1


def test_a_supervisor_writes_for_its_own_organisation_alone(stage: Stage) -> None:
    templates_load()
    client = signed_in(stage.scope("housing", Duty.SUPERVISE))
    assert client.post("/desk/templates/new", GIVEN | {"for_all": "on"}).status_code == 302
    row = MessageTemplate.objects.get(name="回访")
    assert row.organisation_id == stage.organisation_id("housing")
    assert AuditEntry.objects.filter(action="template.written", subject_id=str(row.pk)).exists()
    base = MessageTemplate.objects.filter(organisation__isnull=True).first()
    assert base is not None
    assert client.get(f"/desk/templates/{base.pk}").status_code == 404
    assert client.post(f"/desk/templates/{base.pk}/delete").status_code == 404
    other = signed_in(stage.scope("police", Duty.SUPERVISE))
    assert other.get(f"/desk/templates/{row.pk}").status_code == 404
    assert other.post(f"/desk/templates/{row.pk}", GIVEN).status_code == 404
    assert "回访" not in other.get("/desk/templates/").content.decode()
    assert row not in templates_for("reply", stage.scope("police", Duty.SUPERVISE))


def test_who_keeps_the_rules_writes_for_all(stage: Stage) -> None:
    client = signed_in(stage.scope("command_centre", Duty.RULES))
    assert client.post("/desk/templates/new", GIVEN | {"for_all": "on"}).status_code == 302
    row = MessageTemplate.objects.get(name="回访")
    assert row.organisation_id is None
    assert (
        client.post(f"/desk/templates/{row.pk}", GIVEN | {"text": "新文", "for_all": "on"}).status_code == 302
    )
    row.refresh_from_db()
    assert row.text == "新文"
    assert client.post("/desk/templates/new", {"act": "reply"}).status_code == 422
    assert client.post(f"/desk/templates/{row.pk}/delete").status_code == 302
    assert not MessageTemplate.objects.filter(pk=row.pk).exists()


def test_templates_are_not_for_handlers(stage: Stage) -> None:
    client = signed_in(stage.handler("housing"))
    assert client.get("/desk/templates/").status_code == 403
    assert client.post("/desk/templates/new", GIVEN).status_code == 403


def test_words_in_braces_are_the_matters(stage: Stage) -> None:
    matter = stage.opened(title="路灯").matter
    text = filled("{number} {title} {lead} {result} {unknown} {", matter, result="已修好")
    assert text == f"{matter.number} 路灯 城市管理 已修好。 {{unknown}} {{"
