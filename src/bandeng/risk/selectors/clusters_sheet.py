"""A run as rows of a table."""

from collections.abc import Iterator

from django.utils.translation import pgettext

from bandeng.areas.selectors import atlas
from bandeng.core.labels import in_language
from bandeng.documents.sheets import Cell
from bandeng.risk.labels import FINDING_KINDS, SURGE_KINDS, SURGE_METHODS
from bandeng.risk.selectors.clusters import Line, RunShown, rise_line


def surge_rows(shown: RunShown) -> Iterator[list[Cell]]:
    """A head, then one row for each surge that the reader may see, those that do not stand last."""
    yield [
        pgettext("export", "Kind"), pgettext("export", "Place"), pgettext("export", "Areas"),
        pgettext("export", "Matters of"), pgettext("export", "First week"), pgettext("export", "Last week"),
        pgettext("export", "Observed"), pgettext("export", "Newest week"), pgettext("export", "Expected"),
        pgettext("export", "Bound"), pgettext("export", "Ratio"), pgettext("export", "Lower bound"),
        pgettext("export", "Upper bound"), pgettext("export", "p-value"),
        pgettext("export", "Share of false ones at which it counts"),
        pgettext("export", "Stands among all"), pgettext("export", "Expected from"),
        pgettext("export", "First seen"), pgettext("export", "Finding"), pgettext("export", "Finding in words"),
    ]  # fmt: skip
    for line in (*shown.lines, *shown.single):
        yield _row(line)
        if line.rise is not None:
            yield _row(rise_line(line, line.rise, shown=shown))


def place_name(code: str) -> str:
    """A place with the areas above it, below the district."""
    names = [atlas().name(code[:length]) for length in (9, 12, 15) if len(code) >= length]
    return " ".join(filter(None, names))


def _row(line: Line) -> list[Cell]:
    surge, finding = line.surge, line.finding
    return [
        str(SURGE_KINDS[surge.kind]), place_name(surge.area_code), len(surge.areas),
        in_language(name=line.group.name_zh, name_en=line.group.name_en),
        surge.first_monday.isoformat(), line.last_monday.isoformat(), surge.observed, line.newest,
        _number(surge.expected), _number(surge.bound), _number(line.ratio), _number(surge.ratio_low),
        _number(surge.ratio_high), _number(surge.p_value, digits=3), _number(surge.adjusted, digits=3),
        pgettext("export", "yes") if surge.is_discovery else pgettext("export", "no"),
        str(SURGE_METHODS[surge.method]), line.since.isoformat(),
        str(FINDING_KINDS[finding.kind]) if finding else "", finding.text if finding else "",
    ]  # fmt: skip


def _number(value: float, *, digits: int = 4) -> float:
    return float(f"{value:.{digits}g}")
