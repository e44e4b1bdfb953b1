"""The demo's enterprises: what courts, arbitration, inspections and the registry say of them, and planted cases.

A gym that sells cards and closes, a labour contractor that does not pay, an adviser that promises fixed returns, a
builder whose buyers go to court, a recalled food; a restaurant of which four people complain again and again (no level
comes of that), and three dozen enterprises with the noise of every day.
"""

import csv
import tempfile
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from pathlib import Path
from random import Random
from typing import Any

from django.utils import timezone

from bandeng.areas.models import Area
from bandeng.areas.rules import Level
from bandeng.core import clock
from bandeng.core.rules import SYSTEM, Actor
from bandeng.demo.pace import LOCAL
from bandeng.harm.models import Alert
from bandeng.harm.rules import AlertState, ImportKind
from bandeng.harm.services.casework import alert_assign, alert_move
from bandeng.harm.services.importing import records_import
from bandeng.harm.services.letters import answer_give, letter_issue
from bandeng.harm.services.raising import harm_run
from bandeng.harm.services.studying import study_run
from bandeng.harm.services.topics import topics_run
from bandeng.matters import search
from bandeng.matters.models import Matter, Report
from bandeng.organisations.models import Organisation, Post
from bandeng.organisations.rules import OrganisationKind
from bandeng.organisations.selectors import scope_of
from reckon.linkage.codes import organisation_check, unified_check

PREPAID, WAGES, FOOD = ("08.01.02", "05.04.03"), ("06.01.01",), ("07.03.01",)
FUNDS, HOMES, GOODS = ("14.01.01",), ("01.04.05",), ("07.03.02", "08.01.01")
CASE_MATTERS, BRIGADE_MATTERS, BRIGADE, FEW_MATTERS = 16, 14, 4, 6
ORDINARY = 36
#: Days ago at which the files had been brought in for the first time and somebody began to work on what came of them.
BROUGHT_AGO = 9
STEMS = (
    "云杉", "青禾", "石桥", "望溪", "长堤", "锦苑", "丰禾", "竹影", "桂香", "明德", "北窗", "白鹭",
    "松果", "柳岸", "晴川", "小满", "谷雨", "霜降", "半夏", "南星",
)  # fmt: skip
TRADES = (
    "健身服务",
    "餐饮管理",
    "教育咨询",
    "美容美发",
    "建筑劳务",
    "装饰工程",
    "食品",
    "汽车服务",
    "物业管理",
)
ROADS = ("春和路", "望溪路", "石桥路", "长堤路", "青云街", "锦苑路")
GYM_SAID = (
    "云杉健身关门，卡里的钱退不了",
    "云杉健身说装修，三个星期没开门",
    "云杉健身退卡要扣三成，电话不接",
    "在云杉健身充值两千元，教练全走了",
)
WAGES_SAID = (
    "长堤劳务拖欠工资，班组都没拿到",
    "工地完工两个月，长堤劳务不结工资",
    "长堤劳务说甲方没付款，工资一拖再拖",
)
FUNDS_SAID = (
    "石桥教育让家长投钱，说一年返两成",
    "石桥教育发传单，保本保息，邻居投了十万",
    "在石桥教育投的钱到期不还，说再等等",
)
HOMES_SAID = (
    "锦绣置业延期交房半年，开发商不给说法",
    "锦绣置业的期房停工两个月，房贷照还",
)
GOODS_SAID = ("晴川食品的月饼吃了拉肚子", "晴川食品生产日期是后贴上去的")
FOOD_SAID = ("青禾餐饮菜里有异物", "青禾餐饮后厨不干净", "青禾餐饮外卖送来是冷的")
STUDY_ENTERPRISES, STUDY_SEEDS = 400, (9001,)
#: The worker takes the rest of the quarter in afterwards.
TOPIC_DAYS = 5


@dataclass(frozen=True)
class Firm:
    """One enterprise of the demo, as the registry has it."""

    name: str
    code: str
    address: str
    phone: str
    area_code: str
    size: int


Row = dict[str, str]


def enterprises_load(*, seed: int, until: datetime) -> None:
    """Enterprises, their records, what comes of them, and the work of some days."""
    random = Random(f"harm {seed}")  # noqa: S311 (a demo, not a secret)
    firms = list(_firms(random))
    today = timezone.localdate(until, LOCAL)
    begun = until - timedelta(days=BROUGHT_AGO)
    with clock.fixed(until):
        _told(firms)
    papers = _papers(firms, random, today)
    first = timezone.localdate(begun, LOCAL)
    with clock.fixed(begun):
        _brought(ImportKind.REGISTRY, [_extract(firm, today) for firm in firms])
        for kind, rows in papers.items():
            _brought(kind, [row for row in rows if row["日期"] <= str(first)])
        harm_run()
    _worked(firms[0], begun)
    with clock.fixed(until):
        for kind, rows in papers.items():
            _brought(kind, [row for row in rows if row["日期"] > str(first)])
        harm_run()
        topics_run(days=TOPIC_DAYS)
        study_run(enterprises=STUDY_ENTERPRISES, seeds=STUDY_SEEDS)


