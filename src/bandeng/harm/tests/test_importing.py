"""Files of courts, arbitration, inspections and the registry."""

import hashlib
from collections.abc import Iterator
from datetime import date
from pathlib import Path

import pytest
from django.core.management import CommandError, call_command
from openpyxl import Workbook

from bandeng.areas.tests.factories import area_tree
from bandeng.core import clock
from bandeng.core.models import AuditEntry
from bandeng.core.rules import Actor
from bandeng.harm.models import StreamImport, StreamRecord
from bandeng.harm.rules import ImportKind
from bandeng.harm.services.gathering import streams_gather
from bandeng.harm.services.importing import MappingWrong, Tally, records_import
from bandeng.harm.tests import factories as make

pytestmark = pytest.mark.django_db
CLERK = Actor("cli:test")
HEAD = "案号,企业名称,统一社会信用代码,日期,案由,人数\n"
GOOD = f"演示1号,{make.GYM},{make.CODE},2026-11-20,健身服务合同纠纷,3\n"


@pytest.fixture(autouse=True)
def morning() -> Iterator[None]:
    with clock.fixed(make.MORNING):
        area_tree()
        yield


def brought(path: Path, text: str, *, kind: ImportKind = ImportKind.FILINGS, dry_run: bool = False) -> Tally:
    file = path / "filings.csv"
    file.write_text(text, encoding="utf-8")
    return records_import(path=file, kind=kind, actor=CLERK, dry_run=dry_run)


def test_a_filing_is_brought_in_with_its_claimants_and_the_log(tmp_path: Path) -> None:
    tally = brought(tmp_path, HEAD + GOOD)
    row = StreamRecord.objects.get()
    assert (tally.created, tally.refused) == (1, 0)
    assert (row.stream, row.kind, row.people, row.code) == ("court_filings", "prepaid_cards", 3, make.CODE)
    run = StreamImport.objects.get()
    assert AuditEntry.objects.filter(action="harm.imported", subject_id=str(run.pk)).exists()


def test_the_same_file_twice_creates_nothing(tmp_path: Path) -> None:
    brought(tmp_path, HEAD + GOOD)
    tally = brought(tmp_path, HEAD + GOOD)
    assert (tally.created, tally.known) == (0, 1) and StreamRecord.objects.count() == 1


def test_a_row_twice_in_one_file_is_one_record_with_and_without_a_number(tmp_path: Path) -> None:
    bare = GOOD.replace("演示1号", "")
    tally = brought(tmp_path, HEAD + GOOD + GOOD + bare + bare)
    assert (tally.created, tally.known) == (2, 2)


def test_a_dry_run_writes_nothing(tmp_path: Path) -> None:
    tally = brought(tmp_path, HEAD + GOOD, dry_run=True)
    assert tally.created == 1
    assert not StreamRecord.objects.exists() and not StreamImport.objects.exists()


@pytest.mark.parametrize(
    ("before", "after", "column"),
    [
        (make.CODE, "91330199MADM0001X9", "统一社会信用代码"),
        ("2026-11-20", "2026-13-40", "日期"),
        ("2026-11-20", "2031-01-01", "日期"),
        ("健身服务合同纠纷", "离婚纠纷", "案由"),
        (",3\n", ",很多\n", "人数"),
        (",3\n", f",{'9' * 5000}\n", "人数"),
        ("2026-11-20", "2024-05-26", "日期"),
        (make.GYM, "", "企业名称"),
    ],
)
def test_a_wrong_row_is_refused_with_its_line_and_column(
    tmp_path: Path, before: str, after: str, column: str
) -> None:
    tally = brought(tmp_path, HEAD + GOOD + GOOD.replace("演示1号", "演示2号").replace(before, after))
    assert (tally.created, [(line, name) for line, name, _ in tally.refusals]) == (1, [(3, column)])


def test_figures_of_thousands_of_digits_are_refused_each_with_its_column(tmp_path: Path) -> None:
    digits = "9" * 5000
    tally = brought(
        tmp_path,
        f"企业名称,登记日期,客户数,职工数,购房人数\n{make.GYM},2026-11-01,{digits},{digits},{digits}\n",
        kind=ImportKind.REGISTRY,
    )
    assert [name for _, name, _ in tally.refusals] == ["客户数", "职工数", "购房人数"]


