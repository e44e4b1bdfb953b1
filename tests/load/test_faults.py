"""A few seconds of what `writers.py` does for a minute."""

import os

import pytest

from tests.load.starting import finished

pytestmark = pytest.mark.load


def test_writers_lose_nothing() -> None:
    kind = "postgresql" if os.environ["BANDENG_DATABASE"] else "sqlite"
    assert finished("writers.py", "--seconds", "5", "--database", kind)


def test_killed_processes_lose_nothing_and_double_nothing() -> None:
    kind = "postgresql" if os.environ["BANDENG_DATABASE"] else "sqlite"
    assert finished("kill.py", "--kills", "3", "--database", kind)
