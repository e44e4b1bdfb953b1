"""Registration codes: the unified social credit code, the organisation code inside it, the old 15-digit number."""

import re
import unicodedata
from dataclasses import dataclass

ALPHABET = "0123456789ABCDEFGHJKLMNPQRTUWXY"
"""GB 32100-2015, table 1: no I, O, Z, S, V."""

WEIGHTS = tuple(pow(3, position, 31) for position in range(17))
"""GB 32100-2015, 5.2: weight of the i-th character is 3^(i-1) mod 31."""

ORGANISATION_WEIGHTS = (3, 7, 9, 10, 5, 8, 4, 2)
"""GB 11714-1997, weights of the organisation code."""

MISREAD = str.maketrans("OIZSV", "01250")
"""Letters that no code has, and the digits that people mean or a scanner sees."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Code:
    """A code as given and, where its check digits hold, what it says."""

    text: str
    unified: str | None = None
    organisation: str | None = None
    registration: str | None = None


def unified_check(*, body: str) -> str:
    """The check character of the first 17 characters. Raises ValueError for a character no code has."""
    total = sum(ALPHABET.index(sign) * weight for sign, weight in zip(body, WEIGHTS, strict=True))
    return ALPHABET[-total % 31]


def unified_holds(*, code: str) -> bool:
    """Whether these are 18 characters of the alphabet with the right check character."""
    return len(code) == 18 and set(code) <= set(ALPHABET) and unified_check(body=code[:17]) == code[17]


def organisation_check(*, body: str) -> str:
    """The check character of an organisation code's first eight; a letter counts 10 for A and on (GB 11714)."""
    signs = "0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZ"
    total = sum(signs.index(sign) * weight for sign, weight in zip(body, ORGANISATION_WEIGHTS, strict=True))
    return "0123456789X"[-total % 11]


def registration_check(*, body: str) -> str:
    """The last digit of the old registration number: ISO 7064 MOD 11,10 over the first 14 (GS 15-2006)."""
    product = 10
    for digit in body:
        product = ((product + int(digit)) % 10 or 10) * 2 % 11
    return str((11 - product) % 10)


def registration_holds(*, number: str) -> bool:
    """Whether these are 15 digits of which the last is right."""
    return bool(re.fullmatch(r"[0-9]{15}", number)) and registration_check(body=number[:14]) == number[14]


def code_of(*, text: str) -> Code:
    """Read a code; one that fails its check keeps its text, so that a typing error can still be seen as near."""
    plain = re.sub(r"[^0-9A-Z]", "", unicodedata.normalize("NFKC", text).upper())
    if registration_holds(number=plain):
        return Code(text=plain, registration=plain)
    for candidate in (plain, plain.translate(MISREAD)):
        if unified_holds(code=candidate):
            return Code(text=candidate, unified=candidate, organisation=candidate[8:17])
    if len(plain) == 9 and organisation_holds(code=plain):
        return Code(text=plain, organisation=plain)
    return Code(text=plain)


def organisation_holds(*, code: str) -> bool:
    """Whether these nine characters are an organisation code of the time before unified codes."""
    return bool(re.fullmatch(r"[0-9A-Z]{8}[0-9X]", code)) and organisation_check(body=code[:8]) == code[8]
