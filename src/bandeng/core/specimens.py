"""Made-up content for the living page of components; nothing here reaches a real page."""

from dataclasses import dataclass
from typing import Any

from django import forms
from django.core.paginator import Paginator
from django.utils.translation import pgettext_lazy

from bandeng.core.labels import ClockFace, clock_face

MINUTES_A_DAY = 480
STATES = (
    ("received", pgettext_lazy("specimen", "Received")),
    ("accepted", pgettext_lazy("specimen", "Accepted")),
    ("dispatched", pgettext_lazy("specimen", "Dispatched")),
    ("handling", pgettext_lazy("specimen", "Handling")),
    ("verifying", pgettext_lazy("specimen", "Verifying")),
    ("closed", pgettext_lazy("specimen", "Closed")),
    ("paused", pgettext_lazy("specimen", "Paused")),
    ("returned", pgettext_lazy("specimen", "Returned")),
    ("rejected", pgettext_lazy("specimen", "Not accepted")),
    ("withdrawn", pgettext_lazy("specimen", "Withdrawn")),
    ("merged", pgettext_lazy("specimen", "Merged")),
    ("coming", pgettext_lazy("specimen", "To come")),
)


@dataclass(frozen=True)
class Specimen:
    """One way of showing every component: theme and density."""

    theme: str
    density: str


@dataclass(frozen=True)
class QueueLine:
    """One made-up line of the officer's queue."""

    number: str
    title: str
    type: str
    place: str
    state: str
    label: str
    clock: ClockFace
    who: str
    same: int = 0
    selected: bool = False
    cursor: bool = False


class SpecimenForm(forms.Form):
    """One field of each kind."""

    title = forms.CharField(
        label=pgettext_lazy("specimen", "What happened"),
        help_text=pgettext_lazy("specimen", "One sentence is enough."),
    )
    phone = forms.RegexField(
        r"^1\d{10}$",
        label=pgettext_lazy("specimen", "Mobile number"),
        error_messages={"invalid": pgettext_lazy("specimen", "A mobile number has 11 digits; you gave 10.")},
    )
    text = forms.CharField(
        label=pgettext_lazy("specimen", "More about it"), required=False, widget=forms.Textarea
    )
    street = forms.ChoiceField(
        label=pgettext_lazy("specimen", "Street"), choices=[("1", "北桥"), ("2", "柳岸")]
    )
    contact = forms.ChoiceField(
        label=pgettext_lazy("specimen", "How shall we reach you?"),
        choices=[
            ("phone", pgettext_lazy("specimen", "By phone")),
            ("none", pgettext_lazy("specimen", "Not at all")),
        ],
        widget=forms.RadioSelect,
    )
    urgent = forms.BooleanField(label=pgettext_lazy("specimen", "Someone may be hurt"), required=False)
    photo = forms.FileField(label=pgettext_lazy("specimen", "Photo"), required=False)


def queue_lines() -> tuple[QueueLine, ...]:
    """Return made-up lines that show every kind of clock."""
    faces = {
        name: clock_face(left=left, total=960, minutes_a_day=MINUTES_A_DAY, exact="11-23 17:30")
        for name, left in (("late", -300), ("soon", 125), ("day", 490), ("week", 1500))
    }
    paused = clock_face(left=0, total=960, minutes_a_day=MINUTES_A_DAY, paused="等检测报告")
    return (
        QueueLine(
            "GD-2611-04655",
            "夜间渣土车带泥上路",
            "渣土",
            "沙浦",
            "dispatched",
            "已派单",
            faces["late"],
            "未派人",
            2,
        ),
        QueueLine(
            "GD-2611-04702",
            "竹里小学门口路灯三盏不亮",
            "照明",
            "竹里",
            "handling",
            "办理中",
            faces["soon"],
            "周宁",
            7,
            selected=True,
        ),
        QueueLine(
            "GD-2611-04718",
            "烧烤店油烟直排，居民楼闻到",
            "油烟",
            "柳岸",
            "verifying",
            "待核实",
            faces["soon"],
            "孙倩",
            11,
            cursor=True,
        ),
        QueueLine(
            "GD-2611-04740",
            "工地夜间施工噪声",
            "噪声",
            "锦塘",
            "paused",
            "已暂停",
            paused,
            "孙倩",
            5,
        ),
        QueueLine(
            "GD-2611-04827",
            "古渡路 58 号路灯不亮",
            "照明",
            "古渡",
            "received",
            "待受理",
            faces["day"],
            "未派人",
        ),
    )


def components_context(*, theme: str = "", density: str = "") -> dict[str, Any]:
    """Return what the page of components shows; one theme and density if given, else all four."""
    themes = [theme] if theme else ["paper", "ink"]
    densities = [density] if density else ["comfortable", "compact"]
    wrong = {"title": "路灯不亮", "phone": "1380000000", "street": "1", "contact": "phone"}
    form = SpecimenForm(wrong)
    form.is_valid()
    return {
        "specimens": [Specimen(theme=a, density=b) for a in themes for b in densities],
        "states": STATES,
        "clocks": [line.clock for line in queue_lines() if line.number != "GD-2611-04718"],
        "lines": queue_lines(),
        "form": form,
        "page": Paginator(range(380), 38).page(4),
        "levels": (5, 4, 3, 2, 1),
    }
