"""Checks a server against Open311 GeoReport v2: the six methods, both formats."""

import json
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from xml.etree.ElementTree import Element  # noqa: TID251 (the type only; parsing is defusedxml's)

import httpx
from defusedxml.ElementTree import ParseError, fromstring

TIMEOUT = 20.0
SERVICE_FIELDS = ("service_code", "service_name", "metadata", "type")
REQUEST_FIELDS = ("service_request_id", "status", "service_code", "requested_datetime")
TYPES = {"realtime", "batch", "blackbox"}


@dataclass(frozen=True)
class Check:
    """One point of the specification: whether it holds, and what was seen if not."""

    name: str
    passed: bool
    seen: str = ""


class Failed(Exception):
    """A point of the specification does not hold; the words say what was seen."""


@dataclass(frozen=True)
class Server:
    """The server under test."""

    client: httpx.Client
    base: str
    api_key: str
    jurisdiction: str

    def get(self, path: str, form: str, **query: str) -> httpx.Response:
        """GET BASE/path.form with the server's own parameters."""
        own = {"jurisdiction_id": self.jurisdiction, "api_key": self.api_key}
        known = {name: value for name, value in {**own, **query}.items() if value}
        return self.client.get(f"{self.base}/{path}.{form}", params=known)

    def post(self, form: str, body: dict[str, str]) -> httpx.Response:
        """POST BASE/requests.form."""
        own = {"jurisdiction_id": self.jurisdiction, "api_key": self.api_key}
        known = {name: value for name, value in own.items() if value}
        return self.client.post(f"{self.base}/requests.{form}", params=known, data={**known, **body})

    def records(self, answer: httpx.Response, form: str, item: str) -> list[dict[str, Any]]:
        """The records of an answer. Raises Failed for another status, type or shape."""
        _expect(answer.status_code in {200, 201}, f"HTTP {answer.status_code}: {answer.text[:120]}")
        kind = answer.headers.get("content-type", "")
        _expect(form in kind, f"content-type is {kind or 'missing'}")
        return _json_records(answer.text) if form == "json" else _xml_records(answer.content, item)


def _expect(holds: bool, seen: str) -> None:
    if not holds:
        raise Failed(seen)


def _json_records(text: str) -> list[dict[str, Any]]:
    try:
        found = json.loads(text)
    except ValueError as error:
        raise Failed(f"not JSON: {error}") from error
    _expect(
        isinstance(found, list) and all(isinstance(each, dict) for each in found), "not an array of objects"
    )
    return list(found)


def _xml_records(content: bytes, item: str) -> list[dict[str, Any]]:
    try:
        root: Element = fromstring(content)
    except (ParseError, ValueError) as error:
        raise Failed(f"not XML: {error}") from error
    return [{child.tag: child.text or "" for child in node} for node in root.findall(item)]


def check(*, server: Server, write: bool) -> Iterator[Check]:
    """Every point in turn; `write` also posts one request."""
    for form in ("json", "xml"):
        yield from _services(server, form)
        yield from _requests(server, form)
        yield from _errors(server, form)
        if write:
            yield from _post(server, form)


def _tried(name: str, act: Callable[[], None]) -> Check:
    try:
        act()
    except Failed as failed:
        return Check(name, False, str(failed))
    except httpx.HTTPError as error:
        return Check(name, False, f"{type(error).__name__}: {error}")
    return Check(name, True)


def _services(server: Server, form: str) -> Iterator[Check]:
    found: list[dict[str, Any]] = []

    def listed() -> None:
        found.extend(server.records(server.get("services", form), form, "service"))
        _expect(bool(found), "the list is empty")
        for record in found:
            missing = [name for name in SERVICE_FIELDS if record.get(name) in (None, "")]
            _expect(not missing, f"{record.get('service_code')}: no {', '.join(missing)}")
            _expect(record["type"] in TYPES, f"type {record['type']!r}")
            _expect(str(record["metadata"]).lower() in {"true", "false"}, f"metadata {record['metadata']!r}")

    def defined() -> None:
        with_metadata = [each for each in found if str(each["metadata"]).lower() == "true"]
        chosen = (with_metadata or found or [{}])[0]
        _expect("service_code" in chosen, "no service to ask about")
        answer = server.get(f"services/{chosen['service_code']}", form)
        _expect(answer.status_code == 200, f"HTTP {answer.status_code}")
        _expect(str(chosen["service_code"]) in answer.text, "the answer does not name the service")

    yield _tried(f"GET services.{form}", listed)
    yield _tried(f"GET services/CODE.{form}", defined)


