"""Text as it is kept: nothing unseen that misleads, nothing taken that means something."""

import pytest

from bandeng.matters.rules import clean_text

UNSEEN = "\u00ad\u034f\u061c\u115f\u1160\u200b\u200e\u200f\u202e\u2060\u2064\u2069\u3164\ufeff\uffa0"


@pytest.mark.parametrize("sign", [*UNSEEN, "\x00", "\x1b", "\x85", "\ud800"])
def test_unseen_signs_are_not_kept(sign: str) -> None:
    assert clean_text(f"北桥{sign}街道") == "北桥街道"
    assert clean_text(sign * 3) == ""


@pytest.mark.parametrize(
    "text",
    ["👨‍👩‍👧去了公园", "❤️‍🔥", "👍🏽", "🏴󠁧󠁢󠁥󠁮󠁧󠁿", "می‌خواهم", "葛󠄀城", "한국어", "ᠮᠣᠩᠭᠣᠯ", "第一行\n\t第二行", "ไทย"],
)
def test_what_joins_and_shapes_letters_is_kept(text: str) -> None:
    assert clean_text(text) == text
