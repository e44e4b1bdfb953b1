"""Declared data written as TOML, so that what was changed by program is kept in the form that people wrote first."""

import json
import re
from collections.abc import Mapping
from datetime import date
from typing import Any

BARE = re.compile(r"[A-Za-z0-9_-]+")


def toml_of(data: Mapping[str, Any]) -> str:
    """TOML of texts, numbers, flags, days, lists, tables and lists of tables; read back, it is the same."""
    lines = [_pair(key, value) for key, value in data.items() if not _is_table(value) and not _is_rows(value)]
    for key, value in data.items():
        if _is_table(value):
            lines += _table(_key(key), value)
        elif _is_rows(value):
            for row in value:
                lines += ["", f"[[{_key(key)}]]", *(_pair(name, inner) for name, inner in row.items())]
    return "\n".join(lines) + "\n"


def _table(path: str, table: Mapping[str, Any]) -> list[str]:
    lines = ["", f"[{path}]", *(_pair(key, value) for key, value in table.items() if not _is_table(value))]
    for key, value in table.items():
        if _is_table(value):
            lines += _table(f"{path}.{_key(key)}", value)
    return lines


def _is_table(value: Any) -> bool:
    return isinstance(value, Mapping)


def _is_rows(value: Any) -> bool:
    return isinstance(value, list) and bool(value) and all(isinstance(row, Mapping) for row in value)


def _pair(key: str, value: Any) -> str:
    return f"{_key(key)} = {_value(value)}"


def _key(key: str) -> str:
    return key if BARE.fullmatch(key) else _text(key)


def _value(value: Any) -> str:
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, str):
        return _text(value)
    if isinstance(value, date):
        return value.isoformat()
    if isinstance(value, Mapping):
        return "{ " + ", ".join(_pair(key, inner) for key, inner in value.items()) + " }"
    if isinstance(value, list):
        return "[" + ", ".join(_value(each) for each in value) + "]"
    if isinstance(value, int | float):
        return repr(value)
    raise TypeError(f"{type(value).__name__} has no place in declared data.")


def _text(value: str) -> str:
    # JSON's escapes are TOML's; only the delete character needs one that JSON leaves out.
    return json.dumps(value, ensure_ascii=False).replace("\x7f", "\\u007f")
