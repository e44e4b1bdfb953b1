"""Builds the wheel, and proves in a fresh environment that it needs neither Node nor gettext nor this folder."""

import os
import shutil
import subprocess
import sys
import tempfile
import zipfile
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
DIST = ROOT / "dist"
#: What a wheel without would start and then fail on the first page.
NEEDED = (
    "static/dist/app.css",
    "static/dist/app.js",
    "django.mo",
    "/templates/",
    "/migrations/0001_initial.py",
)


def run(*command: str | Path, **environ: str) -> str:
    """Run a command to its end; its output. Raises CalledProcessError."""
    own = {name: value for name, value in os.environ.items() if not name.startswith("BANDENG_")}
    done = subprocess.run(
        [str(part) for part in command],
        cwd=ROOT,
        env=own | environ,
        check=True,
        stdout=subprocess.PIPE,
        text=True,
    )
    return done.stdout


def build() -> Path:
    """The new wheel, alone in dist."""
    shutil.rmtree(DIST, ignore_errors=True)
    run(sys.executable, "-m", "build", "--wheel", "--no-isolation", "--outdir", DIST)
    return next(DIST.glob("*.whl"))


def check_contents(wheel: Path) -> None:
    """Exit where something needed is not inside, or tests are."""
    names = zipfile.ZipFile(wheel).namelist()
    missing = [part for part in NEEDED if not any(part in name for name in names)]
    tests = [name for name in names if "/tests/" in name]
    if missing or tests:
        sys.exit(f"the wheel lacks {missing} and holds {tests[:3]}")


def check_in_fresh_environment(wheel: Path) -> None:
    """Install the wheel with the locked packages elsewhere; list the commands and set a database up."""
    with tempfile.TemporaryDirectory(prefix="bandeng-wheel-") as folder:
        place = Path(folder)
        run(sys.executable, "-m", "venv", place / "venv")
        python = place / "venv" / "bin" / "python"
        run(python, "-m", "pip", "install", "--quiet", "--require-hashes", "-r", ROOT / "requirements.lock")
        run(python, "-m", "pip", "install", "--quiet", "--no-deps", wheel)
        program, data = place / "venv" / "bin" / "bandeng", str(place / "data")
        empty_path = str(program.parent)  # neither node nor msgfmt is on it
        if "serve" not in run(program, "--help", BANDENG_DATA=data, PATH=empty_path):
            sys.exit("the installed program does not list its commands")
        run(program, "setup", BANDENG_DATA=data, PATH=empty_path)
        run(program, "audit", "verify", BANDENG_DATA=data, PATH=empty_path)


def main() -> None:
    """Build, look inside, install elsewhere."""
    wheel = build()
    check_contents(wheel)
    check_in_fresh_environment(wheel)
    print(f"{wheel.relative_to(ROOT)}  {wheel.stat().st_size / 1_000_000:.1f} MB")


if __name__ == "__main__":
    main()
