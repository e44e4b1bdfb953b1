"""Names of organisations, roles and areas in the reader's language."""

from typing import Protocol

from django import template

from bandeng.core.labels import in_language
from bandeng.organisations.labels import TOKEN_SCOPES

register = template.Library()


class Named(Protocol):
    """A row with a Chinese and perhaps an English name."""

    name: str
    name_en: str


@register.simple_tag
def named(row: Named) -> str:
    """The row's name in the reader's language."""
    return in_language(name=row.name, name_en=row.name_en)


@register.filter
def token_scopes(scopes: list[str]) -> list[str]:
    """What a token is for, in words."""
    return [str(words) for value, words in TOKEN_SCOPES if value in scopes]
