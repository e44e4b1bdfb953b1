"""The demo's decision table: nothing missing, nothing in vain."""

from bandeng.demo.organisations import CENTRE
from bandeng.demo.routing import here, rules_text, universe_of
from bandeng.demo.taxonomy import type_rows
from bandeng.demo.tests.month import small_district, small_month
from bandeng.dispatch.knowledge import HERE, limit_profiles
from reckon.routing.analysis import analyse
from reckon.routing.loading import load_table


def test_the_table_has_no_gap_and_no_dead_rule() -> None:
    district = small_district()
    universe = universe_of(
        types=type_rows(),
        areas=(area.code for area in district.geography.areas),
        organisations=district.organisations,
        limits=limit_profiles(),
    )
    table = load_table(text=rules_text(), universe=universe)
    findings = analyse(table=table, universe=universe)
    assert len(table.rules) > 120
    assert not (findings.shadowed or findings.unreachable or findings.gaps or findings.duplicates)


def test_local_leads_are_those_that_dispatch_knows() -> None:
    for code, length in HERE.items():
        assert here(code=code, area="330199001002003") == "330199001002003"[:length]
    assert here(code="police", area="330199001002003") == "police"


def test_every_matter_has_a_lead_that_exists_and_does_not_help_itself() -> None:
    codes = {plan.code for plan in small_district().organisations}
    for story in small_month():
        decision = story.decision
        assert {decision.lead, *decision.co_handlers} <= codes
        assert decision.lead not in decision.co_handlers


def test_sealed_matters_go_to_the_centre() -> None:
    sealed = [
        story.decision
        for story in small_month()
        if type_rows()[story.origin.type_code].access_class == "sealed"
    ]
    assert {decision.lead for decision in sealed} <= {CENTRE}
