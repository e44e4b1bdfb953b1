"""Clues, sealed and hidden from whom they accuse; warnings of fraud and talks against it.

Columns named `sealed…` hold envelopes of `bandeng.clues.vault` and nothing else. No other column says what a clue
is about beyond its kind, its area, its dates and, for the database must hide it from them, whom it accuses.
"""

from django.conf import settings
from django.db import models

from bandeng.clues.labels import (
    ACCUSATION_SOURCES,
    CLUE_KINDS,
    CLUE_NOTICE_KINDS,
    CLUE_STATES,
    CLUE_STEP_KINDS,
    LINK_STATES,
    OPENING_STATES,
    SCAM_TYPES,
    TALK_STATES,
    TRACE_KINDS,
    TYPED_BY,
    VENUES,
    WARNING_STATES,
)
from bandeng.clues.rules import ENDED_STATES, OPEN_STATES

IS_OPEN = models.Q(state__in=sorted(state.value for state in OPEN_STATES))
HAS_ENDED = models.Q(state__in=sorted(state.value for state in ENDED_STATES))


class Clue(models.Model):
    """线索: what somebody wants looked into, with the mailbox through which they are answered."""

    number = models.CharField(max_length=14, unique=True)
    secret = models.CharField(max_length=120)  # salt and scrypt digest of the mailbox code
    kind = models.CharField(max_length=16, choices=CLUE_KINDS)
    state = models.CharField(max_length=12, choices=CLUE_STATES)
    named = models.BooleanField(default=False)
    sealed = models.TextField(default="")  # {"title", "text", "accused", "place"}, masked
    sealed_original = models.TextField(default="")  # {"text", "accused", "letters"}: opened like an identity
    sealed_identity = models.TextField(default="")  # {"name", "phone"}
    sealed_outcome = models.TextField(default="")  # {"text"}: what was found
    area_code = models.CharField(max_length=15, default="")
    lead = models.ForeignKey(
        "organisations.Organisation", on_delete=models.PROTECT, null=True, related_name="+", db_index=False
    )
    scam_type = models.CharField(max_length=20, choices=SCAM_TYPES, default="", blank=True)
    typed_by = models.CharField(max_length=12, choices=TYPED_BY, default="nobody")
    type_confidence = models.FloatField(null=True)
    received_at = models.DateTimeField()
    due_at = models.DateTimeField(null=True)  # of the present step
    feedback_due_at = models.DateTimeField(null=True)  # by when the reporter is told something
    fed_back_at = models.DateTimeField(null=True)  # when the reporter was first told something by a person
    ended_at = models.DateTimeField(null=True)
    wipe_on = models.DateField(null=True)  # the day on which the content goes
    wiped_at = models.DateTimeField(null=True)
    reference = models.CharField(max_length=60, default="")  # its number in the closed network
    reference_holder = models.CharField(max_length=60, default="")
    changed_at = models.DateTimeField()

    class Meta:
        indexes = [
            models.Index(fields=["due_at"], name="clue_open_due", condition=IS_OPEN),
            models.Index(fields=["received_at"], name="clue_received"),
            models.Index(fields=["lead"], name="clue_lead", condition=models.Q(lead__isnull=False)),
            models.Index(fields=["scam_type", "received_at"], name="clue_scam_type"),
            models.Index(
                fields=["wipe_on"],
                name="clue_wipe_on",
                condition=models.Q(wipe_on__isnull=False, wiped_at__isnull=True),
            ),
        ]
        constraints = [
            models.CheckConstraint(
                condition=(HAS_ENDED & models.Q(ended_at__isnull=False))
                | (IS_OPEN & models.Q(ended_at__isnull=True)),
                name="clue_ended_has_time",
            ),
            models.CheckConstraint(
                condition=models.Q(state="transferred") ^ models.Q(reference=""),
                name="clue_transferred_has_reference",
            ),
            models.CheckConstraint(
                condition=models.Q(wiped_at__isnull=True)
                | models.Q(sealed="", sealed_original="", sealed_identity="", sealed_outcome=""),
                name="clue_wiped_is_empty",
            ),
        ]

    def __str__(self) -> str:
        return self.number


