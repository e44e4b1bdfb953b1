"""What is no longer needed is wiped; keys are changed without losing anything."""

import random
from collections.abc import Iterator

import pytest
from cryptography.fernet import Fernet
from django.conf import LazySettings
from django.core.management import call_command

from bandeng.clues import vault
from bandeng.clues.contents import Content, content_of, identity_of
from bandeng.clues.models import Accusation, Attachment, Clue, ClueLink, ClueMessage, Opening, Trace
from bandeng.clues.rules import ClueKind, ClueState
from bandeng.clues.selectors import visible_clues
from bandeng.clues.selectors.page import links_of
from bandeng.clues.services import openings, triage
from bandeng.clues.services.attachments import files, picture_of
from bandeng.clues.services.mailbox import Key, letter_write, mailbox_clue
from bandeng.clues.services.retention import clue_wipe, clues_purge, keys_rotate
from bandeng.clues.tests.factories import (
    MORNING,
    NAME,
    STREET,
    SUPERVISING,
    District,
    by,
    clue,
    district,
    later,
    named,
    waiting,
)
from bandeng.core import clock

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture
def built() -> Iterator[District]:
    for path in files():
        path.unlink()
    with clock.fixed(MORNING):
        yield district()


def transferred(built: District) -> tuple[Clue, Key]:
    """A clue with letters, pictures, a link and an opening, moved to the closed network."""
    colour = random.Random(1).choice(["red", "blue"])
    known = named(kind=ClueKind.GANG, organisation_id=built.id_of(STREET), pictures=[waiting(colour)])
    key = Key(known.number, known.secret)
    letter_write(key=key, text="他们昨天又来了。", pictures=[waiting("green")])
    acting = by(built.receiver, known.number)
    openings.opening_request(reason="需要向举报人核实转账的时间", **acting)
    triage.clue_transfer(reference="SW-2026-17", holder="公安机关", **acting)
    return Clue.objects.get(number=known.number), key


def test_transferred_clue_keeps_only_reference_and_state(built: District) -> None:
    row, key = transferred(built)
    assert clues_purge() == 0  # nothing is left to wipe
    assert (row.state, row.reference, row.kind) == (ClueState.TRANSFERRED, "SW-2026-17", "gang")
    assert content_of(row) == Content() and row.sealed_identity == ""
    assert not any(table.objects.exists() for table in (ClueMessage, Trace, ClueLink, Attachment))
    assert Opening.objects.get().sealed_reason == "" and list(files()) == []
    assert mailbox_clue(number=key.number, secret=key.secret) == row  # the reporter still sees where it went


def test_wiped_clue_stays_hidden_from_the_accused(built: District) -> None:
    transferred(built)
    assert Accusation.objects.exists()
    assert not visible_clues(built.scope(STREET, *SUPERVISING)).exists()


def test_clue_taken_up_again_while_others_are_wiped_is_kept(built: District) -> None:
    row = clue()
    triage.clue_reject(reason="内容不具体，无法核查，请补充", **by(built.receiver, row.number))
    with later(days=400):
        triage.clue_reopen(reason="举报人补充了转账记录，重新审查", **by(built.receiver, row.number))
        assert not clue_wipe(clue_id=row.pk)
    row.refresh_from_db()
    assert row.wiped_at is None and content_of(row).text


def test_open_clue_is_never_wiped(built: District) -> None:
    clue()
    with later(days=5000):
        assert clues_purge() == 0


def test_stray_pictures_are_cleared(built: District) -> None:
    waiting()
    clue(pictures=[waiting("blue")])
    assert len(list(files())) == 2
    with clock.fixed(clock.now().replace(year=2030)):
        clues_purge()
    assert len(list(files())) == 1


def test_keys_change_and_nothing_is_lost(built: District, settings: LazySettings) -> None:
    row = Clue.objects.get(number=named(pictures=[waiting()]).number)
    other = clue()
    old, new = settings.CLUE_KEYS[0], Fernet.generate_key().decode()
    settings.CLUE_KEYS = [new, old]
    assert keys_rotate() > 0
    assert keys_rotate() == 0
    settings.CLUE_KEYS = [new]
    row.refresh_from_db()
    assert identity_of(row).name == NAME
    assert picture_of(row, Attachment.objects.get()) is not None
    fresh = clue()
    assert {each.number for each in links_of(fresh, scope=built.receiver)} == {row.number, other.number}


def test_commands_tell_what_they_did(built: District, capsys: pytest.CaptureFixture[str]) -> None:
    clue()
    call_command("clues", "rotate")
    call_command("clues", "purge")
    assert f"→ {vault.keys()[0].id}" in capsys.readouterr().out
