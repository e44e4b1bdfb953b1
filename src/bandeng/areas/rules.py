"""What area codes mean."""

from enum import IntEnum


class Level(IntEnum):
    """区、街道、社区、网格: the four levels, the district highest."""

    DISTRICT = 1
    STREET = 2
    COMMUNITY = 3
    GRID = 4


CODE_LENGTH = {Level.DISTRICT: 6, Level.STREET: 9, Level.COMMUNITY: 12, Level.GRID: 15}
LEVEL_OF_LENGTH = {length: level for level, length in CODE_LENGTH.items()}


def code_at(*, code: str, level: Level) -> str:
    """The part of an area code that names its ancestor at `level`; empty when the code is coarser."""
    length = CODE_LENGTH[level]
    return code[:length] if len(code) >= length else ""


def code_range(code: str) -> tuple[str, str]:
    """Half-open range [from, to) that holds `code` and every code below it, in any collation."""
    return code, str(int(code) + 1).zfill(len(code))


def is_within(*, code: str, area: str) -> bool:
    """Whether `code` lies in `area` or is it."""
    return code.startswith(area)


def dotted(code: str) -> str:
    """An area code with its levels apart, "330199.001.002", as decision tables write it; empty for none."""
    parts = [code[:6], code[6:9], code[9:12], code[12:15]]
    return ".".join(part for part in parts if part)
