"""API tokens: shown once, refused when anything about them is over."""

from collections.abc import Callable
from datetime import timedelta

import pytest
from pytest_django import DjangoAssertNumQueries

from bandeng.accounts.models import User
from bandeng.areas.tests.factories import STREETS, area_tree
from bandeng.core import clock
from bandeng.core.models import AuditEntry
from bandeng.organisations.models import ApiToken, Organisation, Post, Role
from bandeng.organisations.rules import Duty, OutOfReach, Reach, ScopeNotAllowed, reach_of
from bandeng.organisations.selectors import scope_of, today
from bandeng.organisations.services import tokens
from bandeng.organisations.services.roles import roles_load
from bandeng.organisations.tests.factories import CENTRE, organisations, post

pytestmark = pytest.mark.django_db
ALL = ["matters:read", "matters:write", "open311:write", "webhooks"]


@pytest.fixture
def offices() -> dict[str, Organisation]:
    """The small district's organisations."""
    return organisations(area_tree())


@pytest.fixture
def district(offices: dict[str, Organisation]) -> Reach:
    """An administrator of the district."""
    return reach_of(scope_of(post(Duty.ADMINISTER, organisation=offices[CENTRE])))


@pytest.fixture
def system(offices: dict[str, Organisation]) -> Post:
    """The post of an external system."""
    roles_load()
    held = post(Duty.REPORT, organisation=offices[CENTRE])
    Post.objects.filter(pk=held.pk).update(role=Role.objects.get(code="external_system"))
    held.refresh_from_db()
    return held


def make(
    reach: Reach, held: Post, *, scopes: list[str] = ALL, days: int | None = None
) -> tuple[ApiToken, str]:
    ends = clock.now() + timedelta(days=days) if days else None
    return tokens.token_create(post_id=held.pk, name="map", scopes=scopes, expires_at=ends, reach=reach)


def test_token_gives_its_post_s_scope_with_one_query(
    district: Reach, system: Post, django_assert_num_queries: DjangoAssertNumQueries
) -> None:
    row, token = make(district, system)
    found = tokens.token_scope(f"Bearer {token}")
    assert found is not None
    assert found[0].pk == row.pk
    assert found[1].post_id == system.pk
    with django_assert_num_queries(1):
        assert tokens.token_scope(token) is not None
    assert ApiToken.objects.get().last_used_on == today()


def test_only_a_digest_is_kept_and_the_log_holds_no_token(district: Reach, system: Post) -> None:
    row, token = make(district, system)
    secret = token.split("_", 2)[2]
    assert len(secret) >= 43
    stored = str(ApiToken.objects.values().get(pk=row.pk))
    assert secret not in stored
    assert not any(secret in entry.content for entry in AuditEntry.objects.all())


def _revoke(row: ApiToken, reach: Reach) -> None:
    tokens.token_revoke(token_id=row.pk, reach=reach)


def _expire(row: ApiToken, reach: Reach) -> None:
    ApiToken.objects.filter(pk=row.pk).update(expires_at=clock.now())


def _end_post(row: ApiToken, reach: Reach) -> None:
    yesterday = today() - timedelta(days=1)
    Post.objects.filter(pk=row.post_id).update(until=yesterday)


def _lock(row: ApiToken, reach: Reach) -> None:
    User.objects.filter(pk=row.post.user_id).update(is_active=False)


def _close(row: ApiToken, reach: Reach) -> None:
    Organisation.objects.filter(pk=row.post.organisation_id).update(active=False)


@pytest.mark.parametrize("end", [_revoke, _expire, _end_post, _lock, _close])
def test_token_is_refused_when_anything_is_over(
    district: Reach, system: Post, end: Callable[[ApiToken, Reach], None]
) -> None:
    row, token = make(district, system)
    end(row, district)
    assert tokens.token_scope(token) is None


def test_altered_tokens_are_refused(district: Reach, system: Post) -> None:
    row, token = make(district, system)
    last = "A" if token[-1] != "A" else "B"
    for wrong in (
        "",
        "Bearer",
        "Bearer ",
        token[:-1] + last,
        token + "x",
        token[:-1],
        row.digest,
        "bd_" + "x" * 10_000,
        "密",
    ):
        assert tokens.token_scope(wrong) is None


def test_token_of_a_person_refused(offices: dict[str, Organisation], district: Reach) -> None:
    """It would let an administrator act under somebody's name."""
    person = post(Duty.REPORT, Duty.INTAKE, organisation=offices[CENTRE])
    with pytest.raises(OutOfReach) as refusal:
        make(district, person)
    assert refusal.value.code == "token_of_a_person"


@pytest.mark.parametrize("scopes", [[], ["everything"], ["matters:read", "audit"], ["webhooks"]])
def test_scope_beyond_the_duties_refused(district: Reach, system: Post, scopes: list[str]) -> None:
    Role.objects.filter(code="external_system").update(duties=["report"])
    with pytest.raises(ScopeNotAllowed):
        make(district, system, scopes=scopes)


def test_street_makes_and_revokes_no_token_of_the_centre(
    offices: dict[str, Organisation], district: Reach, system: Post
) -> None:
    street = reach_of(scope_of(post(Duty.ADMINISTER, organisation=offices[STREETS[0]])))
    with pytest.raises(OutOfReach):
        make(street, system)
    row, token = make(district, system)
    with pytest.raises(OutOfReach):
        tokens.token_revoke(token_id=row.pk, reach=street)
    assert tokens.token_scope(token) is not None
