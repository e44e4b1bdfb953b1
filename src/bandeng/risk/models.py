"""Maps with everything that they were made of, and what followed from them. No row is about a resident."""

from enum import StrEnum

from django.db import models
from django.db.models import Q

import bandeng.risk.clusters  # noqa: F401 (its tables belong to this app)
from bandeng.risk.rules import (
    AlertKind,
    AlertState,
    AlertTaskKind,
    AlertTaskState,
    MapStatus,
    SetStatus,
    StockKind,
    SupervisionState,
)


def _one_of(name: str, kind: type[StrEnum]) -> Q:
    return Q(**{f"{name}__in": [each.value for each in kind]})


class StockUpload(models.Model):
    """A file of stocks: looked at first, then brought in; kept as it came."""

    name = models.CharField(max_length=200)
    digest = models.CharField(max_length=64)
    rows = models.JSONField()  # as services.stocks reads them
    made_at = models.DateTimeField()
    made_by = models.CharField(max_length=80)
    officer = models.CharField(max_length=80, blank=True)
    brought_at = models.DateTimeField(null=True)
    brought_by = models.CharField(max_length=80, blank=True)


class Stock(models.Model):
    """How many people or places an area had from a day on; a corrected number is a new row."""

    area_code = models.CharField(max_length=15)
    kind = models.CharField(max_length=20)
    valid_from = models.DateField()
    value = models.PositiveIntegerField()
    source = models.CharField(max_length=200)
    upload = models.ForeignKey(StockUpload, on_delete=models.PROTECT, null=True, related_name="+")
    recorded_at = models.DateTimeField(null=True)  # None: before this was kept
    superseded_at = models.DateTimeField(null=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["kind", "area_code", "valid_from"],
                condition=Q(superseded_at__isnull=True),
                name="stock_one_in_force",
            ),
            models.CheckConstraint(condition=_one_of("kind", StockKind), name="stock_kind"),
        ]


class IndicatorSet(models.Model):
    """Indicators, weights, method and cut points as they were declared, word for word; or a draft of them."""

    digest = models.CharField(max_length=64, unique=True, null=True)  # None: a draft
    status = models.CharField(max_length=12, default=SetStatus.DECLARED.value)
    valid_from = models.DateField()
    indicators = models.TextField()  # TOML, as reckon.index reads it
    colours = models.TextField()  # TOML, as reckon.colours reads it
    based_on = models.ForeignKey("self", on_delete=models.PROTECT, null=True, related_name="+")
    revision = models.PositiveIntegerField(default=0)  # of a draft, for two who edit it at once
    reason = models.CharField(max_length=500, blank=True)
    changed_by = models.CharField(max_length=80, blank=True)  # a name, for people
    recorded_at = models.DateTimeField()

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["status"], condition=Q(status=SetStatus.DRAFT.value), name="indicator_set_one_draft"
            ),
            models.CheckConstraint(
                condition=Q(status=SetStatus.DRAFT.value, digest__isnull=True)
                | Q(status=SetStatus.DECLARED.value, digest__isnull=False),
                name="indicator_set_sealed",
            ),
        ]


class ReferenceYear(models.Model):
    """The frozen year that later months are measured against."""

    indicator_set = models.ForeignKey(IndicatorSet, on_delete=models.PROTECT, related_name="+")
    first_month = models.IntegerField()
    last_month = models.IntegerField()
    data = models.JSONField()  # reckon.index.Reference.as_data()
    digest = models.CharField(max_length=64)
    inputs_digest = models.CharField(max_length=64)
    frozen_at = models.DateTimeField()
    frozen_by = models.CharField(max_length=80)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["indicator_set", "first_month"], name="reference_year_once")
        ]


class RiskMap(models.Model):
    """One version of a month's map."""

    month = models.IntegerField()  # such as 202611
    version = models.PositiveSmallIntegerField()
    status = models.CharField(max_length=12, default=MapStatus.DRAFT.value)
    indicator_set = models.ForeignKey(IndicatorSet, on_delete=models.PROTECT, related_name="+")
    reference_year = models.ForeignKey(ReferenceYear, on_delete=models.PROTECT, related_name="+")
    inputs_digest = models.CharField(max_length=64)
    result_digest = models.CharField(max_length=64)
    counted_until = models.DateTimeField()
    note = models.CharField(max_length=500, blank=True)
    created_at = models.DateTimeField()
    created_by = models.CharField(max_length=80)
    published_at = models.DateTimeField(null=True)
    published_by = models.CharField(max_length=80, blank=True)
    signer = models.CharField(max_length=80, blank=True)
    superseded_at = models.DateTimeField(null=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["month", "version"], name="risk_map_version_once"),
            models.UniqueConstraint(
                fields=["month"], condition=Q(status=MapStatus.PUBLISHED.value), name="risk_map_one_published"
            ),
            models.UniqueConstraint(
                fields=["month"], condition=Q(status=MapStatus.DRAFT.value), name="risk_map_one_draft"
            ),
            models.CheckConstraint(
                condition=Q(status=MapStatus.DRAFT.value, published_at__isnull=True, signer="")
                | (
                    _one_of("status", MapStatus)
                    & ~Q(status=MapStatus.DRAFT.value)
                    & Q(published_at__isnull=False)
                    & ~Q(signer="")
                ),
                name="risk_map_signed",
            ),
            models.CheckConstraint(
                condition=Q(status=MapStatus.SUPERSEDED.value, superseded_at__isnull=False)
                | (~Q(status=MapStatus.SUPERSEDED.value) & Q(superseded_at__isnull=True)),
                name="risk_map_superseded_at",
            ),
        ]


