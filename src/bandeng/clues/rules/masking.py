"""Words that would tell who the reporter is are hidden before anybody reads a clue. No Django.

What the reporter gave as name and phone is hidden wherever it stands. What they say of themselves is found by
its wording; that is the best that can be done by machine, so an officer can hide more.
"""

import re
import unicodedata
from collections.abc import Iterable
from dataclasses import dataclass

from bandeng.clues.rules import ActNotAllowed

HIDDEN = "〔已隐去〕"
SHORTEST_NAME = 2
FEWEST_LETTERS = 2
DIGIT = re.compile(r"\d")
#: Signs without width: some of them hold emoji together, after which they stay; a name or a number they only split.
UNSEEN = re.compile(
    r"(?<![\u2190-\u2bff\U0001f000-\U0001fbff])(?<![\u2190-\u2bff\U0001f000-\U0001fbff]\ufe0f)"
    r"[\u00ad\u034f\u061c\u115f\u1160\u17b4\u17b5\u180b-\u180f\u200b-\u200f\u202a-\u202e\u2060-\u206f\u3164"
    r"\ufe00-\ufe0f\ufeff\uffa0\ufff9-\ufffb\U000e0000-\U000e0fff]"
)
GAP = r"[\s\u2800\-‐-―−~～_/\\|*.·•・‧∙()（）]*"
TO_PAUSE = r"[^，。；！？,;!?\n〔〕]"
KIN = "丈夫|妻子|老公|老婆|爱人|儿子|女儿|父亲|母亲|爸爸|妈妈|哥哥|弟弟|姐姐|妹妹|同事|邻居"

SELF = tuple(
    re.compile(pattern)
    for pattern in (
        # An identity card's number is nobody's clue: whose it is, it tells.
        r"(?<![0-9])[0-9]{17}[0-9Xx](?![0-9])",
        rf"(?:我叫|我的名字|我名叫|本人叫|本人姓名|我姓|本人姓|举报人){TO_PAUSE}{{1,20}}",
        rf"(?:我|本人|我们)是{TO_PAUSE}{{1,30}}",
        rf"(?:我|本人)(?:在|就职于|任职于|供职于){TO_PAUSE}{{1,24}}?(?:工作|上班|任职|打工|供职|当|做)",
        rf"(?:我家|我住|我们家|本人住|家住|我的住址|本人住址){TO_PAUSE}{{1,30}}",
        rf"(?:我|本人)(?:的)?(?:{KIN})(?:叫|是|在){TO_PAUSE}{{1,24}}",
        r"(?:我|本人)(?:的)?(?:电话|手机|微信|邮箱|QQ|qq|号码|联系方式)(?:号码|号)?(?:是|为|：|:)?\s*[\w+@.\- ]{5,40}",
        r"(?:联系我|打我电话|给我打电话|找我|回电)[^。；！？!?\n〔〕0-9]{0,10}?[0-9][0-9\- ]{6,}",
        r"(?:我|本人)[^0-9，。；\n]{0,4}1[3-9][0-9](?:[\- ]?[0-9]{4}){2}",
    )
)


def check_hidden_words(words: str) -> str:
    """Words to hide, trimmed. Raises ActNotAllowed for so few letters that they would be hidden all over."""
    wanted = words.strip()
    if wanted in HIDDEN or sum(each.isalnum() for each in wanted) < FEWEST_LETTERS:
        raise ActNotAllowed("words_short")
    return wanted


@dataclass(frozen=True)
class Masked:
    """A text without what tells the reporter, and the words that were hidden in it."""

    text: str
    hidden: tuple[str, ...] = ()


def mask(text: str, *, name: str = "", phone: str = "", more: Iterable[str] = ()) -> Masked:
    """Hide the reporter's name and phone however they are spaced, what they say of themselves, and `more`."""
    result, hidden = plain(text), list[str]()
    patterns = [_spaced(each) for each in (*_names(name), _digits(phone), *more) if each]
    for pattern in (*patterns, *SELF):
        hidden += [found for found in pattern.findall(result) if found != HIDDEN]
        result = pattern.sub(HIDDEN, result)
    return Masked(result, tuple(hidden))


def plain(text: str) -> str:
    """A text in which numbers are in the usual digits and nothing unseen splits a word."""
    return DIGIT.sub(lambda found: str(unicodedata.decimal(found[0])), UNSEEN.sub("", text))


def _names(name: str) -> list[str]:
    words = "".join(plain(name).split())
    return [words] if len(words) >= SHORTEST_NAME else []


def _digits(phone: str) -> str:
    digits = "".join(each for each in plain(phone) if each.isascii() and each.isdecimal())
    return digits.removeprefix("86") if len(digits) > 11 else digits


def _spaced(words: str) -> re.Pattern[str]:
    letters = [re.escape(each) for each in words if not each.isspace()]
    return re.compile(GAP.join(letters), re.IGNORECASE)
