"""Papers are templates in typst's language; Python gives them words and figures, never a layout."""

import json
from collections.abc import Mapping
from datetime import datetime
from pathlib import Path
from typing import Any

import pylopdf_fonts_zh_cn
import typst

ROOT = Path(__file__).resolve().parent.parent
"""Templates lie in the apps' folders `documents` and read nothing from outside this folder."""
FONTS = Path(pylopdf_fonts_zh_cn.__file__).parent


class TypesettingFailed(RuntimeError):
    """A template could not be set; the text is the typesetter's own."""


def typeset(*, template: Path, content: Mapping[str, Any], at: datetime) -> bytes:
    """A file that is PDF/A-2a and PDF/UA-1; equal content and moment give equal bytes.

    `template` reads `content` (what JSON can hold) as `json(bytes(sys.inputs.content))`; `at` is the
    aware moment that the file says it was made. Raises TypesettingFailed.
    """
    try:
        return typst.compile(
            str(template),
            root=str(ROOT),
            font_paths=[str(FONTS)],
            ignore_system_fonts=True,
            sys_inputs={"content": json.dumps(content, ensure_ascii=False, allow_nan=False)},
            # Archives take PDF/A (DA/T 47); its "a" keeps the structure that PDF/UA wants for screen readers.
            pdf_standards=["a-2a", "ua-1"],
            timestamp=int(at.timestamp()),
        )
    except RuntimeError as failed:  # its own error is one; a file that is not there is none of its own
        raise TypesettingFailed(str(failed)) from failed
