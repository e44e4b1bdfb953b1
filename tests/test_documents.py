"""Documents: links lead somewhere, and nothing of anybody's machine is written down."""

import re
import subprocess
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parent.parent
LINK = re.compile(r"\]\((?!https?:|mailto:|#)([^)#\s]+)")
DOCUMENTS = sorted([*ROOT.glob("*.md"), *ROOT.glob("docs/**/*.md")])
#: Places and habits of one machine that a stranger's does not have.
FOREIGN = re.compile(
    r"(?<![\w.])/(work/(main|shared)|root|home/\w+)/|extra-index-url|find-links|registry\.npmjs|pypi\.org|\bTODO\b|\bFIXME\b"
)


def committed() -> list[Path]:
    """The files under version control, and those that are about to be."""
    listed = subprocess.run(
        ["git", "ls-files", "--cached", "--others", "--exclude-standard"],
        cwd=ROOT, capture_output=True, text=True, check=False,
    ).stdout  # fmt: skip
    return [ROOT / name for name in listed.splitlines()]


@pytest.mark.parametrize("path", DOCUMENTS, ids=lambda path: path.name)
def test_links_lead_somewhere(path: Path) -> None:
    targets = LINK.findall(path.read_text(encoding="utf-8"))
    assert [target for target in targets if not (path.parent / target).exists()] == []


def test_no_file_speaks_of_one_machine() -> None:
    found = []
    for path in committed():
        if path == Path(__file__) or not path.is_file() or path.name == "package-lock.json":
            continue
        try:
            text = path.read_text(encoding="utf-8")
        except UnicodeDecodeError:
            continue
        found += [f"{path.relative_to(ROOT)}: {match[0]}" for match in FOREIGN.finditer(text)]
    assert found == []


def test_locked_packages_name_no_address() -> None:
    for name in (
        "requirements.lock",
        "requirements-dev.lock",
        "requirements-build.lock",
        "frontend/package-lock.json",
    ):
        text = (ROOT / name).read_text(encoding="utf-8")
        assert "resolved" not in text and not re.search(
            r"(?<!funding)https?://(?!.*(sponsors|funding))\S*/-/", text
        )
