"""Staffing proposals as their page shows them."""

from dataclasses import dataclass
from typing import Any

from bandeng.areas.selectors import atlas
from bandeng.evaluation.models import StaffingPlan
from bandeng.evaluation.rules.settings import Settings
from bandeng.evaluation.selectors.counting import rule_of, rule_row_for
from bandeng.evaluation.selectors.pages import is_chinese, month_called
from bandeng.organisations.labels import ORGANISATION_KINDS


@dataclass(frozen=True)
class TeamLine:
    """One team of a plan."""

    place: int
    street: str
    skill: str
    posts: int
    movable: int
    work: float
    least: int
    most: int
    best: int | None
    chosen: int
    late: dict[str, float]


@dataclass(frozen=True)
class PlanPage:
    """A plan with everything that its page says."""

    row: StaffingPlan
    month: str
    lines: list[TeamLine]
    moves: list[dict[str, Any]]
    impossible: list[str]
    together: bool
    loss: float | None  # cost of what is chosen beyond the optimum, in late cases
    slope: float
    slope_low: float
    slope_high: float
    says_something: bool


def plans() -> list[StaffingPlan]:
    """All proposals, newest first."""
    return list(StaffingPlan.objects.order_by("-id")[:100])


def plan_row(plan_id: int) -> StaffingPlan | None:
    """One proposal."""
    return StaffingPlan.objects.filter(pk=plan_id).first()


def settings_now(month: int) -> Settings | None:
    """The settings in force."""
    row = rule_row_for(month)
    return rule_of(row).settings if row else None


def plan_page(row: StaffingPlan) -> PlanPage:
    """Everything that the page of a proposal says."""
    skills = {code: str(name) for code, name in ORGANISATION_KINDS}
    best = row.optimum.get("sizes")
    lines = [
        TeamLine(
            place=place, street=_street(team["street"]), skill=skills[team["skill"]], posts=team["posts"],
            movable=team["movable"], work=team["work"], least=team["least"], most=team["most"],
            best=best[place] if best else None, chosen=row.chosen["sizes"][place], late=row.chosen["teams"][place],
        )
        for place, team in enumerate(row.given["teams"])
    ]  # fmt: skip
    moves = [
        move
        | {
            "source": _street(move["source"]),
            "target": _street(move["target"]),
            "skill": skills[move["skill"]],
        }
        for move in row.optimum.get("moves", [])
    ]
    slope = row.given["relation"]["coefficients"][-1]
    reach = 1.959964 * row.given["relation"]["covariance"][-1][-1] ** 0.5
    return PlanPage(
        row=row,
        month=month_called(row.month),
        lines=lines,
        moves=moves,
        impossible=row.optimum.get("impossible", []),
        together=row.optimum.get("together", False),
        loss=row.chosen["cost"] - row.optimum["cost"] if best else None,
        slope=slope,
        slope_low=slope - reach,
        slope_high=slope + reach,
        says_something=slope - reach > 0.0,
    )


def _street(code: str) -> str:
    area = atlas().by_code.get(code)
    if area is None:
        return ""
    return area.name if is_chinese() or not area.name_en else area.name_en
