"""What is wrong with an entry is said in the words of this house, on residents' and on officers' pages."""

from collections.abc import Iterator

import pytest
from django.test import Client

from bandeng.clues.rules import TEXT_LENGTH
from bandeng.clues.tests.factories import MORNING, TEXT, District, client_of, clue, district
from bandeng.core import clock

pytestmark = pytest.mark.django_db
PROGRAMMERS = ("确保该", "有效的", "这个字段", "可用的选项", "(目前")


@pytest.fixture
def built() -> Iterator[District]:
    with clock.fixed(MORNING):
        yield district()


def refused(client: Client, address: str, entries: dict[str, str]) -> str:
    answer = client.post(address, entries)
    assert answer.status_code == 422
    shown = answer.content.decode()
    assert not [word for word in PROGRAMMERS if word in shown]
    return shown


@pytest.mark.parametrize(
    ("address", "entries", "words"),
    [
        ("", {"kind": "bogus", "text": TEXT}, "“bogus”不在可选范围内，请从列出的选项中选择。"),
        ("", {"kind": "fraud", "text": "骗" * (TEXT_LENGTH + 1)}, f"最多 {TEXT_LENGTH} 个字，现在是"),
        ("about/", {"area": "bogus"}, "“bogus”不在可选范围内"),
        ("about/", {"place": "桥" * 201}, "最多 200 个字，现在是 201 个，请删减后再提交。"),
        ("who/", {}, "此项必填，请填写后再提交。"),
    ],
)  # fmt: skip
def test_residents(built: District, address: str, entries: dict[str, str], words: str) -> None:
    client = Client(headers={"accept-language": "zh-hans"})
    client.post("/clues/report/", {"kind": "fraud", "text": TEXT})
    assert words in refused(client, f"/clues/report/{address}", entries)


@pytest.mark.parametrize(
    ("act", "entries", "words"),
    [
        ("reply", {"text": "字" * 4001, "key": ""}, "最多 4000 个字，现在是 4001 个，请删减后再提交。"),
        ("reply", {"text": "请来电话", "key": "bogus"}, "填写的格式不对，请检查后重新填写。"),
        ("reject", {"text": "太短"}, "至少要写 10 个字，现在是 2 个。"),
        ("type", {"scam_type": "bogus"}, "“bogus”不在可选范围内，请从列出的选项中选择。"),
        ("type", {}, "此项必填，请填写后再提交。"),
    ],
)
def test_officers(built: District, act: str, entries: dict[str, str], words: str) -> None:
    number = clue().number
    assert words in refused(client_of(built.receiver), f"/desk/clues/{number}/{act}", entries)


@pytest.mark.parametrize(
    ("entries", "words"),
    [
        ({"planned_at": "bogus"}, "请填写正确的日期和时间，例如 2026-03-20 09:30。"),
        ({"venue": "bogus"}, "“bogus”不在可选范围内"),
    ],
)
def test_talks(built: District, entries: dict[str, str], words: str) -> None:
    assert words in refused(client_of(built.receiver), "/desk/talks/new", entries)
