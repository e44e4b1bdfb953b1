"""Open311 GeoReport v2 under /open311/v2: six methods, JSON and XML, read and write."""

import math
from collections.abc import Callable
from datetime import datetime, timedelta
from functools import wraps
from typing import Any

from django.conf import settings
from django.db import OperationalError
from django.http import HttpRequest, HttpResponse, QueryDict
from django.utils.dateparse import parse_datetime
from django.views.decorators.csrf import csrf_exempt

from bandeng.core import clock
from bandeng.core.rules import Actor
from bandeng.dispatch.services.intake import matter_intake
from bandeng.intake import georeport
from bandeng.intake.selectors.open311 import (
    request_records,
    requests_found,
    service_definition,
    service_records,
)
from bandeng.intake.services.requests import Answer, KeyReused, answer_once
from bandeng.matters.rules import TEXT_LENGTH, Channel, clean_text, id_of, number_of
from bandeng.matters.selectors import taxonomy
from bandeng.matters.services.opening import NewMatter
from bandeng.organisations.services.tokens import token_scope
from bandeng.people.services import ContactDetails

SPAN = timedelta(days=90)  # GeoReport v2: the longest span of one query
LARGEST_PAGE = 1000  # GeoReport v2: the most records of one answer
PAGE = 100
TITLE = 40
View = Callable[..., HttpResponse]


class Refused(Exception):
    """A request that cannot be answered: HTTP status and words."""

    def __init__(self, status: int, words: str) -> None:
        super().__init__(words)
        self.status, self.words = status, words


def answering(*methods: str) -> Callable[[View], View]:
    """Let a view raise Refused; the answer is in the format asked for."""

    def wrap(view: View) -> View:
        @csrf_exempt
        @wraps(view)
        def inner(request: HttpRequest, *, form: str, **kwargs: Any) -> HttpResponse:
            try:
                if request.method not in methods:
                    raise Refused(405, f"Use {' or '.join(methods)}")
                _check_jurisdiction(request)
                return view(request, form=form, **kwargs)
            except Refused as refused:
                return _errors(refused, form)
            except KeyReused:
                return _errors(Refused(400, "This Idempotency-Key was used for another request"), form)
            except OperationalError:
                return _errors(Refused(503, "The database is busy; send the request again"), form)

        return inner

    return wrap


def _errors(refused: Refused, form: str) -> HttpResponse:
    record = {"code": refused.status, "description": refused.words}
    return _answer([record], root="errors", item="error", form=form, status=refused.status)


def _answer(
    records: list[dict[str, Any]], *, root: str, item: str, form: str, status: int = 200
) -> HttpResponse:
    text = georeport.rendered(records=records, root=root, item=item, form=form)
    return HttpResponse(text, content_type=georeport.CONTENT_TYPES[form], status=status)


def _check_jurisdiction(request: HttpRequest) -> None:
    asked = request.GET.get("jurisdiction_id") or ""
    if asked and asked != jurisdiction():
        raise Refused(404, f"jurisdiction_id is {jurisdiction()}, or leave it out")


def jurisdiction() -> str:
    """The jurisdiction's id: the public host name."""
    return settings.PUBLIC_URL.partition("://")[2] or "bandeng"


def _page_number(query: QueryDict, name: str, default: int, largest: int) -> int:
    text = query.get(name, "")
    if not text:
        return default
    if not text.isascii() or not text.isdecimal() or not 1 <= int(text[:9]) <= largest or len(text) > 9:
        raise Refused(400, f"{name} is a whole number from 1 to {largest}")
    return int(text)


@answering("GET", "HEAD")
def services(request: HttpRequest, *, form: str) -> HttpResponse:
    """GET Service List."""
    return _answer(service_records(), root="services", item="service", form=form)


