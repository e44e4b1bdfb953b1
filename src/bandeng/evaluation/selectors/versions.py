"""Versions of the rules as pages show them."""

from bandeng.evaluation.models import RuleVersion
from bandeng.evaluation.selectors.counting import Rule, rule_of


def rule_versions() -> list[RuleVersion]:
    """All versions, newest first."""
    return list(RuleVersion.objects.order_by("-version"))


def rule_version(version: int) -> tuple[RuleVersion | None, Rule | None]:
    """One version, stored and read."""
    row = RuleVersion.objects.filter(version=version).first()
    return row, rule_of(row) if row else None
