"""Sharing posts out: a mixed-integer programme solved by HiGHS.

Every team takes one of the sizes between its minimum cover and its places; the lateness of each size comes from the
relation, so the programme is linear however the relation bends. Posts move between streets within their skill; each
move costs what the limits say in late cases, so nobody is moved for nothing, and farther than the limit not at all.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, fields
from math import cos, hypot, pi
from typing import Any

import highspy

from reckon.staffing.relation import LateEffect, Relation, late_expected
from reckon.staffing.teams import Team

KILOMETRES_A_DEGREE = 111.32
GAP = 1e-6


@dataclass(frozen=True, kw_only=True)
class Limits:
    """What a plan keeps to; dated data of the manager's."""

    most_moves: int
    farthest_km: float
    move_cost: float  # late cases that one move must at least save
    cost_a_km: float


@dataclass(frozen=True, kw_only=True)
class Move:
    """Posts of a skill from one street to another."""

    skill: str
    source: str
    target: str
    posts: int
    km: float


@dataclass(frozen=True, kw_only=True)
class Plan:
    """Sizes of the teams in their order, the moves, and what is expected late."""

    sizes: tuple[int, ...]
    moves: tuple[Move, ...]
    late: LateEffect
    cost: float  # late cases and the cost of moves


class PlanImpossible(ValueError):
    """No plan keeps to all limits: any single one of `limits` would have to give way, or `together` all of them."""

    def __init__(self, limits: tuple[str, ...], *, together: bool) -> None:
        super().__init__(f"no plan keeps to: {', '.join(limits)}")
        self.limits, self.together = limits, together


LIMITS = ("cover", "places", "moves", "keep", "distance")
"""Minimum cover, places at the office, number of moves, posts that stay where they are, way between streets."""


def plan(*, teams: Sequence[Team], relation: Relation, limits: Limits) -> Plan:
    """The cheapest plan. Raises PlanImpossible, naming the limits in the way."""
    model = _Model(teams, relation, limits)
    if model.solved():
        return model.plan()
    alone = tuple(name for name in LIMITS if _Model(teams, relation, limits, soft=frozenset({name})).solved())
    raise PlanImpossible(alone or LIMITS, together=not alone)


def cost_of(
    *, teams: Sequence[Team], sizes: Sequence[int], relation: Relation, limits: Limits
) -> tuple[LateEffect, float]:
    """Lateness and cost of sizes that a manager chose, moved the nearest way that their sums allow."""
    late = _late(teams, sizes, relation)
    arrivals = sum(max(size - team.posts, 0) for team, size in zip(teams, sizes, strict=True))
    return late, late.value + limits.move_cost * arrivals


def violated(*, teams: Sequence[Team], sizes: Sequence[int], limits: Limits) -> tuple[str, ...]:
    """Which limits chosen sizes break, in the order of LIMITS; "total" where posts appear or vanish."""
    pairs = list(zip(teams, sizes, strict=True))
    broken = {
        "cover": any(size < team.least for team, size in pairs),
        "places": any(size > team.most for team, size in pairs),
        "moves": sum(max(size - team.posts, 0) for team, size in pairs) > limits.most_moves,
        "keep": any(size < team.posts - team.movable for team, size in pairs),
        "total": any(
            sum(size - team.posts for team, size in pairs if team.skill == skill) != 0
            for skill in {team.skill for team in teams}
        ),
    }
    return tuple(name for name, is_broken in broken.items() if is_broken)


