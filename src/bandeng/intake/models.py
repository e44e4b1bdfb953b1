"""Imports, repeated requests, and webhooks."""

from django.db import models

from bandeng.intake.labels import DELIVERY_STATES, IMPORT_STATES


class ImportRun(models.Model):
    """One file on its way in; a killed run goes on where its last committed chunk ended."""

    digest = models.CharField(max_length=64)
    mapping = models.JSONField()
    file_name = models.CharField(max_length=200)
    state = models.CharField(max_length=12, choices=IMPORT_STATES)
    rows_read = models.PositiveIntegerField(default=0)
    created = models.PositiveIntegerField(default=0)
    known = models.PositiveIntegerField(default=0)
    refused = models.PositiveIntegerField(default=0)
    actor = models.CharField(max_length=120)
    started_at = models.DateTimeField()
    ended_at = models.DateTimeField(null=True)

    class Meta:
        indexes = [models.Index(fields=["digest"], name="import_run_digest")]


class ImportRefusal(models.Model):
    """A row that did not go in, with its line and the reason."""

    run = models.ForeignKey(ImportRun, on_delete=models.CASCADE, related_name="+")
    line = models.PositiveIntegerField()
    column = models.CharField(max_length=60, default="")
    reason = models.TextField()


class KeptAnswer(models.Model):
    """The answer given to an idempotency key, so that a repeated request changes nothing."""

    owner = models.CharField(max_length=60)
    key = models.CharField(max_length=120)
    request_digest = models.CharField(max_length=64)
    status = models.PositiveSmallIntegerField()
    body = models.TextField()  # JSON as it was sent: a repeated answer is the same to the byte
    created_at = models.DateTimeField()

    class Meta:
        constraints = [models.UniqueConstraint(fields=["owner", "key"], name="kept_answer_once")]
        indexes = [models.Index(fields=["created_at"], name="kept_answer_created")]


class WebhookEndpoint(models.Model):
    """An address of another system that is told of changes within a post's scope."""

    token = models.ForeignKey("organisations.ApiToken", on_delete=models.PROTECT, related_name="+")
    url = models.URLField(max_length=500)
    events = models.JSONField(default=list)
    secret = models.TextField()  # sealed
    active = models.BooleanField(default=True)
    created_at = models.DateTimeField()


class WebhookDelivery(models.Model):
    """One message to one endpoint, with every try."""

    endpoint = models.ForeignKey(WebhookEndpoint, on_delete=models.CASCADE, related_name="+")
    message_id = models.CharField(max_length=60)
    body = models.TextField()
    state = models.CharField(max_length=12, choices=DELIVERY_STATES)
    attempts = models.PositiveSmallIntegerField(default=0)
    next_attempt_at = models.DateTimeField(null=True)
    status = models.PositiveSmallIntegerField(null=True)
    answer = models.TextField(default="")
    created_at = models.DateTimeField()
    delivered_at = models.DateTimeField(null=True)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["endpoint", "message_id"], name="delivery_once")]
        indexes = [
            models.Index(
                fields=["next_attempt_at"], name="delivery_waiting", condition=models.Q(state="waiting")
            )
        ]
