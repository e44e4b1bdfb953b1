"""Files that officers bring in: kept aside, looked through, brought in, taken back; the same door as the command."""

from collections.abc import Iterable
from datetime import timedelta
from pathlib import Path

from django.conf import settings
from django.db import transaction

from bandeng.core import audit, clock
from bandeng.core.rules import SYSTEM, Actor
from bandeng.harm.models import StreamImport, StreamRecord
from bandeng.harm.rules import ActNotAllowed, ImportKind, ImportState, brings_files
from bandeng.harm.selectors.visibility import NotVisible
from bandeng.harm.services.importing import Found, batch_write, file_read
from bandeng.harm.services.turns import turn_take
from bandeng.intake.sheets import digest_of
from bandeng.organisations.rules import Scope

STAGED_FOR = timedelta(days=1)
"""So long a file that nobody has brought in is kept."""

SHORTEST_REASON = 4


def _folder() -> Path:
    return Path(settings.DATA) / "harm" / "imports"


def _kept(run: StreamImport) -> Path:
    return _folder() / f"{run.pk}{Path(run.name).suffix.lower()[:6]}"


def batch_stage(
    *, name: str, content: Iterable[bytes], kind: ImportKind, actor: Actor, scope: Scope
) -> StreamImport:
    """Keep a file aside and count what is in it. Raises NotVisible, FileUnreadable, MappingWrong."""
    if not brings_files(scope):
        raise NotVisible
    run = StreamImport.objects.create(
        kind=kind.value, state=ImportState.STAGED.value, name=Path(name).name[-200:], digest="", actor=actor.key,
        actor_name=actor.name, rows=0, created=0, known=0, refused=0, at=clock.now(),
    )  # fmt: skip
    path = _kept(run)
    try:
        _write(path, content)
        found = file_read(path=path, kind=kind)
    except Exception:
        path.unlink(missing_ok=True)
        run.delete()
        raise
    tally = found.tally
    run.digest, run.rows, run.created = digest_of(path), tally.rows, tally.created
    run.known, run.refused = tally.known, tally.refused
    run.save(update_fields=["digest", "rows", "created", "known", "refused"])
    return run


def _write(path: Path, content: Iterable[bytes]) -> None:
    path.parent.mkdir(parents=True, exist_ok=True)
    with path.open("wb") as file:
        for part in content:
            file.write(part)


def batch_read(run: StreamImport) -> Found:
    """Look a kept file through again, against what is here by now. Raises ActNotAllowed where it is gone."""
    path = _kept(run)
    if run.state != ImportState.STAGED or not path.exists():
        raise ActNotAllowed("file_gone")
    return file_read(path=path, kind=ImportKind(run.kind))


def _locked(import_id: int, scope: Scope, state: ImportState) -> StreamImport:
    run = StreamImport.objects.select_for_update().filter(pk=import_id).first()
    if run is None or not brings_files(scope):
        raise NotVisible
    if run.state != state:
        raise ActNotAllowed("file_done")
    return run


@transaction.atomic
def batch_bring(*, import_id: int, actor: Actor, scope: Scope) -> StreamImport:
    """Bring a kept file in; rows that are wrong stay out. Raises NotVisible, ActNotAllowed."""
    turn_take()
    run = _locked(import_id, scope, ImportState.STAGED)
    path = _kept(run)
    if not path.exists() or digest_of(path) != run.digest:
        raise ActNotAllowed("file_gone")
    run.actor, run.actor_name = actor.key, actor.name
    batch_write(run=run, found=batch_read(run), path=path, actor=actor)
    transaction.on_commit(lambda: path.unlink(missing_ok=True))
    return run


@transaction.atomic
def batch_drop(*, import_id: int, actor: Actor, scope: Scope) -> StreamImport:
    """Give a kept file up. Raises NotVisible, ActNotAllowed."""
    run = _locked(import_id, scope, ImportState.STAGED)
    _give_up(run, actor)
    return run


def _give_up(run: StreamImport, actor: Actor) -> None:
    run.state = ImportState.DROPPED.value
    run.save(update_fields=["state"])
    audit.record(action="harm.import_dropped", subject=run, actor=actor.key, after={"digest": run.digest})
    path = _kept(run)
    transaction.on_commit(lambda: path.unlink(missing_ok=True))


@transaction.atomic
def batch_undo(*, import_id: int, reason: str, actor: Actor, scope: Scope) -> StreamImport:
    """Take back everything that a file brought; alerts follow with the next run. Raises NotVisible, ActNotAllowed."""
    turn_take()
    run = _locked(import_id, scope, ImportState.DONE)
    words = reason.strip()[:500]
    if len(words) < SHORTEST_REASON:
        raise ActNotAllowed("note_missing")
    taken, _ = StreamRecord.objects.filter(imported=run).delete()
    run.state, run.undone_at, run.undone_by = ImportState.UNDONE.value, clock.now(), actor.name[:60]
    run.reason = words
    run.save(update_fields=["state", "undone_at", "undone_by", "reason"])
    audit.record(
        action="harm.import_undone", subject=run, actor=actor.key, after={"records": taken}, reason=words
    )  # fmt: skip
    return run


@transaction.atomic
def staged_tidy() -> int:
    """Give up files that nobody has brought in for a day; returns how many."""
    rows = StreamImport.objects.select_for_update().filter(state=ImportState.STAGED.value)
    old = list(rows.filter(at__lt=clock.now() - STAGED_FOR))
    for run in old:
        _give_up(run, SYSTEM)
    return len(old)
