"""The demo's grids in the ledger: the register of earlier months located grid by grid, and a register of their tasks.

The five-colour map's register knows communities. Here each of its rows is taken back and written again with a grid of
its community, so every sum of a community and above stays as it was. What went wrong lands more often in some grids
than in others, by a seed.
"""

from dataclasses import dataclass

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.parquet as pq
from numpy.random import Generator
from numpy.typing import NDArray

from bandeng.areas.models import Area
from bandeng.areas.rules import CODE_LENGTH, Level
from bandeng.demo.five_colours import SOURCE
from bandeng.ledger import files
from bandeng.ledger.models import Segment
from bandeng.ledger.rules import FLAG_COLUMNS, SCHEMA
from bandeng.ledger.services import figures_count, table_write

TASKS = "grid_task_register"
#: Tasks of a grid and month, shares of tasks and matters, and how far grids lie apart (shape of a Gamma of mean 1).
EACH, SPREAD = 8.0, 12.0
TASK_SHARES = {"joint": 0.35, "late": 0.09, "overdue": 0.035}
MATTER_SHARES = {"accepted_late": 0.07, "escalated": 0.12}
URGENT, BY_GRID = 0.22, 0.55
TYPES = ("01.04.01", "06.01.02", "11.03.04", "14.03.01")
#: One grid in this many has a bad half-year: what goes wrong goes wrong there three times as often.
ONE_IN, TIMES = 90, 3.0
BAD = ("late", "reopened", "returned")


@dataclass(frozen=True, kw_only=True)
class Grids:
    """The grids in order, the communities that they belong to, and how each fares: 1 as the others."""

    codes: NDArray[np.str_]
    fares: NDArray[np.float64]

    def within(self, community: str) -> NDArray[np.int64]:
        """Places of a community's grids."""
        return np.flatnonzero(np.char.startswith(self.codes, community))


def grids_locate(*, months: list[int], seed: int) -> int:
    """Write both to the ledger; returns how many rows of the register were located."""
    random = np.random.default_rng([seed, 13])
    grids = _grids(random)
    if not len(grids.codes):
        return 0
    located = _register(grids, months=months, random=random)
    table_write(_tasks(grids, months=months, random=random))
    figures_count()
    return located


def _grids(random: Generator) -> Grids:
    rows = Area.objects.filter(level=Level.GRID.value).order_by("code").values_list("code", flat=True)
    codes = np.array(list(rows), dtype=np.str_)
    fares = random.gamma(SPREAD, 1.0 / SPREAD, len(codes))
    fares[:: max(min(ONE_IN, len(codes) // 2), 1)] *= TIMES
    return Grids(codes=codes, fares=fares)


def _register(grids: Grids, *, months: list[int], random: Generator) -> int:
    paths = [
        str(files.folder() / name) for name in Segment.objects.order_by("id").values_list("file", flat=True)
    ]
    table = pq.read_table(paths, schema=SCHEMA, filters=[("source", "=", SOURCE)])
    table = table.filter(pc.is_in(table["opened_month"], pa.array(months, pa.int32())))
    if not table.num_rows:
        return 0
    again = {
        "area_code": _placed(table, grids, random),
        "severity": np.where(random.random(table.num_rows) < URGENT, "urgent", "normal"),
        "channel": np.where(random.random(table.num_rows) < BY_GRID, "grid", "resident"),
    }
    place = np.searchsorted(grids.codes, again["area_code"])
    for flag, share in MATTER_SHARES.items():
        again[flag] = random.random(table.num_rows) < np.minimum(share * grids.fares[place], 0.9)
    fresh = table
    for name, values in again.items():
        column = fresh.schema.get_field_index(name)
        fresh = fresh.set_column(column, SCHEMA.field(name), pa.array(values).cast(SCHEMA.field(name).type))
    sign = SCHEMA.get_field_index("sign")
    gone = table.set_column(sign, SCHEMA.field("sign"), pa.array(np.full(table.num_rows, -1, np.int8)))
    both = pa.concat_tables([gone, fresh])
    table_write(both.sort_by([("opened_month", "ascending"), ("area_code", "ascending")]))
    return int(table.num_rows)


def _placed(table: pa.Table, grids: Grids, random: Generator) -> NDArray[np.str_]:
    """A grid of each row's community; rows in which something went wrong go by how the grids fare."""
    communities = np.array(table["area_code"].to_pylist(), dtype=np.str_)
    bad = np.any([table[flag].to_numpy() for flag in BAD], axis=0)
    placed = communities.astype(f"<U{CODE_LENGTH[Level.GRID]}")
    for community in np.unique(communities):
        own = grids.within(str(community))
        if not len(own):
            continue
        weights = grids.fares[own] / grids.fares[own].sum()
        for mask, chances in ((bad, weights), (~bad, None)):
            rows = np.flatnonzero((communities == community) & mask)
            placed[rows] = grids.codes[random.choice(own, len(rows), p=chances)]
    return np.asarray(placed)


def _tasks(grids: Grids, *, months: list[int], random: Generator) -> pa.Table:
    """Signed rows of the grids' tasks, one a task."""
    place = np.repeat(np.arange(len(grids.codes)), random.poisson(EACH * len(months), len(grids.codes)))
    count = len(place)
    month = np.array(months, dtype=np.int32)[random.integers(0, len(months), count)]
    words = {
        "source": TASKS,
        "records": "tasks",
        "outcome": "closed",
        "severity": "normal",
        "channel": "resident",
    }
    columns: dict[str, object] = {name: np.full(count, word, dtype=object) for name, word in words.items()}
    columns |= {
        "sign": np.ones(count, dtype=np.int8), "recorded": np.zeros(count, dtype=np.int64),
        "subject": np.arange(1, count + 1), "post": pa.nulls(count, pa.int64()),
        "area_code": grids.codes[place], "organisation": grids.codes[place],
        "category": np.array(TYPES, dtype=object)[random.integers(0, len(TYPES), count)],
        "opened_hour": random.integers(7, 22, count).astype(np.int8), "days_to_accept": np.zeros(count, np.int16),
        "days_to_close": random.integers(0, 12, count).astype(np.int16), "is_counted": np.ones(count, dtype=bool),
        **{f"{moment}_month": month for moment in ("opened", "accepted", "due", "closed")},
        **{flag: np.zeros(count, dtype=bool) for flag in FLAG_COLUMNS},
    }  # fmt: skip
    for flag, share in TASK_SHARES.items():
        fares = 1.0 if flag == "joint" else grids.fares[place]
        columns[flag] = random.random(count) < np.minimum(share * fares, 0.9)
    arrays = [pa.array(columns[field.name]).cast(field.type) for field in SCHEMA]
    table = pa.Table.from_arrays(arrays, schema=SCHEMA)
    return table.sort_by([("opened_month", "ascending"), ("area_code", "ascending")])
