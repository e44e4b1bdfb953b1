"""Texts that officers start from: brought in once as data, then kept by those who supervise."""

import tomllib
from pathlib import Path

from django.db import transaction

from bandeng.core import audit
from bandeng.core.rules import Actor
from bandeng.dispatch.models import MessageTemplate
from bandeng.dispatch.selectors.visibility import NotVisible
from bandeng.matters.rules import clean_text
from bandeng.organisations.rules import Duty, DutyMissing, Scope

FILE = Path(__file__).parent.parent / "data" / "templates.toml"


def templates_load() -> None:
    """Bring the base texts in where there is none at all; what officers deleted stays deleted."""
    if MessageTemplate.objects.exists():
        return
    rows = tomllib.loads(FILE.read_text(encoding="utf-8"))["template"]
    MessageTemplate.objects.bulk_create([MessageTemplate(**row) for row in rows])


def _check_may_keep(scope: Scope, organisation_id: int | None) -> None:
    """Raise DutyMissing: everybody's texts are kept with the rules, an organisation's own by its supervisors."""
    if organisation_id is None and not scope.has(Duty.RULES):
        raise DutyMissing(Duty.RULES.value)
    if organisation_id is not None and organisation_id != scope.organisation_id:
        raise DutyMissing(Duty.SUPERVISE.value)
    if not (scope.has(Duty.SUPERVISE) or scope.has(Duty.RULES)):
        raise DutyMissing(Duty.SUPERVISE.value)


@transaction.atomic
def template_write(
    *,
    act: str,
    name: str,
    text: str,
    for_all: bool,
    actor: Actor,
    scope: Scope,
    template_id: int | None = None,
) -> MessageTemplate:
    """Write a new text, or another version of one. Raises DutyMissing, NotVisible."""
    row = MessageTemplate() if template_id is None else _kept(template_id, scope)
    before = _told(row) if row.pk else {}
    organisation_id = None if for_all else scope.organisation_id
    _check_may_keep(scope, organisation_id)
    row.act, row.name, row.text = act, clean_text(name), clean_text(text)
    row.organisation_id = organisation_id
    row.save()
    audit.record(
        action="template.written", subject=row, actor=actor.key, before=before, after=_told(row),
    )  # fmt: skip
    return row


@transaction.atomic
def template_delete(*, template_id: int, actor: Actor, scope: Scope) -> None:
    """Delete a text. Raises DutyMissing, NotVisible."""
    row = _kept(template_id, scope)
    audit.record(action="template.deleted", subject=row, actor=actor.key, before=_told(row))
    row.delete()


def _kept(template_id: int, scope: Scope) -> MessageTemplate:
    row = MessageTemplate.objects.select_for_update(of=("self",)).filter(pk=template_id).first()
    if row is None or row.organisation_id not in (None, scope.organisation_id):
        raise NotVisible(template_id)
    _check_may_keep(scope, row.organisation_id)
    return row


def _told(row: MessageTemplate) -> dict[str, object]:
    return {"act": row.act, "name": row.name, "text": row.text, "organisation_id": row.organisation_id}