def _requests(server: Server, form: str) -> Iterator[Check]:
    found: list[dict[str, Any]] = []

    def listed() -> None:
        found.extend(server.records(server.get("requests", form), form, "request"))
        for record in found:
            _check_request(record)

    def narrowed() -> None:
        for status in ("open", "closed"):
            records = server.records(server.get("requests", form, status=status), form, "request")
            others = [each for each in records if each.get("status") != status]
            _expect(not others, f"status={status} answers {len(others)} of another status")

    yield _tried(f"GET requests.{form}", listed)
    yield _tried(f"GET requests.{form}?status", narrowed)
    if found:
        yield from _single(server, form, str(found[0]["service_request_id"]))


def _single(server: Server, form: str, number: str) -> Iterator[Check]:
    def one() -> None:
        records = server.records(server.get(f"requests/{number}", form), form, "request")
        known = [str(each["service_request_id"]) for each in records]
        _expect(known == [number], f"asked for {number}, got {known}")

    def by_token() -> None:
        answer = server.get(f"tokens/{number}", form)
        _expect(answer.status_code in {200, 404}, f"HTTP {answer.status_code}")

    yield _tried(f"GET requests/ID.{form}", one)
    yield _tried(f"GET tokens/TOKEN.{form}", by_token)


def _check_request(record: dict[str, Any]) -> None:
    missing = [name for name in REQUEST_FIELDS if name not in record]
    _expect(not missing, f"{record.get('service_request_id')}: no {', '.join(missing)}")
    _expect(record["status"] in {"open", "closed"}, f"status {record['status']!r}")
    for name in ("requested_datetime", "updated_datetime", "expected_datetime"):
        if record.get(name):
            _check_moment(str(record[name]), name)


def _check_moment(text: str, name: str) -> None:
    try:
        moment = datetime.fromisoformat(text)
    except ValueError as error:
        raise Failed(f"{name} {text!r} is not ISO 8601") from error
    _expect(moment.tzinfo is not None, f"{name} {text!r} has no zone")


def _errors(server: Server, form: str) -> Iterator[Check]:
    def told() -> None:
        answer = server.get("requests/no-such-request-0", form)
        _expect(answer.status_code == 404, f"HTTP {answer.status_code}, 404 was expected")
        records = _json_records(answer.text) if form == "json" else _xml_records(answer.content, "error")
        _expect(bool(records) and {"code", "description"} <= set(records[0]), "no code and description")

    yield _tried(f"errors as {form}", told)


def _post(server: Server, form: str) -> Iterator[Check]:
    def posted() -> None:
        services = server.records(server.get("services", form), form, "service")
        plain = [each for each in services if str(each.get("metadata")).lower() == "false"] or services
        _expect(bool(plain), "no service to post to")
        body = {
            "service_code": str(plain[0]["service_code"]),
            "description": "Open311 conformance check",
            "address_string": "Open311 conformance check",
        }
        records = server.records(server.post(form, body), form, "request")
        known = records and (records[0].get("service_request_id") or records[0].get("token"))
        _expect(bool(known), "neither service_request_id nor token came back")

    def refused() -> None:
        answer = server.post(form, {"description": "no service code"})
        _expect(
            400 <= answer.status_code < 500, f"HTTP {answer.status_code} for a request without service_code"
        )

    yield _tried(f"POST requests.{form}", posted)
    yield _tried(f"POST requests.{form} without service_code", refused)
