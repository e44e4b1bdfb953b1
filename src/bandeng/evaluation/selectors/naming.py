"""Areas, kinds of matter and months in the reader's words."""

from django.utils.translation import get_language

from bandeng.areas.rules import CODE_LENGTH, Level
from bandeng.areas.selectors import atlas
from bandeng.matters.selectors import taxonomy
from bandeng.organisations.labels import in_language


def is_chinese() -> bool:
    """Whether declared texts are shown in Chinese."""
    return not (get_language() or "").startswith("en")


def month_called(month: int | None) -> str:
    """A month as it is written: 2026-11; nothing for none."""
    return f"{month // 100}-{month % 100:02d}" if month else ""


def area_called(code: str) -> str:
    """An area's own name; nothing for an unknown one."""
    found = atlas().by_code.get(code)
    return in_language(name=found.name, name_en=found.name_en) if found else ""


def place_called(code: str) -> str:
    """A grid under its community, any other area by its own name."""
    own = area_called(code)
    if len(code) < CODE_LENGTH[Level.GRID]:
        return own
    above = area_called(code[: CODE_LENGTH[Level.COMMUNITY]])
    return f"{above}·{own}" if above and own else own


def type_called(code: str) -> str:
    """A kind of matter; nothing for one that is not in force."""
    found = taxonomy().by_code.get(code)
    return in_language(name=found.name, name_en=found.name_en) if found else ""
