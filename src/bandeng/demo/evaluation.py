"""Evaluations of the demo: earlier months of grids and posts published, the last one open to objections.

The posts' register belongs to no area, so no map counts it; the grids' is that of the five-colour map, located. All
of it is made up by a seed.
"""

from datetime import datetime, timedelta

import numpy as np
import pyarrow as pa
from django.db import transaction
from django.db.models import QuerySet
from numpy.random import Generator
from numpy.typing import NDArray

from bandeng.core import audit, bulk, clock
from bandeng.core.rules import SYSTEM
from bandeng.demo.five_colours import months_before
from bandeng.demo.grid_index import grids_locate
from bandeng.dispatch.models import Task
from bandeng.dispatch.selectors.records import matter_records, task_records
from bandeng.evaluation.models import AuditedRecord, PostSkill, Rating, Score
from bandeng.evaluation.rules import EvaluationState, Kind, Refused, Relation, Verdict
from bandeng.evaluation.rules.settings import settings_of, shipped_content
from bandeng.evaluation.rules.skills import skills_shipped
from bandeng.evaluation.selectors.access import manages
from bandeng.evaluation.services import evaluations
from bandeng.evaluation.services.audits import audit_draw
from bandeng.evaluation.services.objections import Point, objection_raise
from bandeng.evaluation.services.ratings import rating_give, ratings_invite
from bandeng.evaluation.services.staffing import plan_propose
from bandeng.evaluation.services.versions import FIRST_MONTH, rules_load
from bandeng.ledger.rules import FLAG_COLUMNS, LOCAL, SCHEMA, months_from
from bandeng.ledger.services import entries_write, records_take, table_write
from bandeng.matters.models import Matter
from bandeng.organisations.models import Post
from bandeng.organisations.selectors import scope_of
from reckon.index import duties_shipped

#: Months of the register before the present one, cases of a post and month, and how far posts lie apart.
MONTHS, CASES, SPREAD = 9, 8, 10.0
#: Months of the map's register that are located, and of each kind how many months are published.
PAST = 12
PUBLISHED = {Kind.GRIDS: 3, Kind.POSTS: 2}
BATCH = 5_000
#: What happens to a case on average.
SHARES = {
    "late": 0.10, "overdue": 0.04, "accepted_late": 0.06, "escalated": 0.12, "reopened": 0.06, "returned": 0.05,
    "confirmed": 0.85, "found_by_grid": 0.45, "joint": 0.35, "reviewed": 0.0, "overturned": 0.0,
}  # fmt: skip
TYPES = ("01.02.01", "01.04.01", "06.01.02", "10.01.01", "11.01.02", "11.03.04", "11.04.01", "14.03.01")
SOURCES = {"matters": "register", "tasks": "task_register"}
REFUTED = 0.03
BESIDES = 0.35
DUTIES = duties_shipped().codes
#: Departments by short name, and the skill in which their officers stand.
SKILL_OF = {
    "公安": "public_order", "交通": "public_order", "司法": "mediation", "住建": "mediation", "人社": "mediation",
    "教育": "mediation", "应急": "safety", "消防": "safety", "市场监管": "safety", "城市管理": "city_services",
    "生态环境": "city_services", "水务": "city_services",
}  # fmt: skip
ASKED, PEERS = 24, 4
SAID = ("办事踏实，交接清楚。", "遇到难缠的纠纷能耐心听完。", "台账还可以记得更及时。")
OBJECTION = "其中一件要等第三方检测结果，不应算到我名下，请核对办理过程。"


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
    grids_locate(months=list(months_before(until, PAST)), seed=seed)
    _take_own(posts)
    ruled = [month for month in months[:-1] if month >= FIRST_MONTH]
    done, in_hand = ruled[:-1], ruled[-1:]
    for month in done:
        for kind in Kind:
            if month in done[-PUBLISHED[kind] :]:
                _published(kind, month, posts=posts, until=until, random=random)
    present = local.replace(day=1, hour=0, minute=0, second=0, microsecond=0)
    with clock.fixed(max(present, until - timedelta(hours=1))):
        for month in in_hand:
            _in_hand(posts, month, random=random)
        _skills(posts, random=random)
        _proposal(months[-1])


def _in_hand(posts: list[Post], month: int, *, random: Generator) -> None:
    """Last month as it stands before anybody has signed it."""
    _forms(posts, month=month, random=random)
    _audit(Kind.POSTS, month, random=random, judged=0.6)
    for kind in Kind:
        _open_draft(kind, month)


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


