"""What other apps are told about matters, in the past tense."""

from dataclasses import dataclass


@dataclass(frozen=True)
class MatterChanged:
    """A matter was opened or changed; `kind` is the step's kind, `state` the state after it."""

    matter_id: int
    kind: str
    state: str
    area_code: str
    lead_id: int | None
    type_code: str
    at: str  # ISO 8601 with offset
