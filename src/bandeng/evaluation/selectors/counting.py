"""From the ledger to scores: nothing here writes."""

import hashlib
import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
import pyarrow as pa
from numpy.typing import NDArray

from bandeng.evaluation import expressions
from bandeng.evaluation.expressions import SCALE, Asked, LeftOut, StrataWords
from bandeng.evaluation.models import Evaluation, RuleVersion
from bandeng.evaluation.rules import Kind
from bandeng.evaluation.rules.settings import Settings, duties_of, settings_of
from bandeng.ledger import files
from bandeng.ledger.models import Segment
from bandeng.ledger.rules import months_from
from reckon.index import (
    CaseMixReference,
    DutyDeclaration,
    DutyReference,
    DutyScores,
    Expected,
    Strata,
    case_mix_reference,
    case_mix_reference_from,
    duty_reference_freeze,
    duty_reference_from,
    score_duties,
)

Counts = NDArray[np.float64]


@dataclass(frozen=True, kw_only=True)
class Rule:
    """A version of the rules, read."""

    id: int
    version: int
    first_month: int
    declaration: DutyDeclaration
    settings: Settings


@dataclass(frozen=True, kw_only=True)
class FrozenMix:
    """A reference as it is used: words of the strata, their shares, and spread of the duties."""

    words: StrataWords
    mix: CaseMixReference
    duties: DutyReference

    def as_data(self) -> dict[str, Any]:
        """Plain values, as `mix_from` takes them."""
        words = {
            "categories": list(self.words.categories),
            "severities": list(self.words.severities),
            "band_starts": list(self.words.band_starts),
        }
        return {"words": words, "mix": self.mix.as_data(), "duties": self.duties.as_data()}


@dataclass(frozen=True, kw_only=True)
class UnitFigures:
    """Units in order, and what was counted and expected of each duty."""

    units: tuple[str, ...]
    observed: Counts
    expected: Expected


def rule_of(row: RuleVersion) -> Rule:
    """A stored version, read."""
    return Rule(
        id=row.pk,
        version=row.version,
        first_month=row.first_month,
        declaration=duties_of(row.content),
        settings=settings_of(row.content),
    )


def asked_of(row: Evaluation, settings: Settings) -> Asked:
    """What an evaluation counts: its kind, its months, without what was left out of it."""
    months = window_of(row.month, settings.window_months)
    return Asked(kind=Kind(row.kind), months=months, excluded=left_out_of(row))


def left_out_of(row: Evaluation) -> tuple[LeftOut, ...]:
    """What an evaluation leaves out, read."""
    return tuple(LeftOut(*each) for each in row.excluded)


def rule_row_for(month: int) -> RuleVersion | None:
    """The version in force in a month."""
    return RuleVersion.objects.filter(first_month__lte=month).order_by("-first_month").first()


def mix_from(data: Mapping[str, Any]) -> FrozenMix:
    """A frozen reference from its plain values."""
    words = {key: tuple(value) for key, value in data["words"].items()}
    return FrozenMix(
        words=StrataWords(**words),
        mix=case_mix_reference_from(data["mix"]),
        duties=duty_reference_from(data["duties"]),
    )


def files_through(last: int) -> list[str]:
    """The ledger's files up to one, in order."""
    return list(Segment.objects.filter(pk__lte=last).order_by("id").values_list("file", flat=True))


def last_file() -> int:
    """The ledger's newest file; 0 without any."""
    return Segment.objects.order_by("-id").values_list("id", flat=True).first() or 0


