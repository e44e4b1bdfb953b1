"""A map as rows of a table."""

from collections.abc import Iterator, Sequence

from django.utils.translation import get_language, pgettext

from bandeng.areas.selectors import atlas
from bandeng.core.labels import RISK_LEVEL
from bandeng.documents.sheets import Cell
from bandeng.risk.selectors.maps import Shown
from bandeng.risk.selectors.pages import StreetLine, indicator_lines, street_lines

DIGITS = 6


def sheet_rows(view: Shown, streets: Sequence[str]) -> Iterator[list[Cell]]:
    """A head, then one row for each street and indicator that the reader may open."""
    yield [
        pgettext("export", "Month"), pgettext("export", "Version"), pgettext("export", "Street"),
        pgettext("export", "Colour"), pgettext("export", "Probability of the colour"), pgettext("export", "Risk"),
        pgettext("export", "Indicator"), pgettext("export", "Counted"), pgettext("export", "Denominator"),
        pgettext("export", "Ratio to the reference year"), pgettext("export", "Lower bound"),
        pgettext("export", "Upper bound"), pgettext("export", "Added to the risk"),
    ]  # fmt: skip
    for line in street_lines(view):
        if line.code in streets:
            yield from _street(view, line)


def _street(view: Shown, line: StreetLine) -> Iterator[list[Cell]]:
    name = atlas().name(line.code) or line.code
    english = (get_language() or "").startswith("en")
    colour = str(RISK_LEVEL[line.level + 1]) if line.level >= 0 else ""
    for each in indicator_lines(view, line.code):
        row = each.working
        yield [
            view.row.month, view.row.version, name, colour, _number(line.probability), _number(line.risk),
            row.indicator.name_en if english else row.indicator.name_zh, _number(each.count), _number(each.cases),
            _number(row.ratio), _number(row.ratio_low), _number(row.ratio_high), _number(row.contribution),
        ]  # fmt: skip


def _number(value: float | None) -> Cell:
    return "" if value is None else round(value, DIGITS)
