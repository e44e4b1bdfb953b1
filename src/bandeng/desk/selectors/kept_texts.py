"""The message templates that a post keeps or may use."""

from dataclasses import dataclass

from django.db.models import Q

from bandeng.desk.labels import TEMPLATE_ACTS
from bandeng.dispatch.models import MessageTemplate
from bandeng.organisations.rules import Duty, Scope


@dataclass(frozen=True)
class KeptText:
    """A template as the list shows it."""

    id: int
    act: str
    name: str
    text: str
    for_all: bool
    may_change: bool


@dataclass(frozen=True)
class Group:
    """The templates of one act."""

    act: str
    name: str
    texts: tuple[KeptText, ...]


def kept_texts(scope: Scope) -> list[Group]:
    """Everybody's templates and the organisation's own, by act: one query."""
    rows = MessageTemplate.objects.filter(
        Q(organisation_id=scope.organisation_id) | Q(organisation_id__isnull=True)
    )
    texts = [_kept(row, scope) for row in rows.order_by("name", "id")]
    groups = [
        Group(act, str(name), tuple(each for each in texts if each.act == act))
        for act, name in TEMPLATE_ACTS.items()
    ]
    return [group for group in groups if group.texts]


def kept_text(scope: Scope, template_id: int) -> KeptText | None:
    """One template that the post may change, or None."""
    row = MessageTemplate.objects.filter(pk=template_id).first()
    if row is None or row.organisation_id not in (None, scope.organisation_id):
        return None
    found = _kept(row, scope)
    return found if found.may_change else None


def _kept(row: MessageTemplate, scope: Scope) -> KeptText:
    for_all = row.organisation_id is None
    may_change = scope.has(Duty.RULES) if for_all else scope.has(Duty.SUPERVISE) or scope.has(Duty.RULES)
    return KeptText(row.pk, row.act, row.name, row.text, for_all, may_change)
