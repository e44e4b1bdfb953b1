"""The weights of agreement and contradiction: learned without labels, kept as data, readable."""

import json
import logging
import math
from collections import Counter, defaultdict
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from functools import cache
from hashlib import blake2b
from importlib.resources import files
from typing import Any

import duckdb
import pyarrow as pa
from splink import DuckDBAPI, Linker

from reckon.linkage.comparisons import COMPARISONS, RARITIES, TRAINING, settings_document
from reckon.linkage.settings import LinkageSettings

LEAST_M = 1e-4
"""Least share of true pairs that a level is given, seen in training or not: rare, and not impossible."""

LEAST_U = 1e-6
"""The same for false pairs, of which there are more."""

UNSEEN_STRANGERS = 0.2
"""Enterprises with the same value that the records do not show, on average."""

MEMORY = "1500MB"
"""What the engine may take; beyond it, it writes to files of its own."""

LEAST_CODES = 100
"""Fewer different codes say too little about chance agreement."""


class TrainingDataUnfit(ValueError):
    """Too few records to learn from; the message says what to do instead."""


class ModelInvalid(ValueError):
    """A kept model does not fit the comparisons of this version; the message says where."""


@dataclass(frozen=True, kw_only=True)
class Model:
    """`prior`: the chance that two records drawn at random are one enterprise; `shares`: comparison → level → (m, u).

    m is the share of true pairs that a level takes, u that of false ones.
    """

    trained_on: str
    prior: float
    shares: Mapping[str, Mapping[str, tuple[float, float]]]

    def bits(self, *, comparison: str, level: str) -> float:
        """The weight of a level, log2(m/u)."""
        m, u = self.shares[comparison][level]
        return math.log2(m / u)

    def as_text(self) -> str:
        """The model as JSON, as `model_from_text` reads it."""
        return json.dumps(
            {"trained_on": self.trained_on, "prior": self.prior, "shares": self.shares},
            indent=1,
            ensure_ascii=False,
        )

    def document(self, *, fresh_only: bool, prior: float | None = None) -> dict[str, Any]:
        """Settings for the linkage engine, weights included; the model's own prior where none is given."""
        document = settings_document(fresh_only=fresh_only)
        document["probability_two_random_records_match"] = prior or self.prior
        for declared, written in zip(COMPARISONS, document["comparisons"], strict=True):
            for level, row in zip(declared.levels, written["comparison_levels"], strict=True):
                if not level.unknown:
                    row["m_probability"], row["u_probability"] = self.shares[declared.key][level.key]
        return document


def model_from_text(text: str) -> Model:
    """Read a kept model. Raises ModelInvalid."""
    try:
        data = json.loads(text)
        shares = {
            comparison: {level: (float(m), float(u)) for level, (m, u) in levels.items()}
            for comparison, levels in data["shares"].items()
        }
        model = Model(trained_on=data["trained_on"], prior=float(data["prior"]), shares=shares)
    except (KeyError, TypeError, ValueError, AttributeError) as error:
        raise ModelInvalid(f"the linkage model cannot be read: {error}") from error
    declared = {one.key: {level.key for level in one.levels if not level.unknown} for one in COMPARISONS}
    if declared != {comparison: set(levels) for comparison, levels in shares.items()}:
        raise ModelInvalid("the linkage model was trained for other comparisons; train it again")
    return model


@cache
def model_in_force() -> Model:
    """The model shipped with the program, trained on a generated district."""
    return model_from_text(files("reckon.linkage").joinpath("data/model.json").read_text(encoding="utf-8"))


@contextmanager
def engine(
    *, table: pa.Table, document: Mapping[str, Any], whole: pa.Table | None = None
) -> Iterator[Linker]:
    """A linker over the table in a database of its own, closed at the end. One thread, so that sums do not vary.

    How rare a value is, is counted in `whole` where the table is a part of it.
    """
    log = logging.getLogger("splink")
    level = log.level
    # The engine warns of levels not seen in training; `train` gives those a share itself.
    log.setLevel(logging.ERROR)
    connection = duckdb.connect(config={"threads": 1, "memory_limit": MEMORY})
    try:
        database = DuckDBAPI(connection=connection)
        linker = Linker(database.register(table), dict(document), log_level=None)
        for column in RARITIES:
            shares = database.register(chances(table=whole or table, column=column))
            linker.table_management.register_term_frequency_lookup(shares, column)
        yield linker
    finally:
        connection.close()
        log.setLevel(level)


