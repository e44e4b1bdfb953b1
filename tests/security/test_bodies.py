"""Malformed, gigantic and disguised bodies; repeated requests; clocks that jump. Nothing breaks, nothing is doubled."""

import gzip
import io
import json
import zipfile
from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from openpyxl import Workbook

from bandeng.core import clock
from bandeng.core.rules import Actor
from bandeng.core.verification import verify
from bandeng.intake.services.importing import FileUnreadable, matters_import
from bandeng.intake.tests.factories import BODY, bearer
from bandeng.matters.models import Matter
from bandeng.matters.tests.factories import MORNING
from tests.security.addresses import addresses
from tests.security.district import Scene, picture, scene

pytestmark = pytest.mark.django_db
STREAM = "/live/events"
GIGANTIC = 3 * 1024 * 1024
FORM = "application/x-www-form-urlencoded"
MULTIPART = "multipart/form-data; boundary=x"
JSON = "application/json"
BODIES = {
    "broken UTF-8": (b"text=\xff\xfe\xc3\x28&name=\xed\xa0\x80", FORM),
    "NUL and controls": (b"text=%00%01%1b%7f&note=%00&q=%00&title=%00&secret=%00", FORM),
    "lone surrogates": (b"text=%ED%A0%80&reason=%F0%90", FORM),
    "a thousand and more fields": (b"&".join(b"a%d=1" % n for n in range(3000)), FORM),
    "gigantic": (b"text=" + b"x" * GIGANTIC, FORM),
    "form cut off": (b'--x\r\nContent-Disposition: form-data; name="text"\r\n\r\nabc', MULTIPART),
    "form without a boundary": (b"--x", "multipart/form-data"),
    "form of nonsense": (b"\x00" * 500, MULTIPART),
    "JSON cut off": (b'{"text": "', JSON),
    "JSON nested deeply": (b'{"a":' * 20_000 + b"1" + b"}" * 20_000, JSON),
    "JSON of a great number": (b'{"text": ' + b"9" * 6000 + b"}", JSON),
    "JSON that is no object": (b"[null, NaN, Infinity]", JSON),
    "compressed": (gzip.compress(b"x" * 10_000_000), JSON),
    "an unknown character set": (b"text=abc", FORM + "; charset=utf-99"),
    "UTF-16": ("text=路灯".encode("utf-16"), FORM + "; charset=utf-16"),
}
QUERIES = (
    "?q=%00",
    "?page=99999999999999999999",
    "?bbox=nan,nan,inf,1&zoom=x",
    "?cursor=%ff",
    "?from=0000-00-00&to=9999-99-99",
    "?area=%27%20or%201%3D1",
    "?sort=--due",
    "?q=%ED%A0%80",
    "?limit=-1",
    "?longitude=1e400&latitude=nan",
    "?state=,,,,",
    "?start_date=9999-12-31T23:59:59Z&end_date=0001-01-01T00:00:00Z",
    "?q=" + "a" * 5000,
    "?q=%22%27%29%3B--&queue=all",
    "?since=-1",
    "?since=99999999999999999999&queue=all",
    "?lead=999999999999",
    "?q=AND+OR+NOT+*+%22",
    "?until=x",
)


@pytest.fixture
def placed() -> Iterator[Scene]:
    with clock.fixed(MORNING):
        yield scene("路灯不亮")


@pytest.mark.parametrize("name", BODIES)
def test_no_body_breaks_an_address(placed: Scene, name: str) -> None:
    body, kind = BODIES[name]
    client, broken = placed.client(placed.insider), []
    for each in addresses(placed.numbers):
        if each.path == STREAM or each.path.startswith("/account/logout"):
            continue
        answer = client.generic("POST", each.path, body, content_type=kind, headers=bearer())
        if answer.status_code >= 500 and not each.path.startswith("/account/provider/"):
            broken.append(f"{each.path}: {answer.status_code}")
    assert broken == []


@pytest.mark.parametrize("query", QUERIES)
def test_no_query_breaks_an_address(placed: Scene, query: str) -> None:
    client, broken = placed.client(placed.insider), []
    for each in addresses(placed.numbers):
        if each.path != STREAM:
            answer = client.get(each.path + query, headers=bearer())
            if answer.status_code >= 500 and not each.path.startswith("/account/provider/"):
                broken.append(f"{each.path}: {answer.status_code}")
    assert broken == []


@pytest.mark.parametrize(
    "content",
    [
        b"",
        b"GIF89a" + b"\0" * 99,
        b"<svg onload=alert(1)>",
        b"PK\x03\x04" + b"\0" * 99,
        b"%PDF-1.7",
        b"\xff\xd8\xff" + b"\0" * 99,
    ],
)
def test_disguised_photos_are_refused_with_the_rest_kept(placed: Scene, content: bytes) -> None:
    file = SimpleUploadedFile("照片.jpg", content, content_type="image/jpeg")
    client = Client()
    client.post("/report/", {"text": "古渡路的路灯不亮三天了。"})
    answer = client.post("/report/place/", {"photos": [file, good_photo()], "do": "photos"})
    assert answer.status_code in {200, 302, 422}
    assert len(client.session["report draft"]["photos"]) == 1


