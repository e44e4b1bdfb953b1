"""Clues and letters that arrive at the same moment find each other, and nobody waits for ever."""

from collections.abc import Callable, Iterator
from functools import partial
from typing import Any

import pytest

from bandeng.clues.models import Clue, ClueLink, ClueMessage
from bandeng.clues.services.mailbox import Key, letter_write
from bandeng.clues.tests.factories import MORNING, district, receipt
from bandeng.core import clock
from bandeng.core.tests.contention import at_once

pytestmark = pytest.mark.django_db(transaction=True)
ROUNDS = 4


@pytest.fixture(autouse=True)
def _built(settings: Any, tmp_path: Any) -> Iterator[None]:
    settings.DATA = tmp_path
    with clock.fixed(MORNING):
        district()
        yield


def together(*acts: Callable[[], object]) -> None:
    at_once(*acts, moment=MORNING, refusals=())


def test_clues_that_name_the_same_number_are_linked_when_they_come_together() -> None:
    for each in range(ROUNDS):
        text = f"有人冒充客服让我转账，电话 1380000{each:04d}"
        together(partial(receipt, text=text), partial(receipt, text=f"{text}。"))
        assert ClueLink.objects.count() == each + 1


def test_letters_that_name_the_same_numbers_link_their_clues_when_they_come_together() -> None:
    first, second = receipt(text="有人冒充客服让我转账。"), receipt(text="也有人冒充客服让我转账。")
    numbers = [f"1390000{each:04d}" for each in range(ROUNDS)]

    def write(of: Any, told: list[str]) -> None:
        letter_write(key=Key(of.number, of.secret), text=f"他们用过这些电话：{'、'.join(told)}")

    together(
        lambda: write(first, numbers), lambda: write(second, numbers[::-1]), lambda: receipt(text=numbers[0])
    )
    for _ in range(ROUNDS):
        together(
            lambda: write(first, numbers), lambda: write(second, numbers), lambda: write(second, numbers)
        )
    assert ClueMessage.objects.count() == 2 + 3 * ROUNDS
    assert Clue.objects.count() == 3 and ClueLink.objects.count() == 3