def test_what_the_next_run_would_wipe_is_refused_and_extracts_are_taken_whatever_their_day(
    tmp_path: Path,
) -> None:
    tally = brought(tmp_path, HEAD + GOOD.replace("2026-11-20", "2024-05-26"))
    assert tally.created == 0 and "2024-05-27" in tally.refusals[0][2]
    assert brought(tmp_path, HEAD + GOOD.replace("2026-11-20", "2024-05-27")).created == 1
    head = f"企业名称,登记日期,变更事项\n{make.GYM},"
    assert brought(tmp_path, f"{head}2015-03-02,\n", kind=ImportKind.REGISTRY).created == 1
    assert brought(tmp_path, f"{head}2015-03-02,住所\n", kind=ImportKind.REGISTRY).refused == 1
    streams_gather()
    assert StreamRecord.objects.count() == 2


@pytest.mark.parametrize("number", ["登1号", ""])
def test_one_extract_is_one_record_however_its_day_is_written(tmp_path: Path, number: str) -> None:
    head = "编号,企业名称,登记日期,客户数\n"
    for day in ("2026-11-01", "2026/11/01", "2026-11-1", "2026.11.1", "2026-11-01 00:00:00"):
        brought(tmp_path, f"{head}{number},{make.GYM},{day},800\n", kind=ImportKind.REGISTRY)
    assert StreamRecord.objects.count() == 1


def test_an_extract_kept_under_its_day_as_written_is_known_again(tmp_path: Path) -> None:
    for text, number in (("登1号|2026/11/01", "登1号"), ("登2号|2026-11-02", "登2号")):
        key = f"registry:{hashlib.sha256(text.encode()).hexdigest()[:40]}"
        make.record(
            key=key, stream="registry", kind="", code="", area_code="", happened_on=parse_day(text[-10:])
        )
        for day in (text[-10:], text[-10:].replace("/", "-")):
            row = f"编号,企业名称,登记日期\n{number},{make.GYM},{day}\n"
            assert brought(tmp_path, row, kind=ImportKind.REGISTRY).known == 1
    assert StreamRecord.objects.count() == 2


def parse_day(text: str) -> date:
    return date.fromisoformat(text.replace("/", "-"))


def test_a_file_without_the_needed_columns_is_refused(tmp_path: Path) -> None:
    with pytest.raises(MappingWrong, match="date"):
        brought(tmp_path, "企业名称\n某公司\n")


def test_a_workbook_of_the_registry_with_own_columns(tmp_path: Path) -> None:
    book = Workbook()
    book.active.append(["注册名", "代码", "成立", "会员", "区"])
    book.active.append([make.GYM, make.CODE, "2024-05-06", 800, make.STREET])
    path = tmp_path / "registry.xlsx"
    book.save(path)
    given = {"name": "注册名", "code": "代码", "date": "成立", "customers": "会员", "area": "区"}
    tally = records_import(path=path, kind=ImportKind.REGISTRY, actor=CLERK, given=given)
    row = StreamRecord.objects.get()
    assert (tally.created, row.stream, row.exposure, row.area_code) == (
        1, "registry", {"customers": 800}, make.STREET,
    )  # fmt: skip


def test_a_change_in_the_registry_is_evidence_and_a_fact_is_read_by_its_name(tmp_path: Path) -> None:
    brought(tmp_path, f"企业名称,日期,变更事项\n{make.GYM},2026-11-01,法定代表人\n", kind=ImportKind.REGISTRY)
    brought(
        tmp_path, f"企业名称,日期,问题类型,认定事实\n{make.GYM},2026-11-02,预付卡跑路,经营场所关闭（经核实）\n",
        kind=ImportKind.INSPECTIONS,
    )  # fmt: skip
    found = {row.stream: row.fact for row in StreamRecord.objects.all()}
    assert found == {"registry_changes": "", "inspection_findings": "premises_closed"}


def test_the_command_tells_lines_and_refuses_a_wrong_mapping(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    file = tmp_path / "filings.csv"
    file.write_text(HEAD + GOOD + GOOD.replace("健身服务合同纠纷", "离婚纠纷"), encoding="utf-8")
    call_command("harm", "import", str(file), "--kind", "filings")
    out = capsys.readouterr().out
    assert "line 3" in out and "created 1" in out and "refused 1" in out
    with pytest.raises(CommandError):
        call_command("harm", "import", str(file), "--kind", "filings", "--map", "name=没有")
