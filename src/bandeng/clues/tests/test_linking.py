"""Links: suggested from what two clues name, judged by a person who may see both."""

from collections.abc import Iterator
from typing import Any

import pytest

from bandeng.clues.models import ClueLink, Trace
from bandeng.clues.rules import ActNotAllowed, LinkState
from bandeng.clues.selectors import NotVisible
from bandeng.clues.selectors.page import links_of
from bandeng.clues.services.linking import link_judge
from bandeng.clues.tests.factories import (
    HANDLING,
    MORNING,
    PHONE,
    STREET,
    District,
    actor,
    client_of,
    clue,
    district,
    named,
)
from bandeng.core import clock

pytestmark = pytest.mark.django_db


@pytest.fixture
def built() -> Iterator[District]:
    with clock.fixed(MORNING):
        yield district()


def test_common_phone_and_enterprise_suggest_a_link(built: District) -> None:
    first, second = clue(), clue(text="又是星河优品商贸公司，这次用 138-0000-1111 打来的。")
    (link,) = links_of(first, scope=built.receiver)
    assert link.number == second.number
    assert set(link.kinds) == {"phone", "enterprise"}
    assert (
        set(link.values) == {"13800001111", "星河优品商贸"} - {"星河优品商贸"} or "13800001111" in link.values
    )


@pytest.mark.parametrize(
    "written", ["１３８００００１１１１", "138\u200b0000\u200d1111", "138-0000\u00ad-1111"]
)
def test_number_is_the_same_however_it_is_written(built: District, written: str) -> None:
    first, second = clue(), clue(text=f"昨天也有人用{written}打来电话。")
    (link,) = links_of(first, scope=built.receiver)
    assert (link.number, link.values) == (second.number, ("13800001111",))


def test_nothing_in_common_suggests_nothing(built: District) -> None:
    first = clue()
    clue(text="有人在公园里发传单，说投资养老院一年翻倍。")
    assert links_of(first, scope=built.receiver) == ()


def test_reporters_own_phone_is_no_trace(built: District) -> None:
    named(text=f"骗子打我电话 {PHONE}，让我点链接。")
    named(text=f"请回电 {PHONE}，我手里有录音。")
    assert not Trace.objects.filter(kind="phone").exists() and not ClueLink.objects.exists()


def test_person_confirms_and_dismisses(built: District) -> None:
    row = clue()
    clue()
    link = ClueLink.objects.get()
    known: dict[str, Any] = {"link_id": link.pk, "actor": actor(built.receiver), "scope": built.receiver}
    assert link_judge(confirmed=True, **known).state == LinkState.CONFIRMED
    with pytest.raises(ActNotAllowed, match="decided"):
        link_judge(confirmed=True, **known)
    client_of(built.receiver).post(f"/desk/clues/{row.number}/link", {"link": link.pk, "do": "dismiss"})
    link.refresh_from_db()
    assert link.state == LinkState.DISMISSED and link.judged_by == built.receiver.actor


@pytest.mark.parametrize("form", [{}, {"do": ""}, {"do": "anything"}])
def test_pressing_no_button_judges_nothing(built: District, form: dict[str, str]) -> None:
    row = clue()
    clue()
    link = ClueLink.objects.get()
    page = client_of(built.receiver).post(f"/desk/clues/{row.number}/link", {"link": link.pk, **form})
    assert page.status_code == 422 and row.number in page.content.decode()
    link.refresh_from_db()
    assert link.state == LinkState.SUGGESTED


def test_link_of_which_one_end_is_hidden_is_not_there(built: District) -> None:
    clue()
    clue(organisation_id=built.id_of(STREET))
    link = ClueLink.objects.get()
    street = built.scope(STREET, *HANDLING)
    with pytest.raises(NotVisible):
        link_judge(link_id=link.pk, confirmed=True, actor=actor(street), scope=street)


def test_trace_that_all_have_links_nothing(built: District, monkeypatch: pytest.MonkeyPatch) -> None:
    from bandeng.clues import terms

    known = terms.number
    monkeypatch.setattr(terms, "number", lambda code: 1 if code == "links_a_trace" else known(code))
    for _ in range(4):
        clue(text="骗子用 13800001111 打来电话，说要退款。")
    assert ClueLink.objects.count() == 1
