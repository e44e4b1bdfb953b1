"""Areas, kinds of matter and months in the reader's words."""

from django.utils.translation import get_language

from bandeng.areas.rules import CODE_LENGTH, Level
from bandeng.areas.selectors import atlas
from bandeng.matters.selectors import taxonomy


def is_chinese() -> bool:
    """Whether declared texts are shown in Chinese."""
    return not (get_language() or "").startswith("en")


def month_called(month: int | None) -> str:
    """A month as it is written: 2026-11; nothing for none."""
    return f"{month // 100}-{month % 100:02d}" if month else ""


def place_called(code: str) -> str:
    """A grid under its community, any other area by its own name."""
    own = atlas().name(code)
    if len(code) < CODE_LENGTH[Level.GRID]:
        return own
    above = atlas().name(code[: CODE_LENGTH[Level.COMMUNITY]])
    return f"{above}·{own}" if above and own else own


def type_called(code: str) -> str:
    """A kind of matter; nothing for one that is not in force."""
    return taxonomy().name(code)
