"""Files that appear whole or not at all."""

import os
import tempfile
from pathlib import Path

# Of the name, so that the draft's own is not too long where the file's just fits.
SHOWN = 40


def write_whole(*, path: Path, text: str) -> None:
    """Write `text` beside `path` and put it in its place in one step. Raises OSError."""
    descriptor, name = tempfile.mkstemp(dir=path.parent, prefix=f".{path.name[:SHOWN]}.", text=False)
    draft = Path(name)
    try:
        with os.fdopen(descriptor, "w", encoding="utf-8", newline="") as stream:
            stream.write(text)
            stream.flush()
            os.fsync(stream.fileno())
        # A temporary file is for its owner only; a result may be read by whoever may read its folder.
        draft.chmod(0o644)
        draft.replace(path)
    finally:
        draft.unlink(missing_ok=True)
