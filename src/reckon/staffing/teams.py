"""A team: the posts of one skill in one street, and the work that is forecast for it."""

from dataclasses import dataclass


@dataclass(frozen=True, kw_only=True)
class Team:
    """Posts that share one street's work of one skill; `movable` of the `posts` may stand elsewhere."""

    street: str
    skill: str
    posts: int
    movable: int
    work: float  # cases forecast for the month
    least: int  # minimum cover
    most: int  # places at the office
    longitude: float = 0.0
    latitude: float = 0.0
