"""Fields that several forms have."""

import secrets
from functools import partial
from typing import Any

from django import forms
from django.utils.translation import pgettext, pgettext_lazy

from bandeng.areas.selectors import communities_by_street
from bandeng.core.labels import in_language
from bandeng.matters.forms import CleanCharField
from bandeng.organisations.models import Organisation

NEEDED = {"required": pgettext_lazy("clue form", "This is needed. Fill it in and try again.")}
MOST_PICTURES = 6


class WordsField(CleanCharField):
    """Words that are needed unless said otherwise, on one line or several."""

    def __init__(self, *, rows: int = 0, **more: Any) -> None:
        if rows:
            more["widget"] = forms.Textarea(attrs={"rows": rows})
        super().__init__(**{"error_messages": NEEDED, **more})


class KeyField(forms.RegexField):
    """A random key, hidden in a form, by which the form that is sent twice is known."""

    def __init__(self) -> None:
        super().__init__(
            r"^[0-9a-f]{32}$",
            required=False,
            initial=partial(secrets.token_hex, 16),
            widget=forms.HiddenInput,
        )


class PicturesInput(forms.ClearableFileInput):
    """A file field that takes several pictures."""

    allow_multiple_selected = True


class PicturesField(forms.FileField):
    """Several pictures; checked by their content when they are sealed."""

    def __init__(self) -> None:
        super().__init__(
            label=pgettext_lazy("clue form", "Pictures"),
            required=False,
            widget=PicturesInput(attrs={"accept": "image/jpeg,image/png,image/webp"}),
            help_text=pgettext_lazy(
                "clue form", "JPEG, PNG or WebP. Place, time and device are taken out before we keep them."
            ),
        )

    def clean(self, data: Any, initial: Any = None) -> Any:
        """The files as they came."""
        files = data if isinstance(data, list | tuple) else [data] if data else []
        if len(files) > MOST_PICTURES:
            words = pgettext("clue form", "At most %(most)d pictures at once.") % {"most": MOST_PICTURES}
            raise forms.ValidationError(words, code="many")
        return [file for file in files if hasattr(file, "read")]


def name_of(row: Organisation) -> str:
    """An organisation's full name in the reader's language."""
    return in_language(name=row.name, name_en=row.name_en)


def area_choices() -> list[Any]:
    """Communities grouped by street, with an empty choice first."""
    return [("", pgettext_lazy("clue form", "I don't know")), *communities_by_street()]
