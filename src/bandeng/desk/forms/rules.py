"""Forms of the rules' and the calendar's pages."""

from collections.abc import Sequence
from datetime import date
from typing import Any

from django import forms
from django.utils.translation import pgettext, pgettext_lazy

from bandeng.dispatch.services.rule_rows import Column
from bandeng.matters.rules import TEXT_LENGTH

LARGEST_FILE = 2 * 1024 * 1024


class FileForm(forms.Form):
    """A table as a file."""

    file = forms.FileField(label=pgettext_lazy("rules page", "CSV or JSON file"))
    note = forms.CharField(
        label=pgettext_lazy("rules page", "What it changes"), max_length=500, required=False
    )

    def clean_file(self) -> str:
        """The file's text."""
        file = self.cleaned_data["file"]
        if file.size > LARGEST_FILE:
            raise forms.ValidationError(pgettext("rules page", "The file is larger than 2 MB."))
        try:
            return str(file.read().decode("utf-8-sig"))
        except UnicodeDecodeError as error:
            raise forms.ValidationError(
                pgettext("rules page", "The file is not UTF-8. Save it as CSV UTF-8 and try again.")
            ) from error


class RuleForm(forms.Form):
    """One rule: its name, a text for each column, and a remark; an empty condition accepts anything."""

    revision = forms.IntegerField(widget=forms.HiddenInput)
    before = forms.CharField(widget=forms.HiddenInput, required=False, max_length=60)
    rule = forms.CharField(label=pgettext_lazy("rules page", "Rule"), max_length=60)

    def __init__(self, *args: Any, columns: Sequence[Column], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        for column in columns:
            self.fields[f"cell_{column.key}"] = forms.CharField(
                label=column.label, required=column.key == "lead", max_length=1000, strip=True
            )
        self.fields["cell_remark"] = forms.CharField(
            label=pgettext("rules page", "Remark"), required=False, max_length=500
        )

    def cells(self) -> dict[str, str]:
        """The texts by column key."""
        return {
            name.removeprefix("cell_"): text
            for name, text in self.cleaned_data.items()
            if name.startswith("cell_") and text
        }


class PublishForm(forms.Form):
    """Why a draft is put in force."""

    revision = forms.IntegerField(widget=forms.HiddenInput)
    reason = forms.CharField(
        label=pgettext_lazy("rules page", "Reason, for the record"),
        min_length=4,
        max_length=500,
        widget=forms.Textarea(attrs={"rows": 2}),
    )


class SampleForm(forms.Form):
    """A made-up matter, to see where a table sends it."""

    text = forms.CharField(
        label=pgettext_lazy("rules page", "Text of the matter"),
        max_length=TEXT_LENGTH,
        widget=forms.Textarea(attrs={"rows": 3}),
    )
    category = forms.CharField(label=pgettext_lazy("rules page", "Type code"), max_length=20, required=False)
    area = forms.CharField(label=pgettext_lazy("rules page", "Area code"), max_length=20, required=False)


class YearForm(forms.Form):
    """A year of the calendar as the State Council's notice gives it."""

    year = forms.IntegerField(label=pgettext_lazy("calendar page", "Year"), min_value=2000, max_value=2100)
    holidays = forms.CharField(
        label=pgettext_lazy("calendar page", "Days off"),
        help_text=pgettext_lazy(
            "calendar page", "One date a line, such as 2027-01-01; a range as 2027-02-05 2027-02-11."
        ),
        widget=forms.Textarea(attrs={"rows": 8}),
    )
    makeup_days = forms.CharField(
        label=pgettext_lazy("calendar page", "Weekend days that are worked"),
        help_text=pgettext_lazy("calendar page", "One date a line."),
        required=False,
        widget=forms.Textarea(attrs={"rows": 4}),
    )
    source = forms.CharField(
        label=pgettext_lazy("calendar page", "Source"),
        help_text=pgettext_lazy("calendar page", "Number and date of the notice."),
        min_length=4,
        max_length=300,
    )

    def clean_holidays(self) -> frozenset[date]:
        """Days off."""
        return days_of(self.cleaned_data["holidays"])

    def clean_makeup_days(self) -> frozenset[date]:
        """Days worked."""
        return days_of(self.cleaned_data["makeup_days"])

    def clean(self) -> dict[str, Any]:
        """All days lie in the year, and none is both off and worked."""
        data = super().clean() or {}
        off, worked = data.get("holidays", frozenset()), data.get("makeup_days", frozenset())
        strange = sorted(day for day in off | worked if day.year != data.get("year"))
        if strange and data.get("year"):
            self.add_error(
                "holidays",
                pgettext("calendar page", "%(day)s is not in the year %(year)s.")
                % {"day": strange[0], "year": data["year"]},
            )
        if off & worked:
            self.add_error(
                "makeup_days",
                pgettext("calendar page", "%(day)s is both off and worked.") % {"day": min(off & worked)},
            )
        return data


def days_of(text: str) -> frozenset[date]:
    """Dates and ranges, one a line. Raises ValidationError naming the line."""
    days: set[date] = set()
    for line in text.splitlines():
        parts = line.replace("，", " ").replace(",", " ").replace("~", " ").split()
        try:
            ends = [date.fromisoformat(part) for part in parts]
        except ValueError as error:
            raise forms.ValidationError(
                pgettext("calendar page", "The line “%(line)s” is no date such as 2027-01-01.")
                % {"line": line[:40]}
            ) from error
        if len(ends) == 2 and ends[0] <= ends[1]:
            days.update(
                date.fromordinal(each) for each in range(ends[0].toordinal(), ends[1].toordinal() + 1)
            )
        else:
            days.update(ends)
    return frozenset(days)
