"""The demo's disputed answers: petitions with reviews in every state, told by the real services.

Everybody and everything in it is made up.
"""

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import datetime, timedelta

from bandeng.areas.models import Area
from bandeng.areas.rules import Level
from bandeng.core import clock
from bandeng.core.rules import RESIDENT, Actor
from bandeng.demo.load_matters import Example
from bandeng.dispatch.selectors.reviews import OUTSIDE
from bandeng.dispatch.services.dispatching import matter_dispatch, matter_reassign
from bandeng.dispatch.services.handling import matter_handled, matter_start
from bandeng.dispatch.services.intake import matter_intake
from bandeng.dispatch.services.review_clocks import reviews_remind
from bandeng.dispatch.services.review_deciding import hearing_begin, review_decide, review_take
from bandeng.dispatch.services.reviews import review_ask
from bandeng.dispatch.services.verifying import matter_close
from bandeng.matters.models import Matter, Review
from bandeng.matters.rules import Channel, MatterState, ReviewOutcome
from bandeng.matters.services.opening import NewMatter, Opened
from bandeng.organisations.models import Post
from bandeng.organisations.rules import Duty
from bandeng.organisations.selectors import scope_of
from bandeng.people.services import ContactDetails

CLAIM = "13.04.03"
STREET, COMMUNITY = "the street", "the community"  # of the place
HANDLED_IN = timedelta(days=20)
UPHELD, CHANGED, SET_ASIDE = ReviewOutcome.UPHELD, ReviewOutcome.CHANGED, ReviewOutcome.SET_ASIDE


@dataclass(frozen=True)
class Round:
    """One review; all in days before the present moment, None for what has not happened."""

    asked: int
    reason: str
    taken: int | None = None
    decided: int | None = None
    outcome: ReviewOutcome = UPHELD
    decision: str = ""
    hearing: int | None = None


@dataclass(frozen=True)
class Case:
    """One petition: who answered what, when, and what became of it; `again`: when it was answered anew."""

    lead: str
    title: str
    text: str
    answer: str
    answered: int
    rounds: tuple[Round, ...] = ()
    again: int | None = None


CASES = (
    Case(
        "housing", "外墙渗水维修资金分摊有异议", "外墙渗水维修，我家按面积分摊八千元，认为分摊范围算错了。",
        "经核查，分摊范围以建筑结构图为准，维持原分摊方案。", 6,
    ),
    Case(
        "labour", "灵活就业社保补贴未批", "灵活就业人员社保补贴申请被退回，说材料不全，我认为材料是齐的。",
        "经核查，缺少就业登记证明，补齐后可重新申请。", 12,
        (Round(2, "就业登记已在窗口办理，系统里查得到，不应由我再补。"),),
    ),
    Case(
        STREET, "临时救助标准有异议", "家人住院申请临时救助，批下来的金额比同楼住户少，请说明标准。",
        "经入户核查，按二类标准救助，金额符合规定。", 26,
        (Round(19, "入户核查时没有看医院的费用清单，标准认定有误。", taken=15),),
    ),
    Case(
        "transport", "公交站点迁移后出行不便", "站点迁到路口对面，老人过街不便，要求恢复原站点。",
        "经现场踏勘，原站点影响路口视距，不予恢复，已增设过街信号。", 52,
        (Round(36, "信号灯时间太短，老人走不完，答复没有考虑这一点。"),),
    ),
    Case(
        "civil_affairs", "高龄津贴起发月份有争议", "高龄津贴从申请次月发，少发了三个月，要求补发。",
        "依照发放办法，津贴自申请次月起发放，不予补发。", 45,
        (Round(38, "办法规定从满龄当月起发，不是从申请次月。", taken=33, decided=14,
               decision="经查，申请人引用的条款适用于系统自动认定的人员；本件为逾期申请，原处理意见依据正确，予以维持。"),),
    ),
    Case(
        "water", "排水改造损坏院墙赔偿", "排水管改造把院墙挖裂，施工方只赔了一半。",
        "经协调，施工方已赔付三千元，其余由双方协商。", 48,
        (Round(40, "院墙整面开裂，一半赔偿不够重砌。", taken=35, decided=9, outcome=CHANGED,
               decision="经查，裂缝系施工所致，原处理意见认定损失过低。变更为：责成施工方按重砌费用赔付，由原办理单位督促落实。"),),
    ),
    Case(
        "education", "午托费退费有争议", "孩子转学，午托费只退了一个月，应退三个月。",
        "经与机构协商，退还一个月费用。", 58,
        (Round(50, "合同写明按剩余月份退费。", taken=46, decided=30, outcome=SET_ASIDE,
               decision="经查，原处理意见未核对合同条款，事实不清。撤销原处理意见，由原办理单位重新办理。"),),
        again=16,
    ),
    Case(
        "market_regulation", "市场摊位调整安置有异议", "市场改造后摊位由临街调到里侧，要求恢复原位。",
        "摊位按抽签结果安置，不予调整。", 70,
        (
            Round(62, "抽签没有通知到我本人。", taken=58, decided=40,
                  decision="经查，通知已张贴并短信告知，抽签程序有公证，维持原处理意见。"),
            Round(28, "短信发到了停用的号码，请求复核并听证。", taken=24, hearing=3),
        ),
    ),
    Case(
        "emergency", "老旧楼消防通道占用整治补偿", "整治拆除了我家门前的棚子，要求补偿。",
        "棚子占用消防通道，属违法搭建，依法不予补偿。", 84,
        (
            Round(76, "棚子是二十年前单位统一搭的。", taken=72, decided=58,
                  decision="经查，单位搭建时未经许可，且占用消防通道，维持原处理意见。"),
            Round(50, "历史原因应当考虑。", taken=46, decided=27,
                  decision="经复核，原处理意见和复查意见认定事实清楚、依据正确，予以维持。本意见为终结意见。"),
        ),
    ),
    Case(
        COMMUNITY, "楼道照明分摊电费有异议", "楼道照明电费每户分摊多了，要求公开账目并退还多收部分。",
        "账目已张贴，分摊按户平均，没有多收。", 9,
        (Round(3, "账目只贴了一个月的，看不出有没有多收。"),),
    ),
)  # fmt: skip


