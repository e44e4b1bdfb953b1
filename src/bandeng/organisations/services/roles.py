"""The roles that an empty database begins with."""

import tomllib
from pathlib import Path

from bandeng.organisations.models import Role
from bandeng.organisations.rules import Duty

ROLES_FILE = Path(__file__).parent.parent / "data" / "roles.toml"


def roles_load() -> None:
    """Create the shipped roles that are missing; one that exists is the district's own."""
    for entry in tomllib.loads(ROLES_FILE.read_text(encoding="utf-8"))["role"]:
        duties = [Duty(duty).value for duty in entry["duties"]]
        Role.objects.get_or_create(
            code=entry["code"],
            defaults={"name": entry["name"], "name_en": entry["name_en"], "duties": duties},
        )
