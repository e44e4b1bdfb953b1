"""What the analysis and the dry run of a decision table found, in words."""

from collections.abc import Iterator

from django.utils.translation import ngettext, pgettext, pgettext_lazy

from bandeng.organisations.selectors import directory
from reckon.routing import MANUAL, DifferenceReport, Findings, RoutingFacts
from reckon.routing.difference import Change

SHOWN = 20
LOCAL_LEADS = {
    "local_street": pgettext_lazy("local lead", "street of the place"),
    "local_community": pgettext_lazy("local lead", "community of the place"),
    "local_grid": pgettext_lazy("local lead", "grid of the place"),
}


def findings_lines(findings: Findings) -> list[str]:
    """Every finding as a sentence with its remedy; one reassuring line when there is none."""
    lines = [*_faults(findings), *_judgements(findings)]
    return lines or [
        pgettext(
            "rules check", "No rule is shadowed, unreachable or in conflict, and no matter falls through."
        )
    ]


def _faults(findings: Findings) -> Iterator[str]:
    """What stands against publishing."""
    for code in findings.unknown_codes:
        yield pgettext("rules check", "Rule %(rule)s: the code %(code)s is not known; correct it.") % {
            "rule": code.rule,
            "code": code.code,
        }
    for row in findings.unreachable:
        yield pgettext("rules check", "Rule %(rule)s can never match; look at %(columns)s.") % {
            "rule": row.rule,
            "columns": ", ".join(row.columns),
        }
    for shadowed in findings.shadowed:
        yield pgettext(
            "rules check",
            "Rule %(rule)s never decides, because %(others)s take all its matters; move it up or delete it.",
        ) % {
            "rule": shadowed.rule,
            "others": ", ".join(shadowed.covered_by),
        }


def _judgements(findings: Findings) -> Iterator[str]:
    """What a person should look at."""
    for pair in findings.duplicates:
        yield pgettext("rules check", "Rules %(first)s and %(second)s ask for the same.") % {
            "first": pair.first,
            "second": pair.second,
        }
    for overlap in findings.overlaps:
        yield pgettext(
            "rules check", "Rules %(first)s and %(second)s both match %(example)s; %(winner)s decides."
        ) % {
            "first": overlap.first,
            "second": overlap.second,
            "example": example_of(overlap.witness),
            "winner": overlap.winner,
        }
    for gap in findings.gaps:
        yield pgettext(
            "rules check", "No rule takes %(example)s; the type's own department or a person does."
        ) % {"example": example_of(gap.witness)}
    if findings.not_decided:
        yield ngettext(
            "%(n)d question was too large to decide.",
            "%(n)d questions were too large to decide.",
            len(findings.not_decided),
        ) % {"n": len(findings.not_decided)}


def example_of(facts: RoutingFacts) -> str:
    """The facts of an example that a reader needs, leaving out what any matter has."""
    parts = [
        facts.category or pgettext("rules check", "no type"),
        facts.area or pgettext("rules check", "no area"),
        facts.channel,
        f"{facts.minute // 60:02d}:{facts.minute % 60:02d}",
    ]
    if facts.text.strip():
        parts.append("“" + facts.text.strip()[:40] + "”")
    return " / ".join(parts)


def difference_lines(report: DifferenceReport) -> list[str]:
    """What a dry run found, as sentences."""
    changed = report.total - report.unchanged
    lines = [
        pgettext("rules trial", "%(total)d matters tried, %(changed)d would go differently.")
        % {"total": report.total, "changed": changed},
        pgettext("rules trial", "Assigned by a person: %(old).1f %% now, %(new).1f %% with these rules.")
        % {"old": report.old.manual_share * 100, "new": report.new.manual_share * 100},
    ]
    lines.extend(_changes(pgettext("rules trial", "Lead"), report.lead_changes, named=True))
    lines.extend(_changes(pgettext("rules trial", "Limits"), report.limit_changes))
    lines.extend(_changes(pgettext("rules trial", "Co-handlers"), report.co_handler_changes))
    lines.extend(_changes(pgettext("rules trial", "Priority"), report.priority_changes))
    if report.new.never_hit:
        rules = ", ".join(report.new.never_hit[:SHOWN])
        lines.append(pgettext("rules trial", "Never used in these matters: %(rules)s") % {"rules": rules})
    return lines


def _changes(what: str, changes: tuple[Change, ...], *, named: bool = False) -> Iterator[str]:
    for change in changes[:SHOWN]:
        old, new = (organisation_word(each) if named else each or "—" for each in (change.old, change.new))
        yield f"{what}: {old} → {new}  {change.count}  ({', '.join(change.examples)})"


def organisation_word(code: str) -> str:
    """An organisation's short name, or the words for the queue in which a person decides."""
    if code == MANUAL:
        return pgettext("rules trial", "a person decides")
    known = directory().by_code.get(code)
    return known.called if known else str(LOCAL_LEADS.get(code, code))
