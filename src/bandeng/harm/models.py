"""Enterprises, what the streams say of them, alerts and the work on them. No row holds a person's key.

`StreamRecord.token` tells apart how many different people spoke: a keyed digest that differs from one kind of harm to
the next, is read by nothing but the count, is on no page and in no export, and is wiped with its row.
"""

from django.conf import settings
from django.db import models

from bandeng.harm.labels import (
    ALERT_STATES,
    ALERT_STEP_KINDS,
    DOCUMENT_KINDS,
    IMPORT_KINDS,
    IMPORT_STATES,
    LEVELS,
    NOTICE_KINDS,
    OUTCOMES,
    PAIR_STATES,
)


class Enterprise(models.Model):
    """企业: one enterprise, whatever the streams call it."""

    number = models.CharField(max_length=24, unique=True)  # stays while records join
    name = models.CharField(max_length=120)
    code = models.CharField(max_length=18, default="", blank=True)  # unified social credit code
    branch = models.CharField(max_length=60, default="", blank=True)
    parent = models.ForeignKey("self", on_delete=models.SET_NULL, null=True, related_name="+")
    area_code = models.CharField(max_length=15, default="", blank=True)
    customers = models.PositiveIntegerField(null=True)
    employees = models.PositiveIntegerField(null=True)
    buyers = models.PositiveIntegerField(null=True)
    merged_into = models.ForeignKey("self", on_delete=models.PROTECT, null=True, related_name="+")
    documented = models.BooleanField(default=False)  # something other than a clue names it
    changed_at = models.DateTimeField()

    class Meta:
        indexes = [
            models.Index(fields=["area_code", "name"], name="enterprise_area"),
            models.Index(fields=["name"], name="enterprise_name"),
        ]

    def __str__(self) -> str:
        return self.name


class StreamImport(models.Model):
    """数据导入: a file of records: looked through, brought in, perhaps taken back."""

    kind = models.CharField(max_length=12, choices=IMPORT_KINDS)
    state = models.CharField(max_length=8, choices=IMPORT_STATES, default="done")
    name = models.CharField(max_length=200)
    digest = models.CharField(max_length=64)
    actor = models.CharField(max_length=120)
    rows = models.PositiveIntegerField()
    created = models.PositiveIntegerField()
    known = models.PositiveIntegerField()
    refused = models.PositiveIntegerField()
    at = models.DateTimeField()
    actor_name = models.CharField(max_length=60, default="", blank=True)
    undone_at = models.DateTimeField(null=True)
    undone_by = models.CharField(max_length=60, default="", blank=True)
    reason = models.CharField(max_length=500, default="", blank=True)  # of taking it back

    class Meta:
        indexes = [models.Index(fields=["state", "-at"], name="stream_import_state")]


class StreamRecord(models.Model):
    """风险数据记录: what one stream says of one enterprise, on one day."""

    key = models.CharField(max_length=100, unique=True)
    stream = models.CharField(max_length=24)
    kind = models.CharField(max_length=24, default="", blank=True)  # empty: speaks of every kind
    fact = models.CharField(max_length=40, default="", blank=True)  # confirmed, for hard triggers
    name = models.CharField(max_length=120)
    code = models.CharField(max_length=18, default="", blank=True)
    address = models.CharField(max_length=200, default="", blank=True)
    phone = models.CharField(max_length=40, default="", blank=True)  # the enterprise's own
    token = models.CharField(max_length=64)
    people = models.PositiveSmallIntegerField(default=1)  # claimants of one document
    exposure = models.JSONField(default=dict)  # {"customers": 800}: from an extract of the registry
    happened_on = models.DateField()
    area_code = models.CharField(max_length=15, default="", blank=True)
    matter_key = models.BigIntegerField(null=True)
    enterprise = models.ForeignKey(Enterprise, on_delete=models.SET_NULL, null=True, related_name="+")
    imported = models.ForeignKey(
        StreamImport, on_delete=models.SET_NULL, null=True, related_name="+", db_index=False
    )
    unit = models.CharField(max_length=40, default="", blank=True)  # of records that give a name alone

    class Meta:
        indexes = [
            models.Index(fields=["happened_on"], name="stream_record_day"),
            models.Index(
                fields=["imported"], name="stream_record_import", condition=models.Q(imported__isnull=False)
            ),
            models.Index(fields=["unit"], name="stream_record_unit", condition=~models.Q(unit="")),
            models.Index(
                fields=["matter_key"],
                name="stream_record_matter",
                condition=models.Q(matter_key__isnull=False),
            ),
        ]


