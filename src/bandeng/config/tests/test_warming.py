"""A server process reads its reference data before anyone asks for it."""

import logging

import pytest
from django.db import OperationalError, connection
from django.test.utils import CaptureQueriesContext

from bandeng.config import warming
from bandeng.core.remembered import Remembered, forget_all
from bandeng.intake.selectors.places import outlines


@pytest.fixture(autouse=True)
def kept_connection(monkeypatch: pytest.MonkeyPatch) -> None:
    # The test's own transaction lives on this connection.
    monkeypatch.setattr("bandeng.config.warming.connection.close", lambda: None)


@pytest.mark.django_db
def test_reference_data_is_in_memory_before_the_first_request() -> None:
    forget_all()
    with CaptureQueriesContext(
        connection,
    ) as cold:
        outlines()
    forget_all()
    warming.warm()
    with CaptureQueriesContext(connection) as warm:
        outlines()
    assert len(cold) > 0 and len(warm) == 0


@pytest.mark.django_db
def test_database_that_is_away_stops_no_server(
    monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    def away() -> int:
        raise OperationalError("the server closed the connection")

    monkeypatch.setattr("bandeng.core.remembered._ALL", [])
    Remembered(stamp=away, read=away)
    with caplog.at_level(logging.WARNING, logger="bandeng.warming"):
        warming.warm()
    assert "does not answer" in caplog.text and "Traceback" not in caplog.text


@pytest.mark.django_db
def test_one_that_cannot_be_read_keeps_no_other_from_it(
    monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    def broken() -> int:
        raise ZeroDivisionError

    monkeypatch.setattr("bandeng.core.remembered._ALL", [])
    Remembered(stamp=broken, read=broken)
    read: list[int] = []
    Remembered(stamp=lambda: 1, read=lambda: read.append(1))
    with caplog.at_level(logging.ERROR, logger="bandeng.warming"):
        warming.warm()
    assert read == [1] and "ZeroDivisionError" in caplog.text
