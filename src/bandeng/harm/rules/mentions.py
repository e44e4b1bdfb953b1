"""Which matters name an enterprise, and for what. No Django.

Of a text, full names only, lest one is laid to the wrong door. Of an answer, what is called as enterprises are: people
also write a person there (the foreman, a seller), and a person is never followed.
"""

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from reckon.linkage import name_of, vocabulary_in_force

FORM = r"(?:有限责任公司|股份有限公司|有限公司|合伙企业(?:（[^）]{2,6}）|\([^)]{2,6}\))?)"
BRANCH = r"(?:[一-鿿]{2,8}(?:分公司|分店|门店))?"
NAME = re.compile(rf"([一-鿿A-Za-z0-9（）()·]{{2,30}}?{FORM}{BRANCH})")
#: Words before a name that are no part of it; the name begins after the last of them.
BEFORE = re.compile(
    r".*(?:一家|这家|那家|名为|名叫|叫做|叫|自称|冒充|来自|通过|单位|公司名|商家|老板"
    r"|我在|在|是|去|到|向|给|被|由|和|与|跟|让|的|把|找|了|：|:|，)"
)
SHORTEST = 6  # letters of a full name with its form; less tells no enterprise from another
LONGEST = 100


@dataclass(frozen=True, kw_only=True)
class MentionRule:
    """A row of the dated table: a matter of one of `types` with one of `words`, if any are asked, speaks of `kind`."""

    kind: str
    types: tuple[str, ...]
    words: tuple[str, ...]

    def fits(self, *, type_code: str, text: str) -> bool:
        """Whether a matter of this type and text is one of them."""
        return type_code in self.types and (not self.words or any(word in text for word in self.words))


def kind_of(*, rules: Iterable[MentionRule], type_code: str, text: str) -> str:
    """The kind of harm that a matter speaks of, by the first row that fits; empty for none."""
    return next((rule.kind for rule in rules if rule.fits(type_code=type_code, text=text)), "")


def names_in(
    *, text: str, answers: Mapping[str, object], keys: Iterable[str], unknown: frozenset[str]
) -> tuple[str, ...]:
    """Full names of enterprises in a text, and what was answered where an enterprise was asked for."""
    asked = [str(answers[key]).strip() for key in keys if answers.get(key)]
    said = [_trimmed(name) for name in NAME.findall(text)]
    found = {name for name in asked if name not in unknown and is_enterprise(text=name)}
    found |= {name for name in said if SHORTEST <= len(name) <= LONGEST}
    return tuple(sorted(found))


def is_enterprise(*, text: str) -> bool:
    """Whether something is called as an enterprise: a trade name, and with it a form, a trade or a branch."""
    if not 3 <= len(text) <= LONGEST:
        return False
    name = name_of(text=text, vocabulary=vocabulary_in_force())
    return len(name.core) >= 2 and bool(name.form or name.industry or name.branch)


def _trimmed(name: str) -> str:
    return BEFORE.sub("", name).lstrip("（）()·")