class Pair(models.Model):
    """疑似同一企业: two records that may speak of one enterprise, for a person."""

    left = models.CharField(max_length=100)
    right = models.CharField(max_length=100)
    probability = models.FloatField(null=True)  # null: found by name alone
    lines = models.JSONField(default=dict)  # {"zh": [[comparison, finding, bits]], "en": …, "refusal": code}
    state = models.CharField(max_length=12, choices=PAIR_STATES, default="suggested")
    stale = models.BooleanField(default=False)  # no longer doubtful, and never judged
    found_at = models.DateTimeField()

    class Meta:
        indexes = [models.Index(fields=["state", "-probability"], name="pair_state")]
        constraints = [models.UniqueConstraint(fields=["left", "right"], name="pair_once")]


class PairDecision(models.Model):
    """关联判断: what a person said of a pair; appended, never edited. `same` empty: taken back."""

    pair = models.ForeignKey(Pair, on_delete=models.CASCADE, related_name="+")
    same = models.BooleanField(null=True)
    note = models.CharField(max_length=500, default="", blank=True)
    actor = models.CharField(max_length=120)
    actor_name = models.CharField(max_length=60, default="")
    at = models.DateTimeField()


class Alert(models.Model):
    """企业风险预警: a call for a check by a person; evidence from the weekly run, work by people."""

    enterprise = models.ForeignKey(Enterprise, on_delete=models.PROTECT, related_name="+")
    kind = models.CharField(max_length=24)
    level = models.PositiveSmallIntegerField(choices=LEVELS)
    first_week = models.PositiveIntegerField()
    last_week = models.PositiveIntegerField()
    peak_week = models.PositiveIntegerField()
    log_odds = models.FloatField()
    prior_log_odds = models.FloatField()
    people = models.PositiveIntegerField()
    usual_people = models.FloatField()
    contributions = models.JSONField(default=list)  # [{"stream", "log_odds", "held_back", "recent"}]
    triggers = models.JSONField(default=list)  # ids
    chart = models.JSONField(default=list)  # [[week, log-odds, {stream: log-odds}]]
    basis = models.CharField(max_length=64)  # digest of kinds, levels and triggers
    state = models.CharField(max_length=12, choices=ALERT_STATES, default="new")
    outcome = models.CharField(max_length=12, choices=OUTCOMES, default="", blank=True)
    lead = models.ForeignKey(
        "organisations.Organisation", on_delete=models.PROTECT, null=True, related_name="+"
    )
    person = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, null=True, related_name="+", db_index=False
    )
    due_at = models.DateTimeField(null=True)
    raised_at = models.DateTimeField()
    changed_at = models.DateTimeField()
    closed_at = models.DateTimeField(null=True)
    closed_level = models.PositiveSmallIntegerField(null=True)
    # Where the work goes on, as long as the outcome says that it goes on elsewhere.
    goes_on_in = models.ForeignKey(
        "self", on_delete=models.PROTECT, null=True, related_name="+", db_index=False
    )

    class Meta:
        indexes = [
            models.Index(fields=["state", "-level"], name="alert_state"),
            models.Index(fields=["kind", "level"], name="alert_kind"),
            models.Index(
                fields=["goes_on_in"], name="alert_goes_on", condition=models.Q(goes_on_in__isnull=False)
            ),
        ]
        constraints = [
            # Closed ones come together where two enterprises turn out to be one.
            models.UniqueConstraint(
                fields=["enterprise", "kind", "first_week"],
                name="alert_once",
                condition=~models.Q(state="closed"),
            ),
            models.CheckConstraint(
                condition=models.Q(state="closed", closed_at__isnull=False) & ~models.Q(outcome="")
                | ~models.Q(state="closed") & models.Q(closed_at__isnull=True, outcome=""),
                name="alert_closed_has_outcome",
            ),
        ]


