"""What a bulk act asks for before it is done."""

from collections.abc import Sequence
from typing import Any

from django import forms
from django.utils.translation import pgettext_lazy

from bandeng.dispatch.selectors import Act

Option = tuple[str, str]
TEXT_LENGTH = 2_000
REQUIRED = {"required": pgettext_lazy("bulk act", "This is needed. Fill it in and try again.")}
CHOOSE = pgettext_lazy("bulk act", "Choose from the list")


class BulkForm(forms.Form):
    """The fields of one act; the choices depend on the chosen matters."""

    def __init__(self, *args: Any, act: Act, options: Sequence[Option] = (), **more: Any) -> None:
        super().__init__(*args, **more)
        for name, field in fields_of(act, options).items():
            self.fields[name] = field


def fields_of(act: Act, options: Sequence[Option]) -> dict[str, forms.Field]:
    """The fields of an act by name; none for acts that need no word."""
    if act is Act.ASSIGN:
        return {
            "post": _choice(pgettext_lazy("bulk act", "Person in charge"), options),
            "text": _text(_NOTE, False),
        }
    if act is Act.ADD_CO_HANDLER:
        return {
            "organisation": _choice(pgettext_lazy("bulk act", "Co-handler"), options),
            "limit": _limit(),
            "text": _text(pgettext_lazy("bulk act", "What they are asked to do"), False),
        }
    if act is Act.DISPATCH:
        return {
            "organisation": _choice(pgettext_lazy("bulk act", "Lead"), options),
            "limit": _limit(),
            "text": _text(_NOTE, False),
        }
    if act is Act.MERGE:
        return {
            "target": _radio(pgettext_lazy("bulk act", "Which one stays"), options),
            "text": _text(_NOTE, False),
        }
    return {"text": _text(TEXTS[act], act is not Act.CLOSE)} if act in TEXTS else {}


_NOTE = pgettext_lazy("bulk act", "Note")
TEXTS = {
    Act.RETURN: pgettext_lazy("bulk act", "Why it is returned"),
    Act.SEND_BACK: pgettext_lazy("bulk act", "What is not settled"),
    Act.HANDLED: pgettext_lazy("bulk act", "What was done"),
    Act.CLOSE: pgettext_lazy("bulk act", "Result for the reporters; empty: what the lead wrote"),
}


def _choice(label: Any, options: Sequence[Option]) -> forms.Field:
    messages = REQUIRED | {"invalid_choice": CHOOSE}
    return forms.ChoiceField(label=label, choices=[("", CHOOSE), *options], error_messages=messages)


def _radio(label: Any, options: Sequence[Option]) -> forms.Field:
    messages = REQUIRED | {"invalid_choice": CHOOSE}
    return forms.ChoiceField(
        label=label, choices=list(options), widget=forms.RadioSelect, error_messages=messages
    )


def _limit() -> forms.Field:
    hint = pgettext_lazy("bulk act", "A number and wh, wd, d or h, such as 2wd; empty: the matter's own")
    return forms.CharField(
        label=pgettext_lazy("bulk act", "Limit"), help_text=hint, max_length=12, required=False
    )


def _text(label: Any, required: bool) -> forms.Field:
    widget = forms.Textarea(attrs={"rows": 3})
    return forms.CharField(
        label=label, widget=widget, max_length=TEXT_LENGTH, required=required, error_messages=REQUIRED
    )
