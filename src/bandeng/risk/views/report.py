"""The map as a paper: figures and words for `risk/documents/map.typ`."""

from collections.abc import Sequence
from typing import Any

from django.utils.timezone import localtime
from django.utils.translation import npgettext, pgettext

from bandeng.core import clock
from bandeng.core.labels import RISK_LEVEL
from bandeng.documents.papers import frame
from bandeng.organisations.rules import Scope
from bandeng.risk import labels
from bandeng.risk.selectors.alerts import alerts_for, courses_of, subjects_in_force
from bandeng.risk.selectors.maps import Shown
from bandeng.risk.selectors.pages import StreetLine, chances_ahead, indicator_lines
from bandeng.risk.selectors.shapes import pictures
from bandeng.risk.templatetags.alerts import about, course_of, course_told
from bandeng.risk.templatetags.risk import (
    area_name,
    called,
    change,
    colour_name,
    defined,
    figure,
    measured,
    month_name,
    organisation_name,
    owner_name,
    percent,
)

Content = dict[str, Any]
LONGEST = 60  # alerts on paper; the page of alerts has them all


def map_content(view: Shown, lines: Sequence[StreetLine], *, open_to: set[str], scope: Scope) -> Content:
    """The whole map: the picture, all streets, open alerts, a section for each street that may be opened."""
    month = month_name(view.row.month)
    title = pgettext("risk page", "Five-colour map, %(month)s") % {"month": month}
    return {
        **_frame(view, title),
        "picture": _picture(lines),
        "counts": _counts(lines),
        "streets": _streets(lines),
        "alerts": _alerts(view, scope),
        "sections": [_section(view, line) for line in lines if line.code in open_to],
        "method": _method(view),
    }


def street_content(view: Shown, line: StreetLine) -> Content:
    """One street by itself."""
    title = pgettext("risk page", "%(name)s in %(month)s") % {
        "name": area_name(line.code),
        "month": month_name(view.row.month),
    }
    return {**_frame(view, title), "sections": [_section(view, line)], "method": _method(view)}


def _frame(view: Shown, title: str) -> Content:
    footer = pgettext("risk page", "Five-colour map %(month)s, result %(seal)s") % {
        "month": month_name(view.row.month),
        "seal": view.row.result_digest[:16],
    }
    return {
        "words": frame(title=title, footer=footer, is_draft=view.row.published_at is None),
        "signed": _signed(view),
        "plainly": pgettext(
            "risk page",
            "This map is for the district's own governance. It is no warning of an emergency: those have four "
            "colours, are about an event, and only a government issues them.",
        ),
        "seals": pgettext(
            "risk page", "Seals: declaration %(a)s, figures %(b)s, result %(c)s."
        ) % {"a": view.row.indicator_set.digest, "b": view.row.inputs_digest, "c": view.row.result_digest},
    }  # fmt: skip


def _signed(view: Shown) -> str:
    row = view.row
    if row.published_at is None:
        return pgettext("risk page", "Version %(n)s, draft, not signed") % {"n": row.version}
    said = pgettext("risk page", "Version %(n)s, signed by %(name)s on %(on)s") % {
        "n": row.version, "name": row.signer, "on": f"{localtime(row.published_at):%Y-%m-%d}",
    }  # fmt: skip
    return f"{labels.MAP_STATUSES[row.status]} · {said}"


def _mark(level: int) -> Content:
    known = level >= 0
    return {"number": level + 1 if known else 0, "word": str(RISK_LEVEL[level + 1]) if known else "—"}


def _picture(lines: Sequence[StreetLine]) -> Content | None:
    picture = pictures().get("")
    if picture is None:
        return None
    known = {line.code: line for line in lines}
    cells = []
    for cell in picture.cells:
        line = known.get(cell.code)
        cells.append(
            {
                "rings": [_points(ring) for ring in cell.path.strip("MZ").split("ZM")],
                "x": cell.x, "y": cell.y, "name": area_name(cell.code),
                "chance": percent(line.probability) if line else "",
                **_mark(line.level if line else -1),
            }
        )  # fmt: skip
    alt = pgettext("risk page", "Colours of the streets; the table has the same")
    return {"height": picture.height, "cells": cells, "alt": alt}


def _points(ring: str) -> list[list[int]]:
    return [[int(number) for number in point.split(" ")] for point in ring.split("L")]


