"""Matters, the reports that make them up, and their story."""

from collections.abc import Iterable
from enum import StrEnum

from django.db import models

from bandeng.core.labels import in_language
from bandeng.matters.labels import (
    ACCESS_CLASSES,
    CHANNELS,
    MATTER_STATES,
    PRIORITIES,
    REVIEW_BODIES,
    REVIEW_OUTCOMES,
    REVIEW_STATES,
    STEP_KINDS,
    TYPE_SOURCES,
)
from bandeng.matters.rules import OPEN_STATES, TEXT_LENGTH, TITLE_LENGTH, number_of


def state_in(states: Iterable[StrEnum]) -> models.Q:
    """Whether the state is one of these, with the codes written into the statement.

    SQLite uses a partial index only where the statement repeats its condition word by word; a bound parameter
    hides it, and a million rows are read instead.
    """
    codes = ", ".join(f"'{code}'" for code in sorted(state.value for state in states))
    template = f"%(expressions)s IN ({codes})"
    return models.Q(models.Func(models.F("state"), template=template, output_field=models.BooleanField()))


OPEN_CONDITION = models.Q(state__in=sorted(state.value for state in OPEN_STATES))
"""For indexes; queries take IS_OPEN."""
IS_OPEN = state_in(OPEN_STATES)


class MatterType(models.Model):
    """One row of the dated taxonomy: three levels, what to ask, who may see, limits, lead by default."""

    code = models.CharField(max_length=20)
    level = models.PositiveSmallIntegerField()
    name = models.CharField(max_length=60)
    name_en = models.CharField(max_length=120, default="")
    valid_from = models.DateField()
    valid_to = models.DateField(null=True, blank=True)
    lead_code = models.CharField(max_length=40, default="", blank=True)
    limits = models.JSONField(default=dict)  # {"accept": "8wh", "handle": "5wd", "verify": "2wd"}
    access_class = models.CharField(max_length=12, choices=ACCESS_CLASSES, default="open")
    questions = models.JSONField(default=list)
    legal_kind = models.CharField(max_length=40, default="", blank=True)
    source = models.TextField(default="", blank=True)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["code", "valid_from"], name="matter_type_dated")]

    def __str__(self) -> str:
        return self.name

    @property
    def called(self) -> str:
        """The name in the reader's language."""
        return in_language(name=self.name, name_en=self.name_en)


