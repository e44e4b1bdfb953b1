"""Organisations, the posts in them, and the teams that visit households."""

from django.conf import settings
from django.db import models

from bandeng.core.labels import in_language
from bandeng.organisations.labels import ORGANISATION_KINDS


class Organisation(models.Model):
    """A department, street office, community committee, grid team, centre or enterprise."""

    code = models.CharField(max_length=40, unique=True)
    kind = models.CharField(max_length=24, choices=ORGANISATION_KINDS)
    name = models.CharField(max_length=80)
    short_name = models.CharField(max_length=40)
    name_en = models.CharField(max_length=120, default="")
    short_name_en = models.CharField(max_length=60, default="")
    area = models.ForeignKey("areas.Area", on_delete=models.PROTECT, null=True, related_name="+")
    active = models.BooleanField(default=True)

    class Meta:
        indexes = [models.Index(fields=["kind"], name="organisation_kind")]

    def __str__(self) -> str:
        return self.name

    @property
    def called(self) -> str:
        """The short name in the reader's language, as lists and rails write it."""
        return in_language(name=self.short_name, name_en=self.short_name_en or self.name_en)


class Role(models.Model):
    """A named set of duties."""

    code = models.CharField(max_length=40, unique=True)
    name = models.CharField(max_length=60)
    name_en = models.CharField(max_length=80, default="")
    duties = models.JSONField(default=list)

    def __str__(self) -> str:
        return self.name


class Post(models.Model):
    """A person's place in an organisation: what they do (role) and where (area)."""

    user = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")
    organisation = models.ForeignKey(Organisation, on_delete=models.PROTECT, related_name="+")
    role = models.ForeignKey(Role, on_delete=models.PROTECT, related_name="+")
    area = models.ForeignKey("areas.Area", on_delete=models.PROTECT, null=True, related_name="+")
    title = models.CharField(max_length=60, default="")
    seconded = models.BooleanField(default=False)
    since = models.DateField()
    until = models.DateField(null=True, blank=True)

    class Meta:
        indexes = [models.Index(fields=["user"], name="post_user")]
        constraints = [
            models.CheckConstraint(
                condition=models.Q(until__isnull=True) | models.Q(until__gte=models.F("since")),
                name="post_ends_after_it_begins",
            )
        ]


class VisitingTeam(models.Model):
    """走访组: two to four posts that visit the households of one grid together."""

    name = models.CharField(max_length=60)
    area = models.ForeignKey("areas.Area", on_delete=models.PROTECT, related_name="+")
    posts = models.ManyToManyField(Post, related_name="+")


class ApiToken(models.Model):
    """A key with which an external system acts as a post, within scopes. Only its digest is kept."""

    post = models.ForeignKey(Post, on_delete=models.PROTECT, related_name="+")
    name = models.CharField(max_length=80)
    prefix = models.CharField(max_length=12)
    digest = models.CharField(max_length=64, unique=True)
    scopes = models.JSONField(default=list)
    created_at = models.DateTimeField()
    expires_at = models.DateTimeField(null=True)
    revoked_at = models.DateTimeField(null=True)
    last_used_on = models.DateField(null=True)