class _Model:
    """The programme, without the limits that are `soft`."""

    def __init__(
        self, teams: Sequence[Team], relation: Relation, limits: Limits, *, soft: frozenset[str] = frozenset()
    ) -> None:
        self.teams, self.limits, self.relation = list(teams), limits, relation
        self.solver: Any = highspy.Highs()  # type: ignore[no-untyped-call]
        self.solver.silent()
        self.solver.setOptionValue("threads", 1)
        self.solver.setOptionValue("mip_rel_gap", GAP)
        self.soft = soft
        self.sizes = [self._size(team) for team in self.teams]
        self.moves = self._moves()
        self._balance()

    def _size(self, team: Team) -> Mapping[int, Any]:
        """One choice among the sizes of a team."""
        total = sum(each.posts for each in self.teams if each.skill == team.skill)
        low = 0 if "cover" in self.soft else team.least
        high = total if "places" in self.soft else team.most
        choices = {
            size: self.solver.addBinary(obj=self._late_cost(team, size)) for size in range(low, high + 1)
        }
        nothing = self.solver.addVariable(
            lb=0, ub=0
        )  # a team without any size makes the programme impossible
        self.solver.addConstr(sum(choices.values(), start=nothing) == 1)
        return choices

    def _late_cost(self, team: Team, size: int) -> float:
        return late_expected(self.relation, skill=team.skill, work=team.work, posts=size).value

    def _moves(self) -> dict[tuple[int, int], Any]:
        """Whole posts between teams of one skill that lie near enough."""
        found = {}
        for source, one in enumerate(self.teams):
            for target, other in enumerate(self.teams):
                km = distance_km(one, other)
                near = "distance" in self.soft or km <= self.limits.farthest_km
                if source != target and one.skill == other.skill and near:
                    cost = self.limits.move_cost + self.limits.cost_a_km * km
                    found[source, target] = self.solver.addIntegral(lb=0, obj=cost)
        return found

    def _balance(self) -> None:
        """Sizes follow from moves; those who stay stay; not more moves than the limit."""
        for place, team in enumerate(self.teams):
            nothing = self.solver.addVariable(lb=0, ub=0)
            size = sum((value * choice for value, choice in self.sizes[place].items()), start=1 * nothing)
            gone = [move for (source, _), move in self.moves.items() if source == place]
            come = [move for (_, target), move in self.moves.items() if target == place]
            self.solver.addConstr(size + sum(gone) - sum(come) == team.posts)
            if gone and "keep" not in self.soft:
                self.solver.addConstr(sum(gone) <= team.movable)
        if self.moves and "moves" not in self.soft:
            self.solver.addConstr(sum(self.moves.values()) <= self.limits.most_moves)

    def solved(self) -> bool:
        """Whether there is an optimum."""
        self.solver.minimize()
        return bool(self.solver.getModelStatus() == highspy.HighsModelStatus.kOptimal)

    def plan(self) -> Plan:
        """The optimum, read."""
        sizes = tuple(
            next(size for size, choice in choices.items() if self.solver.val(choice) > 0.5)
            for choices in self.sizes
        )
        moves = tuple(
            Move(
                skill=self.teams[source].skill,
                source=self.teams[source].street,
                target=self.teams[target].street,
                posts=round(self.solver.val(move)),
                km=distance_km(self.teams[source], self.teams[target]),
            )
            for (source, target), move in self.moves.items()
            if self.solver.val(move) > 0.5
        )
        late = _late(self.teams, sizes, self.relation)
        cost = late.value + sum(
            move.posts * (self.limits.move_cost + self.limits.cost_a_km * move.km) for move in moves
        )
        return Plan(sizes=sizes, moves=moves, late=late, cost=cost)


def distance_km(one: Team, other: Team) -> float:
    """Between the middles of two streets, on a plane that is flat over a district."""
    east = (other.longitude - one.longitude) * cos(one.latitude * pi / 180.0)
    return hypot(east, other.latitude - one.latitude) * KILOMETRES_A_DEGREE


def _late(teams: Sequence[Team], sizes: Sequence[int], relation: Relation) -> LateEffect:
    """Of all teams together; bounds are added, because one relation's error goes the same way in all of them."""
    parts = [
        late_expected(relation, skill=team.skill, work=team.work, posts=size)
        for team, size in zip(teams, sizes, strict=True)
    ]
    return LateEffect(
        **{field.name: sum(getattr(part, field.name) for part in parts) for field in fields(LateEffect)}
    )
