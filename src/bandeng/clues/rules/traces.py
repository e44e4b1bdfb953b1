"""What in a text may stand in another one too: phones, accounts, web addresses, enterprises, matters. No Django."""

import re
from collections.abc import Collection
from dataclasses import dataclass

from bandeng.clues.rules import TraceKind
from bandeng.matters.rules import id_of, number_of

MOBILE = re.compile(r"(?<![0-9])(?:\+?86[- ]?)?(1[3-9][0-9](?:[- ]?[0-9]{4}){2})(?![0-9])")
LANDLINE = re.compile(r"(?<![0-9])(0[0-9]{2,3}-?[0-9]{7,8}|[48]00-?[0-9]{3}-?[0-9]{4})(?![0-9])")
CARD = re.compile(r"(?<![0-9])([0-9]{4}(?:[ -]?[0-9]{4}){3}(?:[ -]?[0-9]{1,3})?)(?![0-9])")
CHAT = re.compile(
    r"(?:微信|QQ|qq|Telegram|telegram)(?:群|号|账号|号码)?\s*(?:是|为|：|:)?\s*([A-Za-z0-9_\-]{5,20})"
)
DOMAIN = re.compile(r"(?<![A-Za-z0-9@.\-])((?:[A-Za-z0-9\-]{1,63}\.)+[A-Za-z]{2,24})(?![A-Za-z0-9\-])")
ENTERPRISE = re.compile(
    r"([\u4e00-\u9fffA-Za-z0-9（）()]{2,30}?)(有限责任公司|股份有限公司|有限公司|集团公司|集团|公司|合作社|事务所|工作室|俱乐部)"
)
MATTER = re.compile(r"SJ-?[0-9]{4,}-?[0-9]{4}-?[0-9]")
#: Words before an enterprise's name that are no part of it; the name begins after the last of them.
BEFORE_NAME = re.compile(
    r".*(?:一家|这家|那家|名为|名叫|叫做|自称|冒充|来自|通过|举报|我在|在|是|去|到|向|给|被|由|和|与|跟|让|叫|的|把|找|了)"
)
SHORTEST_NAME = 2


@dataclass(frozen=True, order=True)
class Found:
    """One trace, in the form in which two texts are compared."""

    kind: TraceKind
    value: str


def traces_in(text: str, *, leaving_out: Collection[str] = ()) -> tuple[Found, ...]:
    """Everything in a text that may link it to another, without the reporter's own and common values."""
    found = {
        *(Found(TraceKind.PHONE, _plain(each)) for each in (*MOBILE.findall(text), *LANDLINE.findall(text))),
        *(Found(TraceKind.ACCOUNT, each) for each in _accounts(text)),
        *(Found(TraceKind.DOMAIN, each) for each in _domains(text)),
        *(Found(TraceKind.ENTERPRISE, each) for each in _enterprises(text)),
        *(Found(TraceKind.MATTER, each) for each in _matters(text)),
    }
    return tuple(sorted(each for each in found if each.value not in leaving_out))


def _plain(number: str) -> str:
    return re.sub(r"[^0-9]", "", number)


def _accounts(text: str) -> set[str]:
    cards = {_plain(each) for each in CARD.findall(text)}
    chats = {each.lower() for each in CHAT.findall(text)}
    return {each for each in cards if 16 <= len(each) <= 19 and luhn(each)} | chats


def luhn(digits: str) -> bool:
    """Whether a card's last digit fits the others (ISO/IEC 7812-1)."""
    doubled = [int(each) * (2 if place % 2 else 1) for place, each in enumerate(reversed(digits))]
    return sum(each // 10 + each % 10 for each in doubled) % 10 == 0


def _domains(text: str) -> set[str]:
    names = {each.lower().removeprefix("www.") for each in DOMAIN.findall(text)}
    return {each for each in names if not each.endswith((".gov.cn", ".jpg", ".png", ".pdf", ".doc"))}


def _enterprises(text: str) -> set[str]:
    stems = (BEFORE_NAME.sub("", stem).strip("（）()") for stem, _ in ENTERPRISE.findall(text))
    return {stem for stem in stems if len(stem) >= SHORTEST_NAME}


def _matters(text: str) -> set[str]:
    keys = (id_of(each) for each in MATTER.findall(text))
    return {number_of(key) for key in keys if key is not None}
