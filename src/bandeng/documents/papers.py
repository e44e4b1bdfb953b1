"""What all papers of the house share: the words of their frame, and how they are handed over."""

from collections.abc import Mapping
from datetime import datetime
from pathlib import Path
from typing import Any

from django.http import HttpResponse
from django.utils.translation import get_language, pgettext

from bandeng.documents.typesetting import typeset


def frame(*, title: str, footer: str, is_draft: bool) -> dict[str, str]:
    """What `house.typ` takes as `words`, in the reader's language; a draft is stamped as one on every page."""
    return {
        "language": "en" if (get_language() or "").startswith("en") else "zh",
        "title": title,
        "author": pgettext("paper", "bandeng"),
        "footer": footer,
        "page": pgettext("paper", "Page %(page)s of %(pages)s"),
        "stamp": pgettext("paper", "Draft") if is_draft else "",
    }


def paper_response(*, template: Path, content: Mapping[str, Any], at: datetime, name: str) -> HttpResponse:
    """The paper as an answer that a browser shows; `name` without its ending. Raises TypesettingFailed."""
    paper = typeset(template=template, content=content, at=at)
    response = HttpResponse(paper, content_type="application/pdf")
    response["Content-Disposition"] = f'inline; filename="{name}.pdf"'
    return response
