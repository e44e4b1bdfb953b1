"""The form for a message template."""

from typing import Any

from django import forms
from django.utils.translation import pgettext_lazy

from bandeng.desk.forms.fields import NEEDED, CleanTextField
from bandeng.desk.labels import TEMPLATE_ACTS

NAME_LENGTH = 60


class TemplateForm(forms.Form):
    """A text, the act that it is for, and for whom."""

    act = forms.ChoiceField(
        label=pgettext_lazy("template", "For"), choices=list(TEMPLATE_ACTS.items()), error_messages=NEEDED
    )
    name = forms.CharField(
        label=pgettext_lazy("template", "Name"), max_length=NAME_LENGTH, error_messages=NEEDED
    )
    text = CleanTextField(
        label=pgettext_lazy("template", "Text"),
        rows=6,
        help_text=pgettext_lazy(
            "template",
            "Filled in for each matter: {number} {title} {place} {lead} {due} {result} {days}.",
        ),
    )
    for_all = forms.BooleanField(
        label=pgettext_lazy("template", "For all organisations, not only mine"), required=False
    )

    def __init__(self, *args: Any, may_write_for_all: bool, **more: Any) -> None:
        super().__init__(*args, **more)
        if not may_write_for_all:
            del self.fields["for_all"]
