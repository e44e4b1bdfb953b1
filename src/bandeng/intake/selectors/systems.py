"""What other systems read, within what their token may see."""

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from django.conf import settings
from django.db.models import QuerySet
from django.http import Http404

from bandeng.areas.rules import code_range
from bandeng.dispatch.selectors import NotVisible, matter_for, visible
from bandeng.dispatch.selectors.reviews import reviews_of
from bandeng.matters import search
from bandeng.matters.models import IS_OPEN, Matter, Review, Step
from bandeng.matters.rules import OPEN_STATES, MatterState, id_of
from bandeng.matters.selectors import reports_of_source
from bandeng.organisations.rules import Scope
from bandeng.organisations.selectors import directory


def matter_of_source(source: str, source_key: str) -> Matter | None:
    """The matter that an external key opened earlier."""
    if not source_key:
        return None
    report = reports_of_source(source, [source_key]).select_related("matter").first()
    return report.matter if report else None


def receipt_again(matter: Matter) -> dict[str, Any]:
    """The receipt of a matter that is there already; its secret was given once and is not kept."""
    return {
        "number": matter.number,
        "secret": "",
        "state": matter.state,
        "type": matter.type_code,
        "lead": directory().official_name(matter.lead_id),
        "due_at": _iso(matter.due_at),
        "track_url": f"{settings.PUBLIC_URL}/track/{matter.number}",
    }


def matter_page(
    *,
    scope: Scope,
    cursor: str,
    limit: int,
    state: str | None,
    type: str,  # noqa: A002 (the field's name in the API)
    area: str,
    q: str,
    opened_from: datetime | None,
    opened_to: datetime | None,
) -> dict[str, Any]:
    """Matters newest first, and the cursor of the next page."""
    matters = visible(scope)
    if state:
        matters = _in_state(matters, MatterState(state))
    if type:
        matters = matters.filter(type_code__startswith=type)
    if area:
        start, end = code_range(area)
        matters = matters.filter(area_code__gte=start, area_code__lt=end)
    if q:
        matters = search.found(matters, q)
    if opened_from:
        matters = matters.filter(opened_at__gte=opened_from)
    if opened_to:
        matters = matters.filter(opened_at__lt=opened_to)
    if cursor.isdecimal():
        matters = matters.filter(pk__lt=min(int(cursor), 2**62))
    rows = list(matters.order_by("-pk")[: limit + 1])
    more = len(rows) > limit
    return {
        "items": [shown_matter(row) for row in rows[:limit]],
        "next": str(rows[limit - 1].pk) if more else None,
    }


def _in_state(matters: QuerySet[Matter], state: MatterState) -> QuerySet[Matter]:
    """Matters in one state; where it is an open one, by the indexes of what is open."""
    return matters.filter(*([IS_OPEN] if state in OPEN_STATES else []), state=state.value)


def shown_matter(matter: Matter) -> dict[str, Any]:
    """A matter without personal data."""
    return {
        "number": matter.number,
        "title": matter.title,
        "state": matter.state,
        "channel": matter.channel,
        "type": matter.type_code,
        "priority": matter.priority,
        "area": matter.area_code,
        "address": matter.address,
        "longitude": matter.longitude,
        "latitude": matter.latitude,
        "lead": directory().official_name(matter.lead_id),
        "opened_at": matter.opened_at,
        "due_at": matter.due_at,
        "closed_at": matter.closed_at,
        "changed_at": matter.changed_at,
        "reports": matter.report_count,
        "support": matter.support,
        "against": matter.against,
        "reopened": matter.reopen_count,
    }


def visible_matter(*, scope: Scope, number: str) -> Matter:
    """The matter with a public number. Raises Http404 when there is none within view."""
    key = id_of(number)
    if key is None:
        raise Http404
    try:
        return matter_for(scope=scope, matter_id=key)
    except NotVisible as error:
        raise Http404 from error


def matter_detail(*, scope: Scope, number: str) -> dict[str, Any]:
    """A matter with text, story and why it was dispatched as it was."""
    matter = visible_matter(scope=scope, number=number)
    steps = list(Step.objects.filter(matter_id=matter.pk).order_by("pk")[:500])
    why: dict[str, Any] = next((step.data["why"] for step in reversed(steps) if "why" in step.data), {})
    return {
        **shown_matter(matter),
        "text": matter.text,
        "why": why,
        "steps": [_step(step) for step in steps],
        "reviews": [_review(row) for row in reviews_of(matter.pk)],
    }


def _review(row: Review) -> Mapping[str, Any]:
    return {
        "stage": row.stage,
        "state": row.state,
        "body": row.body,
        "organisation": directory().official_name(row.organisation_id),
        "answered_at": row.answered_at,
        "asked_at": row.asked_at,
        "due_at": row.due_at,
        "outcome": row.outcome,
        "document": row.document,
        "decided_at": row.decided_at,
    }


def _step(step: Step) -> Mapping[str, Any]:
    return {
        "kind": step.kind,
        "state": step.state,
        "at": step.at,
        "organisation": directory().official_name(step.organisation_id),
        "note": step.note,
        "public": step.public,
    }


def _iso(value: datetime | None) -> str | None:
    return value.isoformat() if value else None