@answering("GET", "HEAD")
def service(request: HttpRequest, *, form: str, code: str) -> HttpResponse:
    """GET Service Definition."""
    definition = service_definition(code)
    if definition is None:
        raise Refused(404, f"service_code {code[:40]} was not found")
    text = georeport.rendered_one(record=definition, root="service_definition", form=form)
    return HttpResponse(text, content_type=georeport.CONTENT_TYPES[form])


@answering("GET", "HEAD", "POST")
def requests(request: HttpRequest, *, form: str) -> HttpResponse:
    """GET Service Requests; POST Service Request."""
    return _post(request, form) if request.method == "POST" else _list(request, form)


def _list(request: HttpRequest, form: str) -> HttpResponse:
    query = request.GET
    scope = _scope(query.get("api_key", ""), "matters:read", optional=True)
    ids = [each for each in query.get("service_request_id", "").split(",") if each]
    page, size = _page_number(query, "page", 1, 10_000), _page_number(query, "page_size", PAGE, LARGEST_PAGE)
    if query.get("status", "") not in {"", "open", "closed", "open,closed", "closed,open"}:
        raise Refused(400, "status is open or closed")
    if ids:
        keys = [key for key in map(id_of, ids[:LARGEST_PAGE]) if key is not None]
        rows = requests_found(scope=scope, keys=keys)
    else:
        start, end = _span(query)
        codes = [each for each in query.get("service_code", "").split(",") if each][:50]
        status = query.get("status", "")
        rows = requests_found(
            scope=scope, start=start, end=end, codes=codes, status="" if "," in status else status
        )
    found = list(rows[(page - 1) * size : page * size])
    return _answer(request_records(found, scope=scope), root="service_requests", item="request", form=form)


def _span(query: QueryDict) -> tuple[datetime, datetime]:
    start, end = _moment(query, "start_date"), _moment(query, "end_date")
    end = end or (start + SPAN if start else clock.now())
    start = start or end - SPAN
    if end < start:
        raise Refused(400, "end_date comes before start_date")
    return max(start, end - SPAN), end


def _moment(query: QueryDict, name: str) -> datetime | None:
    text = query.get(name, "").replace(" ", "+")  # an unescaped + in a query means a blank
    if not text:
        return None
    try:
        moment = parse_datetime(text)
    except ValueError:
        moment = None
    if moment is None or moment.tzinfo is None or not 1990 <= moment.year <= 2200:
        raise Refused(400, f"{name} is a time such as 2026-11-01T00:00:00Z (ISO 8601 with zone)")
    return moment


def _scope(key: str, needed: str, *, optional: bool = False) -> Any:
    if not key and optional:
        return None
    found = token_scope(key) if key else None
    if found is None:
        raise Refused(403, "api_key is missing or not valid; ask the district's administrator for one")
    if needed not in found[0].scopes:
        raise Refused(403, f"this api_key lacks the scope {needed}")
    return found if needed == "open311:write" else found[1]


def _post(request: HttpRequest, form: str) -> HttpResponse:
    body = request.POST
    token, scope = _scope(body.get("api_key", "") or request.GET.get("api_key", ""), "open311:write")
    new = _new_matter(body)
    actor = Actor(f"token:{token.pk}", scope.organisation_name, scope.organisation_id)
    key = request.headers.get("Idempotency-Key", "")[:100]

    def act() -> Answer:
        opened = matter_intake(new=new, actor=actor)
        return Answer(200, {"number": opened.matter.number, "secret": opened.secret})

    answer = answer_once(owner=f"token:{token.pk}", key=key, request=body.urlencode().encode(), act=act)
    receipt = {
        "service_request_id": answer.body["number"],
        "service_notice": f"查询码 query code: {answer.body['secret']}",
        "account_id": None,
    }
    return _answer([receipt], root="service_requests", item="request", form=form, status=answer.status)


