"""Where clusters lie in the pictures of the district and its streets."""

from collections.abc import Sequence

from shapely.geometry import shape

from bandeng.areas.models import Area
from bandeng.risk.selectors.shapes import pictures


def middles(codes: Sequence[str], *, within: str = "") -> dict[str, tuple[float, float]]:
    """Where areas lie in a picture, by code; those without a place are left out."""
    picture = pictures().get(within)
    if picture is None:
        return {}
    rows = Area.objects.filter(
        code__in=list(codes), longitude__isnull=False, latitude__isnull=False
    ).values_list("code", "longitude", "latitude")
    return {code: picture.frame.at(x, y) for code, x, y in rows if x is not None and y is not None}


def outlines(codes: Sequence[str], *, within: str) -> list[str]:
    """Paths of areas in the picture of a street."""
    picture = pictures().get(within)
    if picture is None:
        return []
    rows = Area.objects.filter(code__in=list(codes), outline__isnull=False).order_by("code")
    return [picture.frame.path(shape(outline)) for outline in rows.values_list("outline", flat=True)]
