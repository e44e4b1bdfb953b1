"""Registration codes: the standards' own examples, and every single error seen."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from reckon.linkage import code_of, registration_holds, unified_holds
from reckon.linkage.codes import (
    ALPHABET,
    organisation_check,
    organisation_holds,
    registration_check,
    unified_check,
)

BODIES = st.text(alphabet=ALPHABET, min_size=17, max_size=17)
NUMBERS = st.text(alphabet="0123456789", min_size=14, max_size=14)


def test_unified_check_of_the_standards_example() -> None:
    assert unified_check(body="91350100M000100Y4") == "3"
    assert unified_holds(code="91350100M000100Y43")


def test_organisation_check_of_the_code_inside_the_example() -> None:
    assert organisation_check(body="M000100Y") == "4"
    assert organisation_holds(code="M000100Y4")


def test_registration_check_of_the_standards_example() -> None:
    assert registration_check(body="11010800000001") == "6"
    assert registration_holds(number="110108000000016")


@given(body=BODIES, place=st.integers(0, 17), other=st.sampled_from(ALPHABET))
def test_a_wrong_sign_never_passes(body: str, place: int, other: str) -> None:
    code = body + unified_check(body=body)
    changed = code[:place] + other + code[place + 1 :]
    assert unified_holds(code=changed) is (changed == code)


@given(body=BODIES, place=st.integers(0, 15))
def test_two_neighbours_exchanged_never_pass(body: str, place: int) -> None:
    code = body + unified_check(body=body)
    changed = code[:place] + code[place + 1] + code[place] + code[place + 2 :]
    assert unified_holds(code=changed) is (changed == code)


@given(body=NUMBERS, place=st.integers(0, 14), other=st.sampled_from("0123456789"))
def test_a_wrong_digit_of_a_registration_number_never_passes(body: str, place: int, other: str) -> None:
    number = body + registration_check(body=body)
    changed = number[:place] + other + number[place + 1 :]
    assert registration_holds(number=changed) is (changed == number)


@pytest.mark.parametrize(
    "text",
    [
        "91350100m000100y43",
        "９１３５０１００Ｍ０００１００Ｙ４３",
        "91350100-M000100Y-43",
        "9135O100M000I00Y43",
    ],
)
def test_code_of_reads_what_people_write(text: str) -> None:
    code = code_of(text=text)
    assert (code.unified, code.organisation) == ("91350100M000100Y43", "M000100Y4")


def test_code_of_keeps_the_text_of_a_wrong_code() -> None:
    code = code_of(text="91350100M000100Y44")
    assert (code.text, code.unified, code.organisation, code.registration) == (
        "91350100M000100Y44",
        None,
        None,
        None,
    )


def test_code_of_tells_the_older_codes() -> None:
    assert code_of(text="110108000000016").registration == "110108000000016"
    assert code_of(text="M000100Y-4").organisation == "M000100Y4"
    assert code_of(text="").text == ""
