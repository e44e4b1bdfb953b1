"""Matters and their types for tests."""

from datetime import UTC, date, datetime
from typing import Any

from bandeng.core.rules import RESIDENT, Actor
from bandeng.matters.models import MatterType
from bandeng.matters.rules import AccessClass, Channel, MatterState
from bandeng.matters.selectors import taxonomy
from bandeng.matters.services.opening import NewMatter, Opened, Ruling, matters_open

#: A Monday in working hours: 10:00 in the district.
MORNING = datetime(2026, 11, 23, 2, 0, tzinfo=UTC)
TYPES = (
    ("01", 1, "城乡建设", "housing"),
    ("01.01", 2, "市政设施", "city_management"),
    ("01.01.01", 3, "路灯", "city_management"),
    ("01.01.02", 3, "道路", "housing"),
)
LIMITS = {"accept": "8wh", "handle": "5wd", "verify": "2wd"}


def matter_type(
    *, code: str, level: int, name: str, lead_code: str = "", access: AccessClass = AccessClass.OPEN
) -> MatterType:
    """The type in force with this code; one that is there already is set to these values."""
    row, _ = MatterType.objects.update_or_create(
        code=code,
        valid_from=date(2026, 1, 1),
        defaults={
            "level": level, "name": name, "name_en": name, "lead_code": lead_code,
            "limits": LIMITS, "access_class": access.value,
        },
    )  # fmt: skip
    taxonomy.forget()
    return row


def matter_types() -> dict[str, MatterType]:
    """A first-level type with one branch and two leaves; by code."""
    rows = [
        matter_type(code=code, level=level, name=name, lead_code=lead) for code, level, name, lead in TYPES
    ]
    return {row.code: row for row in rows}


def new_matter(**fields: Any) -> NewMatter:
    """A resident's report of a dead street lamp, with fields changed at will."""
    standard: dict[str, Any] = {
        "title": "路灯不亮",
        "text": "古渡路58号门前的路灯三天不亮，晚上出行不便。",
        "channel": Channel.RESIDENT,
        "reported_at": MORNING,
    }
    return NewMatter(**standard | fields)


def matter_opened(
    *,
    state: MatterState = MatterState.RECEIVED,
    actor: Actor = RESIDENT,
    ruling: dict[str, Any] | None = None,
    **fields: Any,
) -> Opened:
    """A saved matter as its own service writes it, without dispatch; `fields` are the report's, `ruling` dispatch's."""
    return matters_open(items=[(new_matter(**fields), Ruling(state=state, **(ruling or {})))], actor=actor)[0]
