"""Changes of rules: prepared, tried on the last month, adopted for a month to come, or dropped."""

from django.db import transaction

from bandeng.core import audit, clock
from bandeng.evaluation.models import RuleDraft, RuleVersion
from bandeng.evaluation.rules import Refused, RuleDraftState
from bandeng.evaluation.rules.editing import Changes, changed, differences
from bandeng.evaluation.rules.settings import duties_of, settings_of
from bandeng.evaluation.services.versions import first_month_check, rules_change


@transaction.atomic
def rule_draft_begin(*, first_month: int, changes: Changes, reason: str, actor: str) -> RuleDraft:
    """Prepare a change of the newest version. Raises Refused where nothing is changed, DeclarationInvalid."""
    base = RuleVersion.objects.order_by("-version")[0]
    row = RuleDraft(based_on=base, state=RuleDraftState.PREPARED.value)
    return _kept(row, first_month=first_month, changes=changes, reason=reason, actor=actor)


@transaction.atomic
def rule_draft_change(
    *, draft_id: int, first_month: int, changes: Changes, reason: str, actor: str
) -> RuleDraft:
    """Change what is being prepared. Raises Refused once it is adopted or dropped, DeclarationInvalid."""
    return _kept(_open(draft_id), first_month=first_month, changes=changes, reason=reason, actor=actor)


@transaction.atomic
def rule_draft_adopt(*, draft_id: int, seen: str, actor: str) -> RuleVersion:
    """Make it a version, in force from its month on; `seen`: the edition that the page showed.

    Raises Refused where it was changed since, for a month that has begun or an old base.
    """
    row = _open(draft_id)
    if seen != row.edition:
        raise Refused("moved")
    newest = RuleVersion.objects.order_by("-version")[0]
    if newest.pk != row.based_on_id:
        raise Refused("based_on_old")
    made = rules_change(content=row.content, first_month=row.first_month, reason=row.reason, actor=actor)
    _moved(row, RuleDraftState.ADOPTED, actor=actor)
    return made


@transaction.atomic
def rule_draft_drop(*, draft_id: int, actor: str) -> RuleDraft:
    """Set it aside; it is kept."""
    return _moved(_open(draft_id), RuleDraftState.DROPPED, actor=actor)


def _kept(row: RuleDraft, *, first_month: int, changes: Changes, reason: str, actor: str) -> RuleDraft:
    if not reason.strip():
        raise Refused("no_text")
    first_month_check(first_month)
    row.content = changed(row.based_on.content, changes)
    duties_of(row.content)
    settings_of(row.content)
    told = differences(row.based_on.content, row.content)
    if not told:
        raise Refused("same_rules")
    row.first_month, row.reason, row.author, row.changed_at = first_month, reason.strip(), actor, clock.now()
    row.save()
    audit.record(
        action="evaluation.rule_draft_kept",
        subject=row,
        actor=actor,
        after={"first_month": first_month, "changes": [list(each) for each in told]},
        reason=row.reason,
    )
    return row


def _moved(row: RuleDraft, state: RuleDraftState, *, actor: str) -> RuleDraft:
    row.state = state.value
    row.save(update_fields=["state"])
    audit.record(
        action=f"evaluation.rule_draft_{state.value}", subject=row, actor=actor, after={"state": row.state}
    )
    return row


def _open(draft_id: int) -> RuleDraft:
    row = RuleDraft.objects.select_for_update(of=("self",)).select_related("based_on").get(pk=draft_id)
    if row.state != RuleDraftState.PREPARED.value:
        raise Refused("state")
    return row
