"""The API against its own description: whatever is sent, no 5xx, and every answer is one that was promised.

`pytest tests/fuzz --fuzz-long` tries many more examples, other ones every time.
"""

from collections.abc import Iterator
from typing import Any

import pytest
import schemathesis
from django.core.handlers.wsgi import WSGIHandler
from django.core.signals import request_finished, request_started
from django.db import close_old_connections
from hypothesis import HealthCheck, assume, given, settings
from schemathesis import Case
from schemathesis.specs.openapi.schemas import OpenApiSchema

from bandeng.dispatch.tests.factories import house
from bandeng.intake.tests.factories import bearer, token
from bandeng.matters.tests.factories import matter_opened

EXAMPLES, EXAMPLES_LONG = 20, 1000
OPERATIONS = (
    "openMatter", "listMatters", "getMatter", "addRemark", "listTypes", "listAreas", "addWebhook",
    "listWebhooks", "removeWebhook", "testWebhook", "listDeliveries",
)  # fmt: skip


@pytest.fixture
def schema(db: None) -> Iterator[OpenApiSchema]:
    """The description as the program gives it, with a house that answers; all within the test's transaction."""
    token(house=house())
    for _ in range(3):
        matter_opened()
    request_started.disconnect(close_old_connections)
    request_finished.disconnect(close_old_connections)
    yield schemathesis.openapi.from_wsgi("/api/v1/openapi.json", WSGIHandler())
    request_started.connect(close_old_connections)
    request_finished.connect(close_old_connections)


def test_every_operation_is_tried(schema: OpenApiSchema) -> None:
    described = schema.raw_schema["paths"].values()
    tried = {operation["operationId"] for operations in described for operation in operations.values()}
    assert tried == set(OPERATIONS)


@pytest.mark.parametrize("name", OPERATIONS)
def test_answers_are_as_promised(name: str, schema: OpenApiSchema, request: pytest.FixtureRequest) -> None:
    long = request.config.getoption("--fuzz-long", default=False)
    operation = schema.find_operation_by_id(name)
    keys: set[str] = set()

    @settings(
        max_examples=EXAMPLES_LONG if long else EXAMPLES,
        deadline=None,
        derandomize=not long,
        database=None,
        suppress_health_check=list(HealthCheck),
    )
    @given(case=operation.as_strategy())
    def holds(case: Case[Any]) -> None:
        key = str(case.headers.get("Idempotency-Key", ""))
        assume(key not in keys)  # the same key for another request is refused, as it must be
        keys.update({key} - {""})
        case.call_and_validate(headers=bearer())

    holds()
