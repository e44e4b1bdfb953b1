"""What happened, told to others."""

from dataclasses import dataclass


@dataclass(frozen=True)
class MapPublished:
    """A month's map was signed."""

    month: int
    version: int


@dataclass(frozen=True)
class AlertChanged:
    """Something was done about an alert; the screen tells of it."""

    alert_id: int
    state: str


@dataclass(frozen=True)
class AlertRaised:
    """A street needs a look."""

    alert_id: int
    area_code: str


@dataclass(frozen=True)
class SurveillanceAsked:
    """Somebody wants the weekly look for surges made now."""

    actor: str
