"""The version of a matter that a page shows: its newest step, for every change appends one."""

from bandeng.matters.models import Step

LONGEST = 18


def version_of(matter_id: int) -> str:
    """The version now: one query."""
    newest = Step.objects.filter(matter_id=matter_id).order_by("-id").values_list("pk", flat=True).first()
    return str(newest or 0)


def step_in(version: str) -> int | None:
    """The step that a version names, or None for what is none."""
    return int(version) if version.isascii() and version.isdecimal() and len(version) <= LONGEST else None


def steps_since(matter_id: int, version: str) -> list[Step] | None:
    """What happened since a version, oldest first; None where it is none."""
    step = step_in(version)
    if step is None:
        return None
    return list(Step.objects.filter(matter_id=matter_id, pk__gt=step).order_by("id"))
