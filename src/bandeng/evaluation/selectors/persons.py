"""What concerns a person: through every post that they hold or held, as changing office changes nobody's past."""

from collections.abc import Iterator
from datetime import date

from django.db.models import Q
from django.db.models.functions import Coalesce

from bandeng.evaluation.models import Evaluation, Score
from bandeng.evaluation.rules import Kind
from bandeng.evaluation.selectors.counting import rule_of, rule_row_for, window_of
from bandeng.ledger.rules import months_from
from bandeng.organisations.models import Post
from bandeng.organisations.rules import OrganisationKind

PLACE = Coalesce("area__code", "organisation__area__code")
"""A post without an area of its own has its organisation's."""


def posts_ever(user_id: int) -> frozenset[int]:
    """All posts of a person, those that ended too."""
    return frozenset(Post.objects.filter(user_id=user_id).values_list("pk", flat=True))


def areas_since(user_id: int, *, month: int) -> frozenset[str]:
    """The areas in which a person has a post, or had one in this month (such as 202610) or later."""
    first = date(month // 100, month % 100, 1)
    held = Post.objects.filter(Q(until__isnull=True) | Q(until__gte=first), user_id=user_id)
    return frozenset(held.annotate(place=PLACE).exclude(place=None).values_list("place", flat=True))


def own(user_id: int) -> Q:
    """The scores of a person's posts, and of the grids in whose teams they stand, or stood in months that count."""
    mine = Q(post_id__in=posts_ever(user_id))
    for code, until in _teams(user_id):
        grid = Q(evaluation__kind=Kind.GRIDS.value, unit=code)
        mine |= grid if until is None else grid & Q(evaluation__month__lte=_last_counted(until))
    return mine


def is_scored(row: Evaluation, *, user_id: int) -> bool:
    """Whether a person is scored here: by any post of theirs, or as one of a grid's in the months that count."""
    scores = Score.objects.filter(evaluation=row)
    if row.kind != Kind.GRIDS.value:
        return scores.filter(post__user_id=user_id).exists()
    first = window_of(row.month, rule_of(row.rule).settings.window_months)[0]
    return scores.filter(unit__in=areas_since(user_id, month=first)).exists()


def _teams(user_id: int) -> Iterator[tuple[str, date | None]]:
    """The grids in whose teams somebody stands or stood, and until when."""
    held = Post.objects.filter(user_id=user_id, organisation__kind=OrganisationKind.GRID_TEAM.value)
    yield from held.annotate(place=PLACE).exclude(place=None).values_list("place", "until")


def _last_counted(until: date) -> int:
    """The last month whose scores look back on a day."""
    month = until.year * 100 + until.month
    rule = rule_row_for(month)
    count = rule_of(rule).settings.window_months if rule else 1
    return list(months_from(month, count))[-1]
