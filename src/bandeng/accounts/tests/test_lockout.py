"""Lock-out: no more tries than the limit, however they come."""

from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime, timedelta
from threading import Barrier

import pytest
from django.db import connection
from hypothesis import given
from hypothesis import strategies as st

from bandeng.accounts.rules import ACCOUNT_TRIES, TryLimit, folded, network_of
from bandeng.accounts.services import lockout
from bandeng.accounts.services.lockout import LockedOut
from bandeng.core import clock
from bandeng.core.models import Allowance

NOON = datetime(2026, 3, 2, 4, 0, tzinfo=UTC)
LIMIT = TryLimit("test", 3, timedelta(minutes=15))


@pytest.fixture
def noon() -> Iterator[None]:
    with clock.fixed(NOON):
        yield


@pytest.mark.django_db
def test_tries_take_refused_after_the_last_and_told_until_when(noon: None) -> None:
    assert [lockout.tries_take((LIMIT, "a")) for _ in range(3)] == [False, False, True]
    with pytest.raises(LockedOut) as refusal:
        lockout.tries_take((LIMIT, "a"))
    assert refusal.value.until == NOON + LIMIT.window
    assert lockout.locked_until(limit=LIMIT, subject="a") == NOON + LIMIT.window
    assert lockout.locked_until(limit=LIMIT, subject="b") is None


@pytest.mark.django_db
def test_wait_begins_with_the_last_try_and_further_ones_do_not_prolong_it() -> None:
    for minute in (0, 5, 10):
        with clock.fixed(NOON + timedelta(minutes=minute)):
            lockout.tries_take((LIMIT, "a"))
    with clock.fixed(NOON + timedelta(minutes=24)), pytest.raises(LockedOut):
        lockout.tries_take((LIMIT, "a"))
    with clock.fixed(NOON + timedelta(minutes=25)):
        assert lockout.tries_take((LIMIT, "a")) is False


@pytest.mark.django_db
def test_refused_try_takes_none_of_the_other_limit(noon: None) -> None:
    for _ in range(3):
        lockout.tries_take((LIMIT, "a"))
    with pytest.raises(LockedOut):
        lockout.tries_take((LIMIT, "b"), (LIMIT, "a"))
    assert not Allowance.objects.filter(key=lockout.key_of(limit=LIMIT, subject="b"), count__gt=0).exists()


@pytest.mark.django_db
def test_right_try_is_given_back_and_wrong_ones_stay(noon: None) -> None:
    lockout.tries_take((LIMIT, "office"))
    lockout.tries_take((LIMIT, "office"))
    lockout.try_return(limit=LIMIT, subject="office")
    assert Allowance.objects.get(key=lockout.key_of(limit=LIMIT, subject="office")).count == 1


@pytest.mark.django_db(transaction=True)
def test_burst_of_tries_at_once_gets_no_more_than_the_limit() -> None:
    together = Barrier(8)

    def burst(_: int) -> int:
        together.wait()
        allowed = 0
        try:
            for _ in range(3):
                lockout.tries_take((ACCOUNT_TRIES, "zhou"))
                allowed += 1
        except LockedOut:
            pass
        finally:
            connection.close()
        return allowed

    with ThreadPoolExecutor(8) as pool:
        assert sum(pool.map(burst, range(8))) == ACCOUNT_TRIES.tries


@given(st.text(max_size=30))
def test_folded_is_the_same_for_every_spelling_that_a_database_may_equate(name: str) -> None:
    assert folded(name) == folded(name.upper()) == folded(name.lower()) == folded(f" {name} ")


def test_folded_dotless_i_is_no_second_account() -> None:
    assert folded("adm\u0131n") == folded("ADMIN")


@pytest.mark.parametrize(
    ("address", "counted"),
    [
        ("192.0.2.7", "192.0.2.7"),
        ("2001:db8:1:2:3:4:5:6", "2001:db8:1:2::/64"),
        ("2001:db8:1:2::9", "2001:db8:1:2::/64"),
        ("::ffff:192.0.2.7", "192.0.2.7"),
    ],
)
def test_network_of(address: str, counted: str) -> None:
    assert network_of(address) == counted
