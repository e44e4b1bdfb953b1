"""What happened, told to others."""

from dataclasses import dataclass


@dataclass(frozen=True)
class MapPublished:
    """A month's map was signed."""

    month: int
    version: int


@dataclass(frozen=True)
class AlertRaised:
    """A street needs a look."""

    alert_id: int
    area_code: str
