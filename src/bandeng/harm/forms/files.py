"""Forms of files of records."""

from pathlib import Path
from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.utils.translation import pgettext, pgettext_lazy

from bandeng.harm.forms.officers import NEEDED, WordsField
from bandeng.harm.labels import IMPORT_KINDS

LARGEST = 5 * 1024 * 1024
"""Bytes; what is larger comes in by the command, which nobody waits for before a page."""

ENDINGS = (".csv", ".xlsx")


class FileForm(forms.Form):
    """A file and what it holds."""

    kind = forms.ChoiceField(
        label=pgettext_lazy("stream import", "What the file holds"), choices=IMPORT_KINDS, error_messages=NEEDED,
        widget=forms.RadioSelect,
    )  # fmt: skip
    file = forms.FileField(
        label=pgettext_lazy("stream import", "CSV or XLSX file"),
        help_text=pgettext_lazy("stream import", "Up to 5 MB. The first line names the columns."),
        error_messages={
            **NEEDED, "empty": pgettext_lazy("stream import", "This file is empty. Choose another."),
        },
        widget=forms.ClearableFileInput(attrs={"accept": ",".join(ENDINGS)}),
    )  # fmt: skip

    def clean_file(self) -> Any:
        """The upload. Raises ValidationError for one that is too large or no table."""
        upload = self.cleaned_data["file"]
        if Path(upload.name).suffix.lower() not in ENDINGS:
            raise ValidationError(pgettext("stream import", "Choose a file that ends in .csv or .xlsx."))
        if upload.size > LARGEST:
            raise ValidationError(
                pgettext(
                    "stream import",
                    "The file is larger than 5 MB. Split it, or use the command.",
                )
            )
        return upload


class UndoForm(forms.Form):
    """Why a file is taken back."""

    text = WordsField(
        label=pgettext_lazy("stream import", "Why it is taken back"), min_length=4, max_length=500
    )
