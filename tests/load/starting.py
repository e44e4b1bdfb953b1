"""Scripts of this folder, run as anyone would, in an environment of their own."""

import os
import subprocess
import sys
from pathlib import Path


def finished(script: str, *arguments: str) -> bool:
    """Run a script; True when it found nothing wrong. What it says is shown."""
    environ = {
        name: value for name, value in os.environ.items() if not name.startswith(("BANDENG_", "DJANGO_"))
    }
    command = [sys.executable, str(Path(__file__).with_name(script)), *arguments]
    return subprocess.run(command, env=environ, check=False).returncode == 0
