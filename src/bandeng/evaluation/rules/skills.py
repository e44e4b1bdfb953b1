"""Skills as declared data: which kinds of matter ask for which skill. Read strictly."""

import tomllib
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from importlib.resources import files
from typing import Any

from reckon.index.reading import check_keys, check_once, number_of, rows_of, text_of

TEXTS = ("code", "zh", "en", "evidence_zh", "evidence_en")


@dataclass(frozen=True, kw_only=True)
class Skill:
    """One skill, the categories of matters that ask for it, and what shows that somebody has it."""

    code: str
    zh: str
    en: str
    categories: tuple[str, ...]
    evidence_zh: str
    evidence_en: str


@dataclass(frozen=True, kw_only=True)
class Skills:
    """All of them, and what a change of duty within a street costs in late cases."""

    skills: tuple[Skill, ...]
    change_cost: float

    @property
    def by_code(self) -> dict[str, Skill]:
        """Skills by their codes."""
        return {each.code: each for each in self.skills}

    def asked_by(self, category: str) -> str | None:
        """The skill that a category asks for, by its longest match; None where no skill names it."""
        found = [
            (len(prefix), skill.code)
            for skill in self.skills
            for prefix in skill.categories
            if category == prefix or category.startswith(f"{prefix}.")
        ]
        return max(found)[1] if found else None


def skills_from(data: Mapping[str, Any]) -> Skills:
    """Skills from plain values. Raises DeclarationInvalid."""
    check_keys(data, needed=("valid_from", "change_cost", "skill"), place="skills")
    skills = tuple(_skill(row) for row in rows_of(data, "skill", place="skills"))
    check_once([skill.code for skill in skills], place="skill")
    check_once([prefix for skill in skills for prefix in skill.categories], place="category of a skill")
    return Skills(
        skills=skills, change_cost=number_of(data, "change_cost", low=0.0, high=100.0, place="skills")
    )


@cache
def skills_shipped() -> Skills:
    """The skills that come with the program."""
    source = files("bandeng.evaluation").joinpath("data/skills.toml").read_text(encoding="utf-8")
    return skills_from(tomllib.loads(source))


def _skill(row: Mapping[str, Any]) -> Skill:
    place = f"skill {row.get('code', '?')}"
    check_keys(row, needed=(*TEXTS, "categories"), place=place)
    return Skill(
        **{key: text_of(row, key, place=place) for key in TEXTS}, categories=tuple(row["categories"])
    )
