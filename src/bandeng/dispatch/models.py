"""Tasks, clocks, calendars, decision tables, merges and notices."""

from django.conf import settings
from django.db import models

from bandeng.dispatch.labels import NOTICE_KINDS, TABLE_STATUSES, TASK_ROLES, TASK_STATES
from bandeng.dispatch.rules import OPEN_TASK_STATES

TASK_IS_OPEN = models.Q(state__in=sorted(state.value for state in OPEN_TASK_STATES))


class CalendarYear(models.Model):
    """Holidays and make-up working days of one year as published; a year without a row is refused."""

    year = models.PositiveSmallIntegerField(unique=True)
    holidays = models.JSONField()  # ISO dates
    makeup_days = models.JSONField()  # ISO dates
    source = models.TextField()
    changed_at = models.DateTimeField()


class WorkHours(models.Model):
    """Daily sessions of work, in force from a date, such as [["08:30", "12:00"], ["13:30", "17:30"]]."""

    valid_from = models.DateField(unique=True)
    sessions = models.JSONField()
    source = models.TextField(default="", blank=True)


class Task(models.Model):
    """One organisation's part in a matter, as lead or co-handler, with its own limit."""

    matter = models.ForeignKey("matters.Matter", on_delete=models.PROTECT, related_name="+")
    organisation = models.ForeignKey(
        "organisations.Organisation", on_delete=models.PROTECT, related_name="+", db_index=False
    )
    post = models.ForeignKey("organisations.Post", on_delete=models.PROTECT, null=True, related_name="+")
    role = models.CharField(max_length=12, choices=TASK_ROLES)
    state = models.CharField(max_length=12, choices=TASK_STATES)
    request = models.TextField(default="")
    result = models.TextField(default="")
    assigned_at = models.DateTimeField()
    limit = models.CharField(max_length=12, default="")
    due_at = models.DateTimeField(null=True)
    done_at = models.DateTimeField(null=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["matter", "organisation"],
                name="task_one_open_per_organisation",
                condition=models.Q(state__in=["assigned", "working", "done"]),
            ),
            models.UniqueConstraint(
                fields=["matter"],
                name="task_one_lead",
                condition=models.Q(role="lead", state__in=["assigned", "working", "done"]),
            ),
        ]
        indexes = [
            models.Index(fields=["organisation", "due_at"], name="task_open_due", condition=TASK_IS_OPEN),
            models.Index(fields=["organisation", "matter"], name="task_organisation"),
        ]


class Pause(models.Model):
    """A stretch in which a matter's clock stands still, with its reason."""

    matter = models.ForeignKey("matters.Matter", on_delete=models.PROTECT, related_name="+")
    started_at = models.DateTimeField()
    ended_at = models.DateTimeField(null=True)
    reason = models.TextField()
    actor = models.CharField(max_length=120)


class DecisionTable(models.Model):
    """A version of the dispatch rules; published ones are never edited."""

    version = models.PositiveIntegerField(unique=True)
    status = models.CharField(max_length=12, choices=TABLE_STATUSES)
    content = models.JSONField()
    note = models.TextField(default="", blank=True)
    author = models.CharField(max_length=120)
    created_at = models.DateTimeField()
    published_by = models.CharField(max_length=120, default="")
    published_at = models.DateTimeField(null=True)
    revision = models.PositiveIntegerField(default=1)  # of a draft, to notice two editors

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["status"], name="decision_table_one_in_force", condition=models.Q(status="published")
            )
        ]


class Merge(models.Model):
    """One matter taken into another; holds what undoing needs."""

    child = models.ForeignKey("matters.Matter", on_delete=models.PROTECT, related_name="+")
    target = models.ForeignKey("matters.Matter", on_delete=models.PROTECT, related_name="+")
    before = models.JSONField()  # the child's state and clock
    actor = models.CharField(max_length=120)
    merged_at = models.DateTimeField()
    undone_at = models.DateTimeField(null=True)
    undone_by = models.CharField(max_length=120, default="")


class Notice(models.Model):
    """A reminder, escalation or other word to an organisation's posts, each kind once per occasion."""

    matter = models.ForeignKey("matters.Matter", on_delete=models.PROTECT, related_name="+")
    organisation = models.ForeignKey("organisations.Organisation", on_delete=models.PROTECT, related_name="+")
    kind = models.CharField(max_length=12, choices=NOTICE_KINDS)
    occasion = models.CharField(max_length=60)  # what makes it unique, such as "80%@2026-11-23T17:30"
    text = models.TextField(default="")
    created_at = models.DateTimeField()
    read_at = models.DateTimeField(null=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["matter", "organisation", "kind", "occasion"], name="notice_once")
        ]
        indexes = [
            models.Index(
                fields=["organisation", "id"], name="notice_unread", condition=models.Q(read_at__isnull=True)
            )
        ]


class SavedFilter(models.Model):
    """A queue's filter that somebody keeps under a name."""

    user = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.CASCADE, related_name="+")
    name = models.CharField(max_length=40)
    query = models.CharField(max_length=1000)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["user", "name"], name="saved_filter_name")]


class MessageTemplate(models.Model):
    """A text that officers start from when they reply, return or pause."""

    act = models.CharField(max_length=20)  # reply, return, pause, reject, close
    name = models.CharField(max_length=60)
    text = models.TextField()
    organisation = models.ForeignKey(
        "organisations.Organisation", on_delete=models.PROTECT, null=True, related_name="+"
    )


class Correction(models.Model):
    """An officer's word against the classifier's, from which it learns."""

    matter = models.OneToOneField("matters.Matter", on_delete=models.PROTECT, related_name="+")
    given = models.CharField(max_length=60, default="")
    right = models.CharField(max_length=60)
    actor = models.CharField(max_length=120)
    corrected_at = models.DateTimeField()
