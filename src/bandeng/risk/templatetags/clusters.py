"""Words and pictures of surges and clusters."""

import math
from collections.abc import Sequence
from typing import Any

from django import template
from django.template.loader import render_to_string
from django.utils.safestring import SafeString
from django.utils.translation import pgettext

from bandeng.areas.selectors import atlas
from bandeng.core.labels import in_language, listed
from bandeng.matters.selectors import taxonomy
from bandeng.risk import labels
from bandeng.risk.rules import STREET, SurgeKind
from bandeng.risk.scan_rules import Group
from bandeng.risk.selectors.clusters import Line, Week
from bandeng.risk.selectors.clusters_map import middles, outlines
from bandeng.risk.selectors.clusters_sheet import place_name
from bandeng.risk.selectors.shapes import pictures
from bandeng.risk.templatetags.risk import NAME_SIZE, TIGHT_SIZE

register = template.Library()
LEAST_MARK, MOST_MARK = 25.0, 42.0
LEAST_P = 0.0001
#: How often marks are pushed apart, and how far from each other they then lie.
ROUNDS, GAP = 60, 4.0
#: Of a chart: width, height of its middle part, room above, on the left and on the right.
WIDE, HIGH, TOP, LEFT, RIGHT = 600.0, 150.0, 28.0, 46.0, 12.0
WORDS: dict[str, dict[str, Any]] = {
    "kind": labels.SURGE_KINDS,
    "finding": labels.FINDING_KINDS,
    "method": labels.SURGE_METHODS,
}


@register.simple_tag
def surge_word(kind: str, code: str) -> str:
    """The word for a code."""
    return str(WORDS[kind][code])


@register.filter
def group_name(group: Group) -> str:
    """A group's name in the reader's language."""
    return in_language(name=group.name_zh, name_en=group.name_en)


@register.filter
def types_of(group: Group) -> str:
    """The names of the types that a group counts."""
    known = taxonomy().by_code
    rows = [known[code] for code in group.category if code in known]
    return listed(row.called for row in rows)


@register.filter
def full_place(code: str) -> str:
    """An area's name after those of the areas above it."""
    return place_name(code)


@register.filter
def below_street(code: str) -> str:
    """The names below the street, for a table that names the street already."""
    names = [atlas().name(code[:length]) for length in (12, 15) if len(code) >= length]
    return " ".join(filter(None, names))


@register.filter
def odds(value: float) -> str:
    """A small probability in percent, never 0."""
    return "<0.01%" if value < LEAST_P else f"{value:.2%}" if value < 0.01 else f"{value:.1%}"


@register.filter
def times(value: float) -> str:
    """A ratio with as many digits as it deserves."""
    return f"{value:.0f}" if value >= 20 else f"{value:.1f}"


@register.filter
def usual(value: float) -> str:
    """An expected count with as many digits as it deserves."""
    return f"{value:.0f}" if value >= 20 else f"{value:.1f}" if value >= 0.95 else f"{value:.2f}"


@register.simple_tag
def surges_map(lines: Sequence[Line], title: str) -> SafeString:
    """The streets with a numbered mark for each line; the table has the same numbers."""
    picture = pictures().get("")
    if picture is None:
        return SafeString("")
    places = middles([line.surge.area_code for line in lines])
    most = max((line.excess for line in lines), default=1.0) or 1.0
    marks = [
        _mark(number, line, place=places[line.surge.area_code], most=most)
        for number, line in enumerate(lines, 1)
        if line.surge.area_code in places
    ]
    names = {cell.code: atlas().name(cell.code) for cell in picture.cells}
    labels, tight = picture.both(names, size=NAME_SIZE, tight=TIGHT_SIZE)
    apart(marks)
    touched = {line.street for line in lines}
    context = {
        "cells": [(cell, cell.code in touched) for cell in picture.cells],
        "labels": labels,
        "tight": tight,
        "tall": round(picture.height + 12),
        # Small marks lie upon large ones.
        "marks": sorted(marks, key=lambda mark: -mark["size"]),
        "title": title,
    }
    return render_to_string("risk/parts/clusters_map.html", context)


