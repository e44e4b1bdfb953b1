"""Figures of evaluations as they are written."""

from django import template

register = template.Library()


@register.filter
def signed(value: float) -> str:
    """A change with one digit, its sign and a true minus; nought has none."""
    rounded = round(value, 1)
    return f"{rounded:+.1f}".replace("-", "\u2212") if rounded else "0.0"
