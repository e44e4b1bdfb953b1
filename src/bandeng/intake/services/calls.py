"""Phone calls that a clerk writes down."""

from dataclasses import dataclass
from typing import Any

from bandeng.core import clock
from bandeng.core.rules import Actor
from bandeng.dispatch.services.intake import Typed, matter_intake, types_of
from bandeng.dispatch.services.reporters import matter_join
from bandeng.intake.services.drafts import title_of
from bandeng.intake.services.requests import Answer, answer_once
from bandeng.matters.rules import Channel, id_of
from bandeng.matters.services.opening import NewMatter
from bandeng.people.services import ContactDetails


@dataclass(frozen=True, kw_only=True)
class Call:
    """What a caller says, checked; `same` is the number of the matter that it joins, the point in degrees."""

    key: str
    text: str
    title: str = ""
    type_code: str = ""
    name: str = ""
    phone: str = ""
    address: str = ""
    area: str = ""
    longitude: float | None = None
    latitude: float | None = None
    same: str = ""

    @property
    def contact(self) -> ContactDetails | None:
        """How to reach the caller; none for an anonymous one."""
        return ContactDetails(self.name, self.phone) if self.name or self.phone else None


def call_register(*, call: Call, actor: Actor) -> dict[str, Any]:
    """Open or join the matter of a call, once for each key; number and secret to read out. Raises Refused."""

    def act() -> Answer:
        if call.same:
            joined = matter_join(
                matter_id=id_of(call.same) or 0,
                channel=Channel.PHONE,
                text=call.text,
                contact=call.contact,
                actor=actor,
            )
            return Answer(201, {"number": joined.matter.number, "secret": joined.secret, "joined": True})
        opened = matter_intake(new=new_matter(call), actor=actor)
        return Answer(201, {"number": opened.matter.number, "secret": opened.secret, "joined": False})

    return answer_once(owner=actor.key, key=call.key, request=call.key.encode(), act=act).body


def new_matter(call: Call) -> NewMatter:
    """A call as a new matter."""
    return NewMatter(
        title=call.title or title_of(call.text),
        text=call.text,
        channel=Channel.PHONE,
        reported_at=clock.now(),
        type_code=call.type_code,
        contact=call.contact,
        longitude=call.longitude,
        latitude=call.latitude,
        address=call.address,
        area_code=call.area,
    )


def suggested_type(text: str) -> Typed | None:
    """What the classifier makes of a text; None for too short a one."""
    if len(text) < 6:
        return None
    return types_of([new_matter(Call(key="", text=text))])[0]