class Accusation(models.Model):
    """被举报方: an organisation or a member of staff who must never see a clue."""

    clue = models.ForeignKey(Clue, on_delete=models.CASCADE, related_name="+")
    organisation = models.ForeignKey(
        "organisations.Organisation", on_delete=models.PROTECT, null=True, related_name="+"
    )
    user = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, null=True, related_name="+")
    source = models.CharField(max_length=12, choices=ACCUSATION_SOURCES)

    class Meta:
        constraints = [
            models.CheckConstraint(
                condition=models.Q(organisation__isnull=True) ^ models.Q(user__isnull=True),
                name="accusation_of_one",
            ),
            models.UniqueConstraint(
                fields=["clue", "organisation"],
                name="accusation_organisation_once",
                condition=models.Q(organisation__isnull=False),
            ),
            models.UniqueConstraint(
                fields=["clue", "user"], name="accusation_user_once", condition=models.Q(user__isnull=False)
            ),
        ]


class ClueMessage(models.Model):
    """信箱来信: one letter in a clue's mailbox, from the reporter or to the reporter."""

    clue = models.ForeignKey(Clue, on_delete=models.CASCADE, related_name="+")
    from_reporter = models.BooleanField()
    sealed = models.TextField(default="")  # {"text"}, masked where it is the reporter's
    at = models.DateTimeField()
    actor = models.CharField(max_length=120)
    key = models.CharField(max_length=32, default="", blank=True)  # of the form from which it was sent

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["clue", "key"], name="clue_message_sent_once", condition=~models.Q(key="")
            ),
        ]


class Attachment(models.Model):
    """附件: a checked, re-encoded picture of a clue, sealed in a file."""

    clue = models.ForeignKey(Clue, on_delete=models.CASCADE, related_name="+")
    message = models.ForeignKey(
        ClueMessage, on_delete=models.CASCADE, null=True, related_name="+", db_index=False
    )
    file = models.CharField(max_length=80, unique=True)
    width = models.PositiveIntegerField()
    height = models.PositiveIntegerField()
    at = models.DateTimeField()


class Opening(models.Model):
    """开启申请: one person asks to open an identity, a second one decides; then the first reads for some minutes."""

    clue = models.ForeignKey(Clue, on_delete=models.CASCADE, related_name="+")
    state = models.CharField(max_length=12, choices=OPENING_STATES)
    requester = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+", db_index=False
    )
    requester_office = models.ForeignKey(
        "organisations.Organisation", on_delete=models.PROTECT, related_name="+", db_index=False
    )
    sealed_reason = models.TextField(default="")  # {"text"}
    requested_at = models.DateTimeField()
    approver = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, null=True, related_name="+", db_index=False
    )
    decided_at = models.DateTimeField(null=True)
    open_until = models.DateTimeField(null=True)
    first_read_at = models.DateTimeField(null=True)
    reads = models.PositiveSmallIntegerField(default=0)

    class Meta:
        constraints = [
            models.CheckConstraint(
                condition=models.Q(approver__isnull=True) | ~models.Q(approver=models.F("requester")),
                name="opening_needs_two_persons",
            ),
            models.CheckConstraint(
                condition=models.Q(state="requested", approver__isnull=True, decided_at__isnull=True)
                | (~models.Q(state="requested") & models.Q(approver__isnull=False, decided_at__isnull=False)),
                name="opening_decided_by_somebody",
            ),
            models.CheckConstraint(
                condition=models.Q(reads=0) | models.Q(state="approved"), name="opening_read_after_approval"
            ),
        ]


class Trace(models.Model):
    """痕迹: a phone, account, web address, enterprise or matter that a clue names, to find others that do."""

    clue = models.ForeignKey(Clue, on_delete=models.CASCADE, related_name="+", db_index=False)
    kind = models.CharField(max_length=12, choices=TRACE_KINDS)
    digest = models.CharField(max_length=64)  # keyed
    sealed = models.TextField()  # {"value"}

    class Meta:
        indexes = [models.Index(fields=["digest"], name="trace_digest")]
        constraints = [
            models.UniqueConstraint(fields=["clue", "kind", "digest"], name="trace_once_a_clue"),
        ]


class ClueLink(models.Model):
    """线索关联: two clues that have something in common, suggested by the system, judged by a person."""

    first = models.ForeignKey(Clue, on_delete=models.CASCADE, related_name="+", db_index=False)
    second = models.ForeignKey(Clue, on_delete=models.CASCADE, related_name="+")
    kinds = models.JSONField(default=list)  # kinds of the traces that both have
    state = models.CharField(max_length=12, choices=LINK_STATES, default="suggested")
    judged_by = models.CharField(max_length=120, default="")
    judged_at = models.DateTimeField(null=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["first", "second"], name="clue_link_once"),
            models.CheckConstraint(
                condition=models.Q(first__lt=models.F("second")), name="clue_link_in_order"
            ),
            models.CheckConstraint(
                condition=models.Q(state="suggested", judged_at__isnull=True)
                | (~models.Q(state="suggested") & models.Q(judged_at__isnull=False)),
                name="clue_link_judged_has_time",
            ),
        ]


