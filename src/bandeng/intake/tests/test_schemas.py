"""What the interface takes for a text."""

import re
import sys

from bandeng.intake.schemas import SEEN
from bandeng.matters.rules import clean_text


def test_what_cleaning_empties_is_no_text() -> None:
    signs = (chr(code) for code in range(sys.maxunicode + 1) if not 0xD800 <= code <= 0xDFFF)
    emptied = [sign for sign in signs if not clean_text(sign)]
    assert len(emptied) > 60 and not [hex(ord(sign)) for sign in emptied if re.search(SEEN, sign)]
