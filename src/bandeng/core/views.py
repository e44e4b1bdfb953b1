"""What every page is given, and the pages of the house itself."""

from typing import Any

from django.conf import settings
from django.http import HttpRequest


def shared_context(request: HttpRequest) -> dict[str, Any]:
    """Context of every template."""
    return {"DEMO": settings.DEMO}
