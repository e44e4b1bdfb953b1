"""Tables of the audit chain and of the outbox."""

from django.db import models


class AuditLane(models.Model):
    """Head of one hash chain. Writers take any free lane, so they do not wait for one another."""

    number = models.PositiveSmallIntegerField(primary_key=True)
    length = models.BigIntegerField(default=0)
    head = models.CharField(max_length=64)


class AuditEntry(models.Model):
    """One link of a chain; the database refuses to change or delete it."""

    lane = models.PositiveSmallIntegerField()
    position = models.BigIntegerField()
    at = models.DateTimeField()
    actor = models.CharField(max_length=120)
    action = models.CharField(max_length=60)
    subject_type = models.CharField(max_length=60)
    subject_id = models.CharField(max_length=60)
    content = models.TextField()
    digest = models.CharField(max_length=64)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["lane", "position"], name="audit_entry_one_place")]
        indexes = [
            models.Index(fields=["subject_type", "subject_id"], name="audit_entry_subject"),
            models.Index(fields=["at"], name="audit_entry_at"),
        ]


class OutboxEvent(models.Model):
    """An event on its way to its handlers, written in the transaction of what it tells."""

    name = models.CharField(max_length=60)
    payload = models.JSONField()
    created_at = models.DateTimeField()
    done_at = models.DateTimeField(null=True)
    attempts = models.PositiveSmallIntegerField(default=0)
    next_attempt_at = models.DateTimeField(null=True)
    error = models.TextField(default="")

    class Meta:
        indexes = [
            models.Index(
                fields=["id"], name="outbox_event_waiting", condition=models.Q(done_at__isnull=True)
            ),
        ]


class Allowance(models.Model):
    """How often somebody has done something within a window; the memory of the rate limits."""

    key = models.CharField(max_length=120, primary_key=True)
    window_start = models.DateTimeField()
    count = models.PositiveIntegerField(default=0)


class Tick(models.Model):
    """When a repeated task was last begun, by whichever worker."""

    name = models.CharField(max_length=60, primary_key=True)
    began_at = models.DateTimeField()