def good_photo() -> SimpleUploadedFile:
    return SimpleUploadedFile("好.jpg", picture(), content_type="image/jpeg")


def test_a_polyglot_comes_out_as_nothing_but_a_picture(placed: Scene) -> None:
    page = b"<html><script>alert(1)</script></html>"
    archive = io.BytesIO()
    with zipfile.ZipFile(archive, "w") as packed:
        packed.writestr("a.html", page)
    body = picture(comment=page) + page + archive.getvalue()
    client = Client()
    file = SimpleUploadedFile("../../../x.html", body, content_type="text/html")
    client.post("/report/", {"text": "古渡路的路灯不亮三天了。"})
    client.post("/report/place/", {"photos": [file], "do": "photos"})
    staged = client.session["report draft"]["photos"]
    answer = client.get(f"/report/photos/{staged[0]['digest']}")
    assert (
        answer.headers["Content-Type"] == "image/jpeg"
        and answer.headers["X-Content-Type-Options"] == "nosniff"
    )
    assert b"script" not in answer.content and b"PK\x03\x04" not in answer.content


def workbook(sheet: bytes) -> bytes:
    """A workbook as a spreadsheet writes it, with another sheet put in."""
    plain, out = io.BytesIO(), io.BytesIO()
    book = Workbook()
    book.active.append(["text"])
    book.save(plain)
    with zipfile.ZipFile(plain) as given, zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as packed:
        for name in given.namelist():
            packed.writestr(name, sheet if name.endswith("sheet1.xml") else given.read(name))
    return out.getvalue()


ENTITIES = b'<?xml version="1.0"?><!DOCTYPE x [<!ENTITY a "aaaaaaaaaa">' + b"".join(
    b'<!ENTITY %c "%s">' % (98 + n, b"&%c;" % (97 + n) * 10) for n in range(8)
) + b"]><worksheet><sheetData><row><c t='inlineStr'><is><t>&i;</t></is></c></row></sheetData></worksheet>"  # fmt: skip


@pytest.mark.parametrize(
    "content",
    [
        workbook(b"0" * 300_000_000),
        workbook(ENTITIES),
        workbook(b"<worksheet><sheetData><row>"),
        b"PK\x03\x04 nothing",
        b"",
    ],
)
def test_zip_and_entity_bombs_are_refused_as_files(placed: Scene, content: bytes, tmp_path: Path) -> None:
    path = tmp_path / "bomb.xlsx"
    path.write_bytes(content)
    before = Matter.objects.count()
    with pytest.raises(FileUnreadable):
        matters_import(path=path, actor=Actor("cli:test"))
    assert Matter.objects.count() == before


def test_a_replayed_request_takes_effect_once_even_weeks_later(placed: Scene) -> None:
    headers, before, client = bearer(**{"Idempotency-Key": "replayed"}), Matter.objects.count(), Client()
    first = client.post("/api/v1/matters", json.dumps(BODY), content_type=JSON, headers=headers)
    for days in (0, -40, 30):
        with clock.fixed(MORNING + timedelta(days=days)):
            again = client.post("/api/v1/matters", json.dumps(BODY), content_type=JSON, headers=headers)
            assert (again.status_code, again.content) == (201, first.content)
    assert Matter.objects.count() == before + 1


@pytest.mark.parametrize(
    "jump", [timedelta(days=-40), timedelta(hours=-5), timedelta(seconds=-1), timedelta(days=400)]
)
def test_a_clock_that_jumps_breaks_no_act_and_no_chain(placed: Scene, jump: timedelta) -> None:
    client = Client()
    with clock.fixed(MORNING + jump):
        opened = client.post("/api/v1/matters", json.dumps(BODY), content_type=JSON, headers=bearer())
        assert opened.status_code == 201, opened.content
        officer = placed.client(placed.insider)
        assert officer.get(f"/desk/matters/{opened.json()['number']}/").status_code == 200
        assert officer.get("/desk/?queue=overdue").status_code == 200
        assert officer.get("/screen/").status_code == 200
    assert (
        client.post("/api/v1/matters", json.dumps(BODY), content_type=JSON, headers=bearer()).status_code
        == 201
    )
    assert not verify().problems


def test_a_time_ahead_of_ours_is_taken_as_now(placed: Scene) -> None:
    body = {**BODY, "reported_at": "9999-12-31T23:59:59+08:00"}
    answer = Client().post("/api/v1/matters", json.dumps(body), content_type=JSON, headers=bearer())
    assert answer.status_code == 201
    assert Matter.objects.order_by("-pk")[0].opened_at == MORNING
