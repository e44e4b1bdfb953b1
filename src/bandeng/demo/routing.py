"""Where the demo's own decision table sends a matter; the same table that the demo publishes."""

from collections.abc import Iterable, Mapping
from importlib.resources import files
from typing import Any

from bandeng.areas.rules import dotted
from bandeng.demo.organisations import OrganisationPlan
from bandeng.demo.story import Decision, Origin
from bandeng.demo.taxonomy import TypeRow
from bandeng.dispatch.services.intake import facts_document
from bandeng.matters.rules import Channel
from reckon.routing.facts import Routing, RoutingFacts
from reckon.routing.loading import load_table, reason_document
from reckon.routing.router import compile_table
from reckon.routing.table import Universe

#: Leads that mean whoever serves the place, by the length of that level's area code.
HERE = {"local_street": 9, "local_community": 12, "local_grid": 15}
REPORTER_KINDS = frozenset({"resident", "enterprise", "grid_worker", "agency"})


def rules_text() -> str:
    """The demo's decision table as JSON."""
    return files("bandeng.demo").joinpath("data", "rules.json").read_text(encoding="utf-8")


def universe_of(
    *,
    types: Iterable[str],
    areas: Iterable[str],
    organisations: Iterable[OrganisationPlan],
    limits: Iterable[str],
) -> Universe:
    """Every code that the table may name."""
    return Universe(
        categories=frozenset(types),
        areas=frozenset(dotted(code) for code in areas),
        channels=frozenset(channel.value for channel in Channel),
        reporter_kinds=REPORTER_KINDS,
        organisations=frozenset(plan.code for plan in organisations) | frozenset(HERE),
        limits=frozenset(limits),
    )


class Desk:
    """Decides for one report after another."""

    def __init__(
        self, *, types: Mapping[str, TypeRow], universe: Universe, profiles: Mapping[str, Mapping[str, Any]]
    ) -> None:
        self._router = compile_table(table=load_table(text=rules_text(), universe=universe))
        self._types, self._profiles = types, profiles

    def decide(self, origin: Origin) -> Decision:
        """Lead, co-handlers, limits and the reasons; the type's own lead where no rule matches."""
        row = self._types[origin.type_code]
        facts = _facts(origin)
        routing = self._router.route(facts)
        lead_code = row.lead_code if routing.is_manual else routing.outputs.lead
        lead = here(code=lead_code, area=origin.spot.grid_code)
        helpers = {here(code=code, area=origin.spot.grid_code) for code in routing.outputs.co_handlers} - {
            lead
        }
        return Decision(
            lead=lead,
            co_handlers=tuple(sorted(helpers)),
            limits=self._limits(row=row, routing=routing),
            priority=routing.outputs.priority.value,
            rule="" if routing.is_manual else routing.rule_id or "",
            note=routing.outputs.note,
            reasons=tuple(dict(reason_document(reason=reason)) for reason in routing.reasons),
            facts=facts_document(facts),
        )

    def _limits(self, *, row: TypeRow, routing: Routing) -> dict[str, str]:
        given = self._profiles[routing.outputs.limits] if routing.outputs.limits else row.limits
        return {step: str(given[step]) for step in ("accept", "handle", "verify")}


def here(*, code: str, area: str) -> str:
    """The organisation meant by a code at a place: local ones bear their area's code."""
    return area[: HERE[code]] if code in HERE else code


def _facts(origin: Origin) -> RoutingFacts:
    return RoutingFacts(
        category=origin.type_code,
        area=dotted(origin.spot.grid_code),
        channel=origin.channel,
        text=f"{origin.title}\n{origin.text}",
        minute=origin.at.hour * 60 + origin.at.minute,
        weekday=origin.at.isoweekday(),
        nearby_repeats=origin.repeats,
        reporter_kind="grid_worker" if origin.channel == "grid" else "resident",
        zones=frozenset(),
        confidence=1.0,
        abstained=False,
    )