class MapWorking(models.Model):
    """Everything that a version was made of, and every step of it."""

    risk_map = models.OneToOneField(RiskMap, on_delete=models.CASCADE, related_name="working")
    inputs = models.JSONField()
    result = models.JSONField()


class StreetRisk(models.Model):
    """A street's colour in one version: what lists and histories read."""

    risk_map = models.ForeignKey(RiskMap, on_delete=models.CASCADE, related_name="streets")
    area_code = models.CharField(max_length=15)
    level = models.SmallIntegerField()  # reckon.colours.Colour
    risk = models.FloatField(null=True)
    low = models.FloatField(null=True)
    high = models.FloatField(null=True)
    probability = models.FloatField(null=True)  # of this colour

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["risk_map", "area_code"], name="street_risk_once"),
            models.CheckConstraint(condition=Q(level__gte=-1, level__lte=4), name="street_risk_level"),
        ]


class Alert(models.Model):
    """A street, or one of its indicators, that needs a look: what was expected, what was seen, and why."""

    kind = models.CharField(max_length=12)
    state = models.CharField(max_length=12, default=AlertState.RAISED.value)
    area_code = models.CharField(max_length=15)
    indicator = models.CharField(max_length=60, blank=True)
    month = models.IntegerField()
    risk_map = models.ForeignKey(RiskMap, on_delete=models.PROTECT, null=True, related_name="+")
    level = models.SmallIntegerField(default=-1)
    expected = models.FloatField()
    observed = models.FloatField()
    bound = models.FloatField()
    reasons = models.JSONField(default=dict)
    cause = models.TextField(blank=True)
    communities = models.JSONField(default=list)  # codes of areas
    body = models.ForeignKey(
        "organisations.Organisation", on_delete=models.PROTECT, null=True, related_name="+"
    )
    raised_at = models.DateTimeField()
    closed_at = models.DateTimeField(null=True)

    class Meta:
        constraints = [
            models.CheckConstraint(condition=_one_of("kind", AlertKind), name="alert_kind"),
            models.CheckConstraint(
                condition=Q(state=AlertState.CLOSED.value, closed_at__isnull=False)
                | (
                    _one_of("state", AlertState)
                    & ~Q(state=AlertState.CLOSED.value)
                    & Q(closed_at__isnull=True)
                ),
                name="alert_closed_at",
            ),
            # One cause is followed up once at a time.
            models.UniqueConstraint(
                fields=["area_code", "indicator"], condition=Q(closed_at__isnull=True), name="alert_one_open"
            ),
        ]


class AlertTask(models.Model):
    """What one organisation is to do about an alert, until when, and what came of it."""

    alert = models.ForeignKey(Alert, on_delete=models.CASCADE, related_name="tasks")
    kind = models.CharField(max_length=12)
    state = models.CharField(max_length=6, default=AlertTaskState.OPEN.value)
    title = models.CharField(max_length=200)
    organisation = models.ForeignKey("organisations.Organisation", on_delete=models.PROTECT, related_name="+")
    due_at = models.DateTimeField(null=True)
    finding = models.TextField(blank=True)
    created_at = models.DateTimeField()
    done_at = models.DateTimeField(null=True)

    class Meta:
        constraints = [
            models.CheckConstraint(condition=_one_of("kind", AlertTaskKind), name="alert_task_kind"),
            models.CheckConstraint(
                condition=Q(state=AlertTaskState.DONE.value, done_at__isnull=False)
                | Q(state=AlertTaskState.OPEN.value, done_at__isnull=True),
                name="alert_task_done_at",
            ),
        ]


class AlertStep(models.Model):
    """One line of an alert's story; only ever added."""

    alert = models.ForeignKey(Alert, on_delete=models.CASCADE, related_name="steps")
    at = models.DateTimeField()
    actor = models.CharField(max_length=80)
    name = models.CharField(max_length=80, blank=True)
    state = models.CharField(max_length=12)
    act = models.CharField(max_length=40)
    text = models.TextField(blank=True)


class Supervision(models.Model):
    """Joint supervision of a red street: plan, visits, findings, release; again where it is red again."""

    alert = models.ForeignKey(Alert, on_delete=models.CASCADE, related_name="supervisions")
    state = models.CharField(max_length=12, default=SupervisionState.PLANNED.value)
    plan = models.TextField()
    release_reason = models.TextField(blank=True)
    planned_at = models.DateTimeField()
    released_at = models.DateTimeField(null=True)

    class Meta:
        constraints = [
            models.CheckConstraint(
                condition=Q(state=SupervisionState.RELEASED.value, released_at__isnull=False)
                | (
                    _one_of("state", SupervisionState)
                    & ~Q(state=SupervisionState.RELEASED.value)
                    & Q(released_at__isnull=True)
                ),
                name="supervision_released_at",
            ),
            models.UniqueConstraint(
                fields=["alert"],
                condition=~Q(state=SupervisionState.RELEASED.value),
                name="supervision_one_under_way",
            ),
        ]
