"""Envelopes open with their key, for their purpose and their clue, and for nothing else."""

import pytest
from cryptography.fernet import Fernet
from django.conf import LazySettings
from hypothesis import given
from hypothesis import strategies as st

from bandeng.clues import vault

SUBJECT = "XS-ABCD-EFGH-1"


def sealed(text: str = "欧阳望舒", *, subject: str = SUBJECT) -> str:
    return vault.seal({"name": text}, purpose="identity", subject=subject)


@given(st.binary(max_size=200))
def test_what_goes_in_comes_out(content: bytes) -> None:
    envelope = vault.seal_bytes(content, purpose="letter", subject=SUBJECT)
    assert vault.open_bytes(envelope, purpose="letter", subject=SUBJECT) == content


def test_the_same_words_never_look_the_same() -> None:
    assert sealed() != sealed()
    assert "欧阳" not in sealed()


@pytest.mark.parametrize(("purpose", "subject"), [("content", SUBJECT), ("identity", "XS-ABCD-EFGJ-2")])
def test_an_envelope_opens_nowhere_else(purpose: str, subject: str) -> None:
    with pytest.raises(vault.EnvelopeBroken):
        vault.opened(sealed(), purpose=purpose, subject=subject)


@given(st.integers(0, 10_000), st.integers(1, 255))
def test_a_changed_envelope_opens_nowhere(place: int, change: int) -> None:
    envelope = sealed()
    at = place % len(envelope)
    other = chr((ord(envelope[at]) + change) % 128)
    changed = envelope[:at] + other + envelope[at + 1 :]
    try:
        found = vault.opened(changed, purpose="identity", subject=SUBJECT)
    except (vault.EnvelopeBroken, vault.KeyUnknown, ValueError):
        return
    assert found == {"name": "欧阳望舒"}  # base64's last character has bits that say nothing


def test_keys_of_contacts_open_nothing(settings: LazySettings) -> None:
    envelope = sealed()
    settings.CLUE_KEYS = [settings.CONTACT_KEY]
    with pytest.raises(vault.KeyUnknown):
        vault.opened(envelope, purpose="identity", subject=SUBJECT)


def test_an_older_key_still_opens_and_can_be_taken_away_after_wrapping_anew(settings: LazySettings) -> None:
    old, new = settings.CLUE_KEYS[0], Fernet.generate_key().decode()
    envelope = sealed()
    settings.CLUE_KEYS = [new, old]
    assert vault.opened(envelope, purpose="identity", subject=SUBJECT) == {"name": "欧阳望舒"}
    again = vault.rewrapped(envelope)
    assert again is not None and again.split(".")[3] == envelope.split(".")[3]
    assert vault.rewrapped(again) is None
    settings.CLUE_KEYS = [new]
    assert vault.opened(again, purpose="identity", subject=SUBJECT) == {"name": "欧阳望舒"}
    with pytest.raises(vault.KeyUnknown):
        vault.opened(envelope, purpose="identity", subject=SUBJECT)


def test_digests_cannot_be_computed_without_the_key(settings: LazySettings) -> None:
    before = vault.digest("phone", "13800001111")
    settings.CLUE_KEYS = [Fernet.generate_key().decode(), *settings.CLUE_KEYS]
    assert vault.digest("phone", "13800001111") != before
    assert before in vault.digests("phone", "13800001111")


def test_codes_are_kept_salted_and_slow() -> None:
    one, two = vault.secret_hash("ABCDEFGHJKMN"), vault.secret_hash("ABCDEFGHJKMN")
    assert one != two and "ABCDEFGHJKMN" not in one
    assert vault.secret_fits("ABCDEFGHJKMN", one)
    assert not vault.secret_fits("ABCDEFGHJKMP", one)
    assert not vault.secret_fits("ABCDEFGHJKMN", "")
