"""A synthetic district with known true rates, for studying the method; nothing in it is real."""

import tomllib
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from importlib.resources import files

import numpy as np
from numpy.typing import NDArray

from reckon.index import Declaration, Reference, reference_freeze
from reckon.index.reading import check_keys, number_of, table_of, text_of

Array = NDArray[np.float64]
FIGURES = ("streets", "reference_months", "size_spread", "shape", "median_days", "days_spread")


@dataclass(frozen=True, kw_only=True)
class SyntheticSettings:
    """Explained in synthetic.toml."""

    streets: int
    reference_months: int
    size_spread: float
    shape: float
    median_days: float
    days_spread: float
    cases: Mapping[str, float]
    events: Mapping[str, float]


@dataclass(frozen=True, kw_only=True)
class SyntheticDistrict:
    """True relative rates, streets × indicators, and the exposure of a month."""

    settings: SyntheticSettings
    declaration: Declaration
    true_ratio: Array
    exposure: Array

    @property
    def true_rates(self) -> Array:
        """Of a street with ratio 1: events for one case, or median days."""
        rates = [self.settings.events[code] / self.settings.cases[code] for code in self.declaration.codes]
        return np.where(self.declaration.medians, self.settings.median_days, rates)

    def month(self, *, random: np.random.Generator, moved: Array | float = 1.0) -> Array:
        """A month's figures, streets × indicators; `moved`: true rates of the month against the lasting ones."""
        rates = self.true_ratio * moved * self.true_rates
        events = random.poisson(self.exposure * rates).astype(np.float64)
        noise = self.settings.days_spread * np.sqrt(np.pi / 2.0 / self.exposure)
        days = rates * np.exp(noise * random.standard_normal(rates.shape))
        return np.where(self.declaration.medians, days, events)

    def months(self, count: int, *, random: np.random.Generator) -> Array:
        """Months × streets × indicators under unchanged true rates."""
        return np.stack([self.month(random=random) for _ in range(count)])


@cache
def synthetic_settings() -> SyntheticSettings:
    """The settings that come with the program. Raises DeclarationInvalid."""
    data = tomllib.loads(files("reckon.colours").joinpath("synthetic.toml").read_text(encoding="utf-8"))
    place = "synthetic district"
    check_keys(data, needed=("valid_from", "source", "cases", "events", *FIGURES), place=place)
    text_of(data, "source", place=place)
    figures = {key: number_of(data, key, low=1e-6, high=1e6, place=place) for key in FIGURES}
    return SyntheticSettings(
        streets=int(figures.pop("streets")),
        reference_months=int(figures.pop("reference_months")),
        cases=dict(table_of(data, "cases", place=place)),
        events=dict(table_of(data, "events", place=place)),
        **figures,
    )


def district_make(
    *, declaration: Declaration, settings: SyntheticSettings, random: np.random.Generator, districts: int = 1
) -> SyntheticDistrict:
    """Streets of one district, or of several one after another."""
    streets = settings.streets * districts
    shape = (streets, len(declaration.codes))
    sizes = np.exp(settings.size_spread * random.standard_normal(streets))[:, None]
    cases = np.array([settings.cases[code] for code in declaration.codes])
    return SyntheticDistrict(
        settings=settings,
        declaration=declaration,
        true_ratio=random.standard_gamma(settings.shape, size=shape) / settings.shape,
        exposure=np.maximum(np.rint(sizes * cases), 1.0),
    )


def reference_make(district: SyntheticDistrict, *, random: np.random.Generator) -> Reference:
    """A reference year frozen from the district's own record."""
    months = district.settings.reference_months
    record = district.months(months, random=random).reshape(-1, len(district.declaration.codes))
    medians = [each.code for each in district.declaration.indicators if each.kind == "median_days"]
    return reference_freeze(
        declaration=district.declaration,
        year=2025,
        observed=record,
        exposure=np.tile(district.exposure, (months, 1)),
        spreads=dict.fromkeys(medians, district.settings.days_spread),
    )
