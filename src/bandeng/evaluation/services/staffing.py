"""Staffing proposals: made by the solver, changed by a manager, decided by name; nobody is moved here."""

from collections.abc import Mapping, Sequence
from dataclasses import asdict
from typing import Any

from django.db import transaction

from bandeng.core import audit, clock
from bandeng.evaluation.models import StaffingPlan
from bandeng.evaluation.rules import PlanState, Refused
from bandeng.evaluation.rules.settings import Settings
from bandeng.evaluation.rules.skills import skills_shipped
from bandeng.evaluation.selectors.counting import rule_of, rule_row_for
from bandeng.evaluation.selectors.staffing import ground_of
from bandeng.evaluation.services.versions import this_month
from reckon.staffing import (
    Limits,
    PlanImpossible,
    Pool,
    Relation,
    Team,
    fit,
    late_change,
    late_expected,
    late_of,
    loads_of,
    moves_for,
    plan,
    violated,
)


def plan_propose(*, month: int, actor: str, changes: Mapping[str, float] | None = None) -> StaffingPlan:
    """Propose sizes of the teams for a month. Raises Refused for one that has ended or where nothing is to share out.

    `changes`: limits in place of the rules' own. A proposal that cannot keep to them says which stand in the way.
    The solver works outside of the transaction, which would keep all others from writing meanwhile.
    """
    if month < this_month():
        raise Refused("ended")
    row = rule_row_for(month)
    if row is None:
        raise Refused("rules_missing")
    settings = rule_of(row).settings
    ground = ground_of(month=month, settings=settings)
    limits = limits_of(settings, changes or {})
    try:
        relation = fit(ground.history)
    except ValueError as error:
        raise Refused("teams_missing") from error
    given = {
        "teams": [asdict(team) for team in ground.teams],
        "pools": [asdict(pool) for pool in ground.pools],
        "limits": asdict(limits),
        "relation": asdict(relation),
        "unknown": ground.unknown,
        "dispersion": ground.dispersion,
    }
    made = StaffingPlan(
        month=month,
        state=PlanState.PROPOSED.value,
        given=given,
        optimum=_optimum(ground.teams, ground.pools, relation, limits),
        chosen={},
        made_by=actor,
        made_at=clock.now(),
    )
    made.chosen = measured(made, made.optimum.get("sizes") or [team.posts for team in ground.teams])
    with transaction.atomic():
        made.save()
        audit.record(
            action="evaluation.staffing_proposed",
            subject=made,
            actor=actor,
            after={"month": month, "sizes": made.chosen["sizes"]},
        )
    return made


def plan_change(*, plan_id: int, sizes: Sequence[int], actor: str) -> StaffingPlan:
    """Take the manager's own sizes, with what they cost against the optimum. Raises Refused for wrong counts."""
    given = StaffingPlan.objects.get(pk=plan_id)
    if len(sizes) != len(given.given["teams"]) or any(size < 0 for size in sizes):
        raise Refused("counts")
    if given.state != PlanState.PROPOSED.value:
        raise Refused("state")
    found = measured(given, sizes)
    with transaction.atomic():
        row = _open(plan_id)
        before, row.chosen = row.chosen, found
        row.save(update_fields=["chosen"])
        audit.record(
            action="evaluation.staffing_changed",
            subject=row,
            actor=actor,
            before={"sizes": before["sizes"]},
            after={"sizes": list(sizes)},
        )
    return row


@transaction.atomic
def plan_decide(*, plan_id: int, sizes: Sequence[int], reason: str, actor: str) -> StaffingPlan:
    """Decide the sizes that were looked at.

    Raises Refused where they changed meanwhile, without a reason, or where posts appear or vanish.
    """
    row = _open(plan_id)
    if list(sizes) != row.chosen["sizes"]:
        raise Refused("moved")
    if not reason.strip():
        raise Refused("no_text")
    if "total" in row.chosen["violated"]:
        raise Refused("total")
    if row.chosen.get("unreachable"):
        raise Refused("no_way")
    row.state, row.decided_by, row.decided_at = PlanState.DECIDED.value, actor, clock.now()
    row.reason = reason.strip()
    row.save(update_fields=["state", "decided_by", "decided_at", "reason"])
    audit.record(
        action="evaluation.staffing_decided",
        subject=row,
        actor=actor,
        after=dict(row.chosen),
        reason=row.reason,
    )
    return row


