"""Fields that forms about matters share."""

from typing import Any

from django import forms

from bandeng.matters.rules import clean_text


class CleanCharField(forms.CharField):
    """Text without invisible characters, composed, with plain line ends."""

    def to_python(self, value: Any) -> Any:
        """Clean what was typed."""
        return clean_text(super().to_python(value) or "")
