"""Words and pictures of the five-colour map."""

import math
from collections.abc import Iterable, Mapping, Sequence
from itertools import pairwise
from typing import Any

from django import template
from django.template.loader import render_to_string
from django.utils.safestring import SafeString
from django.utils.translation import get_language, pgettext

from bandeng.areas.selectors import atlas
from bandeng.core.labels import RISK_LEVEL, listed
from bandeng.core.templatetags.bandeng import risk_mark
from bandeng.ledger.rules import months_from
from bandeng.organisations.permission import held_scope
from bandeng.organisations.selectors import directory
from bandeng.risk import labels
from bandeng.risk.models import Alert, StreetRisk
from bandeng.risk.rules import may_bring_stocks as may_bring
from bandeng.risk.selectors.alerts import alerts_open, subjects_in_force
from bandeng.risk.selectors.figures import Declared
from bandeng.risk.selectors.maps import lines_on_screen
from bandeng.risk.selectors.pages import Chances, IndicatorLine, StreetLine
from bandeng.risk.selectors.shapes import pictures
from reckon.colours import ColourRules, Coverage, Error
from reckon.index import Indicator, declaration_shipped

register = template.Library()
LEAST, MOST = -math.log(4.0), math.log(4.0)
"""Ends of the picture of a ratio: a quarter and four times the reference year."""
PER = {"population": 10_000, "premises": 1_000, "food_premises": 1_000}
NAME_SIZE, TIGHT_SIZE = 30, 38
"""Of names on a map with room, and on one as wide as a phone: there they are twelve pixels high."""
ON_SCREEN, ORANGE = 6, 3
Words = dict[str, Any]
WORDS: dict[str, Words] = {
    "map": labels.MAP_STATUSES,
    "alert": labels.ALERT_STATES,
    "kind": labels.ALERT_KINDS,
    "task": labels.ALERT_TASK_STATES,
    "task_kind": labels.ALERT_TASK_KINDS,
    "supervision": labels.SUPERVISION_STATES,
    "act": labels.ACTS,
    "stock": labels.STOCK_KINDS,
    "set": labels.SET_STATUSES,
    "part": labels.SET_PARTS,
    "layer": labels.LAYERS,
}


@register.simple_tag
def word_of(kind: str, code: str) -> str:
    """The word for a code."""
    return str(WORDS[kind].get(code, ""))


@register.filter
def area_name(code: str) -> str:
    """An area's name in the reader's language."""
    return atlas().name(code)


@register.filter
def organisation_name(key: int | None) -> str:
    """An organisation's short name in the reader's language."""
    return directory().name(key)


@register.filter
def called(row: Any) -> str:
    """The name of an indicator or dimension in the reader's language."""
    # Neither an indicator that is declared no more nor a surge has one.
    if not row:
        return ""
    return str(row.name_en if (get_language() or "").startswith("en") else row.name_zh)


@register.filter
def of_code(rows: Mapping[str, Any], code: str) -> Any:
    """The row with a code; None where it is not known any more."""
    return rows.get(code)


@register.filter
def defined(row: Indicator) -> str:
    """An indicator's definition in the reader's language."""
    return row.definition_en if (get_language() or "").startswith("en") else row.definition_zh


@register.filter
def sourced(row: Indicator) -> str:
    """Which rule or choice an indicator rests on, in the reader's language as far as it was declared in it."""
    if (get_language() or "").startswith("en"):
        return labels.SOURCES_IN_ENGLISH.get(row.source, row.source)
    shipped = {(each.code, each.source): each.source_zh for each in declaration_shipped().indicators}
    return row.source_zh or shipped.get((row.code, row.source)) or row.source


@register.filter
def owner_name(row: Indicator) -> str:
    """The department that answers for an indicator."""
    return owner_of(row.owner)


@register.filter
def month_name(month: int) -> str:
    """A month such as 2026-10."""
    return f"{month // 100}-{month % 100:02d}"


@register.filter
def month_after(month: int | None) -> int | None:
    """The month that follows."""
    return month and months_from(month, 2)[1]


@register.filter
def colour_name(level: int | None) -> str:
    """A colour's word; a dash where there is none."""
    return str(RISK_LEVEL[level + 1]) if level is not None and level >= 0 else "—"


@register.simple_tag
def colour(level: int | None, word: bool = True) -> SafeString:
    """The five-colour mark; a dash where too little is known."""
    return risk_mark(level + 1, word) if level is not None and level >= 0 else SafeString("—")


@register.filter
def percent(value: float | None) -> str:
    """A share in whole percent, never 0 or 100 where it is neither."""
    if value is None:
        return "—"
    if 0.0 < value < 0.01:
        return "<1%"
    return ">99%" if 0.99 < value < 1.0 else f"{value:.0%}"


