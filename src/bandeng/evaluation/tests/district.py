"""A small district with months of made-up records in the ledger, for tests of evaluations."""

from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta
from typing import Any

import numpy as np
import pyarrow as pa

from bandeng.areas.tests.factories import GRIDS, STREETS
from bandeng.dispatch.tests.stories import Stage
from bandeng.evaluation.services.skills import skill_record
from bandeng.ledger.rules import FLAG_COLUMNS, LOCAL, Record, months_from, row_of, table_of
from bandeng.ledger.services import table_write
from bandeng.organisations.models import Post
from bandeng.organisations.rules import Duty, Scope
from bandeng.organisations.selectors import scope_of
from bandeng.organisations.tests.factories import CENTRE, post

NOW = datetime(2026, 11, 9, 9, tzinfo=LOCAL)
MONTH = 202610
FIRST = 202604
KINDS = ("01.02.01", "11.04.01", "11.03.04", "14.01.02")
CASES = 24
MANAGER = (Duty.SUPERVISE, Duty.INTAKE, Duty.DISPATCH, Duty.VERIFY, Duty.UNSEAL)


@dataclass
class District:
    """Posts that are scored, those who manage, and the records."""

    stage: Stage
    posts: list[Post] = field(default_factory=list)

    def scope(self, place: int) -> Scope:
        """What a scored post may see and do."""
        return scope_of(self.posts[place])

    @property
    def manager(self) -> Scope:
        """Whoever drafts and answers."""
        return self.stage.scope(CENTRE, *MANAGER)

    @property
    def signer(self) -> Scope:
        """Whoever signs."""
        return self.stage.scope(CENTRE, Duty.SUPERVISE)

    @property
    def auditor(self) -> Scope:
        """Whoever audits."""
        return self.stage.scope(CENTRE, Duty.AUDIT, Duty.SUPERVISE, Duty.UNSEAL)


def district(*, late_post: int = 0) -> District:
    """Four grids with two posts each, and seven months of records; one post is late far more often."""
    made = District(Stage())
    for grid in GRIDS[:4]:
        team = made.stage.house.organisations[grid]
        made.posts += [post(Duty.REPORT, Duty.HANDLE, organisation=team) for _ in range(2)]
    table_write(records(made.posts, late_post=late_post))
    return made


def offices(made: District) -> list[Post]:
    """Two street offices with seconded posts of two skills, one of them with far more work and delay."""
    held, rows, random = [], list[dict[str, Any]](), np.random.default_rng(11)
    for number, street in enumerate(STREETS[:2]):
        office = made.stage.house.organisations[street]
        for place in range(6):
            each = post(Duty.HANDLE, organisation=office)
            Post.objects.filter(pk=each.pk).update(seconded=True)
            skill = "mediation" if place < 3 else "city_services"
            skill_record(post_id=each.pk, skill=skill, is_first=True, evidence="任职经历", actor="user:1")
            held.append(each)
        for month in months_from(FIRST, 7):
            for _ in range(30 if number else 120):
                late = random.random() < (0.05 if number else 0.25)
                task = pair_of(10**6 + len(rows), month, held[-1], random, 0.0)[1]
                kind = ("01.04.01", "01.02.01")[len(rows) % 2]
                flags = frozenset({"late"} if late else ())
                row = row_of(replace(task, source="office_tasks", category=kind, flags=flags))
                rows.append(row | {"sign": 1, "recorded": len(rows)})
    table_write(table_of(rows))
    return held


def records(posts: list[Post], *, late_post: int) -> pa.Table:
    """Matters and tasks of every post and month, signed rows."""
    random = np.random.default_rng(7)
    rows: list[dict[str, Any]] = []
    subject = 0
    for month in months_from(FIRST, 7):
        for place, held in enumerate(posts):
            share = 0.6 if place == late_post and month >= MONTH - 2 else 0.15
            for _ in range(CASES):
                subject += 1
                rows += [
                    row_of(each) | {"sign": 1, "recorded": subject}
                    for each in pair_of(subject, month, held, random, share)
                ]
    return table_of(rows)


def pair_of(subject: int, month: int, held: Post, random: np.random.Generator, share: float) -> list[Record]:
    """A matter and its task of one post."""
    opened = datetime(month // 100, month % 100, 2, int(random.integers(0, 24)), tzinfo=LOCAL)
    late, days = random.random() < share, int(random.integers(1, 9))
    flags = {
        "late": late,
        "overdue": late and random.random() < 0.3,
        "accepted_late": random.random() < share,
        "escalated": late,
        "reopened": random.random() < 0.1,
        "returned": random.random() < 0.05,
        "confirmed": random.random() < 0.8,
        "found_by_grid": random.random() < 0.5,
        "joint": random.random() < 0.4,
    }
    assert set(flags) <= set(FLAG_COLUMNS)
    given: dict[str, Any] = {
        "subject": subject, "area_code": held.organisation.code, "category": KINDS[subject % len(KINDS)],
        "channel": "grid" if random.random() < 0.6 else "resident",
        "severity": "urgent" if random.random() < 0.3 else "normal", "organisation": held.organisation.code,
        "post": held.pk, "opened": opened, "accepted": opened, "due": opened + timedelta(days=5),
        "closed": opened + timedelta(days=days),
    }  # fmt: skip
    true = {name for name, holds in flags.items() if holds}
    matter = Record(source="history", records="matters", flags=frozenset(true - {"joint"}), **given)
    task = Record(source="historic_tasks", records="tasks", flags=frozenset(true - {"returned"}), **given)
    return [matter, task]
