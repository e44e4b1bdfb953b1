"""A month of stories into the database, in bulk."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from random import Random

from django.db import connection, transaction

from bandeng.core import audit, bulk
from bandeng.core.rules import SYSTEM
from bandeng.demo.load import Ground
from bandeng.demo.load_merges import merges_load
from bandeng.demo.rows import (
    Account,
    account_of,
    contact_of,
    is_tracked,
    matter_row,
    open_parts,
    pause_rows,
    photo_rows,
    report_rows,
    step_rows,
    task_rows,
)
from bandeng.demo.story import Story
from bandeng.dispatch.calendar import work_calendar
from bandeng.dispatch.models import DecisionTable, Notice
from bandeng.dispatch.rules import NoticeKind, TableStatus
from bandeng.matters import search
from bandeng.matters.models import Matter, Photo
from bandeng.matters.rules import MatterState
from bandeng.people.models import Contact

CHUNK = 500
Tick = Callable[[int], None]


@dataclass(frozen=True)
class Example:
    """A matter that anybody may look at in the demo, as its reporter does."""

    number: str
    secret: str


@dataclass(frozen=True)
class Loaded:
    """What went in."""

    matters: int
    example: Example | None
    answered: Example | None = None  # a petition whose answer may still be disputed


def matters_load(*, stories: Sequence[Story], ground: Ground, seed: int, tick: Tick) -> Loaded:
    """Write the stories in their order; each chunk is whole or absent."""
    calendar = work_calendar()
    table = DecisionTable.objects.get(status=TableStatus.PUBLISHED.value).version
    random = Random(f"rows {seed}")  # noqa: S311 (a demo, not a secret)
    keys: dict[int, int] = {}
    example: Example | None = None
    for start in range(0, len(stories), CHUNK):
        accounts = [
            account_of(story=story, calendar=calendar, seed=seed) for story in stories[start : start + CHUNK]
        ]
        matters = _chunk_load(
            accounts=accounts, ground=ground, keys=keys, table=table, seed=seed, random=random
        )
        example = _example(accounts=accounts, matters=matters) or example
        tick(len(accounts))
    merges_load(stories=stories, ground=ground, keys=keys)
    _statistics_refresh()
    return Loaded(matters=len(keys), example=example)


@transaction.atomic
def _chunk_load(
    *, accounts: list[Account], ground: Ground, keys: dict[int, int], table: int, seed: int, random: Random
) -> list[Matter]:
    matters = [matter_row(account=account, ground=ground, random=random) for account in accounts]
    _matters_create(accounts=accounts, matters=matters, keys=keys)
    _reports_load(accounts=accounts, matters=matters, seed=seed)
    pairs = list(zip(accounts, matters, strict=True))
    steps = [
        row
        for account, matter in pairs
        for row in step_rows(account=account, matter=matter, ground=ground, table=table)
    ]
    bulk.insert(steps)
    bulk.insert(
        [row for account, matter in pairs for row in task_rows(account=account, matter=matter, ground=ground)]
    )
    bulk.insert(
        [
            row
            for account, matter in pairs
            for row in pause_rows(account=account, matter=matter, ground=ground)
        ]
    )
    Photo.objects.bulk_create(
        [
            row
            for account, matter in pairs
            for row in photo_rows(account=account, matter=matter, photos=ground.photos)
        ],
        batch_size=CHUNK,
    )
    _notices_load(accounts=accounts, matters=matters, ground=ground)
    search.index((matter.pk, f"{matter.title}\n{matter.text}\n{matter.address}") for matter in matters)
    audit.record_many([_record(account=account, matter=matter) for account, matter in pairs])
    return matters


def _matters_create(*, accounts: list[Account], matters: list[Matter], keys: dict[int, int]) -> None:
    """Insert in order of arrival; those that were merged wait for `merges_load` in their last open state."""
    for account, matter in zip(accounts, matters, strict=True):
        if account.story.target is not None:
            matter.state = account.story.steps[-2].state.value
    bulk.insert(matters)
    keys.update(
        (account.story.origin.ordinal, matter.pk) for account, matter in zip(accounts, matters, strict=True)
    )


def _reports_load(*, accounts: list[Account], matters: list[Matter], seed: int) -> None:
    """Contacts first, since reports need their keys."""
    contacts: list[list[Contact | None]] = []
    for account in accounts:
        story = account.story
        first = contact_of(story.origin.reporter, at=story.origin.at)
        contacts.append([first, *(contact_of(each.reporter, at=each.at) for each in story.joined)])
    bulk.insert([contact for several in contacts for contact in several if contact is not None])
    rows = [
        row
        for account, matter, several in zip(accounts, matters, contacts, strict=True)
        for row in report_rows(account=account, matter=matter, contacts=several, seed=seed)
    ]
    bulk.insert(rows)


def _notices_load(*, accounts: list[Account], matters: list[Matter], ground: Ground) -> None:
    """Unread notices to whoever has an open part that nobody took up."""
    rows = [
        Notice(
            matter_id=matter.pk,
            organisation_id=ground.organisations[part.organisation],
            kind=NoticeKind.ASSIGNED.value,
            occasion=part.assigned_at.isoformat(),
            created_at=part.assigned_at,
        )
        for account, matter in zip(accounts, matters, strict=True)
        for part in open_parts(account)
        if not part.login
    ]
    Notice.objects.bulk_create(rows, batch_size=CHUNK, ignore_conflicts=True)


def _record(*, account: Account, matter: Matter) -> audit.Record:
    """The log says what was done: a made-up matter was loaded. It never pretends that its people acted."""
    after = {"state": matter.state, "type": matter.type_code, "steps": len(account.story.steps)}
    return audit.Record("demo.matter_loaded", ("matters.matter", str(matter.pk)), SYSTEM.key, {}, after)


def _example(*, accounts: list[Account], matters: list[Matter]) -> Example | None:
    """A resident's matter that is being handled, the newest of the chunk."""
    fitting = [
        Example(number=matter.number, secret=account.secret)
        for account, matter in zip(accounts, matters, strict=True)
        if is_tracked(account.story) and account.story.state is MatterState.HANDLING
    ]
    return fitting[-1] if fitting else None


def _statistics_refresh() -> None:
    """Tell the planner how large the tables have become."""
    with connection.cursor() as cursor:
        cursor.execute("ANALYZE")
