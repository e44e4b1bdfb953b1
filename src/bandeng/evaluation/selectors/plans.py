"""Staffing proposals as their page shows them."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from bandeng.areas.selectors import atlas
from bandeng.evaluation.models import StaffingPlan
from bandeng.evaluation.rules.settings import Settings
from bandeng.evaluation.rules.skills import skills_shipped
from bandeng.evaluation.selectors.counting import rule_of, rule_row_for
from bandeng.evaluation.selectors.naming import is_chinese, month_called

__all__ = [
    "PlanPage",
    "StaffingPlan",
    "TeamLine",
    "plan_page",
    "plan_row",
    "plans",
    "settings_now",
    "skill_called",
]


@dataclass(frozen=True)
class TeamLine:
    """One team of a plan."""

    place: int
    street: str
    skill: str
    posts: int
    movable: int
    work: float
    work_low: float
    work_high: float
    least: int
    most: int
    best: int | None
    chosen: int
    written: str  # what stands in its field, a number or not
    late: dict[str, float]


@dataclass(frozen=True)
class PlanPage:
    """A plan with everything that its page says."""

    row: StaffingPlan
    month: str
    lines: list[TeamLine]
    moves: list[dict[str, Any]]  # those of the chosen numbers
    impossible: bool
    relaxations: list[dict[str, Any]]
    way: list[dict[str, Any]]  # what stands in the way of the chosen numbers
    late: dict[str, float]
    change: dict[str, float]
    loss: float | None  # cost of what is chosen beyond the optimum, in late cases
    slope: float
    slope_low: float
    slope_high: float
    says_something: bool
    unknown: int
    dispersion: float
    limits: dict[str, Any]


def plans() -> list[tuple[StaffingPlan, str]]:
    """The newest proposals, each with its month."""
    return [(row, month_called(row.month)) for row in StaffingPlan.objects.order_by("-id")[:100]]


def plan_row(plan_id: int) -> StaffingPlan | None:
    """One proposal."""
    return StaffingPlan.objects.filter(pk=plan_id).first()


def settings_now(month: int) -> Settings | None:
    """The settings in force."""
    row = rule_row_for(month)
    return rule_of(row).settings if row else None


def skill_called(code: str) -> str:
    """A skill in the reader's language; its absence where it is no longer declared."""
    skill = skills_shipped().by_code.get(code)
    if skill is None:
        return ""
    return skill.zh if is_chinese() else skill.en


def plan_page(row: StaffingPlan, written: Sequence[str] = ()) -> PlanPage:
    """Everything that the page of a proposal says; `written`: numbers that were sent and not taken."""
    best, chosen = row.optimum.get("sizes"), row.chosen
    slope = row.given["relation"]["coefficients"][-1]
    reach = 1.959964 * row.given["relation"]["covariance"][-1][-1] ** 0.5
    known = best is not None and chosen["cost"] is not None
    return PlanPage(
        row=row,
        month=month_called(row.month),
        lines=_lines(row, written or [str(size) for size in chosen["sizes"]]),
        moves=[_move(move) for move in chosen["moves"]],
        impossible="impossible" in row.optimum,
        relaxations=_relaxations(row, row.optimum.get("relaxations", [])),
        way=_relaxations(row, chosen["relaxations"]),
        late=chosen["late"],
        change=chosen["change"],
        loss=max(chosen["cost"] - row.optimum["cost"], 0.0) if known else None,
        slope=slope,
        slope_low=slope - reach,
        slope_high=slope + reach,
        says_something=slope - reach > 0.0,
        unknown=row.given["unknown"],
        dispersion=row.given["dispersion"],
        limits=row.given["limits"],
    )


def _lines(row: StaffingPlan, written: Sequence[str]) -> list[TeamLine]:
    best = row.optimum.get("sizes")
    return [
        TeamLine(
            place=place,
            street=atlas().name(team["street"]),
            skill=skill_called(team["skill"]),
            posts=team["posts"],
            movable=team["movable"],
            work=team["work"],
            work_low=team["work_low"],
            work_high=team["work_high"],
            least=team["least"],
            most=team["most"],
            best=best[place] if best else None,
            chosen=row.chosen["sizes"][place],
            written=written[place],
            late=row.chosen["teams"][place],
        )
        for place, team in enumerate(row.given["teams"])
    ]


def _move(move: dict[str, Any]) -> dict[str, Any]:
    return move | {
        "source": atlas().name(move["source"]),
        "target": atlas().name(move["target"]),
        "skill": skill_called(move["skill"]),
        "to_skill": skill_called(move["to_skill"]),
        "is_change": move["source"] == move["target"],
        "is_same": move["skill"] == move["to_skill"],
    }


def _relaxations(row: StaffingPlan, found: list[dict[str, Any]]) -> list[dict[str, Any]]:
    names = [f"{atlas().name(team['street'])} {skill_called(team['skill'])}" for team in row.given["teams"]]
    return [
        each | {"where": [names[place] for place in each["teams"]], "whole": round(each["amount"])}
        for each in found
    ]
