"""Who acts. No Django."""

from dataclasses import dataclass


@dataclass(frozen=True)
class Actor:
    """Whoever changes something: `key` such as "user:7", "resident" or "system", with the name at the time."""

    key: str
    name: str = ""
    organisation_id: int | None = None


SYSTEM = Actor("system")
RESIDENT = Actor("resident")
