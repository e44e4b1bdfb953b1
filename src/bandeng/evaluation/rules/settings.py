"""The dated data of one version of the rules: duties, windows, audits, forms. Read strictly, kept as it was given."""

import re
import tomllib
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from importlib.resources import files
from typing import Any

from bandeng.matters.rules import Priority
from reckon.index import DeclarationInvalid, DutyDeclaration, duties_from
from reckon.index.reading import check_keys, check_once, choice_of, number_of, rows_of, table_of, text_of

SIDES = frozenset({"character", "ability"})
LIMIT = re.compile(r"[1-9][0-9]?wd")
MOST_DAYS = 60
ITEM_CODE = re.compile(r"[a-z][a-z_]{0,39}")
TAKEN = frozenset({"comment", "conflict"})
"""Fields that the form has beside its items."""
BOUNDS: dict[str, tuple[float, float]] = {
    "window_months": (1, 12),
    "reference_months": (1, 36),
    "audit_share": (0, 1),
    "audit_each": (0, 20),
    "peers_least": (3, 20),
    "trimmed": (0, 0.4),
    "leniency_prior": (0, 100),
    "rating_level": (0.5, 0.99),
    "cover_share": (0, 1),
    "places_beyond": (0, 50),
    "most_moves": (0, 500),
    "farthest_km": (0, 200),
    "move_cost": (0, 100),
    "cost_a_km": (0, 10),
    "staffing_months": (1, 36),
}
"""Least and most; below three peers one could tell who said what."""
WHOLE = frozenset(
    {
        "window_months", "reference_months", "audit_each", "peers_least", "places_beyond", "most_moves",
        "staffing_months",
    }
)  # fmt: skip


@dataclass(frozen=True, kw_only=True)
class Item:
    """One question of the forms, answered from 1 to 5."""

    code: str
    side: str
    zh: str
    en: str


@dataclass(frozen=True, kw_only=True)
class Settings:
    """Explained in evaluation.toml."""

    window_months: int
    reference_months: int
    audit_share: float
    audit_each: int
    peers_least: int
    trimmed: float
    leniency_prior: float
    rating_level: float
    cover_share: float
    places_beyond: int
    most_moves: int
    farthest_km: float
    move_cost: float
    cost_a_km: float
    staffing_months: int
    objection_limit: str
    appeal_limit: str
    band_starts: tuple[int, ...]
    severities: tuple[str, ...]
    items: tuple[Item, ...]
    source: str


def shipped_text() -> str:
    """The settings that come with the program."""
    return files("bandeng.evaluation").joinpath("data/evaluation.toml").read_text(encoding="utf-8")


def shipped_content() -> dict[str, Any]:
    """The shipped rules as a version keeps them."""
    duties = files("reckon.index").joinpath("duties.toml").read_text(encoding="utf-8")
    content: dict[str, Any] = plain(
        {"settings": tomllib.loads(shipped_text()), "duties": tomllib.loads(duties)}
    )
    return content


def plain(value: Any) -> Any:
    """The value without dates, as JSON keeps it."""
    if isinstance(value, Mapping):
        return {key: plain(each) for key, each in value.items()}
    if isinstance(value, list):
        return [plain(each) for each in value]
    return value.isoformat() if isinstance(value, date) else value


def duties_of(content: Mapping[str, Any]) -> DutyDeclaration:
    """The duties of a version. Raises DeclarationInvalid."""
    return duties_from(content["duties"])


def settings_of(content: Mapping[str, Any]) -> Settings:
    """The settings of a version. Raises DeclarationInvalid."""
    data, place = table_of(content, "settings", place="rules"), "settings"
    texts, lists = ("objection_limit", "appeal_limit", "source"), ("band_starts", "severities", "item")
    check_keys(data, needed=(*BOUNDS, *texts, *lists), place=place)
    figures = {
        key: number_of(data, key, low=low, high=high, place=place) for key, (low, high) in BOUNDS.items()
    }
    for key in ("objection_limit", "appeal_limit"):
        _check_limit(text_of(data, key, place=place), place=place)
    items = tuple(_item(row) for row in rows_of(data, "item", place=place))
    check_once([item.code for item in items], place="item")
    if {item.side for item in items} != SIDES:
        raise DeclarationInvalid(
            place="item", what="one side has no item", remedy="Give items of character and of ability."
        )
    whole = {key: int(figures[key]) for key in WHOLE}
    broken = {key: figures[key] for key in BOUNDS if key not in WHOLE}
    return Settings(
        **whole,
        **broken,  # type: ignore[arg-type]
        objection_limit=text_of(data, "objection_limit", place=place),
        appeal_limit=text_of(data, "appeal_limit", place=place),
        source=text_of(data, "source", place=place),
        band_starts=_bands(data["band_starts"]),
        severities=_severities(data["severities"]),
        items=items,
    )


def _item(row: Mapping[str, Any]) -> Item:
    place = f"item {row.get('code', '?')}"
    check_keys(row, needed=("code", "side", "zh", "en"), place=place)
    code = text_of(row, "code", place=place)
    if not ITEM_CODE.fullmatch(code) or code in TAKEN:
        raise DeclarationInvalid(
            place=place, what=f"{code!r} is no code of an item", remedy="Use small letters, such as fairness."
        )
    choice_of(row, "side", choices=SIDES, place=place)
    return Item(**{key: text_of(row, key, place=place) for key in ("code", "side", "zh", "en")})


def _severities(words: Any) -> tuple[str, ...]:
    known = [each.value for each in Priority]
    fine = isinstance(words, list) and all(isinstance(each, str) and each in known for each in words)
    if not fine or not words or len(set(words)) != len(words):
        raise DeclarationInvalid(
            place="severities",
            what=f"{words!r} are no priorities",
            remedy=f"Choose among {', '.join(known)}.",
        )
    return tuple(words)


def _bands(starts: Any) -> tuple[int, ...]:
    fine = isinstance(starts, list) and all(isinstance(each, int) and 0 <= each < 24 for each in starts)
    if not fine or starts[:1] != [0] or starts != sorted(set(starts)):
        raise DeclarationInvalid(
            place="band_starts", what=f"{starts!r} are no hours of a day", remedy="Begin with 0 and rise."
        )
    return tuple(starts)


def _check_limit(text: str, *, place: str) -> None:
    if not LIMIT.fullmatch(text) or int(text.removesuffix("wd")) > MOST_DAYS:
        raise DeclarationInvalid(
            place=place,
            what=f"{text!r} is no limit in working days",
            remedy=f"Write it like 5wd, with at most {MOST_DAYS}.",
        )
