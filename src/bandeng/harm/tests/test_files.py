"""Files on their page: looked through, brought in once, taken back whole, by those who may."""

from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from django.urls import reverse

from bandeng.core import clock
from bandeng.core.models import AuditEntry
from bandeng.dispatch.tests.factories import House, house
from bandeng.harm.models import Alert, StreamImport, StreamRecord
from bandeng.harm.rules import ActNotAllowed, ImportKind
from bandeng.harm.selectors import NotVisible
from bandeng.harm.services.batches import batch_bring, batch_drop, batch_stage, batch_undo, staged_tidy
from bandeng.harm.services.raising import files_wait, harm_run
from bandeng.harm.tests import factories as make
from bandeng.harm.tests.factories import client_of
from bandeng.organisations.rules import Duty, Scope
from bandeng.organisations.tests.factories import CENTRE, scope

pytestmark = pytest.mark.django_db
HEAD = "案号,企业名称,统一社会信用代码,日期,案由,人数\n"


def row(number: int, *, day: str = "2026-11-20", people: int = 3, cause: str = "健身服务合同纠纷") -> str:
    return f"演示{number}号,{make.GYM},{make.CODE},{day},{cause},{people}\n"


@pytest.fixture(autouse=True)
def built(settings: Any, tmp_path: Path) -> Iterator[House]:
    settings.DATA = tmp_path
    with clock.fixed(make.MORNING):
        yield house()


@pytest.fixture
def officer(built: House) -> Scope:
    return scope(Duty.SUPERVISE, organisation=built.organisations[CENTRE])


def staged(text: str, of: Scope, *, name: str = "立案.csv") -> StreamImport:
    return batch_stage(
        name=name, content=[text.encode()], kind=ImportKind.FILINGS, actor=make.actor(of), scope=of
    )  # fmt: skip


def known(run: StreamImport, of: Scope) -> dict[str, Any]:
    return {"import_id": run.pk, "actor": make.actor(of), "scope": of}


def test_a_file_counts_only_when_it_is_brought_in_and_only_once(officer: Scope, tmp_path: Path) -> None:
    run = staged(HEAD + row(1) + row(2) + row(3, cause="离婚纠纷"), officer)
    assert (run.state, run.rows, run.created, run.refused) == ("staged", 3, 2, 1)
    assert not StreamRecord.objects.exists()
    with pytest.raises(ActNotAllowed, match="file_done"):
        batch_undo(reason="还没有导入", **known(run, officer))
    done = batch_bring(**known(run, officer))
    assert (done.state, StreamRecord.objects.count()) == ("done", 2)
    with pytest.raises(ActNotAllowed, match="file_done"):
        batch_bring(**known(run, officer))
    again = batch_bring(**known(staged(HEAD + row(1) + row(2), officer), officer))
    assert (again.created, again.known, StreamRecord.objects.count()) == (0, 2, 2)


def test_a_document_that_says_something_else_is_refused_with_the_file_it_came_from(officer: Scope) -> None:
    batch_bring(**known(staged(HEAD + row(1), officer), officer))
    run = staged(HEAD + row(1, people=9) + row(2) + row(2, people=4), officer, name="更正.csv")
    assert (run.created, run.known, run.refused) == (1, 0, 2)
    client = client_of(officer)
    text = client.get(reverse("desk-harm-file", args=[run.pk])).content.decode()
    assert "立案.csv" in text and "内容不同" in text


def test_a_file_is_taken_back_whole_with_a_reason_and_alerts_follow(officer: Scope) -> None:
    make.registered()
    for number in range(3):
        make.record(stream="inspection_findings", happened_on=make.TODAY - timedelta(days=3 + number))
    rows = "".join(row(number, day=f"2026-11-{10 + number}", people=4) for number in range(1, 9))
    run = batch_bring(**known(staged(HEAD + rows, officer), officer))
    assert files_wait()
    harm_run()
    assert not files_wait() and Alert.objects.get().level > 0
    with pytest.raises(ActNotAllowed, match="note_missing"):
        batch_undo(reason="错", **known(run, officer))
    with clock.fixed(make.MORNING + timedelta(hours=1)):
        undone = batch_undo(reason="传错了文件", **known(run, officer))
        assert (undone.state, undone.reason, StreamRecord.objects.count()) == ("undone", "传错了文件", 4)
        assert files_wait()
    with clock.fixed(make.MORNING + timedelta(hours=2)):
        harm_run()
        assert not files_wait()
    assert Alert.objects.get().level == 0
    assert "传错了文件" in AuditEntry.objects.get(action="harm.import_undone").content


def test_a_file_given_up_or_forgotten_is_not_kept(officer: Scope, tmp_path: Path) -> None:
    batch_drop(**known(staged(HEAD + row(1), officer), officer))
    staged(HEAD + row(2), officer)
    with clock.fixed(make.MORNING + timedelta(days=2)):
        assert staged_tidy() == 1
    assert set(StreamImport.objects.values_list("state", flat=True)) == {"dropped"}