def window_of(month: int, count: int) -> tuple[int, ...]:
    """The months that end with this one."""
    first = month // 100 * 12 + month % 100 - count
    return tuple(months_from(first // 12 * 100 + first % 12 + 1, count))


def figures_of(
    *, names: Sequence[str], declaration: DutyDeclaration, frozen: FrozenMix, asked: Asked
) -> UnitFigures:
    """Count the units over some files of the ledger, beside what their case mix makes one expect."""
    count = len(declaration.codes)
    query = expressions.figures(declaration, asked=asked, words=frozen.words)
    with files.opened(names) as engine:
        engine.register("mix", _mix_rows(frozen, count))
        table = files.fetch(engine, query)

    def column(letter: str, scale: float) -> Counts:
        parts = [whole(table, f"{letter}{place}") / scale for place in range(count)]
        return np.stack(parts, axis=1) if table.num_rows else np.zeros((0, count))

    return UnitFigures(
        units=tuple(table["unit"].to_pylist()),
        observed=column("o", 1.0),
        expected=Expected(cases=column("n", 1.0), expected=column("e", SCALE), variance=column("v", SCALE)),
    )


def scores_of(
    *, rule: DutyDeclaration, frozen: FrozenMix, figures: UnitFigures, audits: Mapping[str, Sequence[int]]
) -> DutyScores:
    """Score the units; `audits`: of a unit, how many records were looked at and how many were found true."""
    found = np.array([audits.get(unit, (0, 0)) for unit in figures.units], dtype=np.float64).reshape(-1, 2)
    return score_duties(
        declaration=rule,
        reference=frozen.duties,
        posts=figures.units,
        observed=figures.observed,
        expected=figures.expected,
        audited=found[:, 0],
        confirmed=found[:, 1],
    )


def freeze(*, names: Sequence[str], rule: Rule, kind: Kind, months: tuple[int, ...]) -> FrozenMix:
    """Freeze case mix and spread from some months. Raises ValueError where they hold too little."""
    declaration, settings = rule.declaration, rule.settings
    asked = Asked(kind=kind, months=months)
    with files.opened(names) as engine:
        found = files.fetch(engine, expressions.categories(asked))["category"].to_pylist()
        words = StrataWords(
            categories=tuple(sorted({"", *found})),
            severities=settings.severities,
            band_starts=settings.band_starts,
        )
        table = files.fetch(engine, expressions.strata(declaration, asked=asked, words=words))
    mix = _case_mix(table, words=words, declaration=declaration)
    neutral = DutyReference(
        year=months[-1] // 100, shape=(1.0,) * len(declaration.codes), spread=(1.0,) * len(declaration.codes)
    )
    frozen = FrozenMix(words=words, mix=mix, duties=neutral)
    windows = [months[start : start + settings.window_months] for start in _starts(months, settings)]
    parts = [
        figures_of(names=names, declaration=declaration, frozen=frozen, asked=Asked(kind=kind, months=window))
        for window in windows
    ]
    spread = duty_reference_freeze(
        declaration=declaration,
        year=months[-1] // 100,
        observed=np.concatenate([part.observed for part in parts]),
        expected=Expected(
            cases=np.concatenate([part.expected.cases for part in parts]),
            expected=np.concatenate([part.expected.expected for part in parts]),
            variance=np.concatenate([part.expected.variance for part in parts]),
        ),
    )
    return FrozenMix(words=words, mix=mix, duties=spread)


def digest_of(scores: DutyScores) -> str:
    """Tells whether two reckonings gave the same to the last digit."""
    parts = hashlib.sha256(json.dumps(scores.posts).encode())
    for values in (scores.observed, scores.expected.expected, scores.score, scores.low, scores.high):
        parts.update(np.ascontiguousarray(values).tobytes())
    return parts.hexdigest()


def whole(table: pa.Table, name: str) -> NDArray[np.int64]:
    """A column of whole numbers; DuckDB sums them up to 128 bits, which come as decimals."""
    return np.asarray(table[name].cast(pa.int64()).to_numpy())


def _starts(months: tuple[int, ...], settings: Settings) -> range:
    """Windows that do not overlap; the whole where it is shorter than one."""
    return range(0, max(len(months) - settings.window_months + 1, 1), settings.window_months)


def _case_mix(table: pa.Table, *, words: StrataWords, declaration: DutyDeclaration) -> CaseMixReference:
    count = len(declaration.codes)
    places = {word: place for place, word in enumerate(words.categories)}
    grades = {word: place for place, word in enumerate(words.severities)}
    columns = [
        [places[word] for word in table["category"].to_pylist()],
        [grades[word] for word in table["severity"].to_pylist()],
        table["band"].to_pylist(),
    ]
    category, severity, band = (np.array(column, dtype=np.int64) for column in columns)
    cases, events = (
        np.stack([whole(table, f"{letter}{place}") for place in range(count)], axis=1) for letter in "no"
    )
    return case_mix_reference(
        strata=Strata(category=category, severity=severity, band=band),
        cases=cases,
        events=events,
        sizes=(len(words.categories), len(words.severities), len(words.band_starts)),
        prior=declaration.method.case_mix_prior,
    )


def _mix_rows(frozen: FrozenMix, count: int) -> pa.Table:
    """The case mix as the engine joins it: shares as whole numbers of a thousand-millionth."""
    words, shares = frozen.words, frozen.mix.shares
    sizes = shares.shape[:3]
    category, severity, band = (axis.ravel() for axis in np.indices(sizes))
    columns: dict[str, Any] = {
        "category": np.array(words.categories, dtype=object)[category],
        "severity": np.array(words.severities, dtype=object)[severity],
        "band": band.astype(np.int64),
    }
    flat = shares.reshape(-1, count)
    for place in range(count):
        columns[f"e{place}"] = np.rint(flat[:, place] * SCALE).astype(np.int64)
        columns[f"v{place}"] = np.rint(flat[:, place] * (1.0 - flat[:, place]) * SCALE).astype(np.int64)
    return pa.table(columns)
