"""Enterprise names taken apart: region, trade name, industry, form, branch."""

import re
import unicodedata
from dataclasses import dataclass

from reckon.linkage.vocabulary import Vocabulary

BRACKET = re.compile(r"[(\[【〔](.*?)[)\]】〕]")
NOISE = re.compile(r"[^0-9A-Z一-鿿()\[\]【】〔〕]")
NUMERALS = str.maketrans("零一二三四五六七八九", "0123456789")


@dataclass(frozen=True, slots=True, kw_only=True)
class Name:
    """`stem` is trade name and industry together; `branch` is empty for a whole enterprise."""

    plain: str
    core: str
    industry: str
    form: str
    branch: str

    @property
    def stem(self) -> str:
        """Trade name and industry, without region, form and branch."""
        return self.core + self.industry


def name_of(*, text: str, vocabulary: Vocabulary) -> Name:
    """Take a name apart. A name of unknown make is all trade name."""
    folded = NOISE.sub("", unicodedata.normalize("NFKC", text).upper())
    whole, inside = _without_brackets(folded, vocabulary)
    whole, outside = _without_branch(whole, vocabulary)
    branch = inside or outside
    place_free = _without_region(whole, vocabulary)
    stem = _without_form(place_free, vocabulary)
    form = place_free[len(stem) :]
    core, industry = _parted(stem, vocabulary)
    plain = BRACKET.sub(r"\1", folded)
    return Name(plain=plain, core=core, industry=industry, form=form, branch=_branch_key(branch, vocabulary))


def _without_brackets(text: str, vocabulary: Vocabulary) -> tuple[str, str]:
    """The text without what stands in brackets for a place, a form or a branch; and the branch."""
    branch = ""

    def judged(match: re.Match[str]) -> str:
        nonlocal branch
        content = match[1]
        if vocabulary.branch_end.search(content):
            branch = branch or content
            return ""
        place = vocabulary.place_start.match(content + "有限公司")
        is_form = vocabulary.form_end.fullmatch(content) is not None
        return "" if is_form or (place and place.end() >= len(content)) else content

    return re.sub(r"[()\[\]【】〔〕]", "", BRACKET.sub(judged, text)), branch


def _without_branch(text: str, vocabulary: Vocabulary) -> tuple[str, str]:
    found = vocabulary.branch_after_form.match(text) or vocabulary.branch_without_form.match(text)
    return (found[1], found[2]) if found else (text, "")


def _without_region(text: str, vocabulary: Vocabulary) -> str:
    while (found := vocabulary.place_start.match(text)) and len(text) - found.end() >= 2:
        text = text[found.end() :]
    return text


def _without_form(text: str, vocabulary: Vocabulary) -> str:
    while (found := vocabulary.form_end.search(text)) and found.start() >= 2:
        text = text[: found.start()]
    return text


def _parted(stem: str, vocabulary: Vocabulary) -> tuple[str, str]:
    core = stem
    while (found := vocabulary.industry_end.search(core)) and found.start() >= 2:
        core = core[: found.start()]
    return core, stem[len(core) :]


def _branch_key(branch: str, vocabulary: Vocabulary) -> str:
    """A branch's own word: its place or number, without the kind of branch and the region."""
    if not branch:
        return ""
    own = vocabulary.branch_end.sub("", _without_region(branch, vocabulary)).removeprefix("第")
    return own.translate(NUMERALS) or "分"


def shortened(*, word: str) -> tuple[str, ...]:
    """The word and each form of it that lacks one character, sorted.

    Two words share one of these when a single character was changed, dropped or added. The engine's own edit
    distance counts bytes of UTF-8, of which a Chinese character has three, so it cannot be used here.
    """
    if len(word) < 3:
        return (word,)
    return tuple(sorted({word, *(word[:place] + word[place + 1 :] for place in range(len(word)))}))
