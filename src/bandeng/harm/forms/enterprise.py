"""Forms of the enterprise that answers."""

from typing import Any

from django import forms
from django.utils.translation import pgettext_lazy

from bandeng.harm.forms.officers import NEEDED, WordsField
from bandeng.matters.rules import clean_text


class CodeForm(forms.Form):
    """Number and code of a letter."""

    number = forms.CharField(
        label=pgettext_lazy("harm form", "Number of the letter"), max_length=20, error_messages=NEEDED,
        widget=forms.TextInput(attrs={"autocomplete": "off", "class": "mono"}),
    )  # fmt: skip
    secret = forms.CharField(
        label=pgettext_lazy("harm form", "Code"), max_length=40, error_messages=NEEDED,
        widget=forms.TextInput(attrs={"autocomplete": "off", "class": "mono"}),
    )  # fmt: skip

    def clean_number(self) -> Any:
        """Without invisible characters."""
        return clean_text(self.cleaned_data["number"])

    def clean_secret(self) -> Any:
        """Without invisible characters."""
        return clean_text(self.cleaned_data["secret"])


class AnswerForm(forms.Form):
    """The enterprise's answer and who signs it."""

    text = WordsField(
        label=pgettext_lazy("harm form", "Your answer"), rows=10, max_length=8000, min_length=4,
        help_text=pgettext_lazy(
            "harm form", "Say what is wrong or missing, and what you have done or will do by when."
        ),
    )  # fmt: skip
    signed = WordsField(
        label=pgettext_lazy("harm form", "Signed by"), max_length=60,
        help_text=pgettext_lazy("harm form", "Name and position"),
    )  # fmt: skip
