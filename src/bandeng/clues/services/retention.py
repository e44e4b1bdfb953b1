"""What is no longer needed goes: content, identity, letters, pictures, traces, links; kind, state and dates stay,
and so does whom a clue is hidden from, or its shell would come to light.

And the rotation of keys: every data key is wrapped anew, no content is written again.
"""

from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path
from typing import Any

from django.db import transaction
from django.db.models import Model, Q
from django.utils import timezone

from bandeng.clues import vault
from bandeng.clues.contents import trace_of
from bandeng.clues.models import (
    Attachment,
    Clue,
    ClueLink,
    ClueMessage,
    ClueStep,
    Opening,
    Trace,
)
from bandeng.clues.rules import ClueStepKind
from bandeng.clues.services.attachments import file_replace, files, remove, stray_clear
from bandeng.clues.services.changing import step_write
from bandeng.core import audit, clock
from bandeng.core.rules import SYSTEM

AT_ONCE = 200
STRAY_AFTER = timedelta(days=1)
SEALED: tuple[tuple[type[Model], str], ...] = (
    (Clue, "sealed"),
    (Clue, "sealed_original"),
    (Clue, "sealed_identity"),
    (Clue, "sealed_outcome"),
    (ClueMessage, "sealed"),
    (ClueStep, "sealed"),
    (Opening, "sealed_reason"),
    (Trace, "sealed"),
)
"""Every column that holds an envelope."""


def clues_purge() -> int:
    """Wipe every clue whose day has come, and files that belong to none; returns how many clues."""
    today, count = timezone.localdate(clock.now()), 0
    due = Clue.objects.filter(wipe_on__lte=today, wiped_at__isnull=True).order_by("pk")
    while keys := list(due.values_list("pk", flat=True)[:AT_ONCE]):
        count += sum(clue_wipe(clue_id=key) for key in keys)
    stray_clear(older_than=STRAY_AFTER)
    return count


@transaction.atomic
def clue_wipe(*, clue_id: int) -> bool:
    """Wipe a clue whose day has come; whether it was: it may have been taken up again meanwhile."""
    due = Clue.objects.filter(wipe_on__lte=timezone.localdate(clock.now()), wiped_at__isnull=True)
    clue = due.select_for_update(of=("self",)).filter(pk=clue_id).first()
    if clue is None:
        return False
    gone = list(Attachment.objects.filter(clue=clue).values_list("file", flat=True))
    for table in (Attachment, ClueMessage, Trace):
        table._default_manager.filter(clue=clue).delete()
    ClueLink.objects.filter(Q(first=clue) | Q(second=clue)).delete()
    ClueStep.objects.filter(clue=clue).update(sealed="")
    Opening.objects.filter(clue=clue).update(sealed_reason="")
    clue.sealed = clue.sealed_original = clue.sealed_identity = clue.sealed_outcome = ""
    clue.wiped_at = clock.now()
    clue.save(update_fields=["sealed", "sealed_original", "sealed_identity", "sealed_outcome", "wiped_at"])
    step_write(clue=clue, kind=ClueStepKind.WIPED, actor=SYSTEM, public=True)
    audit.record(action="clue.wiped", subject=clue, actor=SYSTEM.key, after={"pictures": len(gone)})
    transaction.on_commit(lambda: remove(gone))
    return True


def keys_rotate() -> int:
    """Wrap every data key by the newest key, and make the digests of traces anew; returns how many envelopes.

    It may be cut short and begun again. The older keys may be taken out of BANDENG_CLUE_KEYS once it says nought.
    """
    count = sum(_column_rotate(table, name) for table, name in SEALED)
    count += sum(_file_rotate(path) for path in files())
    if count:
        with transaction.atomic():
            audit.record(
                action="clue_keys.rotated", subject=("clues.clue", "all"), actor=SYSTEM.key,
                after={"envelopes": count, "key": vault.keys()[0].id},
            )  # fmt: skip
    return count


def _column_rotate(table: type[Model], name: str) -> int:
    count = 0
    for rows in _batches(table, name):
        with transaction.atomic():
            for row in rows:
                again = vault.rewrapped(getattr(row, name))
                if again is None:
                    continue
                values: dict[str, Any] = {name: again}
                if isinstance(row, Trace):
                    values["digest"] = vault.digest(row.kind, trace_of(row.clue, row))
                table._default_manager.filter(pk=row.pk).update(**values)
                count += 1
    return count


def _batches(table: type[Model], name: str) -> Iterator[list[Model]]:
    """The rows with an envelope sealed by an older key, some at a time."""
    newest = f"{vault.VERSION}.{vault.keys()[0].id}."
    last = 0
    while True:
        rows = table._default_manager.filter(pk__gt=last).exclude(**{name: ""})
        found = list(rows.exclude(**{f"{name}__startswith": newest}).order_by("pk")[:AT_ONCE])
        if not found:
            return
        yield found
        last = found[-1].pk


def _file_rotate(path: Path) -> int:
    again = vault.rewrapped(path.read_text("ascii"))
    if again is None:
        return 0
    file_replace(path, again)
    return 1
