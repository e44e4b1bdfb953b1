"""Officers hide more: in the text and in letters, never the original, and nothing that they typed is lost."""

from collections.abc import Iterator

import pytest

from bandeng.clues.contents import original_of
from bandeng.clues.models import Clue
from bandeng.clues.rules import ActNotAllowed, ClueKind
from bandeng.clues.rules.masking import HIDDEN
from bandeng.clues.selectors.mailbox import mailbox_of
from bandeng.clues.services import hiding, openings, triage
from bandeng.clues.services.mailbox import Key, letter_write
from bandeng.clues.tests.factories import (
    MORNING,
    District,
    actor,
    by,
    client_of,
    clue,
    district,
    receipt,
)
from bandeng.core import clock

pytestmark = pytest.mark.django_db
WORDS = "三号楼东单元"


@pytest.fixture
def built() -> Iterator[District]:
    with clock.fixed(MORNING):
        yield district()


def written(text: str) -> Clue:
    """A clue to whose mailbox the reporter has added something."""
    given = receipt()
    letter_write(key=Key(given.number, given.secret), text=text)
    return Clue.objects.get(number=given.number)


def test_words_of_a_letter_are_hidden_and_the_letter_is_kept_for_an_opening(built: District) -> None:
    text = f"{WORDS}的欧阳看见他们搬走了账本。"
    row = written(text)
    for words in (WORDS, "欧阳"):
        hiding.words_hide(words=words, **by(built.receiver, row.number))
    row.refresh_from_db()
    (letter,) = mailbox_of(row).letters
    assert letter.text == f"{HIDDEN}的{HIDDEN}看见他们搬走了账本。"
    assert list(original_of(row).letters.values()) == [text]
    page = client_of(built.receiver).get(f"/desk/clues/{row.number}/").content.decode()
    assert WORDS not in page and "欧阳" not in page


def test_who_may_open_the_identity_reads_the_letter_as_it_was(built: District) -> None:
    row = written(f"{WORDS}的人看见他们搬走了账本。")
    hiding.words_hide(words=WORDS, **by(built.receiver, row.number))
    asked = openings.opening_request(reason="需要核实这句话是谁说的", **by(built.receiver, row.number))
    second = built.approver
    openings.opening_decide(opening_id=asked.pk, approved=True, actor=actor(second), scope=second)
    address = f"/desk/clues/openings/{asked.pk}/"
    assert WORDS in client_of(built.receiver).post(address, {"do": "read"}).content.decode()


def test_letters_of_the_office_stay_as_they_are(built: District) -> None:
    row = clue(text=f"{WORDS}只有两户，其中一户就是他们的窝点。")
    triage.clue_reply(text=f"请问{WORDS}是哪一栋？", **by(built.receiver, row.number))
    hiding.words_hide(words=WORDS, **by(built.receiver, row.number))
    (letter,) = mailbox_of(row).letters
    assert WORDS in letter.text


def test_what_an_officer_hid_of_an_anonymous_text_can_be_opened(built: District) -> None:
    row = clue(text=f"{WORDS}只有两户，其中一户就是他们的窝点。")
    hiding.words_hide(words=WORDS, **by(built.receiver, row.number))
    assert openings.opening_request(reason="需要向举报人核实是哪个单元", **by(built.receiver, row.number)).pk


@pytest.mark.parametrize("words", ["，", "。。", "户", "户，", "已隐去", HIDDEN, "  "])
def test_too_little_to_hide_is_refused(built: District, words: str) -> None:
    row = clue(text=f"我叫王小明，{WORDS}只有两户，其中一户就是他们的窝点。。")
    with pytest.raises(ActNotAllowed, match="words_short"):
        hiding.words_hide(words=words, **by(built.receiver, row.number))


@pytest.mark.parametrize(("words", "why"), [("四号楼", "来信里都没有这些字"), ("，，", "至少填写两个字")])
def test_words_that_cannot_be_hidden_stay_in_the_form(built: District, words: str, why: str) -> None:
    number = clue().number
    answer = client_of(built.receiver).post(f"/desk/clues/{number}/hide", {"words": words})
    shown = answer.content.decode()
    assert answer.status_code == 422 and why in shown and f'value="{words}"' in shown


def test_a_refused_transfer_keeps_what_was_typed(built: District) -> None:
    row = clue(kind=ClueKind.GANG, text="菜场有人收保护费，不交就砸摊子。")
    client = client_of(built.receiver)
    typed = {"reference": "密 2026-17", "holder": "区公安分局"}
    answer = client.post(f"/desk/clues/{row.number}/transfer", {**typed, "seen": "2026-01-01T00:00:00+00:00"})
    shown = answer.content.decode()
    assert answer.status_code == 422
    assert all(f'value="{words}"' in shown for words in typed.values())


def test_an_act_without_words_goes_back_to_the_clue(built: District) -> None:
    number = clue().number
    client = client_of(built.receiver)
    client.post(f"/desk/clues/{number}/accept")
    assert client.post(f"/desk/clues/{number}/accept").status_code == 302
