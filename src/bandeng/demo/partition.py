"""Connected parts of about equal weight of a graph of cells: communities of grids, streets of communities."""

import heapq
from collections.abc import Sequence

import numpy as np

from bandeng.demo.mesh import Points

ROUNDS = 12


def partition(
    *,
    centres: Points,
    adjacent: Sequence[frozenset[int]],
    members: Sequence[int],
    count: int,
    random: np.random.Generator,
) -> list[list[int]]:
    """Split the members into `count` connected parts. Raises ValueError if they are not connected."""
    if not 1 <= count <= len(members):
        message = f"{len(members)} cells cannot make {count} parts; ask for fewer."
        raise ValueError(message)
    starts = _spread(centres=centres, members=members, count=count, random=random)
    parts: list[list[int]] = []
    for _ in range(ROUNDS):
        parts = _grow(centres=centres, adjacent=adjacent, members=members, starts=starts)
        moved = [_middle(centres=centres, part=part) for part in parts]
        if moved == starts:
            break
        starts = moved
    return parts


def _spread(*, centres: Points, members: Sequence[int], count: int, random: np.random.Generator) -> list[int]:
    """Farthest-point starts: the first by chance, each next one farthest from those chosen."""
    places = centres[list(members)]
    chosen = [int(random.integers(len(members)))]
    nearest = np.full(len(members), np.inf)
    while len(chosen) < count:
        nearest = np.minimum(nearest, np.linalg.norm(places - places[chosen[-1]], axis=1))
        chosen.append(int(np.argmax(nearest)))
    return [members[index] for index in chosen]


def _grow(
    *, centres: Points, adjacent: Sequence[frozenset[int]], members: Sequence[int], starts: Sequence[int]
) -> list[list[int]]:
    """Grow all parts at once; the smallest part takes the next cell, the nearest to its start."""
    free = set(members) - set(starts)
    parts = [[start] for start in starts]
    fringes: list[list[tuple[float, int]]] = [[] for _ in starts]
    for index, start in enumerate(starts):
        _reach(fringe=fringes[index], centres=centres, adjacent=adjacent, cell=start, start=start)
    turns = [(1, index) for index in range(len(starts))]
    while turns and free:
        size, index = heapq.heappop(turns)
        cell = _next_free(fringe=fringes[index], free=free)
        if cell is None:
            continue
        free.discard(cell)
        parts[index].append(cell)
        _reach(fringe=fringes[index], centres=centres, adjacent=adjacent, cell=cell, start=starts[index])
        heapq.heappush(turns, (size + 1, index))
    if free:
        message = f"{len(free)} cells are cut off from the rest; the area is not connected."
        raise ValueError(message)
    return [sorted(part) for part in parts]


def _reach(
    *,
    fringe: list[tuple[float, int]],
    centres: Points,
    adjacent: Sequence[frozenset[int]],
    cell: int,
    start: int,
) -> None:
    for other in sorted(adjacent[cell]):
        heapq.heappush(fringe, (float(np.hypot(*(centres[other] - centres[start]))), other))


def _next_free(*, fringe: list[tuple[float, int]], free: set[int]) -> int | None:
    while fringe:
        _, cell = heapq.heappop(fringe)
        if cell in free:
            return cell
    return None


def _middle(*, centres: Points, part: Sequence[int]) -> int:
    distances = np.linalg.norm(centres[list(part)] - centres[list(part)].mean(axis=0), axis=1)
    return part[int(np.argmin(distances))]
