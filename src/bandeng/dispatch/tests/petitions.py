"""Petitions that were answered, and the people of a review, for tests."""

from datetime import datetime, timedelta
from typing import Any

from bandeng.areas.tests.factories import GRIDS, middle_of
from bandeng.core import clock
from bandeng.core.rules import Actor
from bandeng.dispatch.services.dispatching import matter_reassign
from bandeng.dispatch.services.handling import matter_handled, matter_start
from bandeng.dispatch.services.intake import matter_intake
from bandeng.dispatch.services.verifying import matter_close
from bandeng.dispatch.tests.stories import Stage, actor_of, fresh
from bandeng.matters.models import Matter, Review
from bandeng.matters.rules import AccessClass
from bandeng.matters.services.opening import Opened
from bandeng.matters.tests.factories import MORNING, matter_type, new_matter

CLAIM = "13.04.03"
ANSWERED = MORNING.replace(day=24)
"""The day of the answer: a Tuesday."""


def petition_types() -> None:
    """The branch of the taxonomy under which petitions come."""
    matter_type(code="13", level=1, name="党务政务")
    matter_type(code="13.04", level=2, name="信访事项")
    for code, name in (("13.04.01", "建议意见"), (CLAIM, "申诉求决")):
        matter_type(code=code, level=3, name=name, lead_code="housing", access=AccessClass.RESTRICTED)


def petition(stage: Stage, *, type_code: str = CLAIM, **fields: Any) -> Opened:
    """A petition that has come in."""
    petition_types()
    longitude, latitude = middle_of(GRIDS[0])
    given = {"title": "征收补偿有争议", "text": "对补偿面积的认定不服。", "type_code": type_code}
    place = {"longitude": longitude, "latitude": latitude}
    return matter_intake(new=new_matter(**given | place | fields), actor=actor_of(stage.centre))


def answered(
    stage: Stage,
    *,
    lead: str = "housing",
    at: datetime = ANSWERED,
    verifier: Actor | None = None,
    **fields: Any,
) -> Opened:
    """A petition that an organisation has answered at a moment."""
    opened = petition(stage, **fields)
    answer(stage, opened.matter, lead=lead, at=at, verifier=verifier)
    opened.matter.refresh_from_db()
    return opened


def answer(
    stage: Stage,
    matter: Matter,
    *,
    lead: str = "housing",
    at: datetime = ANSWERED,
    verifier: Actor | None = None,
) -> None:
    """Carry a petition from wherever it stands to its answer."""
    handler = stage.handler(lead)
    with clock.fixed(at - timedelta(hours=1)):
        if fresh(matter).lead_id != handler.organisation_id:
            matter_reassign(
                matter_id=matter.pk, lead_id=handler.organisation_id, reason="属其职责", actor=actor_of(stage.centre),
                scope=None,
            )  # fmt: skip
        matter_start(matter_id=matter.pk, actor=actor_of(handler), scope=None)
        matter_handled(matter_id=matter.pk, result="按登记面积补偿", actor=actor_of(handler), scope=None)
    with clock.fixed(at):
        matter_close(matter_id=matter.pk, actor=verifier or Actor("user:8001", "李核"), scope=None)


def stored(row: Review) -> Review:
    """The review as it is stored."""
    return Review.objects.get(pk=row.pk)
