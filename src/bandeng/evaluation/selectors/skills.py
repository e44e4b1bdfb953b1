"""What posts of street offices can do, as its page shows it."""

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass

from django.db.models import QuerySet

from bandeng.areas.rules import code_range
from bandeng.evaluation.models import PostSkill
from bandeng.evaluation.rules.skills import skills_shipped
from bandeng.evaluation.selectors.naming import is_chinese
from bandeng.organisations.models import Organisation, Post
from bandeng.organisations.rules import OrganisationKind
from bandeng.organisations.selectors import held_on, today

OFFICE = OrganisationKind.STREET_OFFICE.value


@dataclass(frozen=True)
class SkillMark:
    """One recorded skill."""

    id: int
    name: str
    is_first: bool
    evidence: str


@dataclass(frozen=True)
class PostLine:
    """One post and what it can do."""

    id: int
    name: str
    title: str
    office: str
    seconded: bool
    skills: list[SkillMark]


def skill_choices() -> list[tuple[str, str]]:
    """The declared skills by code, in the reader's language."""
    return [(each.code, each.zh if is_chinese() else each.en) for each in skills_shipped().skills]


def offices() -> list[Organisation]:
    """The street offices in the order of their codes."""
    return list(Organisation.objects.filter(kind=OFFICE, active=True).order_by("code"))


def posts_of_offices(street: str = "") -> QuerySet[Post]:
    """Posts of street offices held today, those of one street if one is named."""
    rows = Post.objects.filter(held_on(today()), organisation__kind=OFFICE, organisation__active=True)
    if street:
        low, high = code_range(street)
        rows = rows.filter(organisation__code__gte=low, organisation__code__lt=high)
    return rows.select_related("user", "organisation").order_by("organisation__code", "-seconded", "id")


def post_lines(posts: Sequence[Post]) -> list[PostLine]:
    """Posts with their skills, the first one first."""
    names = dict(skill_choices())
    marks: dict[int, list[SkillMark]] = defaultdict(list)
    rows = PostSkill.objects.filter(post__in=[post.pk for post in posts], until__isnull=True)
    for row in rows.order_by("-is_first", "skill"):
        marks[row.post_id].append(SkillMark(row.pk, names.get(row.skill, ""), row.is_first, row.evidence))
    return [
        PostLine(
            post.pk,
            post.user.get_full_name(),
            post.title,
            post.organisation.called,
            post.seconded,
            marks[post.pk],
        )
        for post in posts
    ]


def skill_row(post_skill_id: int) -> PostSkill | None:
    """One recorded skill."""
    return PostSkill.objects.filter(pk=post_skill_id).first()