@register.filter
def figure(value: float | None) -> str:
    """A number with one digit and a true minus; a dash where there is none."""
    return "—" if value is None else _minus(f"{round(value, 1) + 0.0:.1f}")


@register.filter
def change(value: float) -> str:
    """A change with its sign; none has none."""
    rounded = round(value, 1)
    return _minus(f"{rounded:+.1f}") if rounded else "0.0"


def _minus(number: str) -> str:
    return number.replace("-", "\u2212")


@register.filter
def whole(value: float | None) -> str:
    """A count."""
    return "—" if value is None else f"{value:.0f}"


@register.simple_tag(takes_context=True)
def may_bring_stocks(context: template.Context) -> bool:
    """Whether the reader may bring in population and premises."""
    return may_bring(held_scope(context["request"]))


@register.filter
def set_rows(words: Declared) -> list[tuple[Any, float, list[tuple[Any, float]]]]:
    """A set's dimensions with their shares, each with its indicators and theirs."""
    declaration = words.declaration
    inner = dict(zip(declaration.codes, declaration.inner_weights.tolist(), strict=True))
    outer = declaration.outer_weights.tolist()
    return [
        (
            dimension,
            share,
            [(row, inner[row.code]) for row in declaration.indicators if row.dimension == dimension.code],
        )
        for dimension, share in zip(declaration.dimensions, outer, strict=True)
    ]


@register.filter
def cut_rows(colours: ColourRules) -> list[tuple[str, Any]]:
    """For each kind of map its cuts."""
    return [(str(word), getattr(colours, layer)) for layer, word in labels.LAYERS.items()]


@register.simple_tag
def part_value(what: str, value: Any) -> str:
    """One side of a difference between two sets, in words."""
    if value is None or value == "":
        return "—"
    if what == "weight":
        return f"{value:.1%}"
    if what == "owner":
        return owner_of(value)
    if what == "stock":
        return word_of("stock", value)
    if what == "cuts":
        return listed(f"{cut:g}" for cut in value)
    return f"{value:g}" if isinstance(value, float) else str(value)


def owner_of(code: str) -> str:
    """The organisation that answers for an indicator; a dash for one that is not known here."""
    found = directory().by_code.get(code)
    return found.called if found else "—"


@register.filter
def grouped(value: float) -> str:
    """A large number, its thousands apart."""
    return f"{value:,.0f}"


@register.filter
def measured(line: IndicatorLine) -> str:
    """The figure of an indicator, as people say it: a rate, a share, a number of days."""
    row, kind = line.working, line.working.indicator.kind
    if row.given is None or not row.exposure:
        return pgettext("indicator", "nothing to measure")
    if kind == "median_days":
        return pgettext("indicator", "%(n)s days") % {"n": f"{row.given:.1f}"}
    if kind == "share":
        return f"{row.given / row.exposure:.1%}"
    stock = row.indicator.denominator.records
    values = {"n": f"{row.given / row.exposure * PER[stock]:.2f}"}
    if stock == "population":
        return pgettext("indicator", "%(n)s per 10,000 people") % values
    return pgettext("indicator", "%(n)s per 1,000 premises") % values


@register.simple_tag
def interval_bar(line: IndicatorLine) -> SafeString:
    """A ratio with its interval against the reference year, on the scale of logarithms."""
    row = line.working
    places = {name: _place(getattr(row, name)) for name in ("ratio", "ratio_low", "ratio_high")}
    context = {
        **places,
        "width": max(places["ratio_high"] - places["ratio_low"], 1),
        "words": f"{row.ratio:.2f} ({row.ratio_low:.2f}–{row.ratio_high:.2f})",
    }
    return render_to_string("risk/parts/interval.html", context)


def _place(ratio: float) -> int:
    return round(200 * (min(max(math.log(ratio), LEAST), MOST) - LEAST) / (MOST - LEAST))


@register.simple_tag
def chance_bar(chances: Chances) -> SafeString:
    """P(colour) as a bar, red first, with its words."""
    parts, start = [], 0.0
    for level in (4, 3, 2, 1, 0):
        share = chances.shares[level]
        parts.append(
            {
                "number": level + 1, "level": level, "share": share, "start": round(start * 400, 1),
                "width": round(share * 400, 1), "is_wide": share >= 0.12, "middle": round((start + share / 2) * 400),
            }
        )  # fmt: skip
        start += share
    return render_to_string("risk/parts/chances.html", {"parts": parts})