class AlertStep(models.Model):
    """预警经过: one line of an alert's story; appended, never edited."""

    alert = models.ForeignKey(Alert, on_delete=models.PROTECT, related_name="+")
    kind = models.CharField(max_length=20, choices=ALERT_STEP_KINDS)
    state = models.CharField(max_length=12, choices=ALERT_STATES)  # after the step
    level = models.PositiveSmallIntegerField(choices=LEVELS)
    note = models.TextField(max_length=4000, default="", blank=True)
    # Number of the enterprise that the alert came from, was merged under, or went back to.
    firm = models.CharField(max_length=24, default="", blank=True)
    actor = models.CharField(max_length=120)
    actor_name = models.CharField(max_length=60, default="")
    organisation = models.ForeignKey(
        "organisations.Organisation", on_delete=models.PROTECT, null=True, related_name="+", db_index=False
    )
    at = models.DateTimeField()


class AlertNotice(models.Model):
    """预警提醒: word to an organisation that must act on an alert, each once per occasion."""

    alert = models.ForeignKey(Alert, on_delete=models.CASCADE, related_name="+")
    organisation = models.ForeignKey("organisations.Organisation", on_delete=models.PROTECT, related_name="+")
    kind = models.CharField(max_length=12, choices=NOTICE_KINDS)
    occasion = models.CharField(max_length=40)  # what makes it unique, such as "2026-11-30T17:30"
    created_at = models.DateTimeField()
    read_at = models.DateTimeField(null=True)

    class Meta:
        indexes = [
            models.Index(
                fields=["organisation", "-id"],
                name="alert_notice_unread",
                condition=models.Q(read_at__isnull=True),
            )
        ]
        constraints = [
            models.UniqueConstraint(
                fields=["alert", "organisation", "kind", "occasion"], name="alert_notice_once"
            )
        ]


class Letter(models.Model):
    """陈述申辩函: what an enterprise was told, the code with which it reads on and answers, and its answer."""

    alert = models.ForeignKey(Alert, on_delete=models.PROTECT, related_name="+")
    number = models.CharField(max_length=16, unique=True)
    secret_digest = models.CharField(max_length=64)  # keyed
    held = models.JSONField(default=list)  # what is held against it, as told: [{"stream", "count", "days"}]
    text = models.TextField(max_length=4000)  # by the officer
    addressee = models.CharField(max_length=120)  # the enterprise's name when it was written
    issued_at = models.DateTimeField()
    answer_by = models.DateTimeField(null=True)
    valid_until = models.DateTimeField()
    withdrawn_at = models.DateTimeField(null=True)
    answer = models.TextField(max_length=8000, default="", blank=True)
    answered_by = models.CharField(max_length=60, default="", blank=True)  # as the enterprise signs
    answered_at = models.DateTimeField(null=True)
    considered = models.TextField(max_length=4000, default="", blank=True)
    considered_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, null=True, related_name="+", db_index=False
    )
    considered_at = models.DateTimeField(null=True)

    class Meta:
        constraints = [
            models.CheckConstraint(
                condition=models.Q(considered_at__isnull=True)
                | models.Q(answered_at__isnull=False, considered_by__isnull=False),
                name="letter_considered_by_somebody",
            ),
        ]


class Document(models.Model):
    """风险研判结果: a dated result kept whole: a weekly run, a table of topics, a study."""

    kind = models.CharField(max_length=8, choices=DOCUMENT_KINDS)
    until = models.DateField()
    content = models.JSONField(default=dict)
    made_at = models.DateTimeField()

    class Meta:
        indexes = [models.Index(fields=["kind", "-made_at"], name="harm_document_kind")]
