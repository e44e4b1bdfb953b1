"""Matters as rows of an exported table: what lists show, nothing of the reporters."""

from collections.abc import Iterator, Sequence
from datetime import datetime
from typing import Any

from django.utils import timezone
from django.utils.translation import pgettext

from bandeng.areas.selectors import atlas
from bandeng.desk.selectors.rows import STATE_WORDS, type_name
from bandeng.dispatch.selectors import QueueFilter, matters_found
from bandeng.documents.sheets import Row
from bandeng.matters.labels import CHANNELS, PRIORITIES
from bandeng.matters.models import Matter
from bandeng.matters.rules import number_of
from bandeng.organisations.rules import Scope
from bandeng.organisations.selectors import directory

MOST_ROWS = 100_000
ROWS_A_QUERY = 1_000
COLUMNS = (
    "id", "title", "type_code", "state", "channel", "priority", "area_code", "address", "lead_id",
    "lead_post__user__name", "opened_at", "limit", "due_at", "paused_at", "closed_at", "report_count", "support",
    "against", "reopen_count", "return_count", "satisfaction",
)  # fmt: skip


def heads() -> list[str]:
    """The heads of the columns."""
    return [
        pgettext("export", "Number"), pgettext("export", "Title"), pgettext("export", "Type code"),
        pgettext("export", "Type"), pgettext("export", "State"), pgettext("export", "Channel"),
        pgettext("export", "Priority"), pgettext("export", "Street"), pgettext("export", "Community"),
        pgettext("export", "Grid"), pgettext("export", "Address"), pgettext("export", "Lead"),
        pgettext("export", "In charge"), pgettext("export", "Reported at"), pgettext("export", "Limit"),
        pgettext("export", "Due at"), pgettext("export", "Paused since"), pgettext("export", "Closed at"),
        pgettext("export", "Reporters"), pgettext("export", "In favour"), pgettext("export", "Against"),
        pgettext("export", "Times reopened"), pgettext("export", "Times returned"), pgettext("export", "Satisfaction"),
    ]  # fmt: skip


def export_keys(scope: Scope, filters: QueueFilter) -> list[int]:
    """The keys of the filter's matters in its order, one more than an export holds if there are more."""
    return list(matters_found(scope, filters).values_list("pk", flat=True)[: MOST_ROWS + 1])


def sheet_rows(keys: Sequence[int]) -> Iterator[Row]:
    """The table, heads first. Rows are read a thousand at a time, so a slow reader holds no cursor open."""
    yield heads()
    words = {"channel": dict(CHANNELS), "priority": dict(PRIORITIES)}
    for start in range(0, len(keys), ROWS_A_QUERY):
        part = keys[start : start + ROWS_A_QUERY]
        found = {row["id"]: row for row in Matter.objects.filter(pk__in=part).values(*COLUMNS)}
        yield from (_cells(found[key], words) for key in part if key in found)


def _cells(row: dict[str, Any], words: dict[str, dict[str, Any]]) -> Row:
    places = atlas().by_code
    code = row["area_code"]
    names = [places[code[:n]].name if len(code) >= n and code[:n] in places else "" for n in (9, 12, 15)]
    return [
        number_of(row["id"]), row["title"], row["type_code"], type_name(row["type_code"]),
        str(STATE_WORDS[row["state"]]),
        str(words["channel"][row["channel"]]), str(words["priority"][row["priority"]]), *names, row["address"],
        directory().name(row["lead_id"]), row["lead_post__user__name"] or "", _moment(row["opened_at"]), row["limit"],
        _moment(row["due_at"]), _moment(row["paused_at"]), _moment(row["closed_at"]), row["report_count"],
        row["support"], row["against"], row["reopen_count"], row["return_count"], row["satisfaction"] or "",
    ]  # fmt: skip


def _moment(moment: datetime | None) -> str:
    return timezone.localtime(moment).strftime("%Y-%m-%d %H:%M") if moment else ""
