"""The glossary knows every model and every state, and gives the word that pages show."""

import importlib
import re
from enum import Enum
from pathlib import Path

import pytest
from django.apps import apps
from django.utils import translation

GLOSSARY = Path(__file__).resolve().parent.parent / "docs" / "glossary.md"
ROW = re.compile(
    r"^\| (?P<english>[^|]+) \| (?P<chinese>[^|]+) \| (?P<source>[^|]+) \| `(?P<module>[^`]+)` \|$"
)
OURS = [config for config in apps.get_app_configs() if config.name.startswith("bandeng.")]


def rows() -> dict[str, re.Match[str]]:
    found = (ROW.match(line) for line in GLOSSARY.read_text(encoding="utf-8").splitlines())
    return {match["module"]: match for match in found if match}


def models() -> set[str]:
    return {f"{config.label}.{model.__name__}" for config in OURS for model in config.get_models()}


def codes(app: str) -> dict[str, str]:
    """Every member of the enumerations in an app's rules, with its value."""
    try:
        rules = importlib.import_module(f"bandeng.{app}.rules")
    except ModuleNotFoundError:
        return {}
    kinds = {
        kind
        for kind in vars(rules).values()
        if isinstance(kind, type) and issubclass(kind, Enum) and kind.__module__ == rules.__name__
    }
    return {f"{app}.{kind.__name__}.{member.name}": member.value for kind in kinds for member in kind}


def all_codes() -> dict[str, str]:
    return {key: value for config in OURS for key, value in codes(config.label).items()}


def words_of(app: str) -> set[tuple[object, str]]:
    """Every (code, Chinese word) pair in an app's labels."""
    labels = vars(importlib.import_module(f"bandeng.{app}.labels")).values()
    lists = [dict(each) for each in labels if isinstance(each, list) and each and isinstance(each[0], tuple)]
    dicts = [each for each in labels if isinstance(each, dict)]
    with translation.override("zh-hans"):
        return {(code, str(word)) for each in (*lists, *dicts) for code, word in each.items()}


def test_every_model_and_every_state_has_its_row() -> None:
    assert sorted((models() | set(all_codes())) - set(rows())) == []


def test_every_row_has_its_model_or_state() -> None:
    assert sorted(set(rows()) - models() - set(all_codes())) == []


@pytest.mark.parametrize("key", sorted(all_codes()))
def test_glossary_gives_the_word_of_the_pages(key: str) -> None:
    assert (all_codes()[key], rows()[key]["chinese"]) in words_of(key.split(".", maxsplit=1)[0])
