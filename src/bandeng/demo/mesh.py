"""A planar mesh: cells as rings of shared vertex numbers, so neighbours meet vertex for vertex."""

from collections.abc import Iterable
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from scipy.spatial import Voronoi

Ring = tuple[int, ...]
Points = NDArray[np.float64]

#: A border bends by at most this share of its length; more could make two borders cross.
BEND = 0.09


@dataclass(frozen=True)
class Mesh:
    """Vertices (n, 2) in metres and one counter-clockwise ring of vertex numbers per cell."""

    vertices: Points
    rings: tuple[Ring, ...]


def mesh_build(*, seeds: Points, ghosts: Points, random: np.random.Generator) -> Mesh:
    """Voronoi cells of the seeds; ghosts outside the outline close the outer cells."""
    diagram = Voronoi(np.vstack([seeds, ghosts]))
    regions = [diagram.regions[diagram.point_region[index]] for index in range(len(seeds))]
    rings = [_counter_clockwise(ring=tuple(region), vertices=diagram.vertices) for region in regions]
    used = sorted({vertex for ring in rings for vertex in ring})
    renumber = {vertex: index for index, vertex in enumerate(used)}
    plain = Mesh(
        vertices=diagram.vertices[used],
        rings=tuple(tuple(renumber[vertex] for vertex in ring) for ring in rings),
    )
    return _bend(mesh=plain, random=random)


def _counter_clockwise(*, ring: Ring, vertices: Points) -> Ring:
    x, y = vertices[list(ring)].T
    doubled_area = float(np.sum(x * np.roll(y, -1) - np.roll(x, -1) * y))
    return ring if doubled_area > 0 else ring[::-1]


def _bend(*, mesh: Mesh, random: np.random.Generator) -> Mesh:
    """Each border gets one shared vertex beside its middle, so that lines look grown and not ruled."""
    borders = sorted({_border(start=a, end=b) for ring in mesh.rings for a, b in ring_edges(ring=ring)})
    ends = np.array(borders)
    start, end = mesh.vertices[ends[:, 0]], mesh.vertices[ends[:, 1]]
    along = end - start
    across = np.column_stack([-along[:, 1], along[:, 0]])
    middles = (start + end) / 2 + across * random.uniform(-BEND, BEND, size=(len(borders), 1))
    number = {border: len(mesh.vertices) + index for index, border in enumerate(borders)}
    rings = tuple(
        tuple(vertex for a, b in ring_edges(ring=ring) for vertex in (a, number[_border(start=a, end=b)]))
        for ring in mesh.rings
    )
    return Mesh(vertices=np.vstack([mesh.vertices, middles]), rings=rings)


def _border(*, start: int, end: int) -> tuple[int, int]:
    return (start, end) if start < end else (end, start)


def ring_edges(*, ring: Ring) -> list[tuple[int, int]]:
    """The directed edges of a ring, the closing one included."""
    return list(zip(ring, ring[1:] + ring[:1], strict=True))


def union_ring(*, rings: Iterable[Ring]) -> Ring:
    """The outer ring of a connected union without holes. Raises ValueError for any other union."""
    edges = {edge for ring in rings for edge in ring_edges(ring=ring)}
    following = {a: b for a, b in edges if (b, a) not in edges}
    start = min(following)
    ring = [start]
    while (vertex := following[ring[-1]]) != start:
        ring.append(vertex)
    if len(ring) != len(following):
        message = "The cells do not form one area without holes; build the partition anew."
        raise ValueError(message)
    return tuple(ring)


def neighbours(*, rings: tuple[Ring, ...]) -> tuple[frozenset[int], ...]:
    """For each cell the cells that share a border with it."""
    owner = {edge: cell for cell, ring in enumerate(rings) for edge in ring_edges(ring=ring)}
    found: list[set[int]] = [set() for _ in rings]
    for (a, b), cell in owner.items():
        other = owner.get((b, a))
        if other is not None:
            found[cell].add(other)
    return tuple(frozenset(cells) for cells in found)
