"""What Open311 shows: services from the taxonomy, requests from matters, personal data never."""

from collections.abc import Sequence
from datetime import datetime
from typing import Any

from django.db.models import Q, QuerySet

from bandeng.dispatch.selectors import visible
from bandeng.matters.models import Matter, MatterType, Step
from bandeng.matters.rules import OPEN_STATES, AccessClass
from bandeng.matters.selectors import taxonomy
from bandeng.organisations.rules import Scope
from bandeng.organisations.selectors import directory

SERVICE_LEVEL = 3
PUBLIC_DIGITS = 3  # about 100 m: a place may tell who lives there
OPEN = Q(state__in=sorted(state.value for state in OPEN_STATES))


def service_records() -> list[dict[str, Any]]:
    """Every ordinary third-level type as a service."""
    kinds = taxonomy()
    rows = sorted(kinds.by_code.values(), key=lambda row: row.code)
    return [
        _service(row)
        for row in rows
        if row.level == SERVICE_LEVEL and row.access_class == AccessClass.OPEN.value
    ]


def _service(row: MatterType) -> dict[str, Any]:
    path = taxonomy().path(row.code)
    return {
        "service_code": row.code,
        "service_name": row.name,
        "description": " / ".join(each.name for each in path),
        "metadata": bool(row.questions),
        "type": "realtime",
        "keywords": f"{row.name},{row.name_en}".strip(","),
        "group": path[0].name if path else "",
    }


def service_definition(code: str) -> dict[str, Any] | None:
    """The questions of a type, or None when there is no such service."""
    row = taxonomy().by_code.get(code)
    if row is None or row.access_class != AccessClass.OPEN.value:
        return None
    return {
        "service_code": row.code,
        "attributes": [_attribute(place, each) for place, each in enumerate(row.questions, 1)],
    }


DATATYPES = {"text": "text", "number": "number", "date": "datetime", "choice": "singlevaluelist"}


def _attribute(place: int, question: dict[str, Any]) -> dict[str, Any]:
    choices = question.get("choices") or []
    return {
        "variable": True,
        "code": question["key"],
        "datatype": DATATYPES.get(question.get("kind", "text"), "string"),
        "required": bool(question.get("required")),
        "datatype_description": None,
        "order": place,
        "description": question["zh"],
        "values": [_choice(each) for each in choices],
    }


def _choice(choice: Any) -> dict[str, str]:
    if isinstance(choice, dict):
        return {"key": str(choice.get("key", "")), "name": str(choice.get("zh", choice.get("key", "")))}
    return {"key": str(choice), "name": str(choice)}


def requests_found(
    *,
    scope: Scope | None,
    keys: Sequence[int] | None = None,
    start: datetime | None = None,
    end: datetime | None = None,
    codes: Sequence[str] = (),
    status: str = "",
) -> QuerySet[Matter]:
    """Matters newest first: within the token's view, or, without one, ordinary ones only."""
    rows = Matter.objects.filter(access_class=AccessClass.OPEN.value) if scope is None else visible(scope)
    if keys is not None:
        rows = rows.filter(pk__in=keys)
    if start and end:
        rows = rows.filter(opened_at__gte=start, opened_at__lte=end)
    if codes:
        rows = rows.filter(type_code__in=codes)
    if status:
        rows = rows.filter(OPEN) if status == "open" else rows.exclude(OPEN)
    return rows.order_by("-opened_at", "-pk")


def request_records(rows: Sequence[Matter], *, scope: Scope | None) -> list[dict[str, Any]]:
    """Matters as service requests; the public sees neither words nor the exact place."""
    notes = _public_notes([row.pk for row in rows])
    return [_request(row, notes.get(row.pk, ""), scope is not None) for row in rows]


def _public_notes(keys: list[int]) -> dict[int, str]:
    steps = Step.objects.filter(matter_id__in=keys, public=True, kind__in=["replied", "closed", "rejected"])
    return dict(steps.order_by("pk").values_list("matter_id", "note"))


def _request(row: Matter, note: str, known: bool) -> dict[str, Any]:
    kind = taxonomy().by_code.get(row.type_code)
    is_open = row.state in {state.value for state in OPEN_STATES}

    def degrees(value: float | None) -> float | None:
        return value if known or value is None else round(value, PUBLIC_DIGITS)

    return {
        "service_request_id": row.number,
        "status": "open" if is_open else "closed",
        "status_notes": note if known else None,
        "service_name": kind.name if kind else None,
        "service_code": row.type_code or None,
        "description": f"{row.title}\n{row.text}" if known else None,
        "agency_responsible": directory().official_name(row.lead_id) or None,
        "service_notice": None,
        "requested_datetime": row.opened_at,
        "updated_datetime": row.changed_at,
        "expected_datetime": row.due_at,
        "address": row.address if known else None,
        "address_id": row.area_code or None,
        "zipcode": None,
        "lat": degrees(row.latitude),
        "long": degrees(row.longitude),
        "media_url": None,
    }