def _published(kind: Kind, month: int, *, posts: list[Post], until: datetime, random: Generator) -> None:
    """A finished month: audited, drafted, without objections, signed and published in the month after."""
    following = months_from(month, 2)[1]
    drafted = datetime(following // 100, following % 100, 2, 9, tzinfo=LOCAL)
    manager, signer = _managers()
    act = {"actor": scope_of(manager).actor}
    with clock.fixed(drafted):
        if kind is Kind.POSTS:
            _audit(kind, month, random=random)
            _forms(posts, month=month, random=random)
        try:
            row = evaluations.evaluation_draft(kind=kind, month=month, **act)
        except Refused:
            return
        row = evaluations.evaluation_open(evaluation_id=row.pk, **act)
    ended = row.objections_until or drafted
    if ended + timedelta(hours=1) > until:
        return
    with clock.fixed(ended + timedelta(hours=1)):
        row = evaluations.evaluation_close(evaluation_id=row.pk, **act)
        evaluations.evaluation_sign(
            evaluation_id=row.pk, scope=scope_of(signer), name=signer.user.get_full_name(),
            digest=row.digest,
        )  # fmt: skip
        evaluations.evaluation_publish(evaluation_id=row.pk, **act)


def _managers() -> tuple[Post, Post]:
    """Two at the centre: who prepares, and who signs."""
    held = Post.objects.filter(organisation__kind="centre").select_related(
        "organisation__area", "role", "area", "user"
    )
    found = [post for post in held.order_by("id") if manages(scope_of(post))]
    return found[0], found[-1]


def _audit(kind: Kind, month: int, *, random: Generator, judged: float = 1.0) -> None:
    """A sample of which a share is judged."""
    sample = audit_draw(kind=kind, month=month, actor=SYSTEM.key, seed=f"demo-{month}")
    rows = AuditedRecord.objects.filter(sample=sample)
    keys = list(rows.order_by("id").values_list("pk", flat=True))
    looked = [key for key, drawn in zip(keys, random.random(len(keys)), strict=True) if drawn < judged]
    refuted = [key for key, drawn in zip(looked, random.random(len(looked)), strict=True) if drawn < REFUTED]
    given = {"auditor": SYSTEM.key, "judged_at": clock.now()}
    for start in range(0, len(looked), BATCH):
        part = rows.filter(pk__in=looked[start : start + BATCH])
        part.update(verdict=Verdict.CONFIRMED.value, **given)
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


def _open_draft(kind: Kind, month: int) -> None:
    """The last month as a draft, with one objection of a post."""
    manager, _ = _managers()
    try:
        row = evaluations.evaluation_draft(kind=kind, month=month, actor=scope_of(manager).actor)
    except Refused:
        return
    row = evaluations.evaluation_open(evaluation_id=row.pk, actor=scope_of(manager).actor)
    low = Score.objects.filter(evaluation=row, score__isnull=False).order_by("score").first()
    if low is None or low.post_id is None or row.state != EvaluationState.OBJECTING.value:
        return
    held = Post.objects.select_related("organisation__area", "role", "area").get(pk=low.post_id)
    worst = max(range(len(DUTIES)), key=lambda place: low.working["observed"][place])
    point = Point(duty=DUTIES[worst], text=OBJECTION)
    objection_raise(score_id=low.pk, point=point, scope=scope_of(held), own=True)


@transaction.atomic
def _skills(posts: list[Post], *, random: Generator) -> None:
    """What seconded officers can do follows from the department that sent them; a third can do something besides."""
    codes = [skill.code for skill in skills_shipped().skills]
    moment = clock.now()
    stamp = {"since": moment.astimezone(LOCAL).date(), "recorded_by": SYSTEM.key, "recorded_at": moment}
    rows = []
    for post in posts:
        office = post.title.removesuffix("下沉")
        first = SKILL_OF.get(office, "welfare")
        said = f"{office}岗位任职经历"
        rows.append(PostSkill(post=post, skill=first, is_first=True, evidence=said, **stamp))
        other = codes[int(random.integers(len(codes)))]
        if random.random() < BESIDES and other != first:
            rows.append(PostSkill(post=post, skill=other, is_first=False, evidence="培训证明", **stamp))
    bulk.insert(rows)
    audit.record_many(
        [
            audit.Record(
                "evaluation.skill_recorded", audit.subject_of(row), SYSTEM.key, {},
                {"post": row.post_id, "skill": row.skill, "first": row.is_first}, row.evidence,
            )
            for row in rows
        ]
    )  # fmt: skip


def _proposal(month: int) -> None:
    """A staffing proposal for the month to come, where there is enough to say something."""
    manager, _ = _managers()
    try:
        plan_propose(month=month, actor=scope_of(manager).actor)
    except Refused:
        return