class ClueStep(models.Model):
    """One line of a clue's story; appended, never edited."""

    clue = models.ForeignKey(Clue, on_delete=models.CASCADE, related_name="+")
    kind = models.CharField(max_length=20, choices=CLUE_STEP_KINDS)
    state = models.CharField(max_length=12, choices=CLUE_STATES)  # after the step
    at = models.DateTimeField()
    actor = models.CharField(max_length=120)
    actor_name = models.CharField(max_length=60, default="")
    organisation = models.ForeignKey(
        "organisations.Organisation", on_delete=models.PROTECT, null=True, related_name="+", db_index=False
    )
    sealed = models.TextField(default="")  # {"note"}
    public = models.BooleanField(default=False)  # the reporter may know that it happened


class ClueNotice(models.Model):
    """催办: a limit of a clue ends soon or has ended; to an organisation, each kind once per occasion."""

    clue = models.ForeignKey(Clue, on_delete=models.CASCADE, related_name="+", db_index=False)
    organisation = models.ForeignKey("organisations.Organisation", on_delete=models.PROTECT, related_name="+")
    kind = models.CharField(max_length=12, choices=CLUE_NOTICE_KINDS)
    occasion = models.CharField(max_length=30)
    created_at = models.DateTimeField()
    read_at = models.DateTimeField(null=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["clue", "organisation", "kind", "occasion"], name="clue_notice_once"
            ),
        ]


class PublishedMonth(models.Model):
    """公布的月度统计: drawn up once and never again.

    A table drawn up anew after a clue turned out to accuse somebody would differ by that clue, and tell of it.
    """

    month = models.DateField(unique=True)  # its first day
    kinds = models.JSONField()  # of the rows
    streets = models.JSONField()  # codes of the columns, the last one empty: place not said
    cells = models.JSONField()  # with totals; null: not shown
    smallest = models.PositiveSmallIntegerField()
    published_at = models.DateTimeField()


class FraudWarning(models.Model):
    """防骗预警: drafted for a street by the system from a wave, signed or dropped by a person."""

    area = models.ForeignKey("areas.Area", on_delete=models.PROTECT, related_name="+")
    scam_type = models.CharField(max_length=20, choices=SCAM_TYPES)
    week = models.DateField()  # Monday of the week of the alarm
    figures = models.JSONField(
        default=dict
    )  # {"least", "below", "usual_least", "usual_below", "detector"}; never a count itself
    text = models.TextField(max_length=2000)
    state = models.CharField(max_length=12, choices=WARNING_STATES, default="draft")
    drafted_at = models.DateTimeField()
    signed_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, null=True, related_name="+", db_index=False
    )
    decided_at = models.DateTimeField(null=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["area", "scam_type", "week"], name="fraud_warning_once"),
            models.CheckConstraint(
                condition=models.Q(state="draft", decided_at__isnull=True)
                | (~models.Q(state="draft") & models.Q(decided_at__isnull=False, signed_by__isnull=False)),
                name="fraud_warning_signed_by_somebody",
            ),
        ]


class Talk(models.Model):
    """宣讲: residents are told how to keep from being cheated, in a community, a park, a square or at home."""

    title = models.CharField(max_length=80)
    scam_type = models.CharField(max_length=20, choices=SCAM_TYPES, default="", blank=True)
    venue = models.CharField(max_length=12, choices=VENUES)
    area = models.ForeignKey("areas.Area", on_delete=models.PROTECT, related_name="+")
    place = models.CharField(max_length=120)
    organisation = models.ForeignKey(
        "organisations.Organisation", on_delete=models.PROTECT, related_name="+", db_index=False
    )
    state = models.CharField(max_length=12, choices=TALK_STATES, default="planned")
    planned_at = models.DateTimeField()
    held_at = models.DateTimeField(null=True)
    reached = models.PositiveIntegerField(null=True)  # people
    note = models.CharField(max_length=500, default="", blank=True)

    class Meta:
        indexes = [models.Index(fields=["planned_at"], name="talk_planned")]
        constraints = [
            models.UniqueConstraint(
                fields=["organisation", "area", "planned_at", "place", "title"],
                name="talk_planned_once",
                condition=~models.Q(state="cancelled"),
            ),
            models.CheckConstraint(
                condition=models.Q(state="held", held_at__isnull=False, reached__isnull=False)
                | (~models.Q(state="held") & models.Q(held_at__isnull=True, reached__isnull=True)),
                name="talk_held_has_reach",
            ),
        ]
