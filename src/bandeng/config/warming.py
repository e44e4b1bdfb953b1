"""What the first visitor of a server process would otherwise wait for."""

import logging
import threading
from typing import Any

from django.db import DatabaseError, connection
from django.urls import get_resolver

from bandeng.core import remembered

log = logging.getLogger("bandeng.warming")


def begin() -> None:
    """Load every page's code, then read the reference data in a thread: meanwhile requests are answered already."""
    _ = get_resolver().url_patterns
    threading.Thread(target=warm, name="warming", daemon=True).start()


def warm() -> None:
    """Read all reference data (outlines, areas, organisations, rules); what fails is left to the first request."""
    try:
        for each in remembered.everything():
            _read(each)
    except DatabaseError as error:
        log.warning("the database does not answer yet: %s", error)
    finally:
        connection.close()


def _read(each: remembered.Remembered[Any]) -> None:
    try:
        each()
    except DatabaseError:
        raise
    except Exception:  # whoever asks for it is told; the rest can still be read
        log.exception("reference data could not be read ahead")
