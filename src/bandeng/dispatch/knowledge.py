"""What dispatch knows at this moment: the decision table in force, limit profiles, the classifier."""

import json
import logging
import tomllib
from collections.abc import Sequence
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any

from django.conf import settings

from bandeng.areas.rules import dotted
from bandeng.areas.selectors import atlas
from bandeng.core import clock
from bandeng.core.remembered import Remembered
from bandeng.dispatch.models import DecisionTable
from bandeng.dispatch.rules import TableStatus
from bandeng.matters.rules import Channel
from bandeng.matters.selectors import taxonomy
from bandeng.organisations.selectors import directory
from reckon.classification import Classifier, ModelUnreadable
from reckon.routing.loading import load_table
from reckon.routing.router import Router, compile_table
from reckon.routing.table import Table, Universe

log = logging.getLogger("bandeng.dispatch")
PROFILES = Path(__file__).parent / "data" / "limit_profiles.toml"
HERE = {"local_street": 9, "local_community": 12, "local_grid": 15}
"""Leads that mean whoever serves the place: the length of that level's area code."""
REPORTER_KINDS = frozenset({"resident", "enterprise", "grid_worker", "agency"})


@dataclass(frozen=True)
class InForce:
    """The decision table in force, compiled."""

    version: int
    table: Table
    router: Router


def universe() -> Universe:
    """Every code that a decision table may name."""
    return Universe(
        categories=frozenset(taxonomy().by_code),
        areas=frozenset(dotted(code) for code in atlas().by_code),
        channels=frozenset(channel.value for channel in Channel),
        reporter_kinds=REPORTER_KINDS,
        zones=frozenset(),
        organisations=frozenset(directory().by_code) | frozenset(HERE),
        limits=frozenset(limit_profiles()),
    )


def _stamp() -> object:
    return (
        DecisionTable.objects.filter(status=TableStatus.PUBLISHED.value).values_list("id", "version").first()
    )


def _read() -> InForce | None:
    row = DecisionTable.objects.filter(status=TableStatus.PUBLISHED.value).first()
    if row is None:
        return None
    table = load_table(text=json.dumps(row.content), universe=universe())
    return InForce(row.version, table, compile_table(table=table))


in_force = Remembered(stamp=_stamp, read=_read)
"""The table in force, or None: `in_force()`."""


@cache
def _profile_rows() -> Sequence[dict[str, Any]]:
    rows: list[dict[str, Any]] = tomllib.loads(PROFILES.read_text(encoding="utf-8"))["profile"]
    return sorted(rows, key=lambda row: row["valid_from"])


def limit_profiles() -> dict[str, dict[str, Any]]:
    """The limit profiles in force today, by code: accept, handle, verify as limits."""
    today = clock.now().date()
    return {row["code"]: row for row in _profile_rows() if row["valid_from"] <= today}


def _model_stamp() -> object:
    path = settings.CLASSIFIER_FILE
    if not path.exists():
        return None
    known = path.stat()
    return known.st_mtime_ns, known.st_size


def _model_read() -> Classifier | None:
    if not settings.CLASSIFIER_FILE.exists():
        return None
    try:
        return Classifier.load(settings.CLASSIFIER_FILE)
    except ModelUnreadable:
        log.exception("the classifier cannot be read; matters go to people until it is trained anew")
        return None


classifier = Remembered(stamp=_model_stamp, read=_model_read)
"""The classifier in use, or None: `classifier()`."""