def _mark(number: int, line: Line, *, place: tuple[float, float], most: float) -> dict[str, Any]:
    """A disc or a square, the larger the more matters there are above expectation."""
    size = max(LEAST_MARK, MOST_MARK * math.sqrt(max(line.excess, 0.0) / most))
    return {
        "number": number, "line": line, "x": place[0], "y": place[1], "size": round(size, 1),
        "side": round(1.8 * size, 1), "half": round(-0.9 * size, 1),
    }  # fmt: skip


def apart(marks: Sequence[dict[str, Any]]) -> None:
    """Move marks that lie upon each other until each can be read; those that lie alone stay."""
    for _ in range(ROUNDS):
        for place, one in enumerate(marks):
            for other in marks[place + 1 :]:
                _push(one, other)
    for mark in marks:
        mark["x"], mark["y"] = round(mark["x"], 1), round(mark["y"], 1)


def _push(one: dict[str, Any], other: dict[str, Any]) -> None:
    """Move two marks away from each other by half of what they overlap."""
    across, down = other["x"] - one["x"], other["y"] - one["y"]
    far = math.hypot(across, down)
    lacking = one["size"] + other["size"] + GAP - far
    if lacking <= 0.0:
        return
    # Two in the same place go to either side.
    right, low = (across / far, down / far) if far else (1.0, 0.0)
    for mark, way in ((one, -lacking / 2.0), (other, lacking / 2.0)):
        mark["x"] += way * right
        mark["y"] += way * low


@register.simple_tag
def surge_map(line: Line, title: str) -> SafeString:
    """The street's communities with the surge's grids; of a rise the street among the others."""
    within = line.street if line.surge.kind == SurgeKind.CLUSTER.value else ""
    picture = pictures().get(within)
    if picture is None:
        return SafeString("")
    areas = [area for area in line.surge.areas if area.startswith(within)]
    names = {cell.code: atlas().name(cell.code) for cell in picture.cells}
    labels, tight = picture.both(names, size=NAME_SIZE, tight=TIGHT_SIZE)
    context = {
        "cells": [(cell, labels[cell.code], tight[cell.code]) for cell in picture.cells],
        "tall": round(picture.height + 12),
        "chosen": {line.surge.area_code[:STREET]} if not within else set[str](),
        "paths": outlines(areas, within=within) if within else [],
        "title": title,
    }
    return render_to_string("risk/parts/clusters_place.html", context)


@register.simple_tag
def weeks_chart(weeks: Sequence[Week]) -> SafeString:
    """Counts as bars, the expected ones as a line, the bound as steps above it."""
    values = [float(week.count) for week in weeks]
    values += [value for week in weeks for value in (week.expected, week.bound) if value is not None]
    most = max([*values, 1.0])
    step = (WIDE - LEFT - RIGHT) / max(len(weeks), 1)

    def height(value: float) -> float:
        return round(TOP + HIGH * (1.0 - value / most), 1)

    columns = [
        {
            "x": round(LEFT + step * place + step * 0.15, 1), "middle": round(LEFT + step * (place + 0.5), 1),
            "start": round(LEFT + step * place, 1), "end": round(LEFT + step * (place + 1), 1),
            "width": round(step * 0.7, 1), "y": height(week.count), "tall": round(TOP + HIGH - height(week.count), 1),
            "week": week, "expected": None if week.expected is None else height(week.expected),
            "bound": None if week.bound is None else height(week.bound),
            "is_dated": (len(weeks) - 1 - place) % max(round(len(weeks) / 6), 1) == 0,
        }
        for place, week in enumerate(weeks)
    ]  # fmt: skip
    context = {
        "columns": columns,
        "base": TOP + HIGH,
        "dates": TOP + HIGH + 26,
        "tall": TOP + HIGH + 32,
        "wide": WIDE,
        "left": LEFT,
        "most": most,
        "top": TOP,
        "has_bound": any(week.bound is not None for week in weeks),
        "words": pgettext(
            "surge", "Matters of each week, what was expected and the bound; the table has the same."
        ),
    }
    return render_to_string("risk/parts/clusters_weeks.html", context)
