"""The demo district's organisations: centre, departments, streets, communities, grid teams, enterprises.

Street offices, committees and grid teams bear the code of their area.
"""

from dataclasses import dataclass
from random import Random

from bandeng.demo.geography import Area, Geography
from bandeng.organisations.rules import OrganisationKind

CENTRE = "command_centre"


@dataclass(frozen=True)
class OrganisationPlan:
    """One organisation as it will be created."""

    code: str
    kind: OrganisationKind
    name: str
    short_name: str
    name_en: str
    short_name_en: str
    area_code: str


#: Code, short name, English name, English short name.
DEPARTMENTS = (
    ("police", "公安", "Public Security", "Police"),
    ("urban_management", "城市管理", "City Management", "City Management"),
    ("market_regulation", "市场监管", "Market Regulation", "Market Regulation"),
    ("housing", "住建", "Housing and Construction", "Housing"),
    ("environment", "生态环境", "Ecology and Environment", "Environment"),
    ("emergency", "应急", "Emergency Management", "Emergency"),
    ("labour", "人社", "Human Resources and Social Security", "Labour"),
    ("transport", "交通", "Transport", "Transport"),
    ("water", "水务", "Water and Agriculture", "Water"),
    ("justice", "司法", "Justice", "Justice"),
    ("health", "卫健", "Health", "Health"),
    ("civil_affairs", "民政", "Civil Affairs", "Civil Affairs"),
    ("education", "教育", "Education, Culture and Sport", "Education"),
    ("fire", "消防", "Fire and Rescue", "Fire"),
)
FULL_NAMES = {
    "police": "公安分局",
    "urban_management": "城市管理局",
    "market_regulation": "市场监督管理局",
    "housing": "住房和城乡建设局",
    "environment": "生态环境分局",
    "emergency": "应急管理局",
    "labour": "人力资源和社会保障局",
    "transport": "交通运输局",
    "water": "农业农村和水务局",
    "justice": "司法局",
    "health": "卫生健康局",
    "civil_affairs": "民政局",
    "education": "教育和文体局",
    "fire": "消防救援大队",
}
ENTERPRISE_NAMES = (
    "云帆",
    "锦禾",
    "启明",
    "鼎新",
    "瑞丰",
    "众合",
    "捷诚",
    "海纳",
    "宏图",
    "卓越",
    "方圆",
    "恒信",
    "百川",
    "星河",
    "青禾",
    "智远",
    "同创",
    "嘉木",
    "立新",
    "远山",
)
ENTERPRISE_TRADES = (
    ("餐饮", "Catering"),
    ("物流", "Logistics"),
    ("电子", "Electronics"),
    ("服饰", "Clothing"),
    ("科技", "Technology"),
    ("建材", "Building Materials"),
    ("食品", "Food"),
    ("包装", "Packaging"),
    ("机械", "Machinery"),
    ("装饰", "Interiors"),
    ("保洁", "Cleaning"),
    ("家政", "Home Services"),
    ("商贸", "Trading"),
    ("文化", "Culture"),
    ("健身", "Fitness"),
    ("教育咨询", "Education"),
    ("汽车服务", "Car Services"),
    ("养老服务", "Elderly Care"),
    ("园林", "Gardens"),
    ("软件", "Software"),
)


def organisations_build(*, geography: Geography, enterprises: int, seed: int) -> tuple[OrganisationPlan, ...]:
    """All organisations, those above first."""
    district = geography.areas[0]
    return (
        OrganisationPlan(
            code=CENTRE,
            kind=OrganisationKind.CENTRE,
            name=f"{district.name_zh}社会治理中心",
            short_name="区治理中心",
            name_en="District Governance Centre",
            short_name_en="District Centre",
            area_code=district.code,
        ),
        *(
            _department(code=code, short=short, english=english, brief=brief, district=district)
            for code, short, english, brief in DEPARTMENTS
        ),
        *(_street_office(street) for street in geography.level("street")),
        *(_committee(community) for community in geography.level("community")),
        *(_grid_team(grid) for grid in geography.level("grid")),
        *_enterprises(geography=geography, count=enterprises, seed=seed),
    )


def _department(*, code: str, short: str, english: str, brief: str, district: Area) -> OrganisationPlan:
    return OrganisationPlan(
        code=code,
        kind=OrganisationKind.DEPARTMENT,
        name=f"{district.name_zh}{FULL_NAMES[code]}",
        short_name=short,
        name_en=f"{english} Bureau",
        short_name_en=brief,
        area_code=district.code,
    )


def _street_office(street: Area) -> OrganisationPlan:
    return OrganisationPlan(
        code=street.code,
        kind=OrganisationKind.STREET_OFFICE,
        name=f"{street.name_zh}办事处",
        short_name=street.name_zh,
        name_en=f"{street.name_en} Office",
        short_name_en=street.name_en,
        area_code=street.code,
    )


def _committee(community: Area) -> OrganisationPlan:
    return OrganisationPlan(
        code=community.code,
        kind=OrganisationKind.COMMUNITY_COMMITTEE,
        name=f"{community.name_zh}居民委员会",
        short_name=community.name_zh,
        name_en=f"{community.name_en} committee",
        short_name_en=community.name_en,
        area_code=community.code,
    )


def _grid_team(grid: Area) -> OrganisationPlan:
    return OrganisationPlan(
        code=grid.code,
        kind=OrganisationKind.GRID_TEAM,
        name=f"{grid.name_zh}工作组",
        short_name=grid.name_zh,
        name_en=f"{grid.name_en} team",
        short_name_en=grid.name_en,
        area_code=grid.code,
    )


def _enterprises(*, geography: Geography, count: int, seed: int) -> list[OrganisationPlan]:
    """Enterprises somewhere in the district, each plainly called a demo."""
    random = Random(f"enterprises {seed}")  # noqa: S311 (a demo, not a secret)
    grids = geography.level("grid")
    plans = []
    for number in range(1, count + 1):
        name = ENTERPRISE_NAMES[number % len(ENTERPRISE_NAMES)]
        trade, english = ENTERPRISE_TRADES[(number // len(ENTERPRISE_NAMES)) % len(ENTERPRISE_TRADES)]
        plans.append(
            OrganisationPlan(
                code=f"enterprise-{number:04d}",
                kind=OrganisationKind.ENTERPRISE,
                name=f"{geography.areas[0].name_zh[:-1]}{name}{trade}有限公司（演示）",
                short_name=f"{name}{trade}",
                name_en=f"Demo {english} Company {number}",
                short_name_en=f"{english} {number}",
                area_code=random.choice(grids).code,
            )
        )
    return plans