class Matter(models.Model):
    """事项: one thing to be settled, whoever reported it and however often."""

    title = models.CharField(max_length=TITLE_LENGTH)
    text = models.TextField(max_length=TEXT_LENGTH)
    answers = models.JSONField(default=dict)
    channel = models.CharField(max_length=12, choices=CHANNELS)
    state = models.CharField(max_length=12, choices=MATTER_STATES)
    priority = models.CharField(max_length=12, choices=PRIORITIES, default="normal")
    access_class = models.CharField(max_length=12, choices=ACCESS_CLASSES, default="open")
    matter_type = models.ForeignKey(
        MatterType, on_delete=models.PROTECT, null=True, related_name="+", db_index=False
    )
    type_code = models.CharField(max_length=20, default="")
    type_source = models.CharField(max_length=12, choices=TYPE_SOURCES, default="none")
    type_confidence = models.FloatField(null=True)
    area = models.ForeignKey(
        "areas.Area", on_delete=models.PROTECT, null=True, related_name="+", db_index=False
    )
    area_code = models.CharField(max_length=15, default="")
    address = models.CharField(max_length=200, default="")
    longitude = models.FloatField(null=True)
    latitude = models.FloatField(null=True)
    cell = models.BigIntegerField(null=True)  # web map tile at zoom 16: x << 16 | y
    lead = models.ForeignKey(
        "organisations.Organisation", on_delete=models.PROTECT, null=True, related_name="+", db_index=False
    )
    lead_post = models.ForeignKey(
        "organisations.Post", on_delete=models.PROTECT, null=True, related_name="+", db_index=False
    )
    opened_at = models.DateTimeField()
    clock_from = models.DateTimeField()  # from when the limit counts
    limit = models.CharField(max_length=12, default="")  # such as "5wd"; empty: none set
    due_at = models.DateTimeField(null=True)  # null: no limit, paused, or the calendar is not published
    due_unknown = models.PositiveSmallIntegerField(null=True)  # the year whose calendar is missing
    step_due_at = models.DateTimeField(null=True)  # limit of the present step: accept, verify
    step_from = models.DateTimeField(null=True)  # from when it counts; null: the present step has no limit
    # As written, such as "8wh"; null with a step_from: begun before this was kept, the type's limit counts.
    step_limit = models.CharField(max_length=12, null=True)
    paused_at = models.DateTimeField(null=True)
    closed_at = models.DateTimeField(null=True)
    parent = models.ForeignKey("self", on_delete=models.PROTECT, null=True, related_name="+", db_index=False)
    merged_into = models.ForeignKey(
        "self", on_delete=models.PROTECT, null=True, related_name="+", db_index=False
    )
    report_count = models.PositiveIntegerField(default=1)
    support = models.PositiveIntegerField(default=0)
    against = models.PositiveIntegerField(default=0)
    reopen_count = models.PositiveSmallIntegerField(default=0)
    return_count = models.PositiveSmallIntegerField(default=0)
    escalation_level = models.PositiveSmallIntegerField(default=0)  # 0 none, else areas.rules.Level reached
    satisfaction = models.PositiveSmallIntegerField(null=True)  # 1 to 5, the newest rating
    changed_at = models.DateTimeField()

    class Meta:
        indexes = [
            models.Index(fields=["due_at", "id"], name="matter_open_due", condition=OPEN_CONDITION),
            models.Index(
                # What queues count and draw is read from the index alone. All are keys, because SQLite knows no
                # columns that are only carried along.
                fields=[
                    "area_code",
                    "due_at",
                    "id",
                    "state",
                    "step_due_at",
                    "paused_at",
                    "access_class",
                    "lead",
                    "cell",
                    "type_code",
                ],
                name="matter_open_area",
                condition=OPEN_CONDITION,
            ),
            models.Index(fields=["cell"], name="matter_open_cell", condition=OPEN_CONDITION),
            models.Index(
                fields=["cell", "closed_at"],
                name="matter_closed_cell",
                condition=models.Q(cell__isnull=False, closed_at__isnull=False),
            ),
            models.Index(fields=["step_due_at"], name="matter_open_step", condition=OPEN_CONDITION),
            # After the order of a list, what decides who may see a row and in which week it counts.
            models.Index(
                fields=["area_code", "id", "access_class", "closed_at", "opened_at"], name="matter_area"
            ),
            models.Index(fields=["lead", "id"], name="matter_lead"),
            models.Index(fields=["type_code", "id"], name="matter_type_code"),
            models.Index(fields=["opened_at", "id", "access_class"], name="matter_opened"),
            # Hardly any matter has these: an index over all the empty ones tells a planner that it is useless.
            models.Index(fields=["parent"], name="matter_parent", condition=models.Q(parent__isnull=False)),
            models.Index(
                fields=["merged_into"],
                name="matter_merged_into",
                condition=models.Q(merged_into__isnull=False),
            ),
            models.Index(
                fields=["closed_at", "id", "access_class"],
                name="matter_closed",
                condition=models.Q(closed_at__isnull=False),
            ),
        ]
        constraints = [
            models.CheckConstraint(
                condition=models.Q(state="closed", closed_at__isnull=False)
                | (~models.Q(state="closed") & models.Q(closed_at__isnull=True)),
                name="matter_closed_has_time",
            ),
            models.CheckConstraint(
                condition=models.Q(state="merged", merged_into__isnull=False)
                | (~models.Q(state="merged") & models.Q(merged_into__isnull=True)),
                name="matter_merged_has_target",
            ),
        ]

    def __str__(self) -> str:
        return self.number

    @property
    def number(self) -> str:
        """The public number."""
        return number_of(self.pk)


class Report(models.Model):
    """反映: what one person said. A matter has one or more; each has its own secret for tracking."""

    matter = models.ForeignKey(Matter, on_delete=models.PROTECT, related_name="+")
    contact = models.ForeignKey(
        "people.Contact", on_delete=models.PROTECT, null=True, related_name="+", db_index=False
    )
    channel = models.CharField(max_length=12, choices=CHANNELS)
    text = models.TextField(max_length=TEXT_LENGTH, default="")  # empty: the matter's own text
    secret_digest = models.CharField(max_length=64, default="")
    source = models.CharField(max_length=60, default="")
    source_key = models.CharField(max_length=120, default="")
    reported_at = models.DateTimeField()
    received_at = models.DateTimeField()
    rating = models.PositiveSmallIntegerField(null=True)  # 1 to 5
    rating_text = models.CharField(max_length=500, default="")
    rated_at = models.DateTimeField(null=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["source", "source_key"], name="report_source_once", condition=~models.Q(source_key="")
            ),
            models.CheckConstraint(
                condition=models.Q(rating__isnull=True, rated_at__isnull=True)
                | models.Q(rating__range=(1, 5), rated_at__isnull=False),
                name="report_rating_has_time",
            ),
        ]


