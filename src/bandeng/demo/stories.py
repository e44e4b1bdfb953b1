"""What the demo's streets did about their colours: one story ended, one red and jointly supervised, one at work."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from bandeng.areas.models import Area
from bandeng.areas.rules import Level
from bandeng.core import clock
from bandeng.core.rules import Actor
from bandeng.organisations.models import Post
from bandeng.organisations.rules import Duty, OrganisationKind, Scope
from bandeng.organisations.selectors import directory, scope_of
from bandeng.risk.models import Alert, AlertTask, Supervision
from bandeng.risk.rules import AlertState, AlertTaskState, has_fallen
from bandeng.risk.selectors.alerts import standing_of
from bandeng.risk.services import following
from reckon.colours import Colour

ASKED_AT_ONCE = 20


@dataclass(frozen=True, kw_only=True)
class Tale:
    """What a street found, who is to do what, and what came of it; None: nothing yet."""

    cause: str
    communities: int
    measures: tuple[
        tuple[str, str, int, str | None], ...
    ]  # what, whose code ("": the community's), days, finding
    review: str = ""


FRAUD = Tale(
    cause="近三个月电信网络诈骗警情集中在四个社区，工业园最多：新入职员工多、流动大，入职反诈提醒没有人负责，"
    "园区管理方、社区和派出所都以为是对方的事。",
    communities=4,
    measures=(
        (
            "工业园企业新员工入职反诈提醒和宣讲",
            "",
            12,
            "已到园区 46 家企业宣讲，新员工入职当天签收防骗提示。",
        ),
        ("四个社区入户发放防骗提示", "police", 20, "四个社区入户 3120 户，留存签收名册。"),
    ),
    review="措施全部完成，园区连续两月新发案明显减少，申请复核。",
)
HAZARDS = Tale(
    cause="小作坊集中的几个社区搬来一批五金和餐饮配送企业，动火作业和冷库用电隐患多，"
    "隐患交办后街道、消防和市场监管各管一段，没有人跟到底。",
    communities=3,
    measures=(
        ("作坊聚集区电气线路整改", "fire", 15, "已整改 61 处，拆除违规充电桩 9 个。"),
        ("餐饮配送冷库逐家建档，每月通报", "market_regulation", 180, None),
    ),
)
WORK = Tale(
    cause="事项集中在两个老旧社区，投诉后转办环节多，办结慢、重办多。",
    communities=2,
    measures=(("老旧社区事项由街道专人跟办", "", 240, None),),
)
PLAN = (
    "应急、消防、市场监管三部门联合督办一个月：逐家看动火作业、冷库用电和配送食品三类问题，"
    "边查边改，结果汇总到区社会治理中心。"
)
VISIT = "作坊聚集区安全生产和食品配送联合督查"
VISITS = {
    "emergency": "走访 38 家，动火作业无审批 7 家，当场停止并限期补办。",
    "fire": "复看 61 处整改点，4 处反弹，已交街道三日内改完。",
    "market_regulation": "查看配送冷库 12 座，2 座记录不全，已告知改正。",
}
RELEASE = "三部门发现的问题均已整改到位，联合督办解除；街道继续按月通报，待颜色下降后销号。"
CLOSING = "责任主体明确，措施落实，颜色已降，同意销号。"


@dataclass(frozen=True, kw_only=True)
class Signer:
    """Somebody who may supervise, with the scope of the post."""

    actor: Actor
    scope: Scope


def supervisor_of(*, kind: OrganisationKind, area: str) -> Signer | None:
    """Somebody of such an organisation within an area who may supervise."""
    posts = Post.objects.filter(organisation__kind=kind.value, organisation__area__code__startswith=area)
    posts = posts.select_related("user", "role", "organisation__area", "area").order_by("id")
    for post in posts.iterator(chunk_size=ASKED_AT_ONCE):
        scope = scope_of(post)
        if scope.has(Duty.SUPERVISE) and scope.area_code.startswith(area):
            return Signer(actor=Actor(scope.actor, post.user.get_full_name()), scope=scope)
    return None


@dataclass(frozen=True, kw_only=True)
class Stories:
    """Told month by month, right after each map."""

    centre: Signer
    ended: str
    red: str

    def go_on(self, *, at: datetime) -> None:
        """What happens in the weeks after a map of this moment."""
        for alert in Alert.objects.filter(closed_at__isnull=True, indicator="").order_by("id"):
            if alert.area_code == self.ended:
                self._take_up(alert, FRAUD, at=at)
                self._close(alert, FRAUD, at=at)
            elif alert.area_code == self.red:
                self._take_up(alert, HAZARDS, at=at)
                self._supervise(alert, at=at)
            elif not Alert.objects.filter(cause=WORK.cause).exists():
                self._take_up(alert, WORK, at=at)

    def _take_up(self, alert: Alert, tale: Tale, *, at: datetime) -> None:
        lead = supervisor_of(kind=OrganisationKind.STREET_OFFICE, area=alert.area_code)
        if lead is None or alert.state != AlertState.RAISED.value:
            return
        places = _communities(alert.area_code)
        # The third is the industrial park.
        worst = places[2 % len(places)]
        chosen = [worst, *[place for place in places if place != worst]][: tale.communities]
        body = _body(worst, alert.area_code)
        who: dict[str, Any] = {"alert_id": alert.pk, "actor": lead.actor, "scope": lead.scope}
        with clock.fixed(at + timedelta(hours=4)):
            following.alert_take_up(**who)
        with clock.fixed(at + timedelta(days=2)):
            found = following.Examination(cause=tale.cause, communities=tuple(sorted(chosen)), body_id=body)
            following.alert_examine(**who, found=found)
            for title, code, days, _ in tale.measures:
                new = following.NewTask(
                    title=title, organisation_id=_body(code, alert.area_code) if code else body,
                    due_at=at + timedelta(days=days),
                )  # fmt: skip
                following.measure_add(**who, new=new)
        self._report(
            alert, {title: finding for title, _, _, finding in tale.measures}, at=at + timedelta(days=9)
        )

    def _report(self, alert: Alert, findings: dict[str, str | None], *, at: datetime) -> None:
        tasks = AlertTask.objects.filter(alert=alert, state=AlertTaskState.OPEN.value, title__in=findings)
        for days, task in enumerate(tasks.order_by("id")):
            finding = findings[task.title]
            if finding:
                with clock.fixed(at + timedelta(days=days)):
                    following.task_report(
                        task_id=task.pk, finding=finding, actor=self.centre.actor, scope=self.centre.scope
                    )

    def _supervise(self, alert: Alert, *, at: datetime) -> None:
        """Plan, visits with findings, release: once the street is red."""
        alert.refresh_from_db()
        if alert.level < Colour.RED or Supervision.objects.filter(alert=alert).exists():
            return
        who: dict[str, Any] = {
            "alert_id": alert.pk, "actor": self.centre.actor, "scope": self.centre.scope,
        }  # fmt: skip
        codes = {_body(code, alert.area_code): finding for code, finding in VISITS.items()}
        with clock.fixed(at + timedelta(days=1)):
            visits = [following.NewTask(title=VISIT, organisation_id=key, due_at=None) for key in codes]
            following.supervision_plan(**who, plan=PLAN, visits=visits)
        for days, task in enumerate(alert.tasks.filter(title=VISIT).order_by("id")):
            with clock.fixed(at + timedelta(days=6 + days)):
                following.task_report(
                    task_id=task.pk, finding=codes[task.organisation_id], actor=self.centre.actor,
                    scope=self.centre.scope,
                )  # fmt: skip
        with clock.fixed(at + timedelta(days=14)):
            following.supervision_release(**who, reason=RELEASE)

    def _close(self, alert: Alert, tale: Tale, *, at: datetime) -> None:
        """Put up for review when all is done, closed when a map shows a lower colour."""
        alert.refresh_from_db()
        lead = supervisor_of(kind=OrganisationKind.STREET_OFFICE, area=alert.area_code)
        if lead is not None and alert.state == AlertState.ACTING.value:
            with clock.fixed(at + timedelta(days=20)):
                following.alert_put_up(
                    alert_id=alert.pk, text=tale.review, actor=lead.actor, scope=lead.scope
                )
        elif alert.state == AlertState.REVIEWING.value and has_fallen(standing_of(alert)):
            with clock.fixed(at + timedelta(days=1)):
                following.alert_close(
                    alert_id=alert.pk, reason=CLOSING, actor=self.centre.actor, scope=self.centre.scope
                )


def _communities(street: str) -> Sequence[str]:
    rows = Area.objects.filter(level=Level.COMMUNITY.value, code__startswith=street)
    return sorted(rows.values_list("code", flat=True))


def _body(code: str, street: str) -> int:
    """The organisation with a code, or the street's own where a small demo has none."""
    known = directory().by_code
    return known[code].pk if code in known else known[street].pk
