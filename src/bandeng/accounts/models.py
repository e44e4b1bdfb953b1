"""Who may sign in."""

from typing import ClassVar

from django.contrib.auth.models import AbstractUser, UserManager
from django.db import models


class User(AbstractUser):
    """A person of the staff, or an external system, with a way to sign in. Residents need none."""

    first_name = None  # type: ignore[assignment]
    last_name = None  # type: ignore[assignment]
    name = models.CharField(max_length=60)
    must_change_password = models.BooleanField(default=False)
    shortcuts_off = models.BooleanField(default=False)

    objects: ClassVar[UserManager["User"]] = UserManager()
    REQUIRED_FIELDS: ClassVar[list[str]] = ["name"]

    def get_full_name(self) -> str:
        """The name as shown."""
        return self.name or self.username

    def get_short_name(self) -> str:
        """The name as shown."""
        return self.name or self.username
