"""Statistics: each whole month is published once; whoever takes a table away is written down."""

from datetime import date

from django.db import transaction
from django.utils import timezone

from bandeng.clues.models import Clue, PublishedMonth
from bandeng.clues.selectors.figures import month_table, months
from bandeng.core import audit, clock
from bandeng.core.rules import SYSTEM, Actor


def figures_publish() -> int:
    """Publish every whole month since the first clue that is not published yet; returns how many."""
    begun = Clue.objects.order_by("received_at").values_list("received_at", flat=True).first()
    if begun is None:
        return 0
    first = timezone.localdate(begun, clock.LOCAL).replace(day=1)
    known = set(PublishedMonth.objects.values_list("month", flat=True))
    missing = [
        each for each in months(today=timezone.localdate(clock.now())) if each >= first and each not in known
    ]
    return sum(_published(each) for each in missing)


@transaction.atomic
def _published(month: date) -> bool:
    table = month_table(month)
    row, created = PublishedMonth.objects.get_or_create(
        month=month,
        defaults={
            "kinds": list(table.kinds), "streets": [place.code if place else "" for place in table.streets],
            "cells": [list(line) for line in table.published.cells], "smallest": table.smallest,
            "published_at": clock.now(),
        },
    )  # fmt: skip
    if created:
        audit.record(
            action="clue_figures.published", subject=row, actor=SYSTEM.key, after={"month": f"{month:%Y-%m}"}
        )
    return created


@transaction.atomic
def figures_taken(*, month: date, form: str, actor: Actor) -> None:
    """Write down that somebody takes a published month away as a file."""
    row = PublishedMonth.objects.get(month=month)
    audit.record(
        action="clue_figures.exported", subject=row, actor=actor.key, after={"month": f"{month:%Y-%m}", "form": form}
    )  # fmt: skip
