"""The demo district's areas: a tree of polygons that tile the plane. The place is fictional."""

import math
from dataclasses import dataclass
from typing import Literal

import numpy as np
from scipy.spatial import cKDTree

from bandeng.demo import toponyms
from bandeng.demo.mesh import Mesh, Points, Ring, mesh_build, neighbours, union_ring
from bandeng.demo.partition import partition
from bandeng.demo.scale import Scale

Level = Literal["district", "street", "community", "grid"]
Coordinate = tuple[float, float]

#: Fictional: the outline is made by chance and follows no real border. No real area has the code 330199.
ORIGIN_LONGITUDE, ORIGIN_LATITUDE = 120.3, 30.4
DISTRICT_CODE = "330199"
METRES_PER_DEGREE = 111_320.0
#: Seven decimals of a degree are about a centimetre.
DECIMALS = 7
#: Mean ground of a grid, so that any number of grids makes a district of plausible size.
GRID_METRES = 300.0
OUTLINE_STEPS = 3600
RELAXATIONS = 12
SAMPLES_PER_GRID = 40


@dataclass(frozen=True)
class Area:
    """One area; `ring` is closed, counter-clockwise, (longitude, latitude) in WGS 84."""

    code: str
    parent_code: str
    level: Level
    name_zh: str
    name_en: str
    ring: tuple[Coordinate, ...]
    centre: Coordinate
    households: int
    residents: int


@dataclass(frozen=True)
class Geography:
    """All areas: the district first, then streets, communities and grids, each level in code order."""

    areas: tuple[Area, ...]

    def level(self, level: Level) -> tuple[Area, ...]:
        """The areas of one level in code order."""
        return tuple(area for area in self.areas if area.level == level)


@dataclass(frozen=True)
class _Tree:
    """Cells by street and community: streets[street][community] lists cells."""

    streets: tuple[tuple[tuple[int, ...], ...], ...]


def geography_build(*, scale: Scale, seed: int) -> Geography:
    """The same areas for the same scale and seed."""
    random = np.random.default_rng([seed, 1])
    radius = GRID_METRES * math.sqrt(scale.grids / math.pi)
    outline = _outline(radius=radius, random=random)
    seeds = _relaxed_seeds(outline=outline, radius=radius, count=scale.grids, random=random)
    mesh = mesh_build(seeds=seeds, ghosts=_ghosts(seeds=seeds, outline=outline, radius=radius), random=random)
    tree = _tree(mesh=mesh, seeds=seeds, scale=scale, random=random)
    return _name(mesh=mesh, seeds=seeds, tree=tree, scale=scale, random=random)


def _outline(*, radius: float, random: np.random.Generator) -> Points:
    """A smooth closed curve around the origin, (n, 2) in metres."""
    angle = np.linspace(0, 2 * math.pi, OUTLINE_STEPS, endpoint=False)
    distance = np.ones_like(angle)
    for waves, height in ((2, 0.16), (3, 0.09), (4, 0.05), (5, 0.035), (7, 0.015)):
        distance += height * np.cos(waves * angle + random.uniform(0, 2 * math.pi))
    return np.column_stack([np.cos(angle), np.sin(angle)]) * (radius * distance)[:, None]


def _relaxed_seeds(*, outline: Points, radius: float, count: int, random: np.random.Generator) -> Points:
    """Seeds of the grids after Lloyd's relaxation on a cloud that is denser in the centre."""
    cloud = _cloud(outline=outline, radius=radius, count=count * SAMPLES_PER_GRID, random=random)
    seeds = cloud[:count].copy()
    for _ in range(RELAXATIONS):
        nearest = cKDTree(seeds).query(cloud)[1]
        weight = np.bincount(nearest, minlength=count)
        sums = [np.bincount(nearest, weights=cloud[:, axis], minlength=count) for axis in (0, 1)]
        filled = weight > 0
        seeds[filled] = (np.column_stack(sums)[filled].T / weight[filled]).T
    return seeds


def _cloud(*, outline: Points, radius: float, count: int, random: np.random.Generator) -> Points:
    """Points inside the outline, three times as dense in the centre as at the edge."""
    limits = np.linalg.norm(outline, axis=1)
    kept: list[Points] = []
    missing = count
    while missing > 0:
        points = random.uniform(-1.4 * radius, 1.4 * radius, size=(4 * count, 2))
        distance = np.linalg.norm(points, axis=1)
        turn = np.arctan2(points[:, 1], points[:, 0]) % (2 * math.pi)
        limit = limits[(turn / (2 * math.pi) * OUTLINE_STEPS).astype(int) % OUTLINE_STEPS]
        density = 0.33 + 0.67 * np.exp(-2.5 * (distance / radius) ** 2)
        inside = points[(distance < limit * 0.995) & (random.uniform(size=len(points)) < density)]
        kept.append(inside[:missing])
        missing -= len(kept[-1])
    return np.vstack(kept)


def _ghosts(*, seeds: Points, outline: Points, radius: float) -> Points:
    """Mirror images of the seeds beyond the outline: the outer cells then end on it."""
    border = outline[cKDTree(outline).query(seeds)[1]]
    angle = np.linspace(0, 2 * math.pi, 24, endpoint=False)
    far = np.column_stack([np.cos(angle), np.sin(angle)]) * radius * 6
    return np.vstack([2 * border - seeds, far])


