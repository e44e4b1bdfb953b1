"""Planted topics are found: the generator with known topics, and what must hold for its messages."""

from collections import Counter, defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import replace
from random import Random

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from reckon.topics import Message, settings_in_force
from reckon.topics.continuing import advanced, basis_of, empty_state
from reckon.topics.ranking import ranked
from reckon.topics.state import State

AREA = "K市K2区"
SPOTS = (
    "云杉苑小区",
    "青禾新城",
    "石榴湾花园",
    "白鹭洲公馆",
    "桐花里小区",
    "松果国际城",
    "望溪新村",
    "银梭小学",
)
PROBLEMS: dict[str, tuple[str, ...]] = {
    "夜间施工噪音扰民": (
        "工地每天打桩到凌晨两点", "机器轰鸣吵得全家无法入睡", "渣土车整夜进出鸣笛", "老人心脏受不了这样的噪声",
        "深夜还在浇筑混凝土", "请责令他们夜间停工", "噪音隔着双层玻璃都听得见", "高考复习的学生整夜失眠",
    ),
    "餐饮油烟直排": (
        "楼下烧烤店没有安装油烟管道", "油烟直接排到窗口", "一到傍晚满屋子呛人", "夏天不敢开窗",
        "餐馆没有环保手续", "炒菜的烟熏黑了外墙", "烤肉的味道钻进卧室", "净化器装了也是摆设",
    ),
    "捆绑销售车位": (
        "购房必须同时买车位", "不付车位款就不给签合同", "一个车位要十几万元", "这是强买强卖",
        "定金已经交了", "销售说没有商量余地", "地下车库的产权也不清楚", "同一批房源被迫加价",
    ),
    "电梯经常故障": (
        "轿厢一个月坏了五次", "昨天又有人被困住", "维保公司只换了一个零件", "高层只能爬楼梯",
        "维修资金一直批不下来", "按钮失灵门关不上", "运行时剧烈抖动", "检验合格证已经过期",
    ),
    "停水水压不足": (
        "自来水每天断供好几个小时", "五楼以上洗不了澡", "二次供水的水泵没有修", "龙头里流出铁锈",
        "水厂和物业互相推脱", "只能去邻居家提水", "热水器点不着火", "水表换了也没有用",
    ),
    "校门口交通拥堵": (
        "早高峰的车堵成一片", "没有斑马线", "过马路非常危险", "接送的车停在路中间",
        "附近缺少天桥", "应当增加信号灯和护栏", "公交进不了站", "电动车在人群里穿行",
    ),
    "路灯不亮": (
        "晚上漆黑一片", "灯杆倒了三根", "走夜路摔伤了膝盖", "线路被挖断以后没人接",
        "巷口完全看不见", "只有一盏还在闪烁", "冬天天黑得早", "夜跑的人都绕道走",
    ),
    "会员卡拖延退费": (
        "老板突然关门", "会员卡里还有三千元", "教练也拿不到提成", "客服电话成了空号",
        "合同写明可以退款", "几百人在群里登记金额", "门上贴着装修的告示", "答应的退款日期一拖再拖",
    ),
}  # fmt: skip
DETAILS = (
    "已经持续三个月", "街坊们意见很大", "盼着早日答复", "上周拨过热线", "没有得到正面回应", "照片可以提供",
    "大家自发签了名", "来过一次就走了", "写信实属无奈", "整改通知形同虚设", "协商了两轮", "门岗说不归他们管",
    "去年冬天开始的", "国庆以后更厉害", "雨天尤其明显", "我在外地上班", "家里有两岁的娃", "搬来不到半年",
)  # fmt: skip
SYLLABLES = "岚棠蓼芷莘榆桦筠菱苇荻杞槿檀柘楸楝枫蕙荷苓茗莓菀蓟蔷薇蘅芸芮苒茉蔓藜蓁萱葵蒲荆"
START = 1_600_000_000
DAY = 86_400


def planted(seed: int, *, topics: int = 8, noise: int = 40) -> tuple[list[Message], dict[str, str]]:
    """Messages in a random order, and the planted topic of each message's id; noise has a topic of its own."""
    chance = Random(seed)
    spots, problems = chance.sample(SPOTS, min(topics, len(SPOTS))), list(PROBLEMS)
    messages: list[Message] = []
    topic_of: dict[str, str] = {}
    for number, spot in enumerate(spots):
        first = START + chance.randrange(200) * DAY
        problem = problems[number % len(problems)]
        for _ in range(chance.randint(4, 12)):
            message = written(chance, spot, problem, first + chance.randrange(60 * DAY), len(messages))
            messages.append(message)
            topic_of[message.id] = spot
    for _ in range(noise):
        spot = "".join(chance.sample(SYLLABLES, 3)) + chance.choice(("小区", "花园", "村"))
        time = START + chance.randrange(300 * DAY)
        message = written(chance, spot, chance.choice(problems), time, len(messages))
        messages.append(message)
        topic_of[message.id] = message.id
    chance.shuffle(messages)
    return messages, topic_of


