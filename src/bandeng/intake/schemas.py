"""Shapes of the REST API."""

from datetime import UTC, datetime
from typing import Annotated, Any, Literal

from ninja import Schema
from pydantic import AfterValidator, ConfigDict, Field, StringConstraints, model_validator

from bandeng.matters.rules import TEXT_LENGTH, TITLE_LENGTH

#: At least one character that a reader sees: no text of blanks and controls, which `clean_text` would empty.
SEEN = (
    r"[^\s\x00-\x1f\x7f-\x9f\u00ad\u034f\u061c\u115f\u1160\u17b4\u17b5\u200b\u200e\u200f\u2028-\u202f\u2060-\u206f"
    r"\u3164\ufeff\uffa0\ufff9-\ufffb]"
)
PAIRED: dict[str, Any] = {
    "anyOf": [
        {
            "required": ["longitude", "latitude"],
            "properties": {"longitude": {"type": "number"}, "latitude": {"type": "number"}},
        },
        {"properties": {"longitude": {"type": "null"}, "latitude": {"type": "null"}}},
    ]
}
#: One line without control characters, which the database would refuse.
LINE = r"^[^\x00-\x1f\x7f]*$"
Short = Annotated[str, StringConstraints(max_length=200)]
TypeCode = Annotated[str, StringConstraints(max_length=20, pattern=r"^[0-9.]*$")]
EARLIEST = datetime(1990, 1, 1, tzinfo=UTC)
LATEST = datetime(2200, 1, 1, tzinfo=UTC)


def _bounded(moment: datetime) -> datetime:
    """A time with its offset; beyond the bounds, where clocks were never set, the bound itself."""
    if moment.tzinfo is None:
        raise ValueError("a time needs an offset such as +08:00 / 时间须带时区")
    if moment.year < EARLIEST.year:
        return EARLIEST
    return LATEST if moment.year >= LATEST.year else moment


Moment = Annotated[datetime, AfterValidator(_bounded)]
MatterStateName = Literal[
    "received",
    "accepted",
    "dispatched",
    "handling",
    "verifying",
    "returned",
    "closed",
    "rejected",
    "withdrawn",
    "merged",
]
EventName = Literal["matter.opened", "matter.changed", "matter.closed", "matter.overdue"]


class Strict(Schema):
    """A body in which an unknown field is an error, not a silent loss."""

    model_config = ConfigDict(extra="forbid")


class ContactIn(Strict):
    """Who reports; sealed on arrival."""

    name: Annotated[str, StringConstraints(max_length=60, pattern=LINE)] = ""
    phone: Annotated[str, StringConstraints(max_length=30, pattern=r"^[0-9+() -]*$")] = ""
    email: Annotated[str, StringConstraints(max_length=120, pattern=LINE)] = ""


class MatterIn(Strict):
    """A new matter. Times carry their offset; longitude and latitude (WGS84, degrees) go together."""

    model_config = ConfigDict(extra="forbid", json_schema_extra=PAIRED)

    title: Annotated[
        str, StringConstraints(min_length=1, max_length=TITLE_LENGTH, strip_whitespace=True, pattern=SEEN)
    ]
    text: Annotated[
        str, StringConstraints(min_length=1, max_length=TEXT_LENGTH, strip_whitespace=True, pattern=SEEN)
    ]
    type: TypeCode = Field("", description="Code of a matter type; empty: the classifier decides")
    longitude: Annotated[float, Field(ge=-180, le=180)] | None = None
    latitude: Annotated[float, Field(ge=-90, le=90)] | None = None
    address: Short = ""
    area: Annotated[str, StringConstraints(pattern=r"^([0-9]{6}|[0-9]{9}|[0-9]{12}|[0-9]{15})?$")] = ""
    reported_at: Moment | None = Field(
        None, description="When it was said; a future time counts as now, one before 1990 as 1990"
    )
    contact: ContactIn | None = None
    external_id: Annotated[str, StringConstraints(max_length=100, pattern=LINE)] = Field(
        "", description="Your own key; the same one never opens two matters"
    )

    @model_validator(mode="after")
    def _whole(self) -> "MatterIn":
        if (self.longitude is None) != (self.latitude is None):
            raise ValueError("longitude and latitude go together / 经纬度须成对")
        return self


class MatterReceipt(Schema):
    """What the reporter gets: the number and, once, the secret to follow the matter with."""

    number: str
    secret: str
    state: MatterStateName
    type: str
    lead: str
    due_at: datetime | None
    track_url: str


class MatterOut(Schema):
    """A matter as a list shows it; no personal data."""

    number: str
    title: str
    state: MatterStateName
    channel: str
    type: str
    priority: str
    area: str
    address: str
    longitude: float | None
    latitude: float | None
    lead: str
    opened_at: datetime
    due_at: datetime | None
    closed_at: datetime | None
    changed_at: datetime
    reports: int
    support: int
    against: int
    reopened: int


class StepOut(Schema):
    """One line of a matter's story."""

    kind: str
    state: str
    at: datetime
    organisation: str
    note: str
    public: bool


ReviewStateName = Literal["requested", "examining", "decided"]
ReviewOutcomeName = Literal["upheld", "changed", "set_aside", ""]
ReviewBodyName = Literal["street", "district", "city", "province"]


class ReviewOut(Schema):
    """A review of the answer to a petition: 1 is 复查, 2 is 复核; without the words of request and decision."""

    stage: int
    state: ReviewStateName
    body: ReviewBodyName
    organisation: str = Field(description="The body, or who keeps the file of one outside the platform")
    answered_at: datetime
    asked_at: datetime
    due_at: datetime | None
    outcome: ReviewOutcomeName
    document: str
    decided_at: datetime | None


class MatterDetail(MatterOut):
    """A matter with its text, story and the reviews of its answers, the oldest first."""

    text: str
    reviews: list[ReviewOut]
    why: dict[str, Any]
    steps: list[StepOut]


class MatterPage(Schema):
    """A page of matters; `next` is the cursor of the following one, or null at the end."""

    items: list[MatterOut]
    next: str | None


class RemarkIn(Strict):
    """A remark to a matter, by the reporting system."""

    text: Annotated[
        str, StringConstraints(min_length=1, max_length=2000, strip_whitespace=True, pattern=SEEN)
    ]


class TypeOut(Schema):
    """A matter type in force."""

    code: str
    level: int
    name: str
    name_en: str
    questions: list[dict[str, Any]]


class AreaOut(Schema):
    """An area of the tree."""

    code: str
    level: int
    name: str
    name_en: str


class WebhookIn(Strict):
    """Where to tell, and of what."""

    url: Annotated[str, StringConstraints(max_length=500, pattern=r"^https?://[!-~]+$")]
    events: Annotated[list[EventName], Field(min_length=1, max_length=10)]


class WebhookOut(Schema):
    """An endpoint; the secret is shown once, when it is made."""

    id: int
    url: str
    events: list[str]
    active: bool
    created_at: datetime
    secret: str | None = None


class DeliveryOut(Schema):
    """One message to an endpoint and how it went."""

    message_id: str
    state: str
    attempts: int
    status: int | None
    answer: str
    created_at: datetime
    delivered_at: datetime | None
    next_attempt_at: datetime | None


class DeliveryPage(Schema):
    """A page of deliveries, newest first."""

    items: list[DeliveryOut]
    next: str | None


class Problem(Schema):
    """An error after RFC 9457."""

    type: str
    title: str
    status: int
    detail: str = ""
    errors: list[dict[str, str]] = []
