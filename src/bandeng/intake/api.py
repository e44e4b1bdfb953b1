"""The REST API under /api/v1: matters in, matters read, webhooks."""

from collections.abc import Callable
from typing import Annotated, Any

from django.conf import settings
from django.db import IntegrityError, transaction
from django.http import Http404, HttpRequest, HttpResponse, JsonResponse
from ninja import Header, Path, Query, Schema
from ninja.errors import AuthorizationError
from ninja.security import HttpBearer
from pydantic import Field, StringConstraints

from bandeng.areas.selectors import atlas
from bandeng.core import clock
from bandeng.core.rules import Actor
from bandeng.dispatch.services.intake import matter_intake
from bandeng.intake import schemas
from bandeng.intake.problems import ProblemAPI, add_problem_handlers
from bandeng.intake.selectors import systems
from bandeng.intake.selectors import webhooks as webhook_reads
from bandeng.intake.services import webhooks
from bandeng.intake.services.remarks import remark_by_system
from bandeng.intake.services.requests import Answer, answer_once
from bandeng.matters.rules import Channel, clean_text
from bandeng.matters.selectors import taxonomy
from bandeng.matters.services.opening import NewMatter, Opened
from bandeng.organisations.selectors import directory
from bandeng.organisations.services.tokens import token_scope
from bandeng.people.services import ContactDetails

DESCRIPTION = """Matters of the district: send them in, follow them, be told of changes.

Send `Authorization: Bearer <token>`. Send an `Idempotency-Key` with every POST and repeat the request with the
same key when no answer arrived: it takes effect once. Errors are `application/problem+json`.
Messages to webhooks are signed after Standard Webhooks."""
"""Description shown in the OpenAPI document."""


class Bearer(HttpBearer):
    """A token with one of the scopes asked for."""

    def __init__(self, scope: str) -> None:
        super().__init__()
        self.scope = scope

    def authenticate(self, request: HttpRequest, token: str) -> Any:
        """The token's row, with request.seen_as set. Raises AuthorizationError without the scope."""
        found = token_scope(token)
        if found is None:
            return None
        row, scope = found
        if self.scope not in row.scopes:
            raise AuthorizationError
        request.seen_as = scope  # type: ignore[attr-defined]
        request.token_id = row.pk  # type: ignore[attr-defined]
        return row


READ, WRITE, HOOKS = Bearer("matters:read"), Bearer("matters:write"), Bearer("webhooks")
PROBLEMS = {
    400: schemas.Problem, 401: schemas.Problem, 403: schemas.Problem, 404: schemas.Problem,
    413: schemas.Problem, 422: schemas.Problem, 429: schemas.Problem, 503: schemas.Problem,
}  # fmt: skip
RECEIPT = {
    200: schemas.MatterReceipt,
    201: schemas.MatterReceipt,
    **PROBLEMS,
}  # 200: the external_id is known
Cursor = Annotated[str, StringConstraints(max_length=60, pattern=r"^[0-9a-z.]*$")]
KEY: Any = Header(  # type: ignore[type-arg]
    "", alias="Idempotency-Key", max_length=100, pattern=r"^[\x21-\x7e]*$", description="Once per effect"
)
NUMBER: Any = Path(..., max_length=30)  # type: ignore[type-arg]

api = ProblemAPI(
    title="板凳 bandeng",
    version="1",
    description=DESCRIPTION,
    openapi_url="/openapi.json",
    docs_url=None,
    urls_namespace="api-v1",
)
add_problem_handlers(api)


def _actor(request: HttpRequest) -> Actor:
    scope = request.seen_as  # type: ignore[attr-defined]
    return Actor(f"token:{request.token_id}", scope.organisation_name, scope.organisation_id)  # type: ignore[attr-defined]


def _once(request: HttpRequest, key: str, act: Callable[[], Answer]) -> HttpResponse:
    owner = f"token:{request.token_id}"  # type: ignore[attr-defined]
    answer = answer_once(owner=owner, key=key, request=request.path.encode() + request.body, act=act)
    response = JsonResponse(answer.body, status=answer.status, json_dumps_params={"ensure_ascii": False})
    if answer.repeated:
        response["Idempotent-Replayed"] = "true"
    return response


