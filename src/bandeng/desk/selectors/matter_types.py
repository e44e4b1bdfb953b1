"""Matter types for the pages of those who keep them: the tree, a type's versions, and what a change would change."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any

from django.utils.translation import get_language, pgettext

from bandeng.core import clock
from bandeng.core.labels import in_language
from bandeng.desk.labels import (
    ACCESS_MEANINGS,
    LEGAL_KINDS,
    LIMIT_NAMES,
    QUESTION_KINDS,
    written_limit,
)
from bandeng.dispatch.knowledge import in_force
from bandeng.dispatch.selectors.findings import LOCAL_LEADS
from bandeng.dispatch.services.rule_rows import rules_cells
from bandeng.matters.labels import ACCESS_CLASSES
from bandeng.matters.models import IS_OPEN, Matter, MatterType
from bandeng.matters.selectors import taxonomy
from bandeng.matters.services.versions import LEVELS, TypeFacts, facts_of
from bandeng.organisations.selectors import directory, today

MONTH = timedelta(days=30)


@dataclass(frozen=True)
class Branch:
    """A type in the tree, with those below it that are shown."""

    code: str
    name: str
    lead: str
    limit: str
    access: str
    below: tuple["Branch", ...]
    types: int  # of the last level, below this one


@dataclass(frozen=True)
class Question:
    """One question that a type asks, in words."""

    text: str
    kind: str
    choices: tuple[str, ...]


@dataclass(frozen=True)
class Version:
    """One version of a type, in words."""

    id: int
    name: str
    valid_from: date
    valid_to: date | None
    lines: tuple[tuple[str, str], ...]
    questions: tuple[Question, ...]
    is_coming: bool
    is_present: bool


@dataclass(frozen=True)
class TypePage:
    """A type with all its versions, newest first, and what stands above and below it."""

    code: str
    name: str
    path: tuple[tuple[str, str], ...]
    versions: tuple[Version, ...]
    below: tuple[Branch, ...]
    rules: tuple[str, ...]
    rules_version: int  # of the table in force; 0 for none
    may_have_below: bool


@dataclass(frozen=True)
class Effect:
    """What a new version would change, and what it leaves alone."""

    lines: tuple[tuple[str, str, str], ...]  # what, before, from then on
    open: int
    month: int
    rules: tuple[str, ...]


def tree(search: str = "") -> list[Branch]:
    """The types in force, and coming ones, as a tree; with a search those that it finds, and what is above them."""
    rows = {row.code: row for row in _coming()} | taxonomy().by_code
    wanted = _found(rows, search.strip().casefold()) if search.strip() else set(rows)
    return list(_branches(rows, wanted, ""))


def _coming() -> list[MatterType]:
    return list(MatterType.objects.filter(valid_from__gt=today()).order_by("-valid_from"))


def _found(rows: Mapping[str, MatterType], word: str) -> set[str]:
    hits = [
        row.code
        for row in rows.values()
        if row.code.startswith(word) or word in row.name or word in row.name_en.casefold()
    ]
    wanted: set[str] = set()
    for code in hits:
        parts = code.split(".")
        wanted.update(".".join(parts[: depth + 1]) for depth in range(len(parts)))
        wanted.update(each for each in rows if each.startswith(f"{code}."))
    return wanted


def _branches(rows: Mapping[str, MatterType], wanted: set[str], above: str) -> tuple[Branch, ...]:
    codes = sorted(code for code in wanted if code.rpartition(".")[0] == above)
    return tuple(_branch(rows[code], _branches(rows, wanted, code)) for code in codes)


def _branch(row: MatterType, below: tuple[Branch, ...]) -> Branch:
    handle = row.limits.get("handle", "")
    return Branch(
        code=row.code,
        name=row.called,
        lead=lead_word(row.lead_code) if row.lead_code else "",
        limit=written_limit(handle) if handle else "",
        access="" if row.access_class == "open" else str(dict(ACCESS_CLASSES)[row.access_class]),
        below=below,
        types=sum(each.types for each in below) or (1 if row.level == LEVELS else 0),
    )


def lead_word(code: str) -> str:
    """Who leads by default, in words."""
    if not code:
        return pgettext("matter type", "a person decides")
    known = directory().by_code.get(code)
    return known.called if known else str(LOCAL_LEADS.get(code, code))


def lead_options() -> list[tuple[str, str]]:
    """Who may lead by default: nobody, whoever serves the place, the departments and centres."""
    rows = [each for each in directory().by_id.values() if each.active and not each.code.isdecimal()]
    local = [(code, str(word)) for code, word in LOCAL_LEADS.items()]
    return [("", lead_word("")), *local, *((each.code, each.called) for each in rows)]


def last_version(code: str) -> MatterType | None:
    """The type's newest version, begun or not."""
    return MatterType.objects.filter(code=code).order_by("valid_from").last()


