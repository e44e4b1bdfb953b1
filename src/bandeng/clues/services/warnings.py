"""Warnings of fraud waves: drafted by the system for a street, signed or dropped by a person."""

from collections.abc import Mapping

from django.db import transaction
from django.utils import timezone, translation
from django.utils.translation import pgettext

from bandeng.clues.labels import SCAM_TYPES
from bandeng.clues.models import FraudWarning
from bandeng.clues.rules import ActNotAllowed, WarningState
from bandeng.clues.selectors.board import may_sign
from bandeng.clues.selectors.visibility import NotVisible
from bandeng.clues.selectors.waves import Wave, waves
from bandeng.core import audit, clock
from bandeng.core.rules import SYSTEM, Actor
from bandeng.organisations.rules import Duty, DutyMissing, Scope


def check_signer(scope: Scope) -> None:
    """Raise DutyMissing unless a post may sign (反电信网络诈骗法 34: the police lead; a centre passes it on)."""
    if not may_sign(scope):
        raise DutyMissing(Duty.FRAUD_WARNING.value)


def warnings_draft() -> int:
    """Draft a warning for every alarm of the last whole week that has none; returns how many were drafted."""
    today = timezone.localdate(clock.now())
    return sum(_drafted(each) for each in waves(until=today) if each.alarm)


@transaction.atomic
def _drafted(wave: Wave) -> bool:
    with translation.override("zh-hans"):  # a draft is an official text
        text = draft_text(wave)
    row, created = FraudWarning.objects.get_or_create(
        area_id=wave.street.id, scam_type=wave.scam_type, week=wave.week,
        defaults={"text": text, "figures": _figures(wave), "drafted_at": clock.now()},
    )  # fmt: skip
    if created:
        audit.record(action="fraud_warning.drafted", subject=row, actor=SYSTEM.key)
    return created


def _figures(wave: Wave) -> Mapping[str, object]:
    return {
        "least": wave.band.least, "below": wave.band.below, "usual_least": wave.usual.least,
        "usual_below": wave.usual.below, "detector": wave.detector,
    }  # fmt: skip


def draft_text(wave: Wave) -> str:
    """The draft's words: where, what, that it is more than usual, what to do."""
    words = pgettext(
        "fraud warning",
        "In the week from %(week)s, clues of “%(kind)s” in %(street)s were clearly above what is usual "
        "(at least %(least)d). Please tell residents by house calls, notice boards "
        "and groups how this fraud works and how to keep from it, and pass new cases to the police at once: "
        "110 or 96110.",
    )
    return words % {
        "week": f"{wave.week:%Y-%m-%d}", "kind": dict(SCAM_TYPES)[wave.scam_type], "street": wave.street.name,
        "least": wave.band.least,
    }  # fmt: skip


@transaction.atomic
def warning_decide(*, warning_id: int, signed: bool, text: str, actor: Actor, scope: Scope) -> FraudWarning:
    """Sign a draft with the words as the signer leaves them, or drop it as it was drafted.

    Raises DutyMissing, NotVisible, ActNotAllowed.
    """
    check_signer(scope)
    row = FraudWarning.objects.select_for_update(of=("self",)).filter(pk=warning_id).first()
    if row is None:
        raise NotVisible
    if row.state != WarningState.DRAFT:
        raise ActNotAllowed("decided")
    row.state = (WarningState.SIGNED if signed else WarningState.DROPPED).value
    if signed:
        row.text = text.strip() or row.text
    row.signed_by_id, row.decided_at = scope.user_id, clock.now()
    row.save(update_fields=["state", "text", "signed_by", "decided_at"])
    audit.record(
        action=f"fraud_warning.{row.state}", subject=row, actor=actor.key, before={"state": WarningState.DRAFT.value}
    )  # fmt: skip
    return row
