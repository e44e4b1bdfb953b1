"""Expected counts by indirect standardisation: what the reference year's rates give for a post's own mix of cases.

Strata are category × severity × band of hours. A stratum rare in the reference borrows from its category, and that
from the whole, by `prior` cases each.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import ArrayLike, NDArray

from reckon.index.reading import DeclarationInvalid, check_keys, number_of

Array = NDArray[np.float64]
Places = NDArray[np.int64]


@dataclass(frozen=True, kw_only=True)
class CaseMixReference:
    """Share of events among cases, categories × severities × bands × duties, frozen from a reference year."""

    shares: Array
    prior: float

    def as_data(self) -> dict[str, Any]:
        """Plain values, as `case_mix_reference_from` takes them."""
        return {"shares": self.shares.tolist(), "prior": self.prior}


@dataclass(frozen=True, kw_only=True)
class Expected:
    """What each post should have shown, posts × duties: cases, expected events and their variance by chance."""

    cases: Array
    expected: Array
    variance: Array


@dataclass(frozen=True, kw_only=True)
class Strata:
    """Rows of counts: the place of each row's category, severity and band of hours, from 0."""

    category: Places
    severity: Places
    band: Places


def case_mix_reference_from(data: Mapping[str, Any]) -> CaseMixReference:
    """A reference from plain values. Raises DeclarationInvalid."""
    place = "reference of the case mix"
    check_keys(data, needed=("shares", "prior"), place=place)
    shares = np.array(data["shares"], dtype=np.float64)
    if shares.ndim != 4 or not ((shares >= 0.0) & (shares <= 1.0)).all():
        raise DeclarationInvalid(
            place=place, what="shares are no table of four levels from 0 to 1", remedy="Freeze it anew."
        )
    return CaseMixReference(shares=shares, prior=number_of(data, "prior", low=1e-6, high=1e6, place=place))


def case_mix_reference(
    *, strata: Strata, cases: ArrayLike, events: ArrayLike, sizes: tuple[int, int, int], prior: float
) -> CaseMixReference:
    """Freeze shares; cases, events: rows × duties; sizes: how many categories, severities, bands there are.

    Raises ValueError for more events than cases, or a place outside the sizes.
    """
    n, o = _counts(cases), _counts(events)
    if n.shape != o.shape or (o > n).any():
        raise ValueError("There are more events than cases, or rows that do not fit. Count them alike.")
    flat = _flat(strata, sizes)
    total = int(np.prod(sizes))
    all_n, all_o = (_summed(flat, values, total).reshape(*sizes, -1) for values in (n, o))
    whole = (all_o.sum(axis=(0, 1, 2)) + 0.5) / (all_n.sum(axis=(0, 1, 2)) + 1.0)
    category = (all_o.sum(axis=(1, 2)) + prior * whole) / (all_n.sum(axis=(1, 2)) + prior)
    shares = (all_o + prior * category[:, None, None, :]) / (all_n + prior)
    return CaseMixReference(shares=shares, prior=prior)


def case_mix(
    *, reference: CaseMixReference, strata: Strata, posts: Places, cases: ArrayLike, count: int
) -> Expected:
    """Expected events of `count` posts; posts: the place of each row's post; cases: rows × duties."""
    n = _counts(cases)
    sizes = reference.shares.shape[:3]
    shares = reference.shares.reshape(-1, n.shape[1])[_flat(strata, (sizes[0], sizes[1], sizes[2]))]
    if len(posts) and (posts.min() < 0 or posts.max() >= count):
        raise ValueError(f"A row's post is outside 0 to {count - 1}. Number the posts from 0.")
    expected = n * shares
    return Expected(
        cases=_summed(posts, n, count),
        expected=_summed(posts, expected, count),
        variance=_summed(posts, expected * (1.0 - shares), count),
    )


def _counts(values: ArrayLike) -> Array:
    counts = np.asarray(values, dtype=np.float64)
    if counts.ndim != 2 or (counts < 0.0).any() or not np.isfinite(counts).all():
        raise ValueError("Counts are rows × duties, none negative or missing. Correct them.")
    return counts


def _flat(strata: Strata, sizes: tuple[int, int, int]) -> Places:
    try:
        return np.ravel_multi_index((strata.category, strata.severity, strata.band), sizes)
    except ValueError as error:
        raise ValueError(f"A stratum is outside the sizes {sizes}. Number strata from 0.") from error


def _summed(places: Places, values: Array, count: int) -> Array:
    columns = [
        np.bincount(places, weights=values[:, column], minlength=count) for column in range(values.shape[1])
    ]
    return np.stack(columns, axis=1)
