"""A rule's cells as a reader wants them: names in place of codes."""

import re
from collections.abc import Iterable

from django.utils.translation import get_language

from bandeng.areas.selectors import atlas
from bandeng.core.labels import listed
from bandeng.dispatch.knowledge import limit_profiles
from bandeng.dispatch.selectors.findings import organisation_word
from bandeng.dispatch.services.rule_rows import Column
from bandeng.matters.labels import CHANNELS, PRIORITIES
from bandeng.matters.selectors import taxonomy

TYPE_CODE = re.compile(r"\b\d{2}(?:\.\d{2}){0,2}\b")
AREA_CODE = re.compile(r"\b\d{6}(?:\.\d{3}){0,3}\b")
WORD = re.compile(r"\b[a-z0-9_]+\b")


def in_english() -> bool:
    """Whether the reader reads English."""
    return (get_language() or "").startswith("en")


def worded(columns: Iterable[Column], cells: dict[str, str]) -> list[str]:
    """The cells of a rule in the columns' order, then its remark, with names for codes."""
    return [*(_worded(column, cells.get(column.key, "")) for column in columns), cells.get("remark", "")]


def _worded(column: Column, text: str) -> str:
    if not text:
        return ""
    if column.key in {"lead", "co_handlers"}:
        return listed(organisation_word(code.strip()) for code in text.split("|"))
    if column.key == "limits":
        known = limit_profiles().get(text)
        return str(known["name_en" if in_english() else "name"]) if known else text
    if column.key == "priority":
        return str(dict(PRIORITIES).get(text, text))
    return _worded_condition(column.kind, text)


def _worded_condition(kind: str, text: str) -> str:
    if kind == "category":
        return TYPE_CODE.sub(lambda found: _type_name(found.group()), text)
    if kind == "area":
        return AREA_CODE.sub(lambda found: _area_name(found.group()), text)
    if kind == "channel":
        names = dict(CHANNELS)
        return WORD.sub(lambda found: str(names.get(found.group(), found.group())), text)
    return text


def _type_name(code: str) -> str:
    row = taxonomy().by_code.get(code)
    return f"{row.name_en if in_english() and row.name_en else row.name} {code}" if row else code


def _area_name(code: str) -> str:
    place = atlas().by_code.get(code.replace(".", ""))
    return (place.name_en if in_english() and place.name_en else place.name) if place else code
