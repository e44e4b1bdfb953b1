"""`pytest tests/fuzz --fuzz-long`: many more examples than a check of every change can afford."""

import pytest


def pytest_addoption(parser: pytest.Parser) -> None:
    """Add the option."""
    parser.addoption("--fuzz-long", action="store_true", help="fuzz for minutes, with fresh random examples")
