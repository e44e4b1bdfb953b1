"""An invented enterprise."""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True, kw_only=True)
class Invented:
    """An enterprise as it really is. `number` is its old registration number; `former` its name before a change."""

    key: str
    core: str
    industry: str
    form: str
    branch: str
    code: str
    number: str
    road: str
    house: int
    tower: str
    block: int
    room: int
    phone: str
    former: str
