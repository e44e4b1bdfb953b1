"""Compiles translations (.po to .mo) without the gettext tools, so that a fresh machine needs none."""

import ast
import os
import struct
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from pathlib import Path

SOURCE = Path(__file__).resolve().parent.parent
CONTEXT_END = "\x04"
PLURAL_END = "\x00"
MAGIC = 0x950412DE
HEADER_LENGTH = 28


class MessagesUnreadable(ValueError):
    """A .po file has a line that is no part of the format."""


@dataclass
class Message:
    """One entry of a .po file; `texts` are the translations, several for a plural."""

    line: int
    fuzzy: bool = False
    context: str | None = None
    id: str = ""
    plural: str = ""
    texts: dict[int, str] = field(default_factory=dict)

    @property
    def key(self) -> str:
        """What the compiled file looks the entry up by."""
        start = "" if self.context is None else self.context + CONTEXT_END
        return start + self.id + (PLURAL_END + self.plural if self.plural else "")

    @property
    def text(self) -> str:
        """What the compiled file answers."""
        return PLURAL_END.join(self.texts[number] for number in sorted(self.texts))

    @property
    def complete(self) -> bool:
        """Whether every text is there."""
        return bool(self.texts) and all(self.texts.values())


def messages_of(path: Path) -> list[Message]:
    """The entries of a .po file in order, its header first. Raises MessagesUnreadable."""
    reader = _Reader(path)
    for number, line in enumerate(path.read_text(encoding="utf-8").splitlines(), 1):
        reader.take(number, line.strip())
    return reader.messages


class _Reader:
    def __init__(self, path: Path) -> None:
        self.path, self.messages = path, list[Message]()
        self._fuzzy = False
        self._at = ""

    def take(self, number: int, line: str) -> None:
        if line.startswith("#"):
            self._fuzzy = self._fuzzy or (line.startswith("#,") and "fuzzy" in line)
        elif line.startswith('"'):
            self._append(number, line)
        elif line:
            keyword, _, rest = line.partition(" ")
            self._begin(number, keyword)
            self._append(number, rest.strip())

    def _begin(self, number: int, keyword: str) -> None:
        starts = keyword == "msgctxt" or (keyword == "msgid" and self._at != "msgctxt")
        if starts:
            self.messages.append(Message(line=number, fuzzy=self._fuzzy))
            self._fuzzy = False
        if not self.messages:
            raise MessagesUnreadable(f"{self.path}:{number}: {keyword} before any msgid")
        self._at = keyword

    def _append(self, number: int, quoted: str) -> None:
        try:
            value = ast.literal_eval(quoted)
        except (SyntaxError, ValueError) as error:
            raise MessagesUnreadable(f"{self.path}:{number}: {quoted}") from error
        message = self.messages[-1] if self.messages else Message(line=number)
        if self._at == "msgctxt":
            message.context = (message.context or "") + value
        elif self._at == "msgid":
            message.id += value
        elif self._at == "msgid_plural":
            message.plural += value
        elif self._at.startswith("msgstr"):
            form = int(self._at[7:-1] or 0) if self._at != "msgstr" else 0
            message.texts[form] = message.texts.get(form, "") + value
        else:
            raise MessagesUnreadable(f"{self.path}:{number}: {self._at}")


def compiled(messages: Iterable[Message]) -> bytes:
    """The .mo file of these entries; empty and fuzzy ones are left out, so that the English shows."""
    pairs = {m.key.encode(): m.text.encode() for m in messages if m.complete and not m.fuzzy}
    ids, texts, index = bytearray(), bytearray(), []
    for key in sorted(pairs):
        index.append((len(key), len(ids), len(pairs[key]), len(texts)))
        ids += key + b"\0"
        texts += pairs[key] + b"\0"
    count = len(index)
    ids_at = HEADER_LENGTH + 16 * count
    texts_at = ids_at + len(ids)
    header = struct.pack("<7I", MAGIC, 0, count, HEADER_LENGTH, HEADER_LENGTH + 8 * count, 0, 0)
    key_table = b"".join(struct.pack("<2I", length, ids_at + at) for length, at, _, _ in index)
    text_table = b"".join(struct.pack("<2I", length, texts_at + at) for _, _, length, at in index)
    return header + key_table + text_table + bytes(ids) + bytes(texts)


def sources(root: Path = SOURCE) -> Iterator[Path]:
    """Every .po file of the house."""
    return iter(sorted(root.glob("**/locale/*/LC_MESSAGES/*.po")))


def compile_changed(root: Path = SOURCE) -> int:
    """Compile each .po file that is newer than its .mo file, where we may write; returns how many."""
    done = 0
    for path in sources(root):
        target = path.with_suffix(".mo")
        if target.exists() and target.stat().st_mtime >= path.stat().st_mtime:
            continue
        if not os.access(path.parent, os.W_OK):
            continue
        target.write_bytes(compiled(messages_of(path)))
        done += 1
    return done


if __name__ == "__main__":
    compile_changed()
