"""Static files from the real server: named by content, kept for good, compressed, without a warning."""

import gzip
import os
import re
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import httpx
import pytest
from django.contrib.staticfiles import finders
from django.test import Client
from pytest_django import Settings

from bandeng.config.static import HashedNames, hashed, unhashed

PATIENCE = 60
FOR_GOOD = "max-age=31536000, public, immutable"
PLAIN_FOR = "max-age=60, public"


@dataclass(frozen=True)
class Served:
    """A running server and what it wrote."""

    address: str
    told: Path


@pytest.fixture(scope="module")
def served(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Served]:
    folder = tmp_path_factory.mktemp("static")
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        bind = f"127.0.0.1:{probe.getsockname()[1]}"
    known = {name: value for name, value in os.environ.items() if not name.startswith("BANDENG_")}
    known |= {"BANDENG_DATA": str(folder / "data"), "PYTHONWARNINGS": "always"}
    program = [sys.executable, "-m", "bandeng.config.program", "serve", "--bind", bind, "--workers", "1"]
    told = folder / "told.txt"
    with told.open("wb") as out:
        process = subprocess.Popen(program, env=known, stdout=out, stderr=subprocess.STDOUT)
    until = time.monotonic() + PATIENCE
    while time.monotonic() < until:
        try:
            httpx.get(f"http://{bind}/healthz", trust_env=False)
            break
        except httpx.TransportError:
            time.sleep(0.1)
    yield Served(f"http://{bind}", told)
    process.send_signal(signal.SIGTERM)
    assert process.wait(timeout=PATIENCE) == 0


def ask(served: Served, path: str, **headers: str) -> httpx.Response:
    headers = {"accept-encoding": "identity"} | headers
    return httpx.get(served.address + path, headers=headers, trust_env=False, follow_redirects=True)


def on_disk(name: str) -> bytes:
    path = finders.find(name)
    assert path is not None
    return Path(path).read_bytes()


def test_everything_a_page_names_is_kept_for_good_and_compressed(served: Served) -> None:
    page = ask(served, "/account/login/").text
    named = sorted(set(re.findall(r'"(/static/[^"#?]+)', page)))
    assert any(re.fullmatch(r"/static/dist/app\.[0-9a-f]{12}\.css", address) for address in named)
    assert any(re.fullmatch(r"/static/dist/app\.[0-9a-f]{12}\.js", address) for address in named)
    for address in named:
        answer = ask(served, address)
        assert (answer.status_code, answer.headers["cache-control"]) == (200, FOR_GOOD), address
        assert answer.content == on_disk(unhashed(address).removeprefix("/static/"))
    assert "StreamingHttpResponse" not in served.told.read_text(encoding="utf-8")


@pytest.mark.parametrize(("coding", "suffix"), [("gzip", ".gz"), ("br", ".br"), ("br, gzip", ".br")])
def test_compressed_at_build_and_sent_as_it_lies(served: Served, coding: str, suffix: str) -> None:
    plain = on_disk("dist/app.css")
    with httpx.stream(
        "GET", served.address + HashedNames().url("dist/app.css"), headers={"accept-encoding": coding}
    ) as answer:
        body = b"".join(answer.iter_raw())
    assert answer.headers["vary"] == "Accept-Encoding" and answer.headers["cache-control"] == FOR_GOOD
    assert body == on_disk("dist/app.css" + suffix) and len(body) < len(plain) / 4
    assert suffix == ".br" or gzip.decompress(body) == plain


def test_parts_that_scripts_import_are_named_by_their_content(served: Served) -> None:
    parts = re.findall(rb"\./(chunks/[\w.-]+\.js)", on_disk("dist/place-picker.js"))
    images = re.findall(rb"\./(assets/[\w.-]+\.png)", on_disk("dist/app.css"))
    assert parts and images
    for part in [*parts, *images]:
        answer = ask(served, f"/static/dist/{part.decode()}")
        assert (answer.status_code, answer.headers["cache-control"]) == (200, FOR_GOOD)


def test_plain_name_and_hash_of_another_version_are_kept_shortly(served: Served) -> None:
    for address in ("/static/dist/app.css", "/static/dist/app.0123456789ab.css"):
        answer = ask(served, address)
        assert (answer.status_code, answer.headers["cache-control"]) == (200, PLAIN_FOR)
        assert answer.content == on_disk("dist/app.css")
    assert ask(served, "/static/dist/nothing.0123456789ab.css").status_code == 404


def test_file_that_is_known_is_not_sent_again(served: Served) -> None:
    address = HashedNames().url("icons/sprite.svg")
    first = ask(served, address)
    again = ask(served, address, **{"if-modified-since": first.headers["last-modified"]})
    assert (again.status_code, again.content) == (304, b"")
    part = ask(served, address, range="bytes=0-9")
    assert (part.status_code, part.content) == (206, first.content[:10])


def test_names_follow_the_content(tmp_path: Path) -> None:
    one, two = tmp_path / "one.css", tmp_path / "two.css"
    one.write_text("a", encoding="utf-8")
    two.write_text("b", encoding="utf-8")
    names = {hashed(name="x/a.css", path=str(path)) for path in (one, two)}
    assert len(names) == 2 and {unhashed(name) for name in names} == {"x/a.css"}
    assert unhashed("x/queue-keys.js") == "x/queue-keys.js"


def test_while_developing_names_stay_plain(settings: Settings) -> None:
    settings.DEBUG = True
    assert HashedNames().url("dist/app.css") == "/static/dist/app.css"


def test_pages_in_tests_serve_them_too(client: Client) -> None:
    answer = client.get(HashedNames().url("dist/app.js"))
    assert answer.status_code == 200 and not answer.streaming and answer.content == on_disk("dist/app.js")
