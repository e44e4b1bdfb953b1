"""What is declared and frozen: indicator sets, reference years."""

from dataclasses import replace
from importlib.resources import files

from django.db import transaction

from bandeng.core import audit, clock
from bandeng.core.rules import SYSTEM, Actor
from bandeng.ledger.services import measures_declare
from bandeng.risk.calculation import digest_of
from bandeng.risk.models import IndicatorSet, ReferenceYear
from bandeng.risk.rules import SetStatus, settings_in_force
from bandeng.risk.selectors.figures import (
    Declared,
    days_spread,
    declared,
    figures_read,
    months_back,
    streets_known,
)
from reckon.index import Declaration, reference_freeze


def indicator_set_load() -> None:
    """Keep the shipped declaration as a dated row, and have the ledger count its measures."""
    texts = {
        "indicators": files("reckon.index").joinpath("indicators.toml").read_text(encoding="utf-8"),
        "colours": files("reckon.colours").joinpath("cuts.toml").read_text(encoding="utf-8"),
    }
    kept = _same_but_translated(declared(**texts))
    # A translation that was added since is no new declaration: maps go on by the one that they were begun with.
    indicator_set_add(**(texts if kept is None else _texts(kept)), actor=SYSTEM)


def _texts(row: IndicatorSet) -> dict[str, str]:
    return {"indicators": row.indicators, "colours": row.colours}


def _same_but_translated(rules: Declared) -> IndicatorSet | None:
    """A declared set that differs in nothing but Chinese texts of sources that it lacks."""

    def bare(each: Declaration) -> Declaration:
        return replace(each, indicators=tuple(replace(row, source_zh="") for row in each.indicators))

    for row in IndicatorSet.objects.filter(status=SetStatus.DECLARED.value).order_by("id"):
        known = declared(**_texts(row))
        if known.colours != rules.colours or bare(known.declaration) != bare(rules.declaration):
            continue
        if not any(each.source_zh for each in known.declaration.indicators):
            return row
    return None


@transaction.atomic
def indicator_set_add(*, indicators: str, colours: str, actor: Actor) -> IndicatorSet:
    """Keep a declaration (TOML) and count its measures from now on. Raises DeclarationInvalid."""
    digest = digest_of({"indicators": indicators, "colours": colours})
    rules = declared(indicators=indicators, colours=colours)
    rules.colours.check()
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
    # Whoever comes second waits, and finds what the first has frozen.
    IndicatorSet.objects.select_for_update().get(pk=indicator_set.pk)
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