def chances(*, table: pa.Table, column: str) -> pa.Table:
    """For each value, the chance that a stranger to an enterprise with this value has it too.

    The engine's own count is of records, of which a busy enterprise has many; here enterprises count, by their codes.
    """
    holders: defaultdict[str, set[str]] = defaultdict(set)
    for value, code in zip(table.column(column).to_pylist(), table.column("code").to_pylist(), strict=True):
        if value is not None:
            holders[value].update(() if code is None else (code,))
    total = sum(max(1, len(codes)) for codes in holders.values()) or 1
    shares = [(max(1, len(codes)) - 1 + UNSEEN_STRANGERS) / total for codes in holders.values()]
    return pa.table(
        {column: pa.array(list(holders), pa.string()), f"tf_{column}": pa.array(shares, pa.float64())}
    )


def train(*, table: pa.Table, settings: LinkageSettings, trained_on: str) -> Model:
    """Learn the model without labels; the same table and seed give the same model. Raises TrainingDataUnfit.

    u comes from random pairs of records with different codes: of a district's records one pair in a thousand is a
    true one, and would be most of what agrees by chance. m comes from expectation-maximisation with u held.
    """
    strangers = _one_record_per_code(table)
    coded = table.num_rows - table.column("code").null_count
    if strangers.num_rows < LEAST_CODES or coded == strangers.num_rows:
        raise TrainingDataUnfit(
            f"training needs records of at least {LEAST_CODES} different codes, some of them with several records; "
            "use the model shipped with the program instead"
        )
    # Training looks at sets of pairs of its own: TRAINING.
    document = settings_document(fresh_only=False) | {"blocking_rules_to_generate_predictions": []}
    with engine(table=strangers, document=document) as linker:
        linker.training.estimate_u_using_random_sampling(max_pairs=settings.random_pairs, seed=settings.seed)
        chance = linker.misc.save_model_to_json()
    _take_u(document, chance)
    document["probability_two_random_records_match"] = prior_of(table=table)
    with engine(table=table, document=document) as linker:
        for rule in TRAINING:
            linker.training.estimate_parameters_using_expectation_maximisation(rule)
        learned = linker.misc.save_model_to_json()
    return _model(learned, settings, trained_on)


def prior_of(*, table: pa.Table) -> float | None:
    """The chance that two records drawn here are one enterprise, from the pairs with one code; None if codes are few.

    Two records of one enterprise both bear a code in about the square of the share of records that do.
    """
    codes = Counter(code for code in table.column("code").to_pylist() if code is not None)
    pairs = sum(count * (count - 1) // 2 for count in codes.values())
    if len(codes) < LEAST_CODES or not pairs:
        return None
    coded = codes.total()
    return pairs / (coded * (coded - 1) / 2)


def _one_record_per_code(table: pa.Table) -> pa.Table:
    """For each code, the record whose digest is least: a fixed choice without a preference for any stream."""
    chosen: dict[str, tuple[bytes, int]] = {}
    columns = zip(table.column("record").to_pylist(), table.column("code").to_pylist(), strict=True)
    for row, (record, code) in enumerate(columns):
        if code is not None:
            mark = (blake2b(record.encode(), digest_size=8).digest(), row)
            chosen[code] = min(chosen.get(code, mark), mark)
    return table.take(pa.array(sorted(row for _, row in chosen.values()), pa.int64()))


def _take_u(document: dict[str, Any], chance: Mapping[str, Any]) -> None:
    for written, seen in zip(document["comparisons"], chance["comparisons"], strict=True):
        for level, source in zip(written["comparison_levels"], seen["comparison_levels"], strict=True):
            if not level.get("is_null_level") and "fix_u_probability" not in level:
                level["u_probability"] = max(source.get("u_probability") or 0.0, LEAST_U)


def _model(document: Mapping[str, Any], settings: LinkageSettings, trained_on: str) -> Model:
    shares = {
        declared.key: {
            level.key: _tempered(row.get("m_probability"), row.get("u_probability"), settings.most_bits)
            for level, row in zip(declared.levels, written["comparison_levels"], strict=True)
            if not level.unknown
        }
        for declared, written in zip(COMPARISONS, document["comparisons"], strict=True)
    }
    prior = float(document["probability_two_random_records_match"])
    return Model(trained_on=trained_on, prior=prior, shares=shares)


def _tempered(m: float | None, u: float | None, most_bits: float) -> tuple[float, float]:
    """Shares within bounds: none is zero, and their ratio is at most 2^most_bits either way."""
    share_m, share_u = max(m or 0.0, LEAST_M), u or LEAST_U
    limit = 2.0**most_bits
    return (min(share_m, share_u * limit), min(share_u, share_m * limit))
