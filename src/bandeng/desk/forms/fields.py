"""Fields of the desk's forms: organisations and types found by typing, limits in words, photos."""

import re
from collections.abc import Iterable, Sequence
from typing import Any, BinaryIO

from django import forms
from django.utils.translation import pgettext, pgettext_lazy

from bandeng.core.labels import listed
from bandeng.desk.labels import LIMIT_UNITS
from bandeng.matters.rules import clean_text
from bandeng.matters.selectors import taxonomy
from bandeng.organisations.selectors import directory
from reckon.deadlines import InvalidLimit, Limit, format_limit, parse_limit

NEEDED = {"required": pgettext_lazy("act form", "This is needed. Fill it in and try again.")}
TEXT_LENGTH = 2_000
LOW_ROWS = 2
MOST_FILES = 6
MOST_NAMED = 5
AMOUNT = re.compile(r"([0-9]{1,5})\s*(?:个)?\s*(\S.*)")
LIMIT_HINT = pgettext_lazy("act form", "Such as 3 working days or 4 working hours; empty: the matter's own.")
CODE = re.compile(r"[0-9]{2}(?:\.[0-9]{2}){0,2}")
ORGANISATIONS, TYPES = "organisation-names", "type-names"
"""The lists of suggestions that a page with these fields carries."""


class CleanTextField(forms.CharField):
    """Some lines of text without invisible characters."""

    def __init__(
        self, *, label: Any, required: bool = True, rows: int = 4, most: int = TEXT_LENGTH, **more: Any
    ) -> None:
        low = {"class": "min-h-16!"} if rows <= LOW_ROWS else {}
        widget = forms.Textarea(attrs={"rows": rows, **low})
        super().__init__(
            label=label,
            required=required,
            widget=widget,
            max_length=most,
            error_messages=NEEDED,
            **more,
        )

    def to_python(self, value: Any) -> Any:
        """Clean what was typed."""
        return clean_text(super().to_python(value) or "")


class OrganisationField(forms.CharField):
    """An organisation by its name, its short name or a part that only one has; its key as a number."""

    half = True  # stands beside its limit

    def __init__(
        self, *, label: Any, options: Iterable[tuple[str, str]], required: bool = True, **more: Any
    ) -> None:
        self.options = {name: int(key) for key, name in options}
        widget = forms.TextInput(attrs={"list": ORGANISATIONS, "autocomplete": "off"})
        super().__init__(
            label=label, required=required, widget=widget, max_length=80, error_messages=NEEDED, **more
        )

    def to_python(self, value: Any) -> Any:
        """The organisation's key; 0 for an empty field."""
        text = clean_text(super().to_python(value) or "")
        return self._found(text) if text else 0

    def validate(self, value: Any) -> None:
        """Nought means that nothing was filled in."""
        if self.required and not value:
            raise forms.ValidationError(self.error_messages["required"], code="required")

    def run_validators(self, value: Any) -> None:
        """A key has no length to check."""

    def _found(self, text: str) -> int:
        known = directory()
        exact = [
            row.pk
            for row in known.by_id.values()
            if row.active and text in (row.name, row.short_name, row.code, row.name_en, row.short_name_en)
        ]
        if text in self.options:
            return self.options[text]
        if len(exact) == 1:
            return exact[0]
        near = {key: name for name, key in self.options.items() if text in name}
        if len(near) == 1:
            return next(iter(near))
        raise forms.ValidationError(_not_one(near.values()), code="unknown")


def _not_one(names: Iterable[str]) -> str:
    some = list(names)[:MOST_NAMED]
    if not some:
        return pgettext("act form", "No organisation here has this name. Choose one from the suggestions.")
    return pgettext("act form", "Several have this in their names: %(names)s. Write more of it.") % {
        "names": listed(some)
    }


class TypeField(forms.CharField):
    """A matter type by its code or its name; its code."""

    def __init__(self, *, label: Any, required: bool = True, **more: Any) -> None:
        widget = forms.TextInput(attrs={"list": TYPES, "autocomplete": "off"})
        super().__init__(
            label=label, required=required, widget=widget, max_length=120, error_messages=NEEDED, **more
        )

    def to_python(self, value: Any) -> Any:
        """The type's code; empty for an empty field."""
        text = clean_text(super().to_python(value) or "")
        if not text:
            return ""
        code = CODE.match(text)
        row = taxonomy().by_code.get(code[0]) if code else taxonomy().find(text)
        if row is None:
            raise forms.ValidationError(
                pgettext("act form", "There is no such type. Choose one from the suggestions."),
                code="unknown",
            )
        return row.code


class LimitField(forms.CharField):
    """A limit as people write it (3 working days) or as it is kept (3wd); kept so."""

    half = True

    def __init__(self, *, label: Any, required: bool = False, help_text: Any = LIMIT_HINT) -> None:
        widget = forms.TextInput(attrs={"class": "input-narrow", "autocomplete": "off"})
        super().__init__(
            label=label,
            required=required,
            max_length=24,
            widget=widget,
            help_text=help_text,
            error_messages=NEEDED,
        )

    def to_python(self, value: Any) -> Any:
        """The limit in its standard writing; empty for an empty field."""
        text = clean_text(super().to_python(value) or "")
        return limit_read(text) if text else ""


def limit_read(text: str) -> str:
    """The standard writing of a limit. Raises ValidationError."""
    try:
        return format_limit(parse_limit(text.lower()))
    except InvalidLimit:
        match = AMOUNT.fullmatch(text)
    units = {str(name): unit for unit, name in LIMIT_UNITS.items()}
    unit = units.get(match[2].strip().lower()) if match else None
    if match is None or unit is None:
        words = pgettext("act form", "This is no limit. Write a number and one of: %(units)s.")
        raise forms.ValidationError(words % {"units": listed(units)}, code="limit")
    try:
        return format_limit(Limit(amount=int(match[1]), unit=unit))
    except InvalidLimit as wrong:
        raise forms.ValidationError(str(wrong), code="limit") from wrong


class PhotosInput(forms.ClearableFileInput):
    """A file field that takes several pictures."""

    allow_multiple_selected = True


class PhotosField(forms.FileField):
    """Several pictures; checked by their content when they are kept."""

    def __init__(self, *, label: Any, required: bool, help_text: Any = "") -> None:
        widget = PhotosInput(attrs={"accept": "image/*"})
        super().__init__(
            label=label, required=required, widget=widget, help_text=help_text, error_messages=NEEDED
        )

    def clean(self, data: Any, initial: Any = None) -> Any:
        """The files that were sent, each as it came."""
        files: Sequence[Any] = data if isinstance(data, list | tuple) else [data] if data else []
        if self.required and not files:
            raise forms.ValidationError(self.error_messages["required"], code="required")
        if len(files) > MOST_FILES:
            words = pgettext("act form", "At most %(most)d photos at once.") % {"most": MOST_FILES}
            raise forms.ValidationError(words, code="many")
        return [file for file in files if _is_file(file)]


def _is_file(file: Any) -> bool:
    return isinstance(file, BinaryIO) or hasattr(file, "read")
