"""Words of the rules' pages."""

from django import template

from bandeng.dispatch.selectors.findings import organisation_word

register = template.Library()


@register.simple_tag
def lead_word(code: str) -> str:
    """The organisation that a code names, in words."""
    return organisation_word(code)
