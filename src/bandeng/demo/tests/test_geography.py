"""The areas tile the plane and form a tree."""

from itertools import pairwise
from random import Random

import pytest
from shapely import STRtree
from shapely.geometry import Polygon
from shapely.ops import unary_union

from bandeng.areas.rules import CODE_LENGTH, Level
from bandeng.demo.geography import DISTRICT_CODE, Geography, geography_build
from bandeng.demo.places import neighbourhoods_build, spot_choose
from bandeng.demo.scale import SMALL, WHOLE, Scale

LEVELS = ("district", "street", "community", "grid")


@pytest.fixture(scope="module", params=[SMALL, WHOLE], ids=["small", "whole"])
def built(request: pytest.FixtureRequest) -> tuple[Scale, Geography]:
    return request.param, geography_build(scale=request.param, seed=3)


def polygons(geography: Geography, level: str) -> list[Polygon]:
    return [Polygon(area.ring) for area in geography.level(level)]  # type: ignore[arg-type]


def test_counts_are_those_of_the_scale(built: tuple[Scale, Geography]) -> None:
    scale, geography = built
    counts = [len(geography.level(level)) for level in LEVELS]  # type: ignore[arg-type]
    assert counts == [1, scale.streets, scale.communities, scale.grids]
    for level in LEVELS:
        areas = geography.level(level)  # type: ignore[arg-type]
        assert sum(area.households for area in areas) == scale.households
        assert sum(area.residents for area in areas) == scale.residents


def test_every_level_covers_the_district_without_gap_or_overlap(built: tuple[Scale, Geography]) -> None:
    _, geography = built
    district = polygons(geography, "district")[0].area
    for level in LEVELS:
        parts = polygons(geography, level)
        assert all(part.is_valid and part.exterior.is_ccw for part in parts)
        assert sum(part.area for part in parts) == pytest.approx(district, rel=1e-9)
        first, second = STRtree(parts).query(parts, predicate="intersects")
        overlaps = [parts[a].intersection(parts[b]).area for a, b in zip(first, second, strict=True) if a < b]
        assert sum(overlaps) == 0


def test_neighbours_share_their_border_vertex_for_vertex(built: tuple[Scale, Geography]) -> None:
    _, geography = built
    edges: dict[tuple[object, object], int] = {}
    for area in geography.level("grid"):
        for edge in pairwise(area.ring):
            assert edge not in edges
            edges[edge] = 1
    lonely = {edge for edge in edges if (edge[1], edge[0]) not in edges}
    outline = geography.areas[0].ring
    assert lonely == set(pairwise(outline))


def test_an_area_is_the_union_of_its_children(built: tuple[Scale, Geography]) -> None:
    _, geography = built
    for level, below in pairwise(LEVELS):
        for area in geography.level(level):  # type: ignore[arg-type]
            children = [
                Polygon(child.ring)
                for child in geography.level(below)  # type: ignore[arg-type]
                if child.parent_code == area.code
            ]
            union = unary_union(children)
            assert union.geom_type == "Polygon"
            assert union.symmetric_difference(Polygon(area.ring)).area == pytest.approx(0, abs=1e-15)


def test_codes_show_the_tree(built: tuple[Scale, Geography]) -> None:
    _, geography = built
    codes = {area.code for area in geography.areas}
    assert len(codes) == len(geography.areas)
    for area in geography.areas[1:]:
        assert area.parent_code in codes and area.code.startswith(area.parent_code)
        assert len(area.code) == CODE_LENGTH[Level[area.level.upper()]]
    assert geography.areas[0].code == DISTRICT_CODE


def test_communities_of_a_street_have_names_of_their_own(built: tuple[Scale, Geography]) -> None:
    _, geography = built
    names = [(area.parent_code, area.name_zh) for area in geography.level("community")]
    assert len(set(names)) == len(names)


def test_the_same_seed_makes_the_same_district_and_another_another() -> None:
    assert geography_build(scale=SMALL, seed=5) == geography_build(scale=SMALL, seed=5)
    assert geography_build(scale=SMALL, seed=5) != geography_build(scale=SMALL, seed=6)


@pytest.mark.parametrize("seed", range(12))
def test_any_seed_makes_valid_areas(seed: int) -> None:
    geography = geography_build(scale=SMALL, seed=seed)
    assert all(Polygon(area.ring).is_valid for area in geography.areas)


def test_the_whole_district_has_all_its_areas() -> None:
    drawn = geography_build(scale=WHOLE, seed=1).areas
    assert len(drawn) == 1 + WHOLE.streets + WHOLE.communities + WHOLE.grids


def test_places_lie_in_their_grid() -> None:
    geography = geography_build(scale=SMALL, seed=2)
    random = Random(1)
    for neighbourhood in neighbourhoods_build(geography=geography, seed=2):
        grid = Polygon(neighbourhood.grid.ring)
        for kind in neighbourhood.names:
            spot = spot_choose(neighbourhood=neighbourhood, kind=kind, random=random)
            assert grid.covers(Polygon([(spot.longitude, spot.latitude)] * 4).centroid)
            assert spot.place in spot.address or kind == "none"
