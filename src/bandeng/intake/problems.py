"""Errors of the API as problem+json (RFC 9457): what is wrong, why, and what to do next."""

import logging
from http import HTTPStatus
from typing import Any

from django.core.exceptions import RequestDataTooBig, SuspiciousOperation, TooManyFilesSent
from django.db import OperationalError
from django.http import Http404, HttpRequest, HttpResponse, JsonResponse
from ninja import NinjaAPI
from ninja.errors import AuthenticationError, AuthorizationError, HttpError, ValidationError
from ninja.openapi.schema import OpenAPISchema

from bandeng.intake.services.requests import KeyReused
from bandeng.organisations.rules import DutyMissing

log = logging.getLogger("bandeng.api")
MEDIA_TYPE = "application/problem+json"


class ProblemAPI(NinjaAPI):
    """An API whose description, too, says that its errors are problem+json."""

    def get_openapi_schema(self, **where: Any) -> OpenAPISchema:
        """The description, errors under their own media type."""
        described = super().get_openapi_schema(**where)
        for operations in described["paths"].values():
            for operation in operations.values():
                for status, answer in operation["responses"].items():
                    if int(status) >= HTTPStatus.BAD_REQUEST and "content" in answer:
                        answer["content"] = {MEDIA_TYPE: next(iter(answer["content"].values()))}
        return described


def problem(*, status: int, detail: str = "", errors: list[dict[str, str]] | None = None) -> HttpResponse:
    """A problem+json answer."""
    body = {
        "type": "about:blank",
        "title": HTTPStatus(status).phrase,
        "status": status,
        "detail": detail,
        "errors": errors or [],
    }
    answer = JsonResponse(body, status=status, json_dumps_params={"ensure_ascii": False})
    answer["Content-Type"] = MEDIA_TYPE
    if status == HTTPStatus.UNAUTHORIZED:
        answer["WWW-Authenticate"] = "Bearer"
    return answer


def _errors_of(error: ValidationError) -> list[dict[str, str]]:
    found = []
    for each in error.errors:
        where = [str(part) for part in each.get("loc", ())]
        found.append({"where": "/".join(where), "message": str(each.get("msg", ""))[:500]})
    return found[:50]


TEXTS: list[tuple[type[Exception], int, str]] = [
    (
        AuthenticationError,
        401,
        "Send Authorization: Bearer <token>; ask the district's administrator for one / 请携带令牌",
    ),
    (AuthorizationError, 403, "The token lacks the scope for this / 令牌没有这项权限"),
    (DutyMissing, 403, "The token's post lacks the duty for this / 令牌所属岗位没有这项职责"),
    (Http404, 404, "There is no such record within what this token may see / 没有这条记录，或不在可见范围内"),
    (
        KeyReused,
        422,
        "This Idempotency-Key was used for another request; take a new one / 该幂等键已用于另一请求",
    ),
    (RequestDataTooBig, 413, "The body is too large / 请求体过大"),
    (TooManyFilesSent, 413, "Too many files in one request / 一次上传的文件过多"),
    (SuspiciousOperation, 400, "The request is malformed / 请求格式有误"),
    (
        OperationalError,
        503,
        "The database is busy; try again with the same Idempotency-Key / 数据库繁忙，请稍后用同一幂等键重试",
    ),
]


def add_problem_handlers(api: NinjaAPI) -> None:
    """Make every error of this API a problem+json."""

    def fixed(status: int, text: str) -> Any:
        def handler(request: HttpRequest, error: Exception) -> HttpResponse:
            return problem(status=status, detail=text)

        return handler

    for kind, status, text in TEXTS:
        api.add_exception_handler(kind, fixed(status, text))

    def invalid(request: HttpRequest, error: Any) -> HttpResponse:
        return problem(
            status=422, detail="Some fields are wrong / 有字段不符合要求", errors=_errors_of(error)
        )

    def told(request: HttpRequest, error: Any) -> HttpResponse:
        return problem(status=error.status_code, detail=str(error))

    api.add_exception_handler(ValidationError, invalid)
    api.add_exception_handler(HttpError, told)
