"""The published statistics: as a page, and as a file for a spreadsheet; both show the same cells."""

from collections.abc import Iterator
from datetime import date

from django.http import Http404, HttpRequest, HttpResponse, HttpResponseBase
from django.utils.translation import pgettext
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_safe

from bandeng.clues import terms
from bandeng.clues.labels import CLUE_KINDS
from bandeng.clues.selectors.figures import MonthTable, published_months, published_table
from bandeng.clues.services.publishing import figures_taken
from bandeng.clues.views.answers import READERS, actor_in, desk_page, limit_words
from bandeng.documents.sheets import FORMS, Row, sheet_response
from bandeng.organisations.permission import held_scope, requires


def _month(request: HttpRequest, known: tuple[date, ...]) -> date | None:
    """The month that is asked for, else the newest; None where nothing is published."""
    asked = request.GET.get("month", "")
    return next((each for each in known if f"{each:%Y-%m}" == asked), known[0] if known else None)


@never_cache
@require_safe
@requires(any_of=READERS)
def figures(request: HttpRequest) -> HttpResponse:
    """Statistics of a whole month."""
    known = published_months()
    month = _month(request, known)
    table = published_table(month) if month else None
    rows = _lines(table) if table else []
    rules = [{"term": each, "words": limit_words(each.value)} for each in terms.terms()]
    return desk_page(request, "figures", table=table, rows=rows, months=known, rules=rules)


@never_cache
@require_safe
@requires(any_of=READERS)
def export(request: HttpRequest, form: str) -> HttpResponseBase:
    """The same table as CSV or XLSX; each file that is taken away is in the audit log."""
    month = _month(request, published_months())
    if form not in FORMS or month is None:
        raise Http404
    figures_taken(month=month, form=form, actor=actor_in(request, held_scope(request)))
    rows = table_rows(published_table(month))
    return sheet_response(
        request, rows, form=form, name=f"clues-{month:%Y-%m}", title=pgettext("clue page", "Clues")
    )


def table_rows(table: MonthTable) -> Iterator[Row]:
    """Head, lines and a note; what is not shown on the page is not in the file."""
    kinds, hidden = dict(CLUE_KINDS), pgettext("clue page", "withheld")
    yield [
        pgettext("clue page", "Street"),
        *(str(kinds[name]) for name in table.kinds),
        pgettext("clue page", "Total"),
    ]
    for name, cells in _lines(table):
        yield [name, *(hidden if each is None else each for each in cells)]
    note = pgettext(
        "clue page",
        "%(month)s, a whole month. Counts below %(smallest)d are withheld, and so are others from which they could be "
        "worked out. Clues that accuse an office or its staff are not counted here.",
    )
    yield [note % {"month": f"{table.month:%Y-%m}", "smallest": table.smallest}]


def _lines(table: MonthTable) -> list[tuple[str, tuple[int | None, ...]]]:
    """Every street with its counts of each kind, then the totals: many streets read better downwards."""
    unsaid, total = pgettext("clue page", "Place not said"), pgettext("clue page", "Total")
    names = [*(each.called if each else unsaid for each in table.streets), total]
    return list(zip(names, zip(*table.published.cells, strict=True), strict=True))
