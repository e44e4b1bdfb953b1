"""Sharing posts out: a mixed-integer programme solved by HiGHS.

Every team takes one of the sizes between its minimum cover and its places; the lateness of each size comes from the
relation, so the programme is linear however the relation bends. Posts go to teams whose skill they have; a move to
another street and a change of duty within one each cost what the limits say in late cases, so nobody is moved for
nothing, and farther than the limit not at all.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from math import cos, hypot, pi
from typing import Any

import highspy

from reckon.staffing.relation import LateEffect, Load, Relation, late_expected, late_total
from reckon.staffing.teams import Pool, Team, pools_of

KILOMETRES_A_DEGREE = 111.32
GAP = 1e-4
SECONDS = 20.0
BREACH = 1e5
"""Cost of breaking a limit by one, when the least breach is looked for; beyond any lateness."""


@dataclass(frozen=True, kw_only=True)
class Limits:
    """What a plan keeps to; dated data of the manager's."""

    most_moves: int
    farthest_km: float
    move_cost: float  # late cases that one move must at least save
    cost_a_km: float
    change_cost: float = 0.0  # the same for another duty in the same street


@dataclass(frozen=True, kw_only=True)
class Move:
    """Posts from one team to another; without a way, a change of duty in the same street."""

    skill: str  # what they do today
    to_skill: str
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


@dataclass(frozen=True, kw_only=True)
class Relaxation:
    """By how much one limit must give way, alone, for a plan to be possible.

    amount: posts short of the cover, places, moves, posts more to be movable, kilometres, posts without the skill.
    """

    limit: str
    amount: float
    teams: tuple[int, ...] = ()  # places of the teams where it gives way, for cover and places


class PlanImpossible(ValueError):
    """No plan keeps to all limits: any single one of `relaxations` would do; none where several must give way."""

    def __init__(self, relaxations: tuple[Relaxation, ...]) -> None:
        named = tuple(each.limit for each in relaxations)
        super().__init__(f"no plan keeps to: {', '.join(named or LIMITS)}")
        self.relaxations = relaxations
        self.limits, self.together = named or LIMITS, not named


LIMITS = ("cover", "places", "moves", "keep", "distance", "skills")
"""Minimum cover, places at the office, number of moves, posts that stay in their street, ways, skills."""


def plan(
    *, teams: Sequence[Team], relation: Relation, limits: Limits, pools: Sequence[Pool] | None = None
) -> Plan:
    """The cheapest plan. Raises PlanImpossible, naming the limits in the way and by how much they are."""
    return _solved(_Asked(tuple(teams), tuple(pools or pools_of(teams)), relation, limits))


def moves_for(
    *,
    teams: Sequence[Team],
    sizes: Sequence[int],
    relation: Relation,
    limits: Limits,
    pools: Sequence[Pool] | None = None,
) -> Plan:
    """The cheapest way to sizes that a manager chose. Raises PlanImpossible without any, ValueError for wrong sums."""
    if sum(sizes) != sum(team.posts for team in teams):
        raise ValueError("The sizes do not add up to the posts that there are. Correct them.")
    return _solved(_Asked(tuple(teams), tuple(pools or pools_of(teams)), relation, limits, tuple(sizes)))


def late_of(*, teams: Sequence[Team], sizes: Sequence[int], relation: Relation) -> LateEffect:
    """Cases expected late with some sizes."""
    return late_total(relation, loads_of(teams, sizes))


def loads_of(teams: Sequence[Team], sizes: Sequence[int]) -> list[Load]:
    """The forecast work of teams on some sizes."""
    return [
        Load(skill=team.skill, work=team.work, posts=size) for team, size in zip(teams, sizes, strict=True)
    ]


def violated(*, teams: Sequence[Team], sizes: Sequence[int]) -> tuple[str, ...]:
    """Which limits chosen sizes break by themselves; "total" where posts appear or vanish."""
    pairs = list(zip(teams, sizes, strict=True))
    broken = {
        "cover": any(size < team.least for team, size in pairs),
        "places": any(size > team.most for team, size in pairs),
        "total": sum(size - team.posts for team, size in pairs) != 0,
    }
    return tuple(name for name, is_broken in broken.items() if is_broken)