class Town:
    """Who does what in the demo's petitions, and the moments of their stories."""

    def __init__(self, *, until: datetime) -> None:
        self.until = until
        self._of: dict[str, list[Post]] = {}

    @contextmanager
    def days_ago(self, days: float) -> Iterator[None]:
        """The clock so many days before the present moment."""
        with clock.fixed(self.until - timedelta(days=days)):
            yield

    def posts(self, code: str, duty: Duty) -> list[Post]:
        """The posts of an organisation with a duty."""
        if code not in self._of:
            rows = Post.objects.filter(organisation__code=code).order_by("pk")
            self._of[code] = list(rows.select_related("organisation__area", "role", "area", "user"))
        return [each for each in self._of[code] if duty.value in each.role.duties]

    def examiner(self, row: Review) -> Post:
        """Somebody of the body who has not reviewed this answer before."""
        before = set(Review.objects.filter(matter_id=row.matter_id).values_list("examiner", flat=True))
        able = self.posts(row.organisation.code, Duty.SUPERVISE)
        return next(each for each in able if scope_of(each).actor not in before)


def reviews_load(*, seed: int, until: datetime) -> Example | None:
    """Tell the cases in the grids of the district; the number and secret of one that may still be disputed."""
    town, example = Town(until=until), None
    grids = list(Area.objects.filter(level=Level.GRID.value).order_by("code"))
    for number, case in enumerate(CASES):
        # The first street's, so that the accounts that the demo names have something to decide.
        place = grids[(seed + 3 * number) % max(1, len(grids) // 2)]
        opened = _told(town, case, place, number)
        if not case.rounds:
            example = Example(number=opened.matter.number, secret=opened.secret)
    with clock.fixed(until):
        reviews_remind()
    return example


def _told(town: Town, case: Case, place: Area, number: int) -> Opened:
    reported = town.until - timedelta(days=case.answered) - HANDLED_IN
    new = NewMatter(
        title=case.title, text=case.text, channel=Channel.RESIDENT, reported_at=reported, type_code=CLAIM,
        contact=ContactDetails(name="演示居民", phone=f"0000-{70000000 + number * 113}"),
        longitude=place.longitude, latitude=place.latitude,
    )  # fmt: skip
    with clock.fixed(reported):
        opened = matter_intake(new=new, actor=RESIDENT)
    lead = {STREET: place.code[:9], COMMUNITY: place.code[:12]}.get(case.lead, case.lead)
    _answered(town, opened.matter, lead, place, case.answer, days=case.answered)
    for each in case.rounds:
        _reviewed(town, opened, each)
    if case.again is not None:
        _answered(town, opened.matter, lead, place, "已按合同核算，退还三个月费用。", days=case.again)
    return opened


def _answered(town: Town, matter: Matter, lead: str, place: Area, answer: str, *, days: int) -> None:
    """From wherever the petition stands to its answer, verified by the grid."""
    worker, verifier = town.posts(lead, Duty.HANDLE)[0], town.posts(place.code, Duty.VERIFY)[0]
    with town.days_ago(days + 2):
        _given(town, matter.pk, worker)
        matter_start(matter_id=matter.pk, actor=_actor(worker), scope=None)
    with town.days_ago(days + 1):
        matter_handled(matter_id=matter.pk, result=answer, actor=_actor(worker), scope=None)
    with town.days_ago(days):
        matter_close(matter_id=matter.pk, actor=_actor(verifier), scope=None)


def _given(town: Town, matter_id: int, worker: Post) -> None:
    """The petition with the organisation that is to answer."""
    matter = Matter.objects.get(pk=matter_id)
    lead_id, actor = worker.organisation_id, _actor(town.posts("command_centre", Duty.DISPATCH)[0])
    if matter.lead_id == lead_id:
        return
    if matter.state == MatterState.DISPATCHED.value:
        matter_reassign(matter_id=matter_id, lead_id=lead_id, reason="属其职责范围", actor=actor, scope=None)
    else:
        matter_dispatch(matter_id=matter_id, lead_id=lead_id, actor=actor, scope=None)


def _reviewed(town: Town, opened: Opened, told: Round) -> None:
    """One review, as far as it has come."""
    with town.days_ago(told.asked):
        row = review_ask(number=opened.matter.number, secret=opened.secret, reason=told.reason)
    if told.taken is None:
        return
    post = town.examiner(row)
    scope, actor = scope_of(post), _actor(post)
    with town.days_ago(told.taken):
        review_take(review_id=row.pk, actor=actor, scope=scope)
    if told.hearing is not None:
        with town.days_ago(told.hearing):
            hearing_begin(review_id=row.pk, actor=actor, scope=scope)
    if told.decided is not None:
        document = "演示复核〔示例〕1号" if row.body in OUTSIDE else ""
        with town.days_ago(told.decided):
            review_decide(
                review_id=row.pk, outcome=told.outcome, decision=told.decision, document=document, actor=actor,
                scope=scope,
            )  # fmt: skip


def _actor(post: Post) -> Actor:
    return Actor(scope_of(post).actor, post.user.get_full_name(), post.organisation_id)
