"""Rules, references, evaluations, scores and what is said against them. A score belongs to a grid or a post."""

from django.db import models

from bandeng.evaluation import labels


class RuleVersion(models.Model):
    """Duties and settings, in force from a month until a later version; never edited."""

    version = models.PositiveIntegerField(unique=True)
    first_month = models.IntegerField(unique=True)  # such as 202611
    content = models.JSONField()
    digest = models.CharField(max_length=64)  # SHA-256 of the content
    reason = models.TextField()
    author = models.CharField(max_length=120)
    created_at = models.DateTimeField()


class RuleDraft(models.Model):
    """A change of rules that is being prepared; in force only once it is adopted as a version."""

    based_on = models.ForeignKey(RuleVersion, on_delete=models.PROTECT, related_name="+")
    state = models.CharField(max_length=10, choices=labels.RULE_DRAFT_STATES)
    first_month = models.IntegerField()
    content = models.JSONField()
    reason = models.TextField()
    author = models.CharField(max_length=120)
    changed_at = models.DateTimeField()

    @property
    def edition(self) -> str:
        """Tells one edit of the draft from the next."""
        return f"{self.changed_at.timestamp():.6f}"


class FrozenReference(models.Model):
    """What the history showed before: case mix and spread by which all later months are judged; never edited."""

    kind = models.CharField(max_length=10, choices=labels.KINDS)
    rule = models.ForeignKey(RuleVersion, on_delete=models.PROTECT, related_name="+")
    first_month = models.IntegerField()
    last_month = models.IntegerField()
    content = models.JSONField()
    digest = models.CharField(max_length=64)
    source = models.TextField()
    frozen_at = models.DateTimeField()

    class Meta:
        constraints = [models.UniqueConstraint(fields=["kind", "rule"], name="reference_once")]


class Evaluation(models.Model):
    """One month of one kind, in one version; what it was reckoned from is named, so that it can be reckoned again."""

    kind = models.CharField(max_length=10, choices=labels.KINDS)
    month = models.IntegerField()
    version = models.PositiveIntegerField()
    state = models.CharField(max_length=12, choices=labels.EVALUATION_STATES)
    rule = models.ForeignKey(RuleVersion, on_delete=models.PROTECT, related_name="+")
    reference = models.ForeignKey(FrozenReference, on_delete=models.PROTECT, related_name="+")
    through = models.BigIntegerField()  # the last file of the ledger that was read
    excluded = models.JSONField(
        default=list
    )  # [source, subject, unit, duty] that no longer count; duty "": in all
    audits = models.JSONField(default=dict)  # unit: [audited, confirmed]
    digest = models.CharField(max_length=64)  # SHA-256 over all scores
    reason = models.TextField(default="", blank=True)
    drafted_by = models.CharField(max_length=120)
    drafted_at = models.DateTimeField()
    objections_until = models.DateTimeField(null=True)
    signed_by = models.CharField(max_length=120, default="", blank=True)
    signed_name = models.CharField(max_length=80, default="", blank=True)
    signed_at = models.DateTimeField(null=True)
    published_at = models.DateTimeField(null=True)
    appeals_until = models.DateTimeField(null=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["kind", "month", "version"], name="evaluation_version_once"),
            models.UniqueConstraint(
                fields=["kind", "month"],
                name="evaluation_one_published",
                condition=models.Q(state="published"),
            ),
            models.UniqueConstraint(
                fields=["kind", "month"],
                name="evaluation_one_unpublished",
                condition=models.Q(state__in=["draft", "objecting", "answered", "signed"]),
            ),
            models.CheckConstraint(
                condition=models.Q(state__in=["draft", "objecting", "answered", "superseded", "dropped"])
                | models.Q(signed_at__isnull=False),
                name="evaluation_signed_by_somebody",
            ),
        ]


class Score(models.Model):
    """One grid or post in one evaluation, with every figure that makes the points."""

    evaluation = models.ForeignKey(Evaluation, on_delete=models.PROTECT, related_name="+", db_index=False)
    unit = models.CharField(max_length=20)  # a grid's code, or a post's key
    post = models.ForeignKey("organisations.Post", on_delete=models.PROTECT, null=True, related_name="+")
    area_code = models.CharField(max_length=15)
    organisation_id = models.BigIntegerField(null=True)
    score = models.FloatField(null=True)
    low = models.FloatField(null=True)
    high = models.FloatField(null=True)
    standing = models.SmallIntegerField()
    working = models.JSONField()

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["evaluation", "unit"], name="score_once"),
            models.CheckConstraint(
                condition=models.Q(score__isnull=True, low__isnull=True, high__isnull=True)
                | models.Q(score__isnull=False, low__isnull=False, high__isnull=False),
                name="score_has_an_interval",
            ),
        ]
        indexes = [models.Index(fields=["evaluation", "area_code"], name="score_area")]