def test_nobody_but_the_district_centre_brings_files(built: House, officer: Scope) -> None:
    run = staged(HEAD + row(1), officer)
    for code, duty in ((make.STREET, Duty.SUPERVISE), ("police", Duty.SUPERVISE), (CENTRE, Duty.DISPATCH)):
        other = scope(duty, organisation=built.organisations[code])
        with pytest.raises(NotVisible):
            batch_bring(**known(run, other))
        client = client_of(other)
        for name in ("desk-harm-files", "desk-harm-file"):
            arguments = [] if name == "desk-harm-files" else [run.pk]
            assert client.get(reverse(name, args=arguments)).status_code in {403, 404}
    assert Client().get(reverse("desk-harm-files")).status_code == 302


@pytest.mark.parametrize("language", ["zh-hans", "en"])
def test_a_file_goes_its_way_on_the_pages(officer: Scope, language: str) -> None:
    client = client_of(officer, language=language)
    address = reverse("desk-harm-files")
    content = (HEAD + row(1) + row(2, day="2031-01-01")).encode()
    upload = SimpleUploadedFile("立案.csv", content)
    answer = client.post(address, {"kind": "filings", "file": upload})
    assert answer.status_code == 302
    run = StreamImport.objects.get()
    text = client.get(answer["location"]).content.decode()
    assert make.GYM in text and "2026-11-23" in text and "court_filings" not in text
    bring = reverse("desk-harm-file-bring", args=[run.pk])
    assert bring in text
    assert client.post(bring).status_code == 302
    again = staged(HEAD + row(1), officer)
    text = client.get(reverse("desk-harm-file", args=[again.pk])).content.decode()
    assert reverse("desk-harm-file-bring", args=[again.pk]) not in text
    assert reverse("desk-harm-file-drop", args=[again.pk]) in text
    assert client.post(reverse("desk-harm-file-undo", args=[run.pk]), {"text": ""}).status_code == 422
    assert client.post(reverse("desk-harm-file-undo", args=[run.pk]), {"text": "传错了"}).status_code == 422
    assert client.post(reverse("desk-harm-file-undo", args=[run.pk]), {"text": "传错文件"}).status_code == 302
    assert not StreamRecord.objects.exists()
    assert client.get(address).status_code == 200
    blank = client.get(reverse("desk-harm-file-blank", args=["registry"]))
    assert "企业名称" in blank.content.decode("utf-8-sig")
    assert client.get(reverse("desk-harm-file-blank", args=["nothing"])).status_code == 404


@pytest.mark.parametrize(
    ("name", "content"),
    [
        ("立案.exe", b"x"),
        ("立案.csv", b""),
        ("立案.csv", "企业名称\n某公司\n".encode()),
        ("立案.xlsx", b"PK\x03\x04 broken"),
        ("立案.csv", "企业名称,日期\n某公司,2026-11-01\n".encode("utf-16-le")),
        ("立案.csv", "\ufeff企业\ud83d名称,日期\n".encode("utf-16-le", "surrogatepass")),
    ],
)
def test_what_is_no_such_table_is_told_in_words_and_leaves_nothing(
    officer: Scope, tmp_path: Path, name: str, content: bytes
) -> None:
    given = {"kind": "filings", "file": SimpleUploadedFile(name, content)}
    answer = client_of(officer).post(reverse("desk-harm-files"), given)
    assert answer.status_code == 422
    assert not StreamImport.objects.exists()
    assert not [path for path in (tmp_path / "harm").rglob("*") if path.is_file()]


def test_a_row_tells_of_all_its_faults_at_once(officer: Scope) -> None:
    run = staged(HEAD + f"演示1号,{make.GYM},123,2031-01-01,离婚纠纷,很多\n" + row(2), officer)
    assert (run.created, run.refused) == (1, 1)
    text = client_of(officer).get(reverse("desk-harm-file", args=[run.pk])).content.decode()
    table = text[text.index('id="wrong"') : text.index('id="records"')]
    assert all(column in table for column in ("统一社会信用代码", "日期", "案由", "人数"))
    assert "1 行不能导入" in table


def test_a_file_in_utf_16_is_read_and_its_faults_are_told_in_the_readers_language(officer: Scope) -> None:
    client = client_of(officer, language="en")
    text = HEAD + row(1) + row(2, cause="健身\ud83d纠纷") + row(3).rstrip("\n") + ",多,多\n"
    upload = SimpleUploadedFile("立案.csv", f"\ufeff{text}".encode("utf-16-le", "surrogatepass"))
    answer = client.post(reverse("desk-harm-files"), {"kind": "filings", "file": upload})
    assert answer.status_code == 302
    run = StreamImport.objects.get()
    assert (run.created, run.refused) == (1, 2)
    text = client.get(answer["location"]).content.decode()
    assert "Save the file as UTF-8" in text and "columns, the first line names" in text
    assert "--encoding" not in text and "无法识别" not in text
