"""What the ledger remembers beside its files."""

from django.db import models


class Touched(models.Model):
    """A subject that has changed since the ledger last looked at it."""

    source = models.CharField(max_length=20)
    subject = models.BigIntegerField()

    class Meta:
        constraints = [models.UniqueConstraint(fields=["source", "subject"], name="touched_once")]


class Present(models.Model):
    """The row that stands for a subject now: what a correction takes back."""

    source = models.CharField(max_length=20)
    subject = models.BigIntegerField()
    row = models.JSONField()

    class Meta:
        constraints = [models.UniqueConstraint(fields=["source", "subject"], name="present_once")]


class Entry(models.Model):
    """A signed row on its way into a file."""

    sign = models.SmallIntegerField()
    row = models.JSONField()
    recorded_at = models.DateTimeField()


class Segment(models.Model):
    """A file of signed rows; a file that no segment names does not count."""

    file = models.CharField(max_length=120, unique=True)
    digest = models.CharField(max_length=64)  # SHA-256 of the file
    rows = models.PositiveIntegerField()
    written_at = models.DateTimeField()
    counted = models.BooleanField(default=False)

    class Meta:
        indexes = [
            models.Index(fields=["id"], name="segment_uncounted", condition=models.Q(counted=False)),
        ]


class CountedMeasure(models.Model):
    """A measure whose figures are kept up to date."""

    key = models.CharField(max_length=16, unique=True)
    words = models.JSONField()  # the measure, as `reckon.index.measure_from` reads it
    since = models.DateTimeField()


class Cell(models.Model):
    """One figure: a measure in an area and a month; of a span, how many records took so many days."""

    measure = models.ForeignKey(CountedMeasure, on_delete=models.CASCADE, related_name="+", db_index=False)
    area_code = models.CharField(max_length=15)
    month = models.IntegerField()
    days = models.SmallIntegerField(default=-1)  # -1: a plain count
    value = models.BigIntegerField()

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["measure", "month", "area_code", "days"], name="cell_once")
        ]


class Head(models.Model):
    """Taken by whoever writes files and figures, so that one does at a time."""
