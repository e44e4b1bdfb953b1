"""How people are addressed: residents as 您, officers not at all."""

import pytest

from bandeng.core.translations import messages_of, sources

OFFICERS = {"harm page", "harm act", "harm refusal", "clue page", "clue act", "refusal", "worker", "error"}


@pytest.mark.parametrize("app", ["core", "clues", "harm", "intake"])
def test_pages_of_officers_address_nobody(app: str) -> None:
    (catalog,) = [path for path in sources() if f"/bandeng/{app}/" in path.as_posix()]
    shown = [message for message in messages_of(catalog) if message.context in OFFICERS]
    assert shown
    assert not [message.text for message in shown if "您" in message.text]