def _counts(lines: Sequence[StreetLine]) -> list[Content]:
    found = []
    for level in (4, 3, 2, 1, 0):
        count = sum(line.level == level for line in lines)
        said = npgettext("risk report", "%(count)d street", "%(count)d streets", count) % {"count": count}
        found.append({**_mark(level), "said": said})
    return found


def _streets(lines: Sequence[StreetLine]) -> Content:
    heads = [
        pgettext("risk page", "Street"), pgettext("risk page", "Colour"), pgettext("risk page", "Probability"),
        pgettext("risk page", "Risk (90%% interval)") % {}, pgettext("risk page", "Month before"),
    ]  # fmt: skip
    rows = [
        [
            area_name(line.code), _mark(line.level), percent(line.probability),
            f"{figure(line.risk)} ({figure(line.low)}–{figure(line.high)})", colour_name(line.before),
        ]
        for line in lines
    ]  # fmt: skip
    return {"heads": heads, "rows": rows}


def _alerts(view: Shown, scope: Scope) -> Content:
    """Alerts of the map's month and before that are open on the day on which the paper is made."""
    month = view.row.month
    rows = list(alerts_for(scope).filter(closed_at__isnull=True, month__lte=month)[:LONGEST])
    courses, subjects = courses_of(rows, until=month), subjects_in_force()
    return {
        "title": pgettext("risk report", "Alerts and measures, as of %(day)s")
        % {"day": f"{localtime(clock.now()):%Y-%m-%d}"},
        "none": pgettext("risk report", "No alert is open."),
        "heads": [
            pgettext("risk page", "Street"), pgettext("risk report", "About"), pgettext("risk page", "Colour"),
            pgettext("risk page", "Month"), pgettext("risk report", "State"),
            pgettext("risk report", "Responsible body"),
        ],
        "rows": [
            [
                area_name(row.area_code), about(row, subjects), _mark(course_of(courses, row)[-1][1]),
                course_told(course_of(courses, row)), str(labels.ALERT_STATES[row.state]),
                organisation_name(row.body_id) or "—",
            ]
            for row in rows
        ],
    }  # fmt: skip


def _section(view: Shown, line: StreetLine) -> Content:
    ahead = chances_ahead(view, line.code)
    said = pgettext("risk page", "Probability %(p)s, risk %(risk)s (%(low)s–%(high)s)") % {
        "p": percent(line.probability), "risk": figure(line.risk), "low": figure(line.low), "high": figure(line.high),
    }  # fmt: skip
    return {
        "title": area_name(line.code), **_mark(line.level), "said": said,
        "ahead": pgettext(
            "risk page",
            "The risk published next month will lie within %(low)s–%(high)s with at least nine chances in ten.",
        )
        % {"low": figure(ahead.low), "high": figure(ahead.high)} if ahead else "",
        "heads": [
            pgettext("risk page", "Indicator"), pgettext("risk page", "With earlier months"),
            pgettext("risk page", "Times the reference year"), pgettext("risk page", "Colour"),
            pgettext("risk page", "Adds to the risk"),
        ],
        "rows": [
            [
                called(each.working.indicator), measured(each),
                pgettext("risk report", "missing") if each.working.missing else
                f"{each.working.ratio:.2f} ({each.working.ratio_low:.2f}–{each.working.ratio_high:.2f})",
                _mark(each.level), change(each.working.contribution),
            ]
            for each in indicator_lines(view, line.code)
        ],
    }  # fmt: skip


def _method(view: Shown) -> Content:
    declaration = view.rules.declaration
    weights = {dimension.code: dimension for dimension in declaration.dimensions}
    return {
        "title": pgettext("risk page", "How it is calculated"),
        "never": pgettext(
            "risk page",
            "Never measured: opinions of residents, who petitions and how often, inspections and fines.",
        ),
        "heads": [
            pgettext("risk page", "Indicator"), pgettext("risk report", "Dimension"),
            pgettext("risk report", "What is measured"), pgettext("risk report", "Weight"),
            pgettext("risk page", "Answers for it"),
        ],
        "rows": [
            [
                called(each), called(weights[each.dimension]), defined(each),
                f"{weights[each.dimension].weight:g} × {each.weight:g}", owner_name(each),
            ]
            for each in declaration.indicators
        ],
    }  # fmt: skip