def _told(firms: Sequence[Firm]) -> None:
    """What residents say of the planted cases."""
    gym, restaurant, adviser, contractor, maker, builder = (firms[n] for n in (0, 1, 2, 4, 33, -1))
    _named_in(PREPAID, CASE_MATTERS, {"enterprise": gym.name}, GYM_SAID, people=0)
    _named_in(WAGES, CASE_MATTERS, {"employer": contractor.name}, WAGES_SAID, people=0)
    _named_in(FUNDS, FEW_MATTERS, {"enterprise": adviser.name}, FUNDS_SAID, people=0)
    _named_in(HOMES, FEW_MATTERS, {"enterprise": builder.name}, HOMES_SAID, people=0)
    _named_in(GOODS, FEW_MATTERS, {"enterprise": maker.name}, GOODS_SAID, people=0)
    _named_in(FOOD, BRIGADE_MATTERS, {"enterprise": restaurant.name}, FOOD_SAID, people=BRIGADE)


def _papers(firms: Sequence[Firm], random: Random, today: date) -> dict[ImportKind, list[Row]]:
    """What courts, arbitration and inspections say, planted cases and the noise of every day."""
    return {
        ImportKind.FILINGS: [
            *_filings(firms[0], today, "健身服务合同纠纷", count=6, every=5),
            *_filings(firms[2], today, "非法集资", count=4, every=9),
            *_filings(firms[-1], today, "商品房预售合同纠纷", count=11, every=2),
            *_noise(firms, random, today, "预付式消费合同纠纷"),
        ],
        ImportKind.ARBITRATION: list(_claims(firms[4], today)),
        ImportKind.INSPECTIONS: list(_defects(firms, random, today)),
    }


def _firms(random: Random) -> Iterator[Firm]:
    district = Area.objects.get(level=Level.DISTRICT.value).name.removesuffix("区")
    streets = list(
        Area.objects.filter(level=Level.STREET.value).order_by("code").values_list("code", flat=True)
    )
    names = [f"{STEMS[n % len(STEMS)]}{TRADES[n % len(TRADES)]}" for n in range(ORDINARY)]
    for number, name in enumerate((*names, "锦绣置业")):
        yield Firm(
            name=f"{district}演示{name}有限公司",
            code=_code(number),
            address=f"{ROADS[number % len(ROADS)]}{3 + number * 7}号{1 + number % 5}幢{301 + number}室",
            phone=f"0000-{60000000 + number * 137}",
            area_code=streets[number % len(streets)],
            size=random.choice((120, 300, 600, 900)),
        )


def _code(number: int) -> str:
    """A code whose check digits hold; no registry of the real world gives codes to district 330199."""
    body = f"MADM{number:04d}"
    whole = f"91330199{body}{organisation_check(body=body)}"
    return whole + unified_check(body=whole)


def _named_in(types: Sequence[str], most: int, said: Row, words: Sequence[str], *, people: int) -> None:
    """The newest matters of these types are about one enterprise; with `people`, so few reported all of them."""
    matters = list(Matter.objects.filter(type_code__in=types).order_by("-opened_at")[:most])
    for number, matter in enumerate(matters):
        matter.answers = {**matter.answers, **said}
        matter.title = words[number % len(words)]
        matter.text = f"{matter.title}。请有关部门管一管。"
    Matter.objects.bulk_update(matters, ["answers", "title", "text"])
    search.index((matter.pk, f"{matter.title}\n{matter.text}\n{matter.address}") for matter in matters)
    if not people:
        return
    reports = list(Report.objects.filter(matter__in=matters, contact__isnull=False).order_by("id"))
    contacts = [report.contact_id for report in reports][:people]
    for number, report in enumerate(reports):
        report.contact_id = contacts[number % len(contacts)]
    Report.objects.bulk_update(reports, ["contact"])


