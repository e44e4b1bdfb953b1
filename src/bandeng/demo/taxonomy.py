"""The matter types' file as rows: limits by name resolved, questions handed down from the levels above."""

import tomllib
from dataclasses import dataclass
from datetime import date
from functools import cache
from importlib.resources import files
from typing import Any


@dataclass(frozen=True)
class TypeRow:
    """One type of one of the three levels; only the third has limits and a lead."""

    code: str
    name: str
    name_en: str
    valid_from: date
    lead_code: str
    limits: dict[str, str]
    access_class: str
    questions: tuple[dict[str, Any], ...]
    legal_kind: str
    source: str

    @property
    def level(self) -> int:
        """1, 2 or 3."""
        return self.code.count(".") + 1


@cache
def type_rows() -> dict[str, TypeRow]:
    """All types by code, those above first. Raises KeyError for a limit that the file does not define."""
    text = files("bandeng.matters").joinpath("data", "matter_types.toml").read_text(encoding="utf-8")
    document = tomllib.loads(text)
    return {entry["code"]: _row(entry=entry, document=document) for entry in document["type"]}


def _row(*, entry: dict[str, Any], document: dict[str, Any]) -> TypeRow:
    limits = dict(document["limits"][entry["limits"]]) if "limits" in entry else {}
    source: str = limits.pop("source", "")
    return TypeRow(
        code=entry["code"],
        name=entry["zh"],
        name_en=entry["en"],
        valid_from=entry.get("valid_from", document["valid_from"]),
        lead_code=entry.get("lead", ""),
        limits=limits,
        access_class=entry.get("access", "open"),
        questions=_questions(code=entry["code"], document=document),
        legal_kind=entry.get("legal_kind", ""),
        source=source,
    )


def _questions(*, code: str, document: dict[str, Any]) -> tuple[dict[str, Any], ...]:
    """The type's own questions and those of the levels above it, the general ones first."""
    return tuple(
        {key: value for key, value in question.items() if key != "type"}
        for question in document["question"]
        if code == question["type"] or code.startswith(question["type"] + ".")
    )
