"""How long the server takes over lists, search and map when there are a million matters."""

import time
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from urllib.parse import urlencode

from django.test import Client
from django.test.utils import override_settings

from bandeng.areas.models import Area
from bandeng.config.benchmarks import filling, stage
from bandeng.core.measuring import Figure, benchmark
from bandeng.matters.models import Matter
from bandeng.matters.rules import number_of

MOST = 150.0  # milliseconds for 95 of 100 requests
ROUNDS = 5
PEOPLE = ("command-centre-1", "police-1", "street-001-1", "community-001001-1")
QUEUES = ("open", "mine", "co_handled", "to_accept", "to_dispatch", "returned", "to_verify", "overdue", "due_today",
          "paused", "closed_week", "all")  # fmt: skip
#: Common, less common, of two characters in every tenth message, and nowhere.
SEARCHED = ("路灯", "噪声", "电动车", "夜间施工", "古渡路", "物业", "鲸鱼火箭")
FILTERS = (
    "area=", "type=01", "type=02.01", "channel=hotline", "priority=urgent", "state=handling", "overdue=1",
    "sort=-due", "sort=opened", "sort=-opened", "sort=number", "page=2", "page=100", "mine=1",
    "from=2026-01-01&to=2026-12-31", "queue=all&type=03", "queue=all&sort=-opened", "queue=all&page=50",
)  # fmt: skip


@dataclass(frozen=True)
class Ask:
    """One address, by whom, and the group it counts in."""

    group: str
    person: str
    address: str


@benchmark(name="million", meaning="lists, search, map and pages at 1,000,000 matters / 百万事项")
def measure() -> Sequence[Figure]:
    """Every address once to warm up, then ROUNDS times; milliseconds of the whole request in process."""
    stage.district()
    filling.fill()
    token = stage.token()
    took: dict[str, list[float]] = {}
    with override_settings(ALLOWED_HOSTS=["*"]):
        people = {name: stage.signed_in(name) for name in PEOPLE}
        people["token"] = Client(headers={"host": "localhost", "Authorization": f"Bearer {token}"})
        asks = list(_asks())
        for ask in asks:
            _answered(people, ask)
        for _ in range(ROUNDS):
            for ask in asks:
                took.setdefault(ask.group, []).append(_answered(people, ask))
    figures = [Figure("matters", Matter.objects.count(), "")]
    for group, times in took.items():
        figures.append(Figure(f"{group}: p50", _share(times, 0.5), "ms"))
        figures.append(Figure(f"{group}: p95", _share(times, 0.95), "ms", MOST))
    return figures


def _answered(people: dict[str, Client], ask: Ask) -> float:
    started = time.perf_counter()
    answer = people[ask.person].get(ask.address)
    taken = (time.perf_counter() - started) * 1000
    if answer.status_code != 200:
        raise AssertionError(f"{ask.person} {ask.address}: {answer.status_code}")
    return taken


def _share(times: list[float], share: float) -> float:
    return sorted(times)[min(int(len(times) * share), len(times) - 1)]


def _asks() -> Iterator[Ask]:
    for person in PEOPLE:
        for queue in QUEUES:
            yield Ask("queues", person, f"/desk/?queue={queue}")
        for words in SEARCHED:
            yield Ask(
                "search", person, "/desk/?" + urlencode({"queue": "all", "q": words, "sort": "-number"})
            )
            yield Ask("search", person, "/desk/?" + urlencode({"q": words, "queue": "open"}))
        yield Ask("search", person, f"/desk/?queue=all&q={_rare()}")
        yield Ask("screen", person, "/screen/")
        yield Ask("screen", person, "/screen/counts.json")
        for box in _boxes():
            yield Ask("map clusters", person, f"/desk/map/clusters?{box}")
            yield Ask("map clusters", person, f"/desk/map/clusters?queue=overdue&{box}")
    yield from _of_the_centre()
    yield from _of_the_api()


def _rare() -> int:
    """A word that stands in one matter."""
    return filling.MATTERS // 2


def _of_the_centre() -> Iterator[Ask]:
    street = Area.objects.filter(level=2).order_by("code").values_list("code", flat=True)[0]
    for words in FILTERS:
        told = words.replace("area=", f"area={street}")
        yield Ask("filters and sorts", PEOPLE[0], f"/desk/?{told}")
    for key in _keys():
        yield Ask("matter page", PEOPLE[0], f"/desk/matters/{number_of(key)}/")


def _of_the_api() -> Iterator[Ask]:
    for words in ("", "limit=200", "state=handling", "type=01.01", f"q={SEARCHED[0]}", f"q={SEARCHED[-1]}"):
        yield Ask("API list", "token", f"/api/v1/matters?{words}")
    for key in _keys()[:5]:
        yield Ask("API matter", "token", f"/api/v1/matters/{number_of(key)}")


def _keys() -> list[int]:
    """Ordinary matters spread over the whole table."""
    last = Matter.objects.order_by("-pk").values_list("pk", flat=True)[0]
    ordinary = Matter.objects.filter(access_class="open").order_by("pk").values_list("pk", flat=True)
    found = [ordinary.filter(pk__gt=last * part // 20).first() for part in range(19)]
    return [key for key in found if key is not None]


def _boxes() -> list[str]:
    """The whole district, a quarter of it and a few streets, as the map asks for them."""
    known = Matter.objects.order_by("pk").values_list("longitude", "latitude")[:10_000]
    points = [(x, y) for x, y in known if x is not None and y is not None]
    west, east = min(x for x, _ in points), max(x for x, _ in points)
    south, north = min(y for _, y in points), max(y for _, y in points)
    boxes = []
    for zoom, part in ((12, 1), (14, 4), (16, 16)):
        right, top = west + (east - west) / part, south + (north - south) / part
        boxes.append(f"bbox={west:.5f},{south:.5f},{right:.5f},{top:.5f}&zoom={zoom}")
    return boxes
