"""Tests run on a database, a data folder and keys of their own; nothing of the developer's is touched."""

import atexit
import os
import shutil
import tempfile
from collections.abc import Iterator
from pathlib import Path

import pytest
from hypothesis import settings as properties
from pytest_django import DjangoDbBlocker

for _name in [name for name in os.environ if name.startswith("BANDENG_") and name != "BANDENG_TEST_DATABASE"]:
    del os.environ[_name]
# How long an example takes says nothing on a shared machine; benchmarks measure speed.
properties.register_profile("house", deadline=None)
properties.load_profile("house")
DATA = Path(tempfile.mkdtemp(prefix="bandeng-test-"))
atexit.register(shutil.rmtree, DATA, ignore_errors=True)
os.environ["BANDENG_DATA"] = str(DATA)
os.environ["BANDENG_DATABASE"] = os.environ.get("BANDENG_TEST_DATABASE", "")
os.environ["DJANGO_SETTINGS_MODULE"] = "bandeng.config.settings"


def pytest_configure() -> None:
    """Settings that only tests need; Django is set up after this."""
    from django.conf import settings

    # Passwords in tests guard nothing, and the real hasher takes a tenth of a second each.
    settings.PASSWORD_HASHERS = ["django.contrib.auth.hashers.MD5PasswordHasher"]
    # The test client asks for "testserver".
    settings.ALLOWED_HOSTS = [*settings.ALLOWED_HOSTS, "testserver"]
    if not os.environ["BANDENG_DATABASE"]:
        # A file, as in service: a database in memory has neither WAL nor a second connection.
        settings.DATABASES["default"]["TEST"]["NAME"] = str(DATA / "test.sqlite3")  # type: ignore[index]


@pytest.fixture(scope="session")
def django_db_setup(django_db_setup: None, django_db_blocker: DjangoDbBlocker) -> Iterator[None]:
    """The migrated database with the base data that every start brings in."""
    from bandeng.core.setup import base_data_load
    from tests.emptying import allow_emptying, others_end

    allow_emptying()
    with django_db_blocker.unblock():
        base_data_load()
    yield
    with django_db_blocker.unblock():
        others_end()


@pytest.fixture(autouse=True)
def _nothing_remembered() -> Iterator[None]:
    """Reference data held in memory belongs to one test."""
    from bandeng.core.remembered import forget_all

    forget_all()
    yield
    forget_all()
