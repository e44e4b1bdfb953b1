"""Tables of the weekly look for surges and clusters. Areas only: no row is about a resident."""

from django.db import models
from django.db.models import Q

from bandeng.risk.rules import FindingKind, SurgeKind


class WeekCount(models.Model):
    """How many matters of a group an area had in a week before this system kept them: a former system's count."""

    group = models.CharField(max_length=40)
    monday = models.DateField()
    area_code = models.CharField(max_length=15)
    count = models.PositiveIntegerField()
    source = models.CharField(max_length=200)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["group", "monday", "area_code"], name="week_count_once"),
            models.CheckConstraint(condition=Q(count__gt=0), name="week_count_above_0"),
        ]


class SurveillanceRun(models.Model):
    """One look at the weeks up to `monday`'s, with everything that makes it come out the same again."""

    monday = models.DateField()  # first day of the newest week
    made_at = models.DateTimeField()
    made_by = models.CharField(max_length=80)
    settings = models.JSONField()  # groups, scan and detector, as they were in force
    settings_digest = models.CharField(max_length=64)
    inputs_digest = models.CharField(max_length=64)
    result_digest = models.CharField(max_length=64)
    version = models.CharField(max_length=40)  # of the program
    series = models.PositiveIntegerField()  # streets × groups judged
    scans = models.PositiveIntegerField()  # groups scanned
    matters = models.PositiveIntegerField()  # counted in the newest week
    clusters = models.PositiveIntegerField()
    rises = models.PositiveIntegerField()

    class Meta:
        constraints = [
            # The same weeks looked at in the same way are looked at once.
            models.UniqueConstraint(
                fields=["monday", "inputs_digest", "settings_digest"], name="surveillance_run_once"
            )
        ]


class RunWorking(models.Model):
    """What a run was made of."""

    run = models.OneToOneField(SurveillanceRun, on_delete=models.CASCADE, related_name="working")
    inputs = models.JSONField()


class Surge(models.Model):
    """More matters of a group than expected: in neighbouring grids over some weeks, or in a street in one week."""

    run = models.ForeignKey(SurveillanceRun, on_delete=models.CASCADE, related_name="surges")
    kind = models.CharField(max_length=8)
    group = models.CharField(max_length=40)
    area_code = models.CharField(max_length=15)  # the street, or the grid in a cluster's middle
    areas = models.JSONField()  # codes of the areas that it covers, the middle first
    first_monday = models.DateField()
    weeks = models.PositiveSmallIntegerField()
    observed = models.PositiveIntegerField()
    expected = models.FloatField()
    bound = models.FloatField()  # counts above this stand out
    ratio_low = models.FloatField()  # observed / expected, 95 % interval
    ratio_high = models.FloatField()
    p_value = models.FloatField()
    adjusted = models.FloatField()  # least share of false ones among the run's discoveries at which it is one
    is_discovery = models.BooleanField()
    method = models.CharField(max_length=12)
    # The surge of an earlier run that goes on in this one: the first of them all.
    continues = models.ForeignKey("self", on_delete=models.SET_NULL, null=True, related_name="+")

    class Meta:
        constraints = [
            models.CheckConstraint(
                condition=Q(kind__in=[kind.value for kind in SurgeKind]), name="surge_kind"
            ),
            models.UniqueConstraint(fields=["run", "kind", "group", "area_code"], name="surge_once"),
            models.CheckConstraint(condition=Q(weeks__gt=0, expected__gt=0), name="surge_expected"),
        ]


class SurgeFinding(models.Model):
    """What somebody found who looked into a surge; only ever added, the newest stands."""

    surge = models.ForeignKey(Surge, on_delete=models.PROTECT, related_name="findings")
    kind = models.CharField(max_length=12)
    text = models.TextField()
    alert = models.ForeignKey("risk.Alert", on_delete=models.PROTECT, null=True, related_name="+")
    at = models.DateTimeField()
    actor = models.CharField(max_length=80)
    name = models.CharField(max_length=80, blank=True)

    class Meta:
        constraints = [
            models.CheckConstraint(
                condition=Q(kind__in=[kind.value for kind in FindingKind]), name="surge_finding_kind"
            ),
            models.CheckConstraint(
                condition=Q(alert__isnull=True) | Q(kind=FindingKind.FOLLOW_UP.value),
                name="surge_finding_alert",
            ),
        ]
