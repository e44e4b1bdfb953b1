"""What is declared and frozen: indicator sets, reference years, stocks."""

import csv
import io
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from importlib.resources import files

from django.db import transaction
from django.utils.translation import pgettext

from bandeng.areas.selectors import atlas
from bandeng.core import audit, clock
from bandeng.core.rules import SYSTEM, Actor
from bandeng.ledger.services import measures_declare
from bandeng.risk.calculation import digest_of
from bandeng.risk.models import IndicatorSet, ReferenceYear, Stock
from bandeng.risk.rules import StockKind, settings_in_force
from bandeng.risk.selectors.figures import days_spread, declared, figures_read, months_back, streets_known
from reckon.index import DeclarationInvalid, reference_freeze

STOCK_COLUMNS = ("area_code", "kind", "valid_from", "value", "source")


class StocksInvalid(ValueError):
    """A file of stocks that cannot be used; the message names the line, what is wrong and what to do."""


def indicator_set_load() -> None:
    """Keep the shipped declaration as a dated row, and have the ledger count its measures."""
    texts = {
        "indicators": files("reckon.index").joinpath("indicators.toml").read_text(encoding="utf-8"),
        "colours": files("reckon.colours").joinpath("cuts.toml").read_text(encoding="utf-8"),
    }
    indicator_set_add(**texts, actor=SYSTEM)


@transaction.atomic
def indicator_set_add(*, indicators: str, colours: str, actor: Actor) -> IndicatorSet:
    """Keep a declaration (TOML) and count its measures from now on. Raises DeclarationInvalid."""
    digest = digest_of({"indicators": indicators, "colours": colours})
    rules = declared(indicators=indicators, colours=colours)
    known = IndicatorSet.objects.filter(digest=digest).first()
    if known is None:
        known = IndicatorSet.objects.create(
            digest=digest,
            valid_from=max(rules.declaration.valid_from, rules.colours.valid_from),
            indicators=indicators,
            colours=colours,
            recorded_at=clock.now(),
        )
        if actor != SYSTEM:  # what is shipped is base data, of which the log tells nothing
            audit.record(
                action="risk.indicators_declared", subject=known, actor=actor.key, after={"digest": digest}
            )
    measures_declare(
        [measure for row in rules.declaration.indicators for measure in (row.numerator, row.denominator)]
    )
    return known


@transaction.atomic
def reference_year_freeze(*, indicator_set: IndicatorSet, first_month: int, actor: Actor) -> ReferenceYear:
    """Freeze a year that begins with `first_month`; a frozen one stays as it is. Raises DeclarationInvalid."""
    known = ReferenceYear.objects.filter(indicator_set=indicator_set, first_month=first_month).first()
    if known is not None:
        return known
    declaration = declared(indicators=indicator_set.indicators, colours=indicator_set.colours).declaration
    months = months_back(until=first_month, count=1, ahead=settings_in_force().reference_months - 1)
    figures = figures_read(declaration, areas=streets_known(), months=months)
    flat = (-1, len(declaration.codes))
    reference = reference_freeze(
        declaration=declaration,
        year=first_month // 100,
        observed=figures.observed.reshape(flat),
        exposure=figures.exposure.reshape(flat),
        spreads=days_spread(declaration, areas=figures.areas, months=months),
    )
    row = ReferenceYear.objects.create(
        indicator_set=indicator_set,
        first_month=first_month,
        last_month=months[-1],
        data=reference.as_data(),
        digest=digest_of(reference.as_data()),
        inputs_digest=digest_of(figures.as_data()),
        frozen_at=clock.now(),
        frozen_by=actor.key,
    )
    audit.record(
        action="risk.reference_frozen",
        subject=row,
        actor=actor.key,
        after={"months": [months[0], months[-1]]},
    )
    return row


@dataclass(frozen=True, kw_only=True)
class StockRow:
    """A line of a file of stocks."""

    area_code: str
    kind: str
    valid_from: date
    value: int
    source: str


def stocks_read(text: str) -> list[StockRow]:
    """The rows of a CSV. Raises StocksInvalid, naming the line."""
    reader = csv.DictReader(io.StringIO(text.removeprefix("\ufeff")))
    missing = [name for name in STOCK_COLUMNS if name not in (reader.fieldnames or ())]
    if missing:
        raise StocksInvalid(
            pgettext("stock", "Line 1: the columns %(names)s are missing. Needed: %(all)s.")
            % {"names": ", ".join(missing), "all": ", ".join(STOCK_COLUMNS)}
        )
    return [_stock(row, line=reader.line_num) for row in reader]


def _stock(row: Mapping[str, str | None], *, line: int) -> StockRow:
    values = {name: (row.get(name) or "").strip() for name in STOCK_COLUMNS}
    wrong = [
        name
        for name, fine in (
            ("area_code", values["area_code"] in atlas().by_code),
            ("kind", values["kind"] in {kind.value for kind in StockKind}),
            (
                "value",
                values["value"].isascii() and values["value"].isdecimal() and len(values["value"]) < 10,
            ),
            ("source", bool(values["source"])),
            ("valid_from", _day(values["valid_from"]) is not None),
        )
        if not fine
    ]
    day = _day(values["valid_from"])
    if wrong or day is None:
        raise StocksInvalid(
            pgettext(
                "stock", "Line %(line)d: %(names)s cannot be used. Correct the line; nothing was brought in."
            )
            % {"line": line, "names": ", ".join(f"{name} = {values[name][:40]!r}" for name in wrong)}
        )
    return StockRow(
        area_code=values["area_code"],
        kind=values["kind"],
        valid_from=day,
        value=int(values["value"]),
        source=values["source"][:200],
    )


def _day(text: str) -> date | None:
    try:
        return date.fromisoformat(text)
    except ValueError:
        return None


@transaction.atomic
def stocks_bring(*, rows: Sequence[StockRow], actor: Actor) -> int:
    """Bring stocks in; the same area, kind and day again takes the later value. Returns how many rows there were."""
    Stock.objects.bulk_create(
        [Stock(**vars(row)) for row in rows],
        batch_size=500,
        update_conflicts=True,
        unique_fields=["kind", "area_code", "valid_from"],
        update_fields=["value", "source"],
    )
    audit.record(
        action="risk.stocks_brought", subject=("risk.stock", ""), actor=actor.key, after={"rows": len(rows)}
    )
    return len(rows)


__all__ = [
    "DeclarationInvalid",
    "StockRow",
    "StocksInvalid",
    "indicator_set_add",
    "indicator_set_load",
    "reference_year_freeze",
    "stocks_bring",
    "stocks_read",
]
