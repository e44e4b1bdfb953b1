"""What people write is shown as they wrote it and runs nowhere; every page forbids scripts in itself."""

from collections.abc import Iterator
from html.parser import HTMLParser
from typing import Any

import pytest

from bandeng.core import clock
from bandeng.matters.tests.factories import MORNING
from tests.security.addresses import addresses
from tests.security.district import Scene, scene

pytestmark = pytest.mark.django_db
SCRIPTS = (
    "<script>alert(1)</script>",
    '"><img src=x onerror=alert(1)>',
    "'-alert(1)-'",
    "</textarea></title><svg/onload=alert(1)>",
    "{{7*7}}{% load %}",
    "javascript:alert(1)//<!--",
)
LINKS = {"href", "src", "action", "formaction", "xlink:href"}
STREAM = "/live/events"


@pytest.fixture(params=SCRIPTS)
def placed(request: pytest.FixtureRequest) -> Iterator[Scene]:
    with clock.fixed(MORNING):
        yield scene(request.param)


class Reader(HTMLParser):
    """Reads a page as a browser would, and notes what would run."""

    def __init__(self) -> None:
        super().__init__()
        self.found: list[str] = []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        given = {name: value or "" for name, value in attrs}
        if tag == "script" and "src" not in given and given.get("type") != "application/json":
            self.found.append("a script in the page")
        for name, value in given.items():
            if name.startswith("on") or (name in LINKS and value.strip().lower().startswith("javascript:")):
                self.found.append(f"{tag} {name}={value[:40]}")


def running(text: str) -> list[str]:
    """What in a page would run, by a parser that knows text from markup."""
    reader = Reader()
    reader.feed(text)
    return reader.found


@pytest.fixture
def plain() -> Iterator[Scene]:
    with clock.fixed(MORNING):
        yield scene("路灯不亮")


def pages(placed: Scene) -> Iterator[tuple[str, Any]]:
    """Every HTML page, as somebody sees it who may see everything; the reporter's own one too."""
    client = placed.client(placed.insider)
    client.post("/track/", {"number": placed.opened.matter.number, "secret": placed.opened.secret})
    for each in addresses(placed.numbers):
        if each.path != STREAM:
            answer = client.get(each.path)
            if answer.headers.get("Content-Type", "").startswith("text/html"):
                yield each.path, answer


def test_nothing_written_becomes_markup(placed: Scene, request: pytest.FixtureRequest) -> None:
    mark, wrong, shown = request.node.callspec.params["placed"], [], 0
    for path, answer in pages(placed):
        text = answer.content.decode()
        shown += "alert(1)" in text or "7*7" in text
        wrong += [path] * ("<" in mark and mark in text)
        wrong += [f"{path}: {found}" for found in running(text)]
        wrong += [f"{path}: computed"] * ("{{7*7}}" in mark and ">49<" in text)
    assert wrong == []
    assert shown >= 5


def test_every_page_forbids_scripts_in_itself(plain: Scene) -> None:
    seen = 0
    for path, answer in pages(plain):
        policy = answer.headers.get("Content-Security-Policy", "")
        assert "default-src 'self'" in policy, path
        assert "unsafe" not in policy and "*" not in policy, path
        assert (
            "frame-ancestors 'none'" in policy
            and "object-src 'none'" in policy
            and "base-uri 'self'" in policy
        ), path
        assert answer.headers["X-Content-Type-Options"] == "nosniff", path
        assert answer.headers["X-Frame-Options"] == "DENY", path
        seen += 1
    assert seen >= 40


def test_error_pages_forbid_scripts_too(plain: Scene) -> None:
    client = plain.client(plain.insider)
    for path in ("/nowhere<script>alert(1)</script>", "/desk/matters/SJ-0000-0000-0/", "/photos/1<script>"):
        answer = client.get(path)
        assert answer.status_code in {400, 404}
        assert b"<script>alert" not in answer.content
        assert "default-src 'self'" in answer.headers["Content-Security-Policy"]


def test_what_is_written_leaves_as_text_in_data(placed: Scene, request: pytest.FixtureRequest) -> None:
    """JSON, GeoJSON and XML for scripts and other systems: the same text, of a type that no browser runs."""
    mark, client = request.node.callspec.params["placed"], placed.client(placed.insider)
    number = placed.opened.matter.number
    for path in (
        f"/open311/v2/requests/{number}.xml",
        f"/open311/v2/requests/{number}.json",
        "/screen/counts.json",
    ):
        answer = client.get(path)
        assert answer.headers["X-Content-Type-Options"] == "nosniff"
        assert not answer.headers["Content-Type"].startswith("text/html"), path
        assert path.endswith(".json") or "<" not in mark or mark.encode() not in answer.content
