"""What posts can do: recorded with what shows it, ended, never erased."""

from datetime import date

from django.db import IntegrityError, transaction
from django.utils import timezone

from bandeng.core import audit, clock
from bandeng.evaluation.models import PostSkill
from bandeng.evaluation.rules import Refused
from bandeng.evaluation.rules.skills import skills_shipped
from bandeng.organisations.models import Post
from bandeng.organisations.rules import OrganisationKind
from bandeng.organisations.selectors import held_on, today


def skill_record(*, post_id: int, skill: str, is_first: bool, evidence: str, actor: str) -> PostSkill:
    """Record a skill of a street office's post; a new first one takes the place of the old. Raises Refused."""
    if not evidence.strip():
        raise Refused("no_text")
    posts = Post.objects.filter(held_on(today()), organisation__kind=OrganisationKind.STREET_OFFICE.value)
    if skill not in skills_shipped().by_code or not posts.filter(pk=post_id).exists():
        raise Refused("skill_unknown")
    try:
        return _recorded(post_id, skill=skill, is_first=is_first, evidence=evidence.strip(), actor=actor)
    except IntegrityError as error:
        raise Refused("skill_known") from error


@transaction.atomic
def skill_end(*, post_skill_id: int, actor: str) -> PostSkill:
    """A post has a skill no more from today on; what was recorded is kept. Raises Refused for one that has ended."""
    row = PostSkill.objects.select_for_update().get(pk=post_skill_id)
    if row.until is not None:
        raise Refused("state")
    was_first, row.until, row.is_first = row.is_first, _today(), False
    row.save(update_fields=["until", "is_first"])
    left = PostSkill.objects.filter(post_id=row.post_id, until__isnull=True).order_by("id").first()
    if was_first and left is not None:
        # A post that can still do something stands in the team of what it could do longest.
        left.is_first = True
        left.save(update_fields=["is_first"])
    audit.record(
        action="evaluation.skill_ended",
        subject=row,
        actor=actor,
        after={"post": row.post_id, "skill": row.skill},
    )
    return row


@transaction.atomic
def _recorded(post_id: int, *, skill: str, is_first: bool, evidence: str, actor: str) -> PostSkill:
    own = PostSkill.objects.select_for_update().filter(post_id=post_id, until__isnull=True)
    if is_first:
        own.update(is_first=False)
    row = PostSkill.objects.create(
        post_id=post_id,
        skill=skill,
        # Whoever has a single skill stands in its team.
        is_first=is_first or not own.exists(),
        evidence=evidence,
        since=_today(),
        recorded_by=actor,
        recorded_at=clock.now(),
    )
    audit.record(
        action="evaluation.skill_recorded",
        subject=row,
        actor=actor,
        after={"post": post_id, "skill": skill, "first": row.is_first},
        reason=evidence,
    )
    return row


def _today() -> date:
    return timezone.localdate(clock.now())
