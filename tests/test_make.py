"""The Makefile keeps to the checkout's own environment."""

import subprocess
from pathlib import Path

ROOT = Path(__file__).parent.parent


def test_another_python_makes_the_environment_and_gets_no_packages() -> None:
    done = subprocess.run(
        ["make", "--dry-run", "--always-make", "setup", "PYTHON=/elsewhere/python3.12"],
        cwd=ROOT, capture_output=True, text=True, check=True,
    )  # fmt: skip
    installs = [line for line in done.stdout.splitlines() if " -m pip " in line or " -m ensurepip" in line]
    assert installs and all(".venv/bin/python" in line for line in installs)
    assert "/elsewhere" not in done.stdout