HAS_SOURCE_KEY = models.Q(
    models.Func(
        models.F("source_key"),
        template="NOT (%(expressions)s = '')",
        output_field=models.BooleanField(),
    )
)
"""The condition of report_source_once, written into the statement as in `state_in`."""


class Step(models.Model):
    """One line of a matter's story; appended, never edited."""

    matter = models.ForeignKey(Matter, on_delete=models.PROTECT, related_name="+", db_index=False)
    kind = models.CharField(max_length=20, choices=STEP_KINDS)
    state = models.CharField(max_length=12, choices=MATTER_STATES)  # after the step
    at = models.DateTimeField()
    actor = models.CharField(max_length=120)
    actor_name = models.CharField(max_length=60, default="")
    organisation = models.ForeignKey(
        "organisations.Organisation", on_delete=models.PROTECT, null=True, related_name="+", db_index=False
    )
    note = models.TextField(default="")
    public = models.BooleanField(default=False)  # the reporter may read it
    data = models.JSONField(default=dict)

    class Meta:
        indexes = [models.Index(fields=["matter", "id"], name="step_matter")]


class Photo(models.Model):
    """A checked, re-encoded picture of a matter."""

    matter = models.ForeignKey(Matter, on_delete=models.PROTECT, related_name="+")
    step = models.ForeignKey(Step, on_delete=models.PROTECT, null=True, related_name="+", db_index=False)
    phase = models.CharField(max_length=8)  # report, before, after
    file = models.CharField(max_length=120)
    digest = models.CharField(max_length=64)
    width = models.PositiveIntegerField()
    height = models.PositiveIntegerField()
    size = models.PositiveIntegerField()  # bytes
    added_at = models.DateTimeField()


class Review(models.Model):
    """复查、复核: the body above looks at the answer to a petition once more; `stage` 1, then 2, the last."""

    matter = models.ForeignKey(Matter, on_delete=models.PROTECT, related_name="+", db_index=False)
    stage = models.PositiveSmallIntegerField()
    answered_at = models.DateTimeField()  # the closing that gave the answer; the same for both stages
    answered_by = models.ForeignKey(
        "organisations.Organisation", on_delete=models.PROTECT, null=True, related_name="+", db_index=False
    )
    report = models.ForeignKey(Report, on_delete=models.PROTECT, related_name="+", db_index=False)
    reason = models.TextField()
    asked_at = models.DateTimeField()  # when the request arrived; the body's limit counts from it
    entered_by = models.CharField(max_length=120)
    body = models.CharField(max_length=12, choices=REVIEW_BODIES)
    organisation = models.ForeignKey(  # the body, or who keeps the file for one outside this platform
        "organisations.Organisation", on_delete=models.PROTECT, related_name="+", db_index=False
    )
    state = models.CharField(max_length=12, choices=REVIEW_STATES)
    limit = models.CharField(max_length=12)
    due_at = models.DateTimeField(null=True)  # null: a hearing is on, or the calendar is not published
    due_unknown = models.PositiveSmallIntegerField(null=True)  # the year whose calendar is missing
    hearing_from = models.DateTimeField(null=True)
    hearing_to = models.DateTimeField(null=True)
    examiner = models.CharField(max_length=120, default="")
    examiner_name = models.CharField(max_length=60, default="")
    taken_at = models.DateTimeField(null=True)
    outcome = models.CharField(max_length=12, choices=REVIEW_OUTCOMES, default="")
    decision = models.TextField(default="")
    document = models.CharField(max_length=100, default="")  # the number of the written decision
    decided_at = models.DateTimeField(null=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["matter", "answered_at", "stage"], name="review_once"),
            models.UniqueConstraint(
                fields=["matter"], name="review_one_open", condition=models.Q(decided_at__isnull=True)
            ),
            models.CheckConstraint(condition=models.Q(stage__in=[1, 2]), name="review_stage"),
            models.CheckConstraint(
                condition=models.Q(state="decided", decided_at__isnull=False) & ~models.Q(outcome="")
                | ~models.Q(state="decided") & models.Q(decided_at__isnull=True, outcome=""),
                name="review_decided_whole",
            ),
        ]
        indexes = [
            models.Index(
                fields=["organisation", "due_at", "id"],
                name="review_open",
                condition=models.Q(decided_at__isnull=True),
            ),
            models.Index(fields=["organisation", "id"], name="review_organisation"),
            models.Index(fields=["answered_by", "id"], name="review_answered_by"),
        ]