def distance_km(one: Team, other: Team) -> float:
    """Between the middles of two streets, on a plane that is flat over a district."""
    east = (other.longitude - one.longitude) * cos(one.latitude * pi / 180.0)
    return hypot(east, other.latitude - one.latitude) * KILOMETRES_A_DEGREE


@dataclass(frozen=True)
class _Asked:
    """One question to the solver; with `sizes`, these and no others."""

    teams: tuple[Team, ...]
    pools: tuple[Pool, ...]
    relation: Relation
    limits: Limits
    sizes: tuple[int, ...] | None = None


def _solved(asked: _Asked) -> Plan:
    model = _Model(asked)
    if model.solved():
        return model.plan()
    alone = []
    for name in LIMITS:
        softer = _Model(asked, soft=name)
        if softer.solved():
            alone.append(softer.relaxation())
    raise PlanImpossible(tuple(alone))


class _Model:
    """The programme; the limit that is `soft` may be broken at a price, so that it is broken as little as can be."""

    def __init__(self, asked: _Asked, *, soft: str = "") -> None:
        self.asked, self.soft = asked, soft
        self.teams, self.limits = asked.teams, asked.limits
        self.solver: Any = highspy.Highs()  # type: ignore[no-untyped-call]
        self.solver.silent()
        for option, value in (("threads", 1), ("mip_rel_gap", GAP), ("time_limit", SECONDS)):
            self.solver.setOptionValue(option, value)
        self.nothing = self.solver.addVariable(lb=0, ub=0)
        self.sizes = [self._size(place) for place in range(len(self.teams))]
        self.slack: list[Any] = []
        self.flows = self._flows()
        self._balance()

    def _size(self, place: int) -> Mapping[int, Any]:
        """One choice among the sizes of a team."""
        team, total = self.teams[place], sum(each.posts for each in self.teams)
        low = 0 if self.soft == "cover" else team.least
        high = total if self.soft == "places" else min(team.most, total)
        wanted = range(low, high + 1) if self.asked.sizes is None else (self.asked.sizes[place],)
        choices = {size: self.solver.addBinary(obj=self._price(team, size)) for size in wanted}
        # Without any size the programme is impossible, and says so.
        self.solver.addConstr(sum(choices.values(), start=1 * self.nothing) == 1)
        return choices

    def _price(self, team: Team, size: int) -> float:
        late = late_expected(self.asked.relation, skill=team.skill, work=team.work, posts=size).value
        if self.asked.sizes is not None:
            return late
        return late + BREACH * (max(team.least - size, 0) + max(size - team.most, 0))

    def _flows(self) -> dict[tuple[int, int], Any]:
        """Whole posts from pools to teams near enough whose skill they have."""
        found = {}
        for source, pool in enumerate(self.asked.pools):
            for target in range(len(self.teams)):
                price = self._way(pool, target)
                if price is not None:
                    found[source, target] = self.solver.addIntegral(lb=0, ub=pool.posts, obj=price)
        return found

    def _way(self, pool: Pool, target: int) -> float | None:
        """What one post's way to a team costs; None where it may not go there."""
        one, other = self.teams[pool.team], self.teams[target]
        able, km = other.skill in pool.skills, distance_km(one, other)
        far = one.street != other.street and km > self.limits.farthest_km
        if (not able and self.soft != "skills") or (far and self.soft != "distance"):
            return None
        breach = (0.0 if able else BREACH) + (BREACH * (km - self.limits.farthest_km) if far else 0.0)
        if one.street != other.street:
            return breach + self.limits.move_cost + self.limits.cost_a_km * km
        return breach + (0.0 if pool.team == target else self.limits.change_cost)

    def _balance(self) -> None:
        """Every post stands somewhere; sizes follow; those who stay in their street stay; moves have a limit."""
        nothing = 1 * self.nothing
        away = []
        for source, pool in enumerate(self.asked.pools):
            own = {target: flow for (each, target), flow in self.flows.items() if each == source}
            self.solver.addConstr(sum(own.values(), start=nothing) == pool.posts)
            street = self.teams[pool.team].street
            gone = [flow for target, flow in own.items() if self.teams[target].street != street]
            away += gone
            if gone:
                self._at_most(gone, pool.movable, soft=self.soft == "keep")
        for place in range(len(self.teams)):
            come = [flow for (_, target), flow in self.flows.items() if target == place]
            size = sum((value * choice for value, choice in self.sizes[place].items()), start=nothing)
            self.solver.addConstr(size - sum(come, start=nothing) == 0)
        if away:
            self._at_most(away, self.limits.most_moves, soft=self.soft == "moves")

    def _at_most(self, flows: Sequence[Any], most: int, *, soft: bool) -> None:
        total = sum(flows, start=1 * self.nothing)
        if not soft:
            self.solver.addConstr(total <= most)
            return
        slack = self.solver.addVariable(lb=0, obj=BREACH)
        self.slack.append(slack)
        self.solver.addConstr(total - slack <= most)

    def solved(self) -> bool:
        """Whether there is a plan: the optimum, or the best that was found in the time."""
        self.solver.minimize()
        status, states = self.solver.getModelStatus(), highspy.HighsModelStatus
        found = self.solver.getInfo().primal_solution_status == highspy.SolutionStatus.kSolutionStatusFeasible
        return bool(status == states.kOptimal or (status == states.kTimeLimit and found))

    def relaxation(self) -> Relaxation:
        """By how much the soft limit was broken."""
        sizes = self._chosen()
        short = [max(team.least - size, 0) for team, size in zip(self.teams, sizes, strict=True)]
        over = [max(size - team.most, 0) for team, size in zip(self.teams, sizes, strict=True)]
        moves = self._moves()
        amount = {
            "cover": float(sum(short)),
            "places": float(sum(over)),
            "distance": max((move.km for move in moves), default=0.0),
            "skills": float(self._unable()),
        }.get(self.soft, sum(self.solver.val(slack) for slack in self.slack))
        broken = {"cover": short, "places": over}.get(self.soft, [])
        places = tuple(place for place, value in enumerate(broken) if value)
        return Relaxation(limit=self.soft, amount=round(amount, 1), teams=places)

    def plan(self) -> Plan:
        """The optimum, read."""
        sizes, moves = self._chosen(), self._moves()
        late = late_of(teams=self.teams, sizes=sizes, relation=self.asked.relation)
        cost = late.value + sum(move.posts * self._move_price(move) for move in moves)
        return Plan(sizes=sizes, moves=moves, late=late, cost=cost)

    def _move_price(self, move: Move) -> float:
        if move.source == move.target:
            return self.limits.change_cost
        return self.limits.move_cost + self.limits.cost_a_km * move.km

    def _chosen(self) -> tuple[int, ...]:
        return tuple(
            next(size for size, choice in choices.items() if self.solver.val(choice) > 0.5)
            for choices in self.sizes
        )

    def _moves(self) -> tuple[Move, ...]:
        """Added up over pools: who can do what is no matter of the reader's."""
        found: dict[tuple[int, int], int] = {}
        for (source, target), flow in self.flows.items():
            start, posts = self.asked.pools[source].team, round(self.solver.val(flow))
            if posts and start != target:
                found[start, target] = found.get((start, target), 0) + posts
        return tuple(
            Move(
                skill=self.teams[start].skill,
                to_skill=self.teams[target].skill,
                source=self.teams[start].street,
                target=self.teams[target].street,
                posts=posts,
                km=distance_km(self.teams[start], self.teams[target]),
            )
            for (start, target), posts in found.items()
        )

    def _unable(self) -> int:
        """Posts in teams whose skill they do not have."""
        return sum(
            round(self.solver.val(flow))
            for (source, target), flow in self.flows.items()
            if self.teams[target].skill not in self.asked.pools[source].skills
        )
