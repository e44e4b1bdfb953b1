"""Every text for users has its Chinese, once, with the same placeholders."""

import ast
import re
from collections import defaultdict
from collections.abc import Iterator
from pathlib import Path

import pytest
from django.utils.translation.template import templatize

from bandeng.core.translations import SOURCE, Message, compiled, messages_of, sources

#: Name of the function: places of context, text, plural among its arguments.
CALLS = {
    "gettext": (None, 0, None), "gettext_lazy": (None, 0, None), "gettext_noop": (None, 0, None), "_": (None, 0, None),
    "pgettext": (0, 1, None), "pgettext_lazy": (0, 1, None),
    "ngettext": (None, 0, 1), "ngettext_lazy": (None, 0, 1),
    "npgettext": (0, 1, 2), "npgettext_lazy": (0, 1, 2),
}  # fmt: skip
STRING = r"""u?("(?:[^"\\]|\\.)*"|'(?:[^'\\]|\\.)*')"""
IN_TEMPLATE = re.compile(
    rf"\b(?P<name>npgettext|pgettext|ngettext|gettext|_)\s*\(\s*(?P<args>{STRING}(?:\s*,\s*{STRING})*)",
    re.DOTALL,
)
PLACEHOLDER = re.compile(r"%\(\w+\)[sd]|%[sd]|\{\w*\}")
Wanted = tuple[str | None, str, str]


def wanted_in_code(path: Path) -> Iterator[tuple[int, Wanted]]:
    for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
        if not isinstance(node, ast.Call):
            continue
        name = node.func.id if isinstance(node.func, ast.Name) else getattr(node.func, "attr", "")
        if name not in CALLS:
            continue
        texts = [_constant(arg) for arg in node.args]
        if asked := _asked(name, texts):
            yield node.lineno, asked


def _constant(node: ast.expr) -> str | None:
    return node.value if isinstance(node, ast.Constant) and isinstance(node.value, str) else None


def _asked(name: str, texts: list[str | None]) -> Wanted | None:
    context, text, plural = (texts[place] if place is not None else None for place in CALLS[name])
    return None if text is None else (context, text, plural or "")


def wanted_in_template(path: Path) -> Iterator[tuple[int, Wanted]]:
    source = templatize(path.read_text(encoding="utf-8"))
    for match in IN_TEMPLATE.finditer(source):
        texts: list[str | None] = [ast.literal_eval(one) for one in re.findall(STRING, match["args"])]
        if asked := _asked(match["name"], texts):
            yield source.count("\n", 0, match.start()) + 1, asked


def wanted() -> Iterator[tuple[str, Wanted]]:
    for path in sorted(SOURCE.rglob("*")):
        if "tests" in path.parts or "static" in path.parts:
            continue
        if path.suffix == ".py":
            found = wanted_in_code(path)
        elif path.suffix in {".html", ".txt", ".xml", ".webmanifest"} and "templates" in path.parts:
            found = wanted_in_template(path)
        else:
            continue
        for line, text in found:
            yield f"{path.relative_to(SOURCE)}:{line}", text


def given() -> dict[Wanted, list[Message]]:
    found: dict[Wanted, list[Message]] = defaultdict(list)
    for path in sources():
        for message in messages_of(path):
            found[message.context, message.id, message.plural].append(message)
    return found


def test_every_text_has_its_chinese() -> None:
    known = {
        key for key, messages in given().items() if any(one.complete and not one.fuzzy for one in messages)
    }
    # Django's own words have Django's translations.
    assert [f"{place}: {text}" for place, text in wanted() if text not in known] == []


def test_no_translation_is_fuzzy() -> None:
    assert [key for key, messages in given().items() if any(one.fuzzy for one in messages) and key[1]] == []


def test_one_text_has_one_translation() -> None:
    several = {key: {one.text for one in messages} for key, messages in given().items() if key[1]}
    assert {key: texts for key, texts in several.items() if len(texts) > 1} == {}


def test_translations_keep_their_placeholders() -> None:
    wrong = []
    for (_, text, plural), messages in given().items():
        asked = set(PLACEHOLDER.findall(plural or text))
        wrong += [
            text
            for one in messages
            for out in one.texts.values()
            if text and set(PLACEHOLDER.findall(out)) != asked
        ]
    assert wrong == []


@pytest.mark.parametrize("path", list(sources()), ids=lambda path: path.parts[-5])
def test_compiled_file_answers_like_its_source(path: Path, tmp_path: Path) -> None:
    import gettext

    target = tmp_path / "out.mo"
    target.write_bytes(compiled(messages_of(path)))
    with target.open("rb") as file:
        catalogue = gettext.GNUTranslations(file)
    for message in messages_of(path):
        if message.id and not message.plural:
            said = (
                catalogue.pgettext(message.context, message.id)
                if message.context
                else catalogue.gettext(message.id)
            )
            assert said == message.text
