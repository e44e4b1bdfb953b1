"""The outlines of the areas as GeoJSON, ready to be sent."""

import gzip
import hashlib
import json
from dataclasses import dataclass
from typing import Any

from django.db.models import Count, Max

from bandeng.areas.models import Area
from bandeng.areas.rules import Level, code_range
from bandeng.core.remembered import Remembered

DIGITS = 6  # a tenth of a metre


@dataclass(frozen=True)
class Body:
    """A finished answer: plain and compressed bytes and the tag that names them."""

    plain: bytes
    packed: bytes
    tag: str


class Outlines:
    """Features by level as JSON text, and the answers made of them so far."""

    def __init__(self, features: dict[int, list[tuple[str, str]]]) -> None:
        self._features = features
        self._bodies: dict[tuple[int, str], Body] = {}

    def body(self, *, level: Level, within: str) -> Body:
        """The areas of a level within an area (empty: all of them)."""
        key = (level.value, within)
        if key not in self._bodies:
            self._bodies[key] = self._make(level, within)
        return self._bodies[key]

    def _make(self, level: Level, within: str) -> Body:
        start, end = code_range(within) if within else ("", ":")
        rows = [text for code, text in self._features.get(level.value, []) if start <= code < end]
        plain = ('{"type":"FeatureCollection","features":[' + ",".join(rows) + "]}").encode()
        return Body(
            plain, gzip.compress(plain, 6, mtime=0), '"' + hashlib.sha256(plain).hexdigest()[:32] + '"'
        )


def _stamp() -> tuple[int, int]:
    found = Area.objects.aggregate(count=Count("id"), last=Max("id"))
    return found["count"], found["last"] or 0


def _read() -> Outlines:
    features: dict[int, list[tuple[str, str]]] = {level.value: [] for level in Level}
    rows = Area.objects.filter(outline__isnull=False).order_by("code")
    for code, level, name, name_en, outline in rows.values_list(
        "code", "level", "name", "name_en", "outline"
    ):
        if outline is None:
            continue
        feature = {
            "type": "Feature",
            "properties": {"code": code, "name": name, "name_en": name_en, "level": level},
            "geometry": {"type": outline["type"], "coordinates": rounded(outline["coordinates"])},
        }
        features[level].append((code, json.dumps(feature, ensure_ascii=False, separators=(",", ":"))))
    return Outlines(features)


def rounded(value: Any) -> Any:
    """Coordinates, however deep, in degrees with six digits."""
    return round(value, DIGITS) if isinstance(value, (int, float)) else [rounded(each) for each in value]


outlines = Remembered(stamp=_stamp, read=_read)
"""The outlines as they are: `outlines()`."""
