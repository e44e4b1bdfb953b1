"""Reports of grid workers: taken once each however often the phone sends them, and never cut short."""

import hashlib
import json
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from django.db import transaction

from bandeng.core import clock
from bandeng.core.rules import Actor
from bandeng.dispatch.services.handling import matter_note
from bandeng.dispatch.services.intake import matter_intake
from bandeng.intake.services.requests import Answer, answer_once
from bandeng.matters.models import Matter
from bandeng.matters.rules import Channel
from bandeng.matters.services.opening import NewMatter
from bandeng.matters.services.photos import Picture, picture_add
from bandeng.organisations.rules import Scope

OLDEST = timedelta(days=30)  # a phone that claims more has a wrong clock


@dataclass(frozen=True, kw_only=True)
class FieldReport:
    """What the phone sends, checked; `key` is made on the phone, longitude and latitude in degrees."""

    key: str
    title: str
    text: str
    captured_at: datetime | None
    type_code: str = ""
    longitude: float | None = None
    latitude: float | None = None
    address: str = ""

    @property
    def words(self) -> str:
        """Title and text as one."""
        return f"{self.title}\n{self.text}".strip()


def field_report_take(
    *, report: FieldReport, pictures: Sequence[Picture], scope: Scope, actor: Actor
) -> Answer:
    """Open the report's matter; sent again, the answer is the same.

    Words or photos changed on the phone while the first answer was lost are added to the matter, once.
    """
    owner, content = f"user:{scope.user_id}", _content(report, pictures)

    def first() -> Answer:
        return Answer(201, {**_opened(report, pictures, scope, actor), "content": content})

    answer = answer_once(owner=owner, key=report.key, request=report.key.encode(), act=first)
    if answer.repeated and answer.body.get("content") != content:
        matter_id = int(answer.body["id"])

        def again() -> Answer:
            _added(matter_id, report, pictures, scope, actor)
            return Answer(200, {})

        answer_once(owner=owner, key=f"{report.key}:{content[:32]}", request=content.encode(), act=again)
    return answer


def _opened(report: FieldReport, pictures: Sequence[Picture], scope: Scope, actor: Actor) -> dict[str, Any]:
    opened = matter_intake(
        new=NewMatter(
            title=report.title,
            text=report.text or report.title,
            channel=Channel.GRID,
            reported_at=seen_at(report.captured_at),
            type_code=report.type_code,
            longitude=report.longitude,
            latitude=report.latitude,
            address=report.address,
            area_code=scope.area_code,
            reporter_kind="grid_worker",
        ),
        actor=actor,
    )
    for picture in pictures:
        picture_add(matter=opened.matter, picture=picture, phase="report", actor=actor)
    return {"id": opened.matter.pk, "number": opened.matter.number, "state": opened.matter.state}


@transaction.atomic
def _added(
    matter_id: int, report: FieldReport, pictures: Sequence[Picture], scope: Scope, actor: Actor
) -> None:
    matter = Matter.objects.get(pk=matter_id)
    for picture in pictures:
        picture_add(matter=matter, picture=picture, phase="report", actor=actor)
    if report.words not in (f"{matter.title}\n{matter.text}".strip(), matter.title):
        matter_note(matter_id=matter_id, text=report.words, actor=actor, scope=None)


def seen_at(captured_at: datetime | None) -> datetime:
    """When the worker saw it: never in the future, nor before what a phone can have kept."""
    moment = clock.now()
    return moment if captured_at is None else min(max(captured_at, moment - OLDEST), moment)


def _content(report: FieldReport, pictures: Sequence[Picture]) -> str:
    """Digest of everything that the report says."""
    said = [report.title, report.text, report.type_code, report.longitude, report.latitude, report.address]
    parts = json.dumps([*said, *(picture.digest for picture in pictures)], ensure_ascii=False)
    return hashlib.sha256(parts.encode()).hexdigest()
