"""The matters chosen for a bulk act, as its dialog lists them."""

from collections.abc import Sequence
from dataclasses import dataclass

from bandeng.dispatch.selectors import Act, visible
from bandeng.dispatch.selectors.acts import refusal_of
from bandeng.dispatch.selectors.refusals import MESSAGES
from bandeng.dispatch.selectors.visibility import given
from bandeng.matters.models import Matter
from bandeng.matters.selectors import within_access
from bandeng.organisations.rules import Scope


@dataclass(frozen=True)
class Pick:
    """A chosen matter, and why the act cannot be done to it as it is now, if so."""

    id: int
    number: str
    title: str
    version: str
    lead_id: int | None
    area_code: str
    refusal: str


def picks_of(scope: Scope, keys: Sequence[int], act: Act) -> list[Pick]:
    """The chosen matters that the post may see, in the order chosen: one query, two where some lie elsewhere."""
    rows = visible(scope).defer("text", "answers").in_bulk(list(keys))
    others = [key for key in keys if key not in rows]
    if others and scope.sees_area:
        elsewhere = Matter.objects.filter(pk__in=given(scope).values("matter_id"))
        rows |= within_access(elsewhere, scope).defer("text", "answers").in_bulk(others)
    return [_pick(rows[key], act) for key in keys if key in rows]


def _pick(matter: Matter, act: Act) -> Pick:
    problem = refusal_of(act=act, matter=matter)
    refusal = str(MESSAGES[problem]) if problem else ""
    version = matter.changed_at.isoformat()
    return Pick(matter.pk, matter.number, matter.title, version, matter.lead_id, matter.area_code, refusal)
