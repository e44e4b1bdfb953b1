"""The small district and its month, built once for all tests that only read them."""

from datetime import datetime
from functools import cache

from bandeng.demo.district import District, district_build, month_build
from bandeng.demo.pace import LOCAL
from bandeng.demo.scale import SMALL
from bandeng.demo.story import Story
from bandeng.dispatch.knowledge import limit_profiles

UNTIL = datetime(2026, 11, 23, 15, 25, tzinfo=LOCAL)
SEED = 7


@cache
def small_district() -> District:
    return district_build(scale=SMALL, seed=SEED)


@cache
def small_month() -> tuple[Story, ...]:
    return tuple(
        month_build(
            district=small_district(),
            scale=SMALL,
            seed=SEED,
            until=UNTIL,
            profiles=limit_profiles(),
            tick=lambda _: None,
        )
    )
