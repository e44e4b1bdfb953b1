"""Every check of the house, one after another; the exit status tells whether all of them passed."""

import os
import re
import shutil
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable
from contextlib import ExitStack
from dataclasses import dataclass, field
from pathlib import Path

import cluster

ROOT = Path(__file__).resolve().parent.parent
PROGRAMS = Path(sys.executable).parent
COMPLETE = os.environ.get("CI", "") not in {"", "0", "false"}
CLOSING = re.compile(r"=+ .*\bin \d+\.\d+s.*=+")
WORKERS = "2"
#: Pure calculations, and processes with a database of their own: once is enough.
DATABASE_FREE = ("tests/reckon", "src/bandeng/core/tests/test_commands.py")


@dataclass
class Run:
    """What has been done so far."""

    failed: list[str] = field(default_factory=list)
    left_out: list[str] = field(default_factory=list)
    closing: list[str] = field(default_factory=list)

    def step(self, name: str, *command: str, folder: Path = ROOT, **environ: str) -> None:
        """Run one command and show what it says; of pytest's runs the closing line is kept."""
        print(f"\n── {name}", flush=True)
        started, last = time.monotonic(), ""
        process = subprocess.Popen(
            command, cwd=folder, env=os.environ | environ, stdout=subprocess.PIPE, stderr=subprocess.STDOUT,
            text=True, errors="replace",
        )  # fmt: skip
        assert process.stdout is not None
        for line in process.stdout:
            print(line, end="", flush=True)
            last = line.strip() or last
        status = process.wait()
        if CLOSING.fullmatch(last):
            self.closing.append(last)
        if status:
            self.failed.append(name)
        print(f"   {'FAILED' if status else 'ok'}, {time.monotonic() - started:.0f} s", flush=True)

    def leave_out(self, name: str, why: str) -> None:
        """Tell that a check was not made; where everything must be there, that is a failure."""
        print(f"\n── {name}: left out, {why}", flush=True)
        (self.failed if COMPLETE else self.left_out).append(f"{name} ({why})")


def program(name: str) -> str:
    """A program of the virtual environment."""
    return str(PROGRAMS / name)


def static_checks(run: Run) -> None:
    """Style, types, floors, migrations."""
    run.step("format", program("ruff"), "format", "--check", "--quiet", ".")
    run.step("lint", program("ruff"), "check", "--quiet", ".")
    run.step("types", program("mypy"), "src", "tests", "scripts", "conftest.py")
    run.step("floors", program("lint-imports"), "--no-logo")
    run.step("migrations", program("bandeng"), "makemigrations", "--check", "--dry-run")


def messages_check(run: Run) -> None:
    """The files of translations by the gettext tools; that none is missing is one of the tests."""
    if not shutil.which("msgfmt"):
        run.leave_out("translations", "msgfmt is not installed (package gettext)")
        return
    for path in sorted((ROOT / "src").glob("**/locale/**/*.po")):
        run.step(
            str(path.relative_to(ROOT / "src")), "msgfmt", "--check", "--output-file=/dev/null", str(path)
        )


def pages_check(run: Run) -> None:
    """Types, colours and tests of the pages' scripts."""
    if not shutil.which("npm"):
        run.leave_out("pages", "npm is not installed")
        return
    run.step("pages", "npm", "run", "--silent", "check", folder=ROOT / "frontend")


def tests_sqlite(run: Run) -> None:
    """All tests but the browser's, on SQLite."""
    run.step(
        "tests on SQLite",
        program("pytest"),
        "-q",
        "-n",
        WORKERS,
        "-m",
        "not browser and not spark",
        BANDENG_TEST_DATABASE="",
    )


def tests_browser(run: Run) -> None:
    """The tests that drive a browser."""
    if not shutil.which("chromium"):
        run.leave_out("tests in the browser", "chromium is not installed")
        return
    run.step("tests in the browser", program("pytest"), "-q", "-m", "browser", BANDENG_TEST_DATABASE="")


def tests_spark(run: Run) -> None:
    """That the indicators give the same rows on a Spark session as on the engine of the house."""
    if not shutil.which("java"):
        run.leave_out("tests on Spark", "java is not installed")
        return
    run.step(
        "tests on Spark",
        program("pytest"),
        "-q",
        "-m",
        "spark",
        "src/bandeng/ledger",
        "src/bandeng/evaluation",
        BANDENG_TEST_DATABASE="",
    )


def tests_postgresql(run: Run) -> None:
    """All tests but the browser's, on PostgreSQL: the one given, else one of our own."""
    with ExitStack() as stack:
        address = os.environ.get("BANDENG_TEST_DATABASE", "")
        folder = cluster.programs()
        if not address and folder:
            address = stack.enter_context(cluster.running(folder))
        if not address:
            run.leave_out("tests on PostgreSQL", "it is not installed, and BANDENG_TEST_DATABASE is not set")
            return
        spared = [f"--ignore={path}" for path in DATABASE_FREE]
        command = [program("pytest"), "-q", "-n", WORKERS, "-m", "not browser and not spark", *spared]
        run.step("tests on PostgreSQL", *command, BANDENG_TEST_DATABASE=address)


STEPS: tuple[Callable[[Run], None], ...] = (
    static_checks, messages_check, pages_check, tests_browser, tests_sqlite, tests_spark, tests_postgresql,
)  # fmt: skip


def main() -> int:
    """Make every check, then tell what failed and what was left out."""
    run = Run()
    with tempfile.TemporaryDirectory(prefix="bandeng-checks-") as data:
        os.environ["BANDENG_DATA"] = data
        for step in STEPS:
            step(run)
    for name in run.left_out:
        print(f"left out: {name}")
    for name in run.failed:
        print(f"FAILED: {name}")
    for line in run.closing:
        print(line)
    return 1 if run.failed else 0


if __name__ == "__main__":
    sys.exit(main())
