"""One clue from the reporter's phone to the answer, and one that the law moves elsewhere."""

import pytest
from django.test import Client

from bandeng.clues.models import Clue
from bandeng.clues.rules import ClueState
from bandeng.clues.tests.factories import HANDLING, MORNING, TEXT, client_of, district
from bandeng.core import clock
from bandeng.core.verification import verify

pytestmark = pytest.mark.django_db


def reported(kind: str, text: str) -> tuple[Client, dict[str, str]]:
    """A browser with its receipt."""
    client = Client()
    client.post("/clues/report/", {"kind": kind, "text": text})
    client.post("/clues/report/about/", {})
    client.post("/clues/report/who/", {"who": "anonymous"})
    client.post("/clues/report/check/")
    receipt = client.get("/clues/report/done/").context["receipt"]
    client.post("/clues/mailbox/", {"number": receipt["number"], "secret": receipt["secret"]})
    return client, receipt


def test_from_the_phone_to_the_answer() -> None:
    with clock.fixed(MORNING):
        built = district()
        reporter, receipt = reported("fraud", TEXT)
        address = f"/desk/clues/{receipt['number']}/"
        centre, police = client_of(built.receiver), client_of(built.scope("police", *HANDLING))
        assert police.get(address).status_code == 404
        centre.post(f"{address}accept")
        centre.post(f"{address}assign", {"organisation": built.id_of("police"), "text": "请核查资金流向"})
        police.post(f"{address}reply", {"text": "请问还有聊天记录吗？"})
        reporter.post("/clues/mailbox/write", {"text": "有，对方叫我删掉了一部分。"})
        assert "对方叫我删掉" in police.get(address).content.decode()
        police.post(f"{address}handle", {"text": "核实无误，已立案，冻结账户一个。"})
        assert police.get(f"{address}answer").status_code == 404  # the receiving office answers
        centre.post(f"{address}answer", {"text": "您反映的情况属实，已立案侦查。"})
        page = reporter.get("/clues/mailbox/open/").content.decode()
        assert "已反馈" in page and "已立案侦查" in page and "冻结账户" not in page
        assert verify().whole


def test_into_the_closed_network_only_the_reference_stays() -> None:
    with clock.fixed(MORNING):
        built = district()
        reporter, receipt = reported("gang", "菜场有人收保护费，不交就砸摊子，领头的人每天九点来。")
        address = f"/desk/clues/{receipt['number']}/"
        centre = client_of(built.receiver)
        assert centre.get(f"{address}assign").status_code == 404
        centre.post(f"{address}transfer", {"reference": "SW-2026-17", "holder": "公安机关"})
        assert "SW-2026-17" in centre.get(address).content.decode()
        assert "保护费" not in centre.get(address).content.decode()
        reporter.post("/clues/mailbox/", {"number": receipt["number"], "secret": receipt["secret"]})
        page = reporter.get("/clues/mailbox/open/").content.decode()
        assert "SW-2026-17" in page and "保护费" not in page
    assert Clue.objects.get().state == ClueState.TRANSFERRED
