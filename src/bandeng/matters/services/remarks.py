"""Words that a reporter adds to a matter."""

from bandeng.core.rules import Actor
from bandeng.matters import search
from bandeng.matters.models import Matter, Report, Step
from bandeng.matters.rules import StepKind
from bandeng.matters.services.changing import matter_change


def remark_write(*, matter: Matter, report: Report, text: str, actor: Actor) -> Step:
    """Append a reporter's remark to a locked matter; the caller holds the transaction and has checked the secret.

    Only this reporter and staff read it: another reporter of the same matter must not.
    """
    step = matter_change(
        matter=matter, kind=StepKind.REMARKED, actor=actor, note=text, data={"report": report.pk}
    )
    search.index([(matter.pk, "\n".join([matter.title, matter.text, matter.address, *_remarks(matter)]))])
    return step


def _remarks(matter: Matter) -> list[str]:
    steps = Step.objects.filter(matter_id=matter.pk, kind=StepKind.REMARKED.value).order_by("id")
    return list(steps.values_list("note", flat=True))
