"""The keys of clues are a setting of their own, checked at start."""

import pytest
from cryptography.fernet import Fernet

from bandeng.config.environment import MASK, SettingsWrong, read

ONE, TWO = (Fernet.generate_key().decode() for _ in range(2))


def test_keys_are_a_list_of_which_none_is_shown() -> None:
    found = read({"BANDENG_CLUE_KEYS": f"{ONE}, {TWO}"})
    assert found.names("BANDENG_CLUE_KEYS") == [ONE, TWO]
    assert {row.name: row.value for row in found.rows()}["BANDENG_CLUE_KEYS"] == MASK


@pytest.mark.parametrize(
    "environ",
    [
        {"BANDENG_CLUE_KEYS": "short"},
        {"BANDENG_CLUE_KEYS": f"{ONE},{ONE}"},
        {"BANDENG_CLUE_KEYS": f"{TWO},{ONE}", "BANDENG_CONTACT_KEY": ONE},
    ],
)
def test_wrong_keys_and_the_key_of_contacts_are_refused(environ: dict[str, str]) -> None:
    with pytest.raises(SettingsWrong, match="BANDENG_CLUE_KEYS") as told:
        read(environ)
    assert ONE not in str(told.value)