@register.simple_tag(takes_context=True)
def risk_map(
    context: template.Context, lines: Sequence[StreetLine], title: str, within: str = ""
) -> SafeString:
    """The areas as a picture: colour, hatch and letter; each street a link where the lines have one."""
    picture = pictures().get(within)
    if picture is None:
        return SafeString("")
    known = {line.code: line for line in lines}
    names = {cell.code: area_name(cell.code) for cell in picture.cells}
    labels, tight = picture.both(names, size=NAME_SIZE, tight=TIGHT_SIZE)
    cells = []
    for cell in picture.cells:
        line = known.get(cell.code)
        level = line.level if line else -1
        cells.append(
            {
                "cell": cell, "number": level + 1, "name": names[cell.code], "level": level,
                "beside": _beside(line), "label": labels[cell.code], "tight": tight[cell.code],
            }
        )  # fmt: skip
    shown = {
        "cells": cells,
        "tall": round(picture.height + 12),
        "title": title,
        "row": context.get("row"),
        "within": within,
    }
    return render_to_string("risk/parts/map.html", shown, request=context.get("request"))


def _beside(line: StreetLine | None) -> str:
    """What stands beside a colour on a map: how sure it is; of a held one that it is held."""
    if line is None or line.probability is None:
        return ""
    return pgettext("risk page", "held") if getattr(line, "is_held", False) else percent(line.probability)


@register.simple_tag
def history_chart(history: Iterable[Any], ahead: Chances | None, cuts: Sequence[float]) -> SafeString:
    """A street's risk over the months with the next one's interval, on the bands of the colours."""
    rows = [row for row in history if row.risk is not None][-12:]
    values = [value for row in rows for value in (row.risk, row.low or row.risk, row.high or row.risk)]
    values += [ahead.low, ahead.high] if ahead else []
    low = min([*values, cuts[0]]) - 4.0
    high = max([*values, cuts[-1]]) + 4.0

    def height(value: float) -> float:
        return round(10.0 + 170.0 * float((high - value) / (high - low)), 1)

    step = 290.0 / max(len(rows), 1)
    points = [
        {"x": round(34 + step * number, 1), "y": height(row.risk), "low": height(row.low or row.risk),
         "high": height(row.high or row.risk), "row": row}
        for number, row in enumerate(rows)
    ]  # fmt: skip
    edges = [high, *reversed(cuts), low]
    bands = [
        {
            "number": 5 - place, "level": 4 - place, "y": height(top), "middle": height((top + bottom) / 2),
            "height": round(height(bottom) - height(top), 1),
        }
        for place, (top, bottom) in enumerate(pairwise(edges))
    ]  # fmt: skip
    coming = [("y", ahead.median), ("low", ahead.low), ("high", ahead.high)] if ahead else []
    context = {
        "points": points,
        "path": "M" + "L".join(f"{point['x']} {point['y']}" for point in points) if points else "",
        "bands": bands,
        "cuts": [{"y": height(cut), "value": cut} for cut in cuts],
        "ahead": {name: height(value) for name, value in coming} | {"x": round(34 + step * len(rows), 1)},
        "is_forecast": bool(coming and points),
        "last": points[-1] if points else None,
    }
    return render_to_string("risk/parts/history.html", context)


@register.filter
def level_told(step: Any) -> str:
    """The line of a story that tells of a new map: its month and colour."""
    month, level = step.text.split()
    return f"{month_name(int(month))} {colour_name(int(level))}"


@register.filter
def kept_word(one: Coverage) -> str:
    """Whether intervals held what they said, as far as the number of figures tells."""
    low, high = one.bounds
    if high < one.level:
        return pgettext("forecast", "held less")
    return pgettext("forecast", "held more") if low > one.level else pgettext("forecast", "as said")


@register.filter
def error_of(errors: Iterable[Error], forecast: str) -> float | None:
    """The mean error of one way of forecasting."""
    return next((each.mean_absolute for each in errors if each.forecast == forecast), None)


@register.inclusion_tag("risk/parts/screen.html", takes_context=True)
def five_colours_on_screen(context: template.Context) -> dict[str, Any]:
    """The newest published map in a few words: streets of each colour, and which streets need somebody."""
    lines, alerts = lines_on_screen(), alerts_open(held_scope(context["request"]))
    return {
        "alerts_total": len(alerts),
        "subjects": subjects_in_force() if any(each.indicator for each in alerts) else {},
        "month": lines[0].risk_map.month if lines else None,
        "counts": [(level, sum(line.level == level for line in lines)) for level in (4, 3, 2, 1, 0)],
        "needs": _needs(lines, alerts)[:ON_SCREEN],
    }


def _needs(
    lines: Sequence[StreetRisk], alerts: Sequence[Alert]
) -> list[tuple[StreetRisk | None, Alert | None]]:
    """Streets that are orange or worse, then the other open alerts, those of colours with the street as it is now."""
    of_street = {each.area_code: each for each in reversed(alerts) if not each.indicator}
    high = [(line, of_street.pop(line.area_code, None)) for line in lines if line.level >= ORANGE]
    shown = {each.pk for _, each in high if each}
    known = {line.area_code: line for line in lines}
    others = (each for each in alerts if each.pk not in shown)
    return [*high, *((None if each.indicator else known.get(each.area_code), each) for each in others)]