def type_page(code: str) -> TypePage | None:
    """Everything on a type's page, or None for a code that there is not."""
    rows = list(MatterType.objects.filter(code=code).order_by("-valid_from"))
    if not rows:
        return None
    known, table = taxonomy(), in_force()
    row = known.by_code.get(code, rows[0])
    branch = next(iter(_found_branch(code)), None)
    return TypePage(
        code=code, name=row.called,
        path=tuple((each.code, each.called) for each in known.path(code) if each.code != code),
        versions=tuple(_version(each) for each in rows), below=branch.below if branch else (),
        rules=rules_naming(code), rules_version=table.version if table else 0, may_have_below=row.level < LEVELS,
    )  # fmt: skip


def _found_branch(code: str) -> Sequence[Branch]:
    rows = {row.code: row for row in _coming()} | taxonomy().by_code
    inside = {each for each in rows if each == code or each.startswith(f"{code}.")}
    return _branches(rows, inside, code.rpartition(".")[0])


def _version(row: MatterType) -> Version:
    day = today()
    return Version(
        id=row.pk, name=row.called, valid_from=row.valid_from, valid_to=row.valid_to,
        lines=tuple(facts_words(facts_of(row)).items()) + _legal(row),
        questions=tuple(_question(each) for each in row.questions), is_coming=row.valid_from > day,
        is_present=row.valid_from <= day and (row.valid_to is None or row.valid_to >= day),
    )  # fmt: skip


def _legal(row: MatterType) -> tuple[tuple[str, str], ...]:
    if not row.legal_kind:
        return ()
    return ((pgettext("matter type", "Kind in law"), str(LEGAL_KINDS.get(row.legal_kind, row.legal_kind))),)


def _question(asked: Mapping[str, Any]) -> Question:
    text = in_language(name=str(asked.get("zh", "")), name_en=str(asked.get("en", "")))
    kind = str(QUESTION_KINDS.get(str(asked.get("kind", "text")), QUESTION_KINDS["text"]))
    return Question(text, kind, tuple(map(str, asked.get("choices", ()))))


def facts_words(facts: TypeFacts) -> dict[str, str]:
    """What a version says, in words, but for its questions."""
    access = {
        "name": dict(ACCESS_CLASSES).get(facts.access_class, ""),
        "meaning": ACCESS_MEANINGS.get(facts.access_class, ""),
    }
    words = {
        pgettext("matter type", "Chinese name"): facts.name,
        pgettext("matter type", "English name"): facts.name_en,
        pgettext("matter type", "Leads by default"): lead_word(facts.lead_code),
        pgettext("matter type", "Who may see it"): pgettext("matter type", "%(name)s: %(meaning)s") % access,
    }
    for key, label in LIMIT_NAMES.items():
        if facts.limits.get(key):
            words[str(label)] = written_limit(facts.limits[key])
    words[pgettext("matter type", "Source")] = facts.source
    return {label: text for label, text in words.items() if text}


def effect_of(*, before: TypeFacts | None, after: TypeFacts, code: str) -> Effect:
    """What a version changes line by line, and how many matters it concerns: two counts."""
    old = {**facts_words(before), **_asked(before)} if before else {}
    new = {**facts_words(after), **_asked(after)}
    labels = list(dict.fromkeys([*old, *new]))
    lines = tuple(
        (label, old.get(label, "—"), new.get(label, "—"))
        for label in labels
        if old.get(label) != new.get(label)
    )
    matters = Matter.objects.filter(type_code=code).order_by() if before else Matter.objects.none()
    month = matters.filter(opened_at__gte=clock.now() - MONTH)
    return Effect(lines, matters.filter(IS_OPEN).count(), month.count(), rules_naming(code) if before else ())


def _asked(facts: TypeFacts) -> dict[str, str]:
    asked = [_question(each) for each in facts.questions]
    texts = [f"{each.text} ({'/'.join(each.choices) or each.kind})" for each in asked]
    return {pgettext("matter type", "Questions"): "\n".join(texts)} if texts else {}


def rules_naming(code: str) -> tuple[str, ...]:
    """The rules in force whose condition names this type or one above it; they go before the default lead."""
    known = in_force()
    if known is None:
        return ()
    parts = code.split(".")
    codes = {".".join(parts[: depth + 1]) for depth in range(len(parts))}
    language = "en" if (get_language() or "").startswith("en") else "zh"
    cells = rules_cells(known.table, language=language)
    return tuple(each["rule"] for each in cells if not codes.isdisjoint(each.get("category", "").split()))