def written(chance: Random, spot: str, problem: str, time: int, number: int) -> Message:
    """One person's message about a problem at a spot."""
    said = chance.sample(PROBLEMS[problem], 2) + chance.sample(DETAILS, 2)
    chance.shuffle(said)
    title = chance.choice(("{area}{spot}{problem}", "投诉{area}{spot}{problem}的问题", "反映{spot}{problem}"))
    opening = chance.choice(("我是{spot}的业主。", "我们住在{area}{spot}，", "尊敬的领导：{spot}"))
    return Message(
        id=f"M{number:04d}",
        title=title.format(area=AREA, spot=spot, problem=problem),
        time=time,
        text=opening.format(area=AREA, spot=spot) + "，".join(said) + "。",
        reporter=f"person {chance.randrange(10_000)}",
        support=chance.randrange(5),
    )


def grouped(messages: Sequence[Message], before: State | None = None) -> State:
    """All messages gathered, after those of an earlier state."""
    grouping = settings_in_force().grouping
    return advanced(before or empty_state(basis_of(grouping)), messages, grouping)


def parts(state: State) -> set[frozenset[str]]:
    """The groups as sets of message ids."""
    found: dict[int, set[str]] = defaultdict(set)
    for group, message in zip(state.group.tolist(), state.messages, strict=True):
        found[group].add(message.id)
    return {frozenset(ids) for ids in found.values()}


def agreement(one: Iterable[frozenset[str]], other: Mapping[str, str]) -> float:
    """F1 over pairs of messages that are together, of groups against topics."""
    groups = list(one)
    both = Counter((number, other[member]) for number, group in enumerate(groups) for member in group)
    together = sum(_pairs(count) for count in both.values())
    found = sum(_pairs(len(group)) for group in groups)
    wanted = sum(_pairs(count) for count in Counter(other.values()).values())
    return 2 * together / (found + wanted) if found + wanted else 1.0


def _pairs(count: int) -> int:
    return count * (count - 1) // 2


def as_topics(groups: Iterable[frozenset[str]]) -> dict[str, str]:
    """Groups in the form of planted topics."""
    return {member: min(group) for group in groups for member in group}


@pytest.mark.parametrize("seed", range(6))
def test_planted_topics_are_found_and_noise_stays_alone(seed: int) -> None:
    messages, topic_of = planted(seed)
    assert agreement(parts(grouped(messages)), topic_of) >= 0.75


def test_the_same_problem_at_two_places_is_two_topics() -> None:
    chance = Random(5)
    messages = [
        written(chance, spot, "夜间施工噪音扰民", START + number * DAY, number)
        for number, spot in enumerate(["云杉苑小区", "望溪新村"] * 6)
    ]
    found = {group for group in parts(grouped(messages)) if len(group) > 1}
    spots = {message.id: message.title for message in messages}
    assert len(found) == 2
    assert all(len({"云杉" in spots[member] for member in group}) == 1 for group in found)


@settings(max_examples=8, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(seed=st.integers(0, 1000), order=st.randoms(use_true_random=False))
def test_the_order_of_the_messages_changes_nothing(seed: int, order: Random) -> None:
    messages, _ = planted(seed, topics=4, noise=12)
    shuffled = list(messages)
    order.shuffle(shuffled)
    first, second = grouped(messages), grouped(shuffled)
    assert parts(first) == parts(second)
    in_force = settings_in_force()
    topics, _ = ranked(first, settings=in_force, as_of=START)
    again, _ = ranked(second, settings=in_force, as_of=START)
    assert [_shown(topic.__dict__) for topic in topics] == [_shown(topic.__dict__) for topic in again]


def _shown(row: Mapping[str, object]) -> dict[str, object]:
    return {name: value for name, value in row.items() if name != "messages"}


@settings(max_examples=8, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(seed=st.integers(0, 1000), share=st.floats(0.2, 0.9))
def test_continuing_comes_to_the_groups_of_a_full_run(seed: int, share: float) -> None:
    """Messages arriving in the order of their times: nine of ten pairs (F1) as in one run over all."""
    messages, _ = planted(seed, topics=6, noise=20)
    messages.sort(key=lambda message: message.time)
    split = int(share * len(messages))
    continued = grouped(messages[split:], grouped(messages[:split]))
    assert agreement(parts(continued), as_topics(parts(grouped(messages)))) >= 0.9


def test_one_message_alone_and_none_at_all() -> None:
    assert parts(grouped([])) == set()
    assert parts(grouped([Message("1", "", START, "")])) == {frozenset({"1"})}


def test_messages_without_a_word_are_no_topic() -> None:
    messages = [Message(str(number), "？？", START, "……") for number in range(5)]
    assert len(parts(grouped(messages))) == 5


def test_a_year_apart_is_less_alike() -> None:
    chance = Random(1)
    near = [written(chance, "青禾新城", "餐饮油烟直排", START + day * DAY, day) for day in range(6)]
    far = [replace(message, time=message.time + number * 3000 * DAY) for number, message in enumerate(near)]
    assert len(parts(grouped(near))) == 1
    assert len(parts(grouped(far))) == 6


def test_descriptions_say_place_and_problem() -> None:
    messages, _ = planted(2)
    topics, _ = ranked(grouped(messages), settings=settings_in_force(), as_of=START)
    assert all(topic.place.startswith(AREA) for topic in topics)
    for spot in SPOTS:
        told = [topic for topic in topics if spot in topic.messages[0].title]
        assert all(spot in topic.place and spot in topic.description for topic in told)
        assert all(any(problem in topic.description for problem in PROBLEMS) for topic in told)
    assert not any(topic.description.startswith(("投诉", "反映")) for topic in topics)