def _extract(firm: Firm, today: date) -> Row:
    return {
        "编号": f"登记-{firm.code}", "企业名称": firm.name, "统一社会信用代码": firm.code, "地址": firm.address,
        "电话": firm.phone, "日期": f"{today - timedelta(days=700)}", "区域代码": firm.area_code,
        "会员数": str(firm.size), "职工数": str(max(20, firm.size // 8)),
    }  # fmt: skip


def _paper(number: str, firm: Firm, day: date, cause: str, **more: str) -> Row:
    return {"案号": number, "企业名称": firm.name, "日期": str(day), "案由": cause, **more}


def _filings(firm: Firm, today: date, cause: str, *, count: int, every: int) -> Iterator[Row]:
    for number in range(count):
        yield _paper(
            f"演示民初{firm.code[-5:-1]}{number:02d}号", firm, today - timedelta(days=4 + number * every), cause,
            统一社会信用代码=firm.code, 人数=str(1 + number % 3),
        )  # fmt: skip


def _claims(contractor: Firm, today: date) -> Iterator[Row]:
    short = contractor.name.replace("有限公司", "公司")
    for number in range(7):
        name = contractor.name if number % 3 else short
        row = _paper(
            f"演示劳仲{number:03d}号", contractor, today - timedelta(days=2 + number * 6), "追索劳动报酬纠纷",
            人数=str(2 + number % 3), 地址=contractor.address,
        )  # fmt: skip
        yield {**row, "企业名称": name}


def _noise(firms: Sequence[Firm], random: Random, today: date, cause: str) -> Iterator[Row]:
    for number, firm in enumerate(random.choices(firms[5:], k=30)):
        day = today - timedelta(days=random.randint(1, 500))
        yield _paper(f"演示民初{500 + number}号", firm, day, cause)
    for number, firm in enumerate(firms[7:10]):
        # Short forms of registered names: for a person to judge.
        row = _paper(f"演示民初{600 + number}号", firm, today - timedelta(days=20), cause)
        yield {**row, "企业名称": firm.name.removesuffix("有限公司")}


def _defects(firms: Sequence[Firm], random: Random, today: date) -> Iterator[Row]:
    found = (
        (firms[0], 12, "prepaid_cards", "经营场所关闭（经核实）"),
        (firms[4], 11, "wage_arrears", ""),
        (firms[2], 5, "illegal_fund_raising", "承诺还本付息的宣传材料（经核实）"),
        (firms[33], 3, "food_product_safety", "责令召回"),
    )
    for number, (firm, days, kind, fact) in enumerate(found, 1):
        row = _paper(f"演示检{number:03d}号", firm, today - timedelta(days=days), kind)
        yield {**row, "认定事实": fact}
    for number, firm in enumerate(random.choices(firms[5:], k=20)):
        day = today - timedelta(days=random.randint(1, 500))
        yield _paper(f"演示检{100 + number}号", firm, day, "food_product_safety")


def _brought(kind: ImportKind, rows: Sequence[Row]) -> None:
    """Through the same door as everybody's files."""
    columns = list(dict.fromkeys(name for row in rows for name in row))
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / f"{kind.value}.csv"
        with path.open("w", encoding="utf-8-sig", newline="") as file:
            writer = csv.DictWriter(file, columns, restval="")
            writer.writeheader()
            writer.writerows(rows)
        records_import(path=path, kind=kind, actor=SYSTEM)


def _worked(gym: Firm, begun: datetime) -> None:
    """The gym's case is under way: verified, talked over, its answer waits to be considered."""
    alert = Alert.objects.filter(enterprise__code=gym.code, kind="prepaid_cards").first()
    post = _overseer()
    office = Organisation.objects.filter(code="market_regulation").first()
    if alert is None or post is None or office is None:
        return
    scope = scope_of(post)
    actor = Actor(scope.actor, post.user.get_full_name(), scope.organisation_id)
    known: dict[str, Any] = {"alert_id": alert.pk, "actor": actor, "scope": scope}
    with clock.fixed(begun + timedelta(hours=2)):
        alert_assign(organisation_id=office.pk, note="请核实门店经营情况和预付资金。", **known)
    with clock.fixed(begun + timedelta(days=1, hours=1)):
        alert_move(
            target=AlertState.VERIFYING, note="上门查看：门店关闭，张贴了装修告示，未见施工。", **known
        )
    with clock.fixed(begun + timedelta(days=4)):
        alert_move(target=AlertState.TALKING, note="约谈负责人，要求说明未消费余额和退费安排。", **known)
        issued = letter_issue(text="请说明门店何时恢复营业、未消费的卡内余额有多少、退费如何安排。", **known)
    with clock.fixed(begun + timedelta(days=7, hours=5)):
        answer_give(
            letter_id=issued.letter.pk, signed="负责人（演示）",
            text="门店因装修停业，已与房东续约，计划下月恢复营业；要求退费的会员，"
            "自下周一起在服务台登记，十五日内退回。",
        )  # fmt: skip


def _overseer() -> Post | None:
    posts = Post.objects.filter(organisation__kind=OrganisationKind.CENTRE.value).select_related(
        "organisation__area", "role", "area", "user"
    )
    return next((post for post in posts.order_by("pk") if "supervise" in post.role.duties), None)
