"""A team: the posts of one skill in one street, and the work that is forecast for it."""

from collections.abc import Sequence
from dataclasses import dataclass


@dataclass(frozen=True, kw_only=True)
class Team:
    """Posts that share one street's work of one skill; `movable` of the `posts` may stand in another street."""

    street: str
    skill: str
    posts: int
    movable: int
    work: float  # cases forecast for the month
    least: int  # minimum cover
    most: int  # places at the office
    longitude: float = 0.0
    latitude: float = 0.0
    work_low: float | None = None  # bounds of the forecast
    work_high: float | None = None


@dataclass(frozen=True, kw_only=True)
class Pool:
    """Posts of one team that can do the same things: `team` is its place in the list of teams."""

    team: int
    skills: tuple[str, ...]
    posts: int
    movable: int


def pools_of(teams: Sequence[Team]) -> list[Pool]:
    """Teams whose posts can do nothing but what they do today."""
    return [
        Pool(team=place, skills=(team.skill,), posts=team.posts, movable=team.movable)
        for place, team in enumerate(teams)
        if team.posts
    ]
