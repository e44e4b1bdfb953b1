"""Evaluations of the demo: a register of earlier months, one month published, the present one open to objections.

The register's rows belong to posts and to no area, so no map counts them. They are made up by a seed.
"""

from datetime import datetime, timedelta

import numpy as np
import pyarrow as pa
from django.db.models import QuerySet
from numpy.random import Generator
from numpy.typing import NDArray

from bandeng.core import clock
from bandeng.core.rules import SYSTEM
from bandeng.dispatch.models import Task
from bandeng.dispatch.selectors.records import matter_records, task_records
from bandeng.evaluation.models import AuditedRecord, Evaluation, Rating, Score
from bandeng.evaluation.rules import EvaluationState, Kind, Refused, Relation, Verdict
from bandeng.evaluation.rules.settings import settings_of, shipped_content
from bandeng.evaluation.selectors.access import manages
from bandeng.evaluation.services import evaluations
from bandeng.evaluation.services.audits import audit_draw
from bandeng.evaluation.services.objections import Point, objection_raise
from bandeng.evaluation.services.ratings import rating_give, ratings_invite
from bandeng.evaluation.services.staffing import plan_propose
from bandeng.evaluation.services.versions import rules_load
from bandeng.ledger.rules import FLAG_COLUMNS, LOCAL, SCHEMA, months_from
from bandeng.ledger.services import entries_write, records_take, table_write
from bandeng.matters.models import Matter
from bandeng.organisations.models import Post
from bandeng.organisations.selectors import scope_of

#: Months of the register before the present one, cases of a post and month, and how far posts lie apart.
MONTHS, CASES, SPREAD = 7, 8, 10.0
#: What happens to a case on average.
SHARES = {
    "late": 0.10, "overdue": 0.04, "accepted_late": 0.06, "escalated": 0.12, "reopened": 0.06, "returned": 0.05,
    "confirmed": 0.85, "found_by_grid": 0.45, "joint": 0.35, "reviewed": 0.0, "overturned": 0.0,
}  # fmt: skip
TYPES = ("01.02.01", "01.04.01", "06.01.02", "10.01.01", "11.01.02", "11.03.04", "11.04.01", "14.03.01")
SOURCES = {"matters": "register", "tasks": "task_register"}
REFUTED = 0.03
ASKED, PEERS = 24, 4
SAID = ("办事踏实，交接清楚。", "遇到难缠的纠纷能耐心听完。", "台账还可以记得更及时。")
OBJECTION = "这件事项等待第三方检测结果，不应算作未按时受理，请核对办理过程。"


