"""Rate limits count for all processes, and keep no personal data."""

from datetime import UTC, datetime, timedelta

import pytest
from django.test import RequestFactory
from pytest_django import DjangoAssertNumQueries, Settings

from bandeng.core import allowance, clock
from bandeng.core.models import Allowance

pytestmark = pytest.mark.django_db
START = datetime(2026, 11, 23, 2, 0, tzinfo=UTC)
HOUR = timedelta(hours=1)


def test_uses_within_the_limit_are_allowed() -> None:
    assert [bool(allowance.allow(key="a", limit=3, window=HOUR)) for _ in range(5)] == [
        True,
        True,
        True,
        False,
        False,
    ]


def test_keys_are_counted_apart() -> None:
    assert allowance.allow(key="a", limit=1, window=HOUR)
    assert allowance.allow(key="b", limit=1, window=HOUR)


def test_refusal_tells_when_to_come_again() -> None:
    with clock.fixed(START):
        allowance.allow(key="a", limit=1, window=HOUR)
    with clock.fixed(START + timedelta(minutes=50)):
        assert allowance.allow(key="a", limit=1, window=HOUR).retry_after == 600


def test_window_begins_anew() -> None:
    with clock.fixed(START):
        allowance.allow(key="a", limit=1, window=HOUR)
        assert not allowance.allow(key="a", limit=1, window=HOUR)
    with clock.fixed(START + HOUR):
        assert allowance.allow(key="a", limit=1, window=HOUR)


def test_one_statement_a_use(django_assert_num_queries: DjangoAssertNumQueries) -> None:
    with django_assert_num_queries(1):
        allowance.allow(key="a", limit=1, window=HOUR)


def test_key_itself_is_not_kept() -> None:
    allowance.allow(key="13800000000", limit=1, window=HOUR)
    assert "13800000000" not in Allowance.objects.get().key


def test_clear_forgets_only_what_is_over() -> None:
    with clock.fixed(START):
        allowance.allow(key="old", limit=1, window=HOUR)
    with clock.fixed(START + 3 * HOUR):
        allowance.allow(key="new", limit=1, window=HOUR)
        assert allowance.clear(older_than=2 * HOUR) == 1
    assert Allowance.objects.count() == 1


def test_address_believes_a_proxy_only_when_told(settings: Settings) -> None:
    request = RequestFactory().get(
        "/", REMOTE_ADDR="127.0.0.1", HTTP_X_FORWARDED_FOR="203.0.113.9, 198.51.100.7"
    )
    settings.TRUST_PROXY = False
    assert allowance.address_of(request) == "127.0.0.1"
    settings.TRUST_PROXY = True
    assert allowance.address_of(request) == "198.51.100.7"
