"""Who may sign in."""

from typing import ClassVar

from django.contrib.auth.models import AbstractUser
from django.db import models


class User(AbstractUser):
    """A person of the staff, or an external system, with a way to sign in. Residents need none."""

    first_name = None  # type: ignore[assignment]
    last_name = None  # type: ignore[assignment]
    name = models.CharField(max_length=60)
    must_change_password = models.BooleanField(default=False)
    shortcuts_off = models.BooleanField(default=False)

    REQUIRED_FIELDS: ClassVar[list[str]] = ["name"]

    def __str__(self) -> str:
        return self.get_full_name()

    def get_full_name(self) -> str:
        """The name as shown."""
        return self.name or self.username

    def get_short_name(self) -> str:
        """The name as shown."""
        return self.name or self.username


class PastPassword(models.Model):
    """The hash of a password that a person has had, so that it is not taken again."""

    user = models.ForeignKey(User, on_delete=models.CASCADE, related_name="+")
    password = models.CharField(max_length=128)
    at = models.DateTimeField()

    class Meta:
        indexes = [models.Index(fields=["user", "-id"], name="past_password_user")]