def _new_matter(body: QueryDict) -> NewMatter:
    kind = taxonomy().by_code.get(body.get("service_code", ""))
    if kind is None:
        raise Refused(404 if body.get("service_code") else 400, "service_code is missing or was not found")
    text = clean_text(body.get("description", ""))
    if len(text) > TEXT_LENGTH:
        raise Refused(400, f"description has {len(text)} characters, at most {TEXT_LENGTH}")
    longitude, latitude = _point(body)
    address = clean_text(body.get("address_string", ""))[:200]
    if longitude is None and not address:
        raise Refused(400, "give lat and long, or address_string")
    name = clean_text(f"{body.get('last_name', '')}{body.get('first_name', '')}")[:60]
    contact = ContactDetails(name, body.get("phone", "")[:30], body.get("email", "")[:120])
    return NewMatter(
        title=(text.split("\n", 1)[0] or kind.name)[:TITLE],
        text=text or kind.name,
        channel=Channel.OPEN311,
        reported_at=clock.now(),
        type_code=kind.code,
        answers=_attributes(body, kind.questions),
        contact=contact if any((contact.name, contact.phone, contact.email)) else None,
        longitude=longitude,
        latitude=latitude,
        address=address,
    )


def _attributes(body: QueryDict, questions: list[dict[str, Any]]) -> dict[str, Any]:
    answers: dict[str, Any] = {}
    for question in questions:
        given = body.getlist(f"attribute[{question['key']}]") or body.getlist(
            f"attribute[{question['key']}][]"
        )
        if question.get("required") and not any(given):
            raise Refused(400, f"attribute[{question['key']}] is required: {question['zh']}")
        if given:
            answers[question["key"]] = [clean_text(each)[:500] for each in given[:20]]
    return answers


def _point(body: QueryDict) -> tuple[float | None, float | None]:
    latitude, longitude = body.get("lat", ""), body.get("long", "")
    if not latitude and not longitude:
        return None, None
    try:
        point = float(longitude), float(latitude)
    except ValueError as error:
        raise Refused(400, "lat and long are decimal degrees and go together") from error
    if not (math.isfinite(sum(point)) and abs(point[0]) <= 180 and abs(point[1]) <= 90):
        raise Refused(400, "lat is within -90…90 and long within -180…180")
    return point


@answering("GET", "HEAD")
def request_one(request: HttpRequest, *, form: str, number: str) -> HttpResponse:
    """GET Service Request."""
    scope = _scope(request.GET.get("api_key", ""), "matters:read", optional=True)
    key = id_of(number)
    found = list(requests_found(scope=scope, keys=[key])[:1]) if key is not None else []
    if not found:
        raise Refused(404, f"service_request_id {number[:40]} was not found")
    return _answer(request_records(found, scope=scope), root="service_requests", item="request", form=form)


@answering("GET", "HEAD")
def token(request: HttpRequest, *, form: str, number: str) -> HttpResponse:
    """GET service_request_id from a token. Numbers are given at once, so the token is the number."""
    key = id_of(number)
    if key is None or not list(requests_found(scope=None, keys=[key])[:1]):
        raise Refused(404, f"token {number[:40]} was not found")
    record = {"service_request_id": number_of(key), "token": number}
    return _answer([record], root="service_requests", item="request", form=form)


@answering("GET", "HEAD")
def discovery(request: HttpRequest, *, form: str) -> HttpResponse:
    """Service discovery."""
    base = settings.PUBLIC_URL or f"{request.scheme}://{request.get_host()}"
    record = {
        "changeset": "2026-11-22T00:00:00+08:00",
        "contact": base,
        "key_service": f"{base}/admin/tokens/",
        "endpoints": [
            {
                "specification": "http://wiki.open311.org/GeoReport_v2",
                "url": f"{base}/open311/v2",
                "changeset": "2026-11-22T00:00:00+08:00",
                "type": "production",
                "formats": ["application/json", "text/xml"],
            }
        ],
    }
    text = georeport.rendered_one(record=record, root="discovery", form=form)
    return HttpResponse(text, content_type=georeport.CONTENT_TYPES[form])
