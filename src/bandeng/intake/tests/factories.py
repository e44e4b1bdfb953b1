"""Tokens and requests of other systems for tests."""

import json
from typing import Any

from django.http import HttpResponse
from django.test import Client

from bandeng.core import clock
from bandeng.dispatch.tests.factories import House
from bandeng.organisations.models import ApiToken
from bandeng.organisations.rules import Duty
from bandeng.organisations.services.tokens import digest_of
from bandeng.organisations.tests.factories import CENTRE, post

ALL_SCOPES = ["matters:read", "matters:write", "open311:write", "webhooks"]
BODY = {"title": "路灯不亮", "text": "古渡路58号门前的路灯三天不亮", "type": "01.01.01"}


def token(
    *,
    house: House,
    value: str = "bd_00000000_test",
    scopes: list[str] | None = None,
    organisation: str = CENTRE,
) -> ApiToken:
    """A token of a post with the external system's duties, in the district's centre unless told otherwise."""
    return ApiToken.objects.create(
        post=post(Duty.INTAKE, Duty.REPORT, organisation=house.organisations[organisation]),
        name="测试系统",
        prefix="00000000",
        digest=digest_of(value),
        scopes=ALL_SCOPES if scopes is None else scopes,
        created_at=clock.now(),
    )


def bearer(value: str = "bd_00000000_test", **headers: str) -> dict[str, str]:
    """Headers of a request with a token."""
    return {"Authorization": f"Bearer {value}", **headers}


def send(client: Client, path: str, body: Any, **headers: str) -> HttpResponse:
    """POST JSON with the test token."""
    content = body if isinstance(body, (str, bytes)) else json.dumps(body)
    answer = client.post(
        f"/api/v1{path}", content, content_type="application/json", headers=bearer(**headers)
    )
    assert isinstance(answer, HttpResponse)
    return answer