def new_matter(body: schemas.MatterIn, *, token_id: int, channel: Channel = Channel.API) -> NewMatter:
    """A checked body as a new matter."""
    contact = body.contact
    known = contact is not None and any((contact.name, contact.phone, contact.email))
    return NewMatter(
        title=clean_text(body.title) or clean_text(body.text)[:40],
        text=clean_text(body.text),
        channel=channel,
        reported_at=min(body.reported_at or clock.now(), clock.now()),
        type_code=body.type,
        contact=ContactDetails(contact.name, contact.phone, contact.email) if contact and known else None,
        longitude=body.longitude,
        latitude=body.latitude,
        address=clean_text(body.address),
        area_code=body.area,
        source=f"token:{token_id}" if body.external_id else "",
        source_key=body.external_id,
    )


def receipt(opened: Opened) -> dict[str, Any]:
    """What the reporter gets back."""
    matter = opened.matter
    return {
        "number": matter.number,
        "secret": opened.secret,
        "state": matter.state,
        "type": matter.type_code,
        "lead": directory().official_name(matter.lead_id),
        "due_at": matter.due_at.isoformat() if matter.due_at else None,
        "track_url": f"{settings.PUBLIC_URL}/track/{matter.number}",
    }


class MatterFilter(Schema):
    """Narrows a list of matters; times carry their offset."""

    cursor: Cursor = ""
    limit: Annotated[int, Field(ge=1, le=200)] = 50
    state: schemas.MatterStateName | None = None
    type: schemas.TypeCode = ""
    area: Annotated[str, StringConstraints(pattern=r"^[0-9]{0,15}$")] = ""
    q: Annotated[str, StringConstraints(max_length=100)] = ""
    opened_from: schemas.Moment | None = None
    opened_to: schemas.Moment | None = None


@api.post("/matters", auth=WRITE, response=RECEIPT, operation_id="openMatter")
def matter_open(request: HttpRequest, body: schemas.MatterIn, key: str = KEY) -> HttpResponse:
    """Send a matter in. It is classified, placed, dispatched and given its deadline before the answer."""
    new = new_matter(body, token_id=request.token_id)  # type: ignore[attr-defined]

    def act() -> Answer:
        return Answer(201, receipt(matter_intake(new=new, actor=_actor(request))))

    known = systems.matter_of_source(new.source, new.source_key)
    if known is None:
        try:
            return _once(request, key, act)
        except IntegrityError:  # the same external_id came in at the same moment
            known = systems.matter_of_source(new.source, new.source_key)
            if known is None:
                raise
    return JsonResponse(systems.receipt_again(known), status=200, json_dumps_params={"ensure_ascii": False})


@api.get("/matters", auth=READ, response={200: schemas.MatterPage, **PROBLEMS}, operation_id="listMatters")
def matter_list(request: HttpRequest, narrow: Query[MatterFilter]) -> dict[str, Any]:
    """Matters within the token's view, newest first."""
    return systems.matter_page(scope=request.seen_as, **narrow.dict())  # type: ignore[attr-defined]


@api.get(
    "/matters/{number}", auth=READ, response={200: schemas.MatterDetail, **PROBLEMS}, operation_id="getMatter"
)
def matter_get(request: HttpRequest, number: str = NUMBER) -> dict[str, Any]:
    """A matter with its text, story and the reason for its dispatch."""
    return systems.matter_detail(scope=request.seen_as, number=number)  # type: ignore[attr-defined]


@api.post(
    "/matters/{number}/remarks",
    auth=WRITE,
    response={201: schemas.StepOut, **PROBLEMS},
    operation_id="addRemark",
)
def remark_add(
    request: HttpRequest, body: schemas.RemarkIn, number: str = NUMBER, key: str = KEY
) -> HttpResponse:
    """Add a remark; the handling organisation is told."""

    def act() -> Answer:
        step = remark_by_system(
            scope=request.seen_as,  # type: ignore[attr-defined]
            matter_id=systems.visible_matter(scope=request.seen_as, number=number).pk,  # type: ignore[attr-defined]
            text=clean_text(body.text),
            actor=_actor(request),
        )
        return Answer(201, step)

    return _once(request, key, act)


