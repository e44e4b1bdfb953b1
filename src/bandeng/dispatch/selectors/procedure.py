"""The district's own rules of procedure: periods, shares and counts as dated data."""

import tomllib
from dataclasses import dataclass
from datetime import date
from functools import cache
from pathlib import Path

from django.utils import timezone

from bandeng.core import clock

FILE = Path(__file__).parent.parent / "data" / "procedure.toml"


@dataclass(frozen=True, kw_only=True)
class Procedure:
    """One dated row; days are calendar days."""

    valid_from: date
    source: str
    reopen_days: int
    rating_days: int
    extension_percent: int
    returns_to_street: int
    returns_to_district: int
    parts_at_once: int
    photos_per_matter: int
    corrections_to_retrain: int
    worse_allowed: float


@cache
def _rows() -> tuple[Procedure, ...]:
    rows = tomllib.loads(FILE.read_text(encoding="utf-8"))["procedure"]
    return tuple(sorted((Procedure(**row) for row in rows), key=lambda row: row.valid_from))


def procedure() -> Procedure:
    """The rules of procedure in force today."""
    today = timezone.localdate(clock.now())
    return [row for row in _rows() if row.valid_from <= today][-1]