class Objection(models.Model):
    """What whoever is scored says against a point, and the answer with its reason."""

    score = models.ForeignKey(Score, on_delete=models.PROTECT, related_name="+")
    kind = models.CharField(max_length=10, choices=labels.OBJECTION_KINDS)
    state = models.CharField(max_length=10, choices=labels.OBJECTION_STATES)
    duty = models.CharField(max_length=40)
    source = models.CharField(
        max_length=20, default="", blank=True
    )  # of the record in question, if one is named
    subject = models.BigIntegerField(null=True)
    from_all_duties = models.BooleanField(default=False)  # upheld: the record counts in no duty of the unit
    text = models.TextField()
    raised_by = models.CharField(max_length=120)
    raised_at = models.DateTimeField()
    answer = models.TextField(default="", blank=True)
    answered_by = models.CharField(max_length=120, default="", blank=True)
    answered_at = models.DateTimeField(null=True)

    class Meta:
        indexes = [models.Index(fields=["state"], name="objection_state")]
        constraints = [
            models.CheckConstraint(
                condition=models.Q(state="raised", answered_at__isnull=True)
                | models.Q(~models.Q(state="raised"), answered_at__isnull=False),
                name="objection_answered_at",
            )
        ]

    @property
    def leaves_out(self) -> list[object]:
        """What no longer counts once it is upheld, as `Evaluation.excluded` holds it."""
        duty = "" if self.from_all_duties else self.duty
        return [self.source, self.subject, self.score.unit, duty]


class Rating(models.Model):
    """One form on character and ability; who filled it in is never shown to the rated when they are a peer."""

    month = models.IntegerField()
    post = models.ForeignKey("organisations.Post", on_delete=models.PROTECT, related_name="+")
    rater = models.ForeignKey("organisations.Post", on_delete=models.PROTECT, related_name="+")
    relation = models.CharField(max_length=12, choices=labels.RELATIONS)
    state = models.CharField(max_length=12, choices=labels.RATING_STATES)
    answers = models.JSONField(default=dict)
    comment = models.TextField(default="", blank=True)
    comment_state = models.CharField(max_length=10, choices=labels.COMMENT_STATES, default="empty")

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["month", "post", "rater"], name="rating_once"),
            models.CheckConstraint(condition=~models.Q(post=models.F("rater")), name="rating_of_another"),
        ]


class AuditSample(models.Model):
    """A random sample of records; its seed stands in the audit log, so that anybody can draw it again."""

    kind = models.CharField(max_length=10, choices=labels.KINDS)
    month = models.IntegerField()
    seed = models.CharField(max_length=64)
    through = models.BigIntegerField()
    drawn_from = models.PositiveIntegerField()
    drawn_by = models.CharField(max_length=120)
    drawn_at = models.DateTimeField()

    class Meta:
        constraints = [models.UniqueConstraint(fields=["kind", "month"], name="audit_sample_once")]


class AuditedRecord(models.Model):
    """One record of a sample and what the auditor found."""

    sample = models.ForeignKey(AuditSample, on_delete=models.PROTECT, related_name="+")
    unit = models.CharField(max_length=20)
    source = models.CharField(max_length=20)
    subject = models.BigIntegerField()
    verdict = models.CharField(max_length=10, choices=labels.VERDICTS)
    note = models.TextField(default="", blank=True)
    auditor = models.CharField(max_length=120, default="", blank=True)
    judged_at = models.DateTimeField(null=True)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["sample", "source", "subject"], name="audited_once")]


class PostSkill(models.Model):
    """What a post can do, with what shows it; the first one names the team in which it stands. Kept when it ends."""

    post = models.ForeignKey("organisations.Post", on_delete=models.PROTECT, related_name="+")
    skill = models.CharField(max_length=40)  # as skills.toml declares it
    is_first = models.BooleanField(default=False)
    evidence = models.CharField(max_length=200)
    since = models.DateField()
    until = models.DateField(null=True)
    recorded_by = models.CharField(max_length=120)
    recorded_at = models.DateTimeField()

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["post", "skill"], name="post_skill_once", condition=models.Q(until__isnull=True)
            ),
            models.UniqueConstraint(
                fields=["post"],
                name="post_skill_one_first",
                condition=models.Q(until__isnull=True, is_first=True),
            ),
        ]


class StaffingPlan(models.Model):
    """A proposal where posts could stand, what a manager made of it, and what that costs. It moves nobody."""

    month = models.IntegerField()
    state = models.CharField(max_length=10, choices=labels.PLAN_STATES)
    given = models.JSONField()  # teams, limits, the relation between load and lateness
    optimum = models.JSONField()
    chosen = models.JSONField()
    made_by = models.CharField(max_length=120)
    made_at = models.DateTimeField()
    decided_by = models.CharField(max_length=120, default="", blank=True)
    decided_at = models.DateTimeField(null=True)
    reason = models.TextField(default="", blank=True)