def _tree(*, mesh: Mesh, seeds: Points, scale: Scale, random: np.random.Generator) -> _Tree:
    adjacent = neighbours(rings=mesh.rings)
    streets = partition(
        centres=seeds, adjacent=adjacent, members=range(scale.grids), count=scale.streets, random=random
    )
    ordered = _order_streets(seeds=seeds, streets=streets)
    counts = _shares(total=scale.communities, weights=[len(street) for street in ordered])
    return _Tree(
        streets=tuple(
            tuple(
                tuple(part)
                for part in partition(
                    centres=seeds, adjacent=adjacent, members=street, count=count, random=random
                )
            )
            for street, count in zip(ordered, counts, strict=True)
        )
    )


def _order_streets(*, seeds: Points, streets: list[list[int]]) -> list[list[int]]:
    """The lake street in the middle, the others clockwise from the north, as their names suggest."""
    middles = [seeds[street].mean(axis=0) for street in streets]
    by_distance = sorted(range(len(streets)), key=lambda index: float(np.hypot(*middles[index])))
    lake = by_distance[0]
    around = sorted(by_distance[1:], key=lambda index: math.atan2(*middles[index]) % (2 * math.pi))
    names = [name.zh for name in toponyms.STREETS[: len(streets)]]
    position = names.index(toponyms.CENTRAL_STREET) if toponyms.CENTRAL_STREET in names else 0
    return [streets[index] for index in [*around[:position], lake, *around[position:]]]


def _shares(*, total: int, weights: list[int]) -> list[int]:
    """Whole shares in proportion to the weights; the largest remainders get the rest."""
    exact = [total * weight / sum(weights) for weight in weights]
    shares = [math.floor(share) for share in exact]
    by_remainder = sorted(range(len(exact)), key=lambda index: shares[index] - exact[index])
    for index in by_remainder[: total - sum(shares)]:
        shares[index] += 1
    return shares


@dataclass(frozen=True)
class _Drawing:
    """What every area needs to be drawn: vertices in degrees, people per cell."""

    mesh: Mesh
    degrees: Points
    centres: Points
    households: tuple[int, ...]
    residents: tuple[int, ...]

    def area(self, *, code: str, level: Level, cells: tuple[int, ...], name_zh: str, name_en: str) -> Area:
        """The area that the cells make together."""
        ring: Ring = union_ring(rings=[self.mesh.rings[cell] for cell in cells])
        points = [(float(x), float(y)) for x, y in self.degrees[list(ring)]]
        longitude, latitude = self.centres[list(cells)].mean(axis=0)
        return Area(
            code=code,
            parent_code=code[:-3] if level != "district" else "",
            level=level,
            name_zh=name_zh,
            name_en=name_en,
            ring=(*points, points[0]),
            centre=(float(longitude), float(latitude)),
            households=sum(self.households[cell] for cell in cells),
            residents=sum(self.residents[cell] for cell in cells),
        )


def _name(*, mesh: Mesh, seeds: Points, tree: _Tree, scale: Scale, random: np.random.Generator) -> Geography:
    drawing = _Drawing(
        mesh=mesh,
        degrees=_degrees(points=mesh.vertices),
        centres=_degrees(points=seeds),
        households=_spread_people(total=scale.households, count=scale.grids, random=random),
        residents=_spread_people(total=scale.residents, count=scale.grids, random=random),
    )
    everywhere = tuple(range(scale.grids))
    district = drawing.area(
        code=DISTRICT_CODE,
        level="district",
        cells=everywhere,
        name_zh=toponyms.DISTRICT.zh,
        name_en=toponyms.DISTRICT.en,
    )
    levels: dict[Level, list[Area]] = {"district": [district], "street": [], "community": [], "grid": []}
    for number, communities in enumerate(tree.streets, start=1):
        _name_street(levels=levels, drawing=drawing, number=number, communities=communities)
    return Geography(areas=tuple(area for areas in levels.values() for area in areas))


def _name_street(
    *,
    levels: dict[Level, list[Area]],
    drawing: _Drawing,
    number: int,
    communities: tuple[tuple[int, ...], ...],
) -> None:
    name = toponyms.STREETS[number - 1]
    code = f"{DISTRICT_CODE}{number:03d}"
    cells = tuple(sorted(cell for community in communities for cell in community))
    levels["street"].append(
        drawing.area(code=code, level="street", cells=cells, name_zh=f"{name.zh}街道", name_en=name.en)
    )
    grid_number = 0
    for index, community in enumerate(communities, start=1):
        community_code = f"{code}{index:03d}"
        community_name = toponyms.community_name(street=name.zh, number=index)
        levels["community"].append(
            drawing.area(
                code=community_code,
                level="community",
                cells=community,
                name_zh=f"{community_name}社区",
                name_en=f"{name.en.removesuffix(' Street')} community {index}",
            )
        )
        for place, cell in enumerate(community, start=1):
            grid_number += 1
            label = f"{number:02d}{grid_number:02d}"
            levels["grid"].append(
                drawing.area(
                    code=f"{community_code}{place:03d}",
                    level="grid",
                    cells=(cell,),
                    name_zh=f"第{label}网格",
                    name_en=f"Grid {label}",
                )
            )


def _spread_people(*, total: int, count: int, random: np.random.Generator) -> tuple[int, ...]:
    return tuple(int(people) for people in random.multinomial(total, random.dirichlet([30.0] * count)))


def _degrees(*, points: Points) -> Points:
    """Metres around the origin to rounded degrees; flat enough for a district of some ten kilometres."""
    shrink = math.cos(math.radians(ORIGIN_LATITUDE))
    longitude = ORIGIN_LONGITUDE + points[:, 0] / (METRES_PER_DEGREE * shrink)
    latitude = ORIGIN_LATITUDE + points[:, 1] / METRES_PER_DEGREE
    degrees: Points = np.column_stack([longitude, latitude])
    return degrees.round(DECIMALS)