@api.get("/types", auth=READ, response={200: list[schemas.TypeOut], **PROBLEMS}, operation_id="listTypes")
def type_list(request: HttpRequest) -> list[dict[str, Any]]:
    """The matter types in force."""
    rows = sorted(taxonomy().by_code.values(), key=lambda row: row.code)
    return [
        {
            "code": row.code,
            "level": row.level,
            "name": row.name,
            "name_en": row.name_en,
            "questions": row.questions,
        }
        for row in rows
    ]


@api.get("/areas", auth=READ, response={200: list[schemas.AreaOut], **PROBLEMS}, operation_id="listAreas")
def area_list(request: HttpRequest) -> list[dict[str, Any]]:
    """The tree of areas, by code."""
    rows = sorted(atlas().by_code.values(), key=lambda row: row.code)
    return [{"code": row.code, "level": row.level, "name": row.name, "name_en": row.name_en} for row in rows]


@api.post("/webhooks", auth=HOOKS, response={201: schemas.WebhookOut, **PROBLEMS}, operation_id="addWebhook")
def webhook_add(request: HttpRequest, body: schemas.WebhookIn, key: str = KEY) -> HttpResponse:
    """Register an endpoint. The signing secret is in this answer only."""

    def act() -> Answer:
        made = webhooks.endpoint_create(
            token_id=request.token_id,  # type: ignore[attr-defined]
            url=body.url,
            events=list(body.events),
            actor=_actor(request).key,
        )
        return Answer(201, made)

    return _once(request, key, act)


@api.get(
    "/webhooks", auth=HOOKS, response={200: list[schemas.WebhookOut], **PROBLEMS}, operation_id="listWebhooks"
)
def webhook_list(request: HttpRequest) -> list[dict[str, Any]]:
    """This token's endpoints."""
    return webhook_reads.endpoints(token_id=request.token_id)  # type: ignore[attr-defined]


@api.delete(
    "/webhooks/{webhook_id}", auth=HOOKS, response={204: None, **PROBLEMS}, operation_id="removeWebhook"
)
def webhook_remove(request: HttpRequest, webhook_id: Annotated[int, Path(ge=1, le=2**62)]) -> HttpResponse:
    """Stop telling an endpoint; its delivery log stays."""
    with transaction.atomic():
        token_id: int = request.token_id  # type: ignore[attr-defined]
        stopped = webhooks.endpoint_stop(token_id=token_id, endpoint_id=webhook_id, actor=_actor(request).key)
    if not stopped:
        raise Http404
    return HttpResponse(status=204)


@api.post(
    "/webhooks/{webhook_id}/test",
    auth=HOOKS,
    response={202: schemas.DeliveryOut, **PROBLEMS},
    operation_id="testWebhook",
)
def webhook_test(request: HttpRequest, webhook_id: Annotated[int, Path(ge=1, le=2**62)]) -> HttpResponse:
    """Send a test message to an endpoint; see the delivery log for what came of it."""
    made = webhooks.test_message(token_id=request.token_id, endpoint_id=webhook_id)  # type: ignore[attr-defined]
    if made is None:
        raise Http404
    return JsonResponse(made, status=202)


@api.get(
    "/webhooks/{webhook_id}/deliveries",
    auth=HOOKS,
    response={200: schemas.DeliveryPage, **PROBLEMS},
    operation_id="listDeliveries",
)
def delivery_list(
    request: HttpRequest,
    webhook_id: Annotated[int, Path(ge=1, le=2**62)],
    cursor: Annotated[int, Query(ge=0, le=2**62)] = 0,
) -> dict[str, Any]:
    """What was sent to an endpoint and how it went, newest first."""
    page = webhook_reads.delivery_page(token_id=request.token_id, endpoint_id=webhook_id, before=cursor)  # type: ignore[attr-defined]
    if page is None:
        raise Http404
    return page
