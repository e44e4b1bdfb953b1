"""Telephone numbers in one form: mobiles, landlines without their area code, service numbers."""

import re
import unicodedata

MOBILE = re.compile(r"1[3-9][0-9]{9}")
SERVICE = re.compile(r"[48]00[0-9]{7}")
LANDLINE = re.compile(r"(?:0(?:10|2[0-9]|[3-9][0-9]{2}))?([2-8][0-9]{6,7})")
EXTENSION = re.compile(r"(?:转|EXT\.?|#)[0-9]{1,6}")
BETWEEN = re.compile(r"[/、,;|或和 ]+")
JOINT = re.compile(r"(?<=[0-9)])[\s\-—–]+(?=[0-9])")
COUNTRY = re.compile(r"^(?:\+|00)?86(?=1[3-9][0-9]{9}$|0?[1-9][0-9]{8,11}$)")


def phones_of(*, text: str) -> tuple[str, ...]:
    """The numbers in the text, sorted: a mobile as it is, a landline as its local number. What is none is left out."""
    plain = EXTENSION.sub("", unicodedata.normalize("NFKC", text).upper())
    parts = BETWEEN.split(JOINT.sub("", plain).replace("(", "").replace(")", ""))
    return tuple(sorted({number for part in parts if (number := _number(part))}))


def _number(part: str) -> str | None:
    digits = COUNTRY.sub("", re.sub(r"[^0-9+]", "", part)).lstrip("+")
    if MOBILE.fullmatch(digits) or SERVICE.fullmatch(digits):
        return digits
    local = LANDLINE.fullmatch(digits)
    return local[1] if local else None
