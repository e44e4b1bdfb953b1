"""Accounts for tests."""

from itertools import count

from bandeng.accounts.models import User

PASSWORD = "a-long-password-of-tests"
_NUMBERS = count(1)


def user(*, username: str = "", name: str = "周宁") -> User:
    """A saved account that signs in with PASSWORD."""
    return User.objects.create_user(
        username=username or f"user{next(_NUMBERS)}", password=PASSWORD, name=name
    )