def evaluation_load(*, until: datetime, seed: int) -> None:
    """Load all of it, at the moments at which it would have happened."""
    rules_load()
    random = np.random.default_rng([seed, 11])
    posts = list(_seconded())
    if not posts:
        return
    local = until.astimezone(LOCAL)
    first = local.year * 12 + local.month - 1 - MONTHS
    months = months_from(first // 12 * 100 + first % 12 + 1, MONTHS + 1)
    for records in SOURCES:
        table_write(_register(posts, months, records=records, random=random))
    _take_own(posts)
    present = local.replace(day=1, hour=0, minute=0, second=0, microsecond=0)
    published = _published(months[-2], start=present, until=until, random=random)
    if published is None:
        return
    with clock.fixed(until - timedelta(hours=1)):
        _forms(posts, month=months[-1], random=random)
        _open_draft(months[-1])
        _proposal(months_from(months[-1], 2)[1])


def _seconded() -> QuerySet[Post]:
    return (
        Post.objects.filter(seconded=True)
        .select_related("organisation__area", "role", "area", "user")
        .order_by("id")
    )


def _register(posts: list[Post], months: list[int], *, records: str, random: Generator) -> pa.Table:
    """Signed rows of all posts and months."""
    keys = np.array([post.pk for post in posts])
    way = random.gamma(SPREAD, 1 / SPREAD, (len(posts), len(FLAG_COLUMNS)))
    load = _loads(posts)
    place = np.repeat(np.arange(len(posts)), random.poisson(CASES * len(months) * load))
    count = len(place)
    month = np.array(months, dtype=np.int32)[random.integers(0, len(months), count)]
    offices = np.array([post.organisation.code for post in posts], dtype=object)
    columns: dict[str, object] = {
        "sign": np.ones(count, dtype=np.int8), "recorded": np.zeros(count, dtype=np.int64),
        "subject": np.arange(1, count + 1), "post": keys[place],
        "opened_hour": random.integers(0, 24, count).astype(np.int8),
        "days_to_accept": np.zeros(count, dtype=np.int16),
        "days_to_close": random.integers(0, 20, count).astype(np.int16), "is_counted": np.ones(count, dtype=bool),
        "source": np.full(count, SOURCES[records], dtype=object), "records": np.full(count, records, dtype=object),
        "area_code": np.full(count, "", dtype=object), "organisation": offices[place],
        "category": np.array(TYPES, dtype=object)[random.integers(0, len(TYPES), count)],
        "channel": np.array(["grid", "resident"], dtype=object)[random.integers(0, 2, count)],
        "severity": np.array(["normal", "normal", "urgent"], dtype=object)[random.integers(0, 3, count)],
        "outcome": np.full(count, "closed", dtype=object),
    }  # fmt: skip
    columns |= {f"{moment}_month": month for moment in ("opened", "accepted", "due", "closed")}
    for number, flag in enumerate(FLAG_COLUMNS):
        harder = load[place] if flag == "late" else 1.0
        held = random.random(count) < SHARES[flag] * way[place, number] * harder
        columns[flag] = held & (records == "tasks") if flag == "joint" else held
    if records == "tasks":
        columns["returned"] = np.zeros(count, dtype=bool)
    return pa.table([pa.array(columns[field.name], type=field.type) for field in SCHEMA], schema=SCHEMA)


def _loads(posts: list[Post]) -> NDArray[np.float64]:
    """How busy each post's office is, so that it can be seen what load does: evenly from a half to one and a half."""
    offices = sorted({post.organisation_id for post in posts})
    steps = np.linspace(0.5, 1.5, len(offices))
    # Neighbours in the list are not neighbours in load: every third comes next.
    order = sorted(range(len(offices)), key=lambda place: (place % 3, place))
    of_office = {offices[place]: steps[rank] for rank, place in enumerate(order)}
    return np.array([of_office[post.organisation_id] for post in posts])


def _take_own(posts: list[Post]) -> None:
    """The demo's own matters and tasks of the scored posts, so that their points lead to them."""
    keys = [post.pk for post in posts]
    tasks = list(Task.objects.filter(post_id__in=keys).values_list("pk", flat=True))
    matters = list(Matter.objects.filter(lead_post_id__in=keys).values_list("pk", flat=True))
    records_take(list(matter_records(matters)))
    records_take(list(task_records(tasks)))
    while entries_write():
        pass


def _published(month: int, *, start: datetime, until: datetime, random: Generator) -> Evaluation | None:
    """The finished month: audited, drafted, without objections, signed and published."""
    drafted = min(start + timedelta(days=1, hours=9), until - timedelta(hours=4))
    manager, signer = _managers()
    with clock.fixed(drafted):
        _audit(month, random=random)
        try:
            row = evaluations.evaluation_draft(kind=Kind.POSTS, month=month, actor=scope_of(manager).actor)
        except Refused:
            return None
        row = evaluations.evaluation_open(evaluation_id=row.pk, actor=scope_of(manager).actor)
    ended = row.objections_until or drafted
    if ended + timedelta(hours=1) > until:
        return row
    with clock.fixed(ended + timedelta(hours=1)):
        evaluations.evaluation_close(evaluation_id=row.pk, actor=scope_of(manager).actor)
        evaluations.evaluation_sign(
            evaluation_id=row.pk, scope=scope_of(signer), name=signer.user.get_full_name(), posts=[signer.pk]
        )
        return evaluations.evaluation_publish(evaluation_id=row.pk, actor=scope_of(manager).actor)


def _managers() -> tuple[Post, Post]:
    """Two at the centre: who prepares, and who signs."""
    held = Post.objects.filter(organisation__kind="centre").select_related(
        "organisation__area", "role", "area", "user"
    )
    found = [post for post in held.order_by("id") if manages(scope_of(post))]
    return found[0], found[-1]


def _audit(month: int, *, random: Generator) -> None:
    """A sample, all of it judged."""
    sample = audit_draw(kind=Kind.POSTS, month=month, actor=SYSTEM.key, seed=f"demo-{month}")
    rows = AuditedRecord.objects.filter(sample=sample)
    keys = list(rows.values_list("pk", flat=True))
    refuted = [key for key, drawn in zip(keys, random.random(len(keys)), strict=True) if drawn < REFUTED]
    given = {"auditor": SYSTEM.key, "judged_at": clock.now()}
    rows.update(verdict=Verdict.CONFIRMED.value, **given)
    rows.filter(pk__in=refuted).update(verdict=Verdict.REFUTED.value, note="现场与记录不符")


def _forms(posts: list[Post], *, month: int, random: Generator) -> None:
    """Colleagues in the same office are asked about some posts; most have answered."""
    by_office: dict[int, list[Post]] = {}
    for post in posts:
        by_office.setdefault(post.organisation_id, []).append(post)
    rated = [post for post in posts if len(by_office[post.organisation_id]) > PEERS][:ASKED]
    invitations = []
    for post in rated:
        others = [each for each in by_office[post.organisation_id] if each.pk != post.pk]
        for number, rater in enumerate(others[: PEERS + 1]):
            invitations.append((post.pk, rater.pk, Relation.SUPERVISOR if number == PEERS else Relation.PEER))
    ratings_invite(month=month, invitations=invitations, actor=SYSTEM.key)
    codes = [item.code for item in settings_of(shipped_content()).items]
    for number, row in enumerate(Rating.objects.filter(month=month).order_by("id")):
        if number % 9 == 8:
            continue
        answers = {
            code: int(value) for code, value in zip(codes, random.integers(3, 6, len(codes)), strict=True)
        }
        comment = SAID[number % len(SAID)] if number % 5 == 0 else ""
        rating_give(
            rating_id=row.pk, answers=answers, comment=comment, posts=[row.rater_id], actor=SYSTEM.key
        )
    Rating.objects.filter(month=month, comment_state="waiting", pk__lt=_middle(month)).update(
        comment_state="shown"
    )


def _middle(month: int) -> int:
    keys = list(Rating.objects.filter(month=month).order_by("id").values_list("pk", flat=True))
    return keys[len(keys) // 2] if keys else 0


def _open_draft(month: int) -> None:
    """The present month as a draft, with one objection."""
    manager, _ = _managers()
    try:
        row = evaluations.evaluation_draft(kind=Kind.POSTS, month=month, actor=scope_of(manager).actor)
    except Refused:
        return
    row = evaluations.evaluation_open(evaluation_id=row.pk, actor=scope_of(manager).actor)
    low = Score.objects.filter(evaluation=row, score__isnull=False).order_by("score").first()
    if low is None or low.post_id is None or row.state != EvaluationState.OBJECTING.value:
        return
    held = Post.objects.select_related("organisation__area", "role", "area").get(pk=low.post_id)
    point = Point(duty="emergency_response", text=OBJECTION)
    objection_raise(score_id=low.pk, point=point, scope=scope_of(held), own=True)


def _proposal(month: int) -> None:
    """A staffing proposal for the month to come, where there is enough to say something."""
    manager, _ = _managers()
    try:
        plan_propose(month=month, actor=scope_of(manager).actor)
    except Refused:
        return