def limits_of(settings: Settings, changes: Mapping[str, float]) -> Limits:
    """The rules' limits, with some of them changed."""
    return Limits(
        most_moves=int(changes.get("most_moves", settings.most_moves)),
        farthest_km=changes.get("farthest_km", settings.farthest_km),
        move_cost=changes.get("move_cost", settings.move_cost),
        cost_a_km=settings.cost_a_km,
        change_cost=skills_shipped().change_cost,
    )


def measured(row: StaffingPlan, sizes: Sequence[int]) -> dict[str, Any]:
    """Lateness and cost of some sizes, team by team and in all, the way there, and the limits that they break."""
    teams, pools, relation, limits = read(row)
    late = late_of(teams=teams, sizes=sizes, relation=relation)
    now = [team.posts for team in teams]
    effects = [
        late_expected(relation, skill=team.skill, work=team.work, posts=size)
        for team, size in zip(teams, sizes, strict=True)
    ]
    found: dict[str, Any] = {
        "sizes": list(sizes),
        "late": asdict(late),
        "change": asdict(late_change(relation, before=loads_of(teams, now), after=loads_of(teams, sizes))),
        "teams": [asdict(effect) for effect in effects],
        "violated": list(violated(teams=teams, sizes=sizes)),
    }
    return found | _way(teams, pools, relation, limits, sizes)


def _way(
    teams: Sequence[Team], pools: Sequence[Pool], relation: Relation, limits: Limits, sizes: Sequence[int]
) -> dict[str, Any]:
    """The cheapest moves that lead to the sizes, or what stands in the way; no cost where there is no way."""
    nothing: dict[str, Any] = {"cost": None, "moves": [], "relaxations": []}
    try:
        best = moves_for(teams=teams, sizes=sizes, relation=relation, limits=limits, pools=pools)
    except PlanImpossible as impossible:
        return nothing | {
            "relaxations": [asdict(each) for each in impossible.relaxations],
            "unreachable": True,
        }
    except ValueError:
        return nothing
    return {"cost": best.cost, "moves": [asdict(move) for move in best.moves], "relaxations": []}


def read(row: StaffingPlan) -> tuple[list[Team], list[Pool], Relation, Limits]:
    """What a plan was made from."""
    relation = dict(row.given["relation"])
    relation["skills"] = tuple(relation["skills"])
    relation["coefficients"] = tuple(relation["coefficients"])
    relation["covariance"] = tuple(tuple(each) for each in relation["covariance"])
    pools = [Pool(**pool | {"skills": tuple(pool["skills"])}) for pool in row.given["pools"]]
    teams = [Team(**team) for team in row.given["teams"]]
    return teams, pools, Relation(**relation), Limits(**row.given["limits"])


def _optimum(
    teams: Sequence[Team], pools: Sequence[Pool], relation: Relation, limits: Limits
) -> dict[str, Any]:
    try:
        best = plan(teams=teams, relation=relation, limits=limits, pools=pools)
    except PlanImpossible as impossible:
        return {
            "impossible": list(impossible.limits),
            "together": impossible.together,
            "relaxations": [asdict(each) for each in impossible.relaxations],
        }
    return {
        "sizes": list(best.sizes),
        "moves": [asdict(move) for move in best.moves],
        "late": asdict(best.late),
        "cost": best.cost,
    }


def _open(plan_id: int) -> StaffingPlan:
    row = StaffingPlan.objects.select_for_update().get(pk=plan_id)
    if row.state != PlanState.PROPOSED.value:
        raise Refused("state")
    return row
