"""Places of the demo district that messages speak of: roads, estates, shops, each inside its grid."""

from dataclasses import dataclass
from random import Random

from bandeng.demo import toponyms
from bandeng.demo.geography import Area, Coordinate, Geography

#: Points stay this far inside a cell, so that rounding cannot move one over the border.
INSIDE = 0.92


@dataclass(frozen=True)
class Neighbourhood:
    """What there is in one grid; every name is said the way residents say it."""

    grid: Area
    community: str
    roads: tuple[str, ...]
    compounds: tuple[str, ...]
    names: dict[str, str]


@dataclass(frozen=True)
class Spot:
    """Where a matter is: degrees, the grid, the postal address and the name of the place."""

    longitude: float
    latitude: float
    grid_code: str
    address: str
    place: str
    road: str
    compound: str


def neighbourhoods_build(*, geography: Geography, seed: int) -> tuple[Neighbourhood, ...]:
    """One neighbourhood for each grid, in code order."""
    random = Random(f"places {seed}")  # noqa: S311 (a demo, not a secret)
    stems = {area.code: area.name_zh.removesuffix("社区") for area in geography.level("community")}
    roads = {code: _roads(stem=stem, random=random) for code, stem in stems.items()}
    return tuple(
        _neighbourhood(
            grid=grid,
            stem=stems[grid.parent_code],
            roads=roads[grid.parent_code],
            number=number,
            random=random,
        )
        for number, grid in enumerate(geography.level("grid"))
    )


def _roads(*, stem: str, random: Random) -> tuple[str, ...]:
    wide = random.sample(toponyms.ROAD_FIRST, 3)
    return (f"{stem}巷", f"{stem}路", f"{wide[0]}路", f"{wide[1]}街", f"{wide[2]}弄")


def _neighbourhood(
    *, grid: Area, stem: str, roads: tuple[str, ...], number: int, random: Random
) -> Neighbourhood:
    first, last = toponyms.COMPOUND_FIRST, toponyms.COMPOUND_LAST
    compounds = tuple(
        first[(number * 5 + step * 11) % len(first)] + last[(number * 7 + step * 5) % len(last)]
        for step in range(2)
    )
    shop = random.choice(toponyms.SHOP_FIRST) + random.choice(toponyms.SHOP_LAST)
    names = {
        "market": f"{stem}农贸市场",
        "school": f"{stem}{random.choice(('小学', '中学', '幼儿园'))}",
        "shop": shop,
        "river": f"{stem}港",
        "park": f"{stem}公园",
        "site": f"{stem}{random.choice('东西南北')}地块工地",
        "hospital": f"{stem}社区卫生服务中心",
        "office": f"{stem}便民服务中心",
        "factory": f"{stem}{random.choice(('工业园', '创业园', '产业园'))}",
        "stop": f"{stem}公交站",
        "village": f"{stem}自然村",
        "road": roads[0],
        "compound": compounds[0],
        "none": stem,
    }
    return Neighbourhood(grid=grid, community=stem, roads=roads, compounds=compounds, names=names)


def spot_choose(*, neighbourhood: Neighbourhood, kind: str, random: Random) -> Spot:
    """Some place of a kind in the grid."""
    road, compound = random.choice(neighbourhood.roads), random.choice(neighbourhood.compounds)
    if kind == "compound":
        house = f"{random.randint(1, 36)}幢{random.randint(1, 4)}单元"
        place, address = compound, f"{road}{random.randint(1, 398)}号{compound}{house}"
    elif kind in ("road", "none"):
        place, address = road, f"{road}{random.randint(1, 398)}号"
    else:
        place = neighbourhood.names[kind]
        address = f"{road}{random.randint(1, 398)}号{place}"
    longitude, latitude = point_inside(area=neighbourhood.grid, random=random)
    return Spot(
        longitude=longitude,
        latitude=latitude,
        grid_code=neighbourhood.grid.code,
        address=address,
        place=place,
        road=road,
        compound=compound,
    )


def point_inside(*, area: Area, random: Random) -> Coordinate:
    """A point of a grid: somewhere in a triangle of its centre and one of its borders."""
    index = random.randrange(len(area.ring) - 1)
    (x1, y1), (x2, y2), (x0, y0) = area.ring[index], area.ring[index + 1], area.centre
    first, second = sorted((random.random(), random.random()))
    along, across = first * INSIDE, (second - first) * INSIDE
    return (
        round(x0 + along * (x1 - x0) + across * (x2 - x0), 7),
        round(y0 + along * (y1 - y0) + across * (y2 - y0), 7),
    )
