"""Forms of the five-colour map and of alerts."""

from collections.abc import Mapping
from datetime import datetime, time, timedelta
from typing import Any

from django import forms
from django.utils.translation import get_language, pgettext_lazy

from bandeng.areas.selectors import atlas
from bandeng.core import clock
from bandeng.ledger.rules import LOCAL
from bandeng.organisations.rules import OrganisationKind
from bandeng.organisations.selectors import directory
from bandeng.risk.rules import COMMUNITY
from reckon.index import Declaration

LARGEST_WEIGHT = 1000.0
LEAST_WEIGHT = 0.001
NOTE_LENGTH = 500
LARGEST_FILE = 5 << 20
END_OF_WORK = time(17, 30)
BODIES = frozenset(
    {
        OrganisationKind.DEPARTMENT.value,
        OrganisationKind.STREET_OFFICE.value,
        OrganisationKind.COMMUNITY_COMMITTEE.value,
    }
)


class PublishForm(forms.Form):
    """Signing a draft."""

    digest = forms.CharField(widget=forms.HiddenInput, max_length=64)
    looked = forms.BooleanField(
        label=pgettext_lazy("risk map", "I have looked at this map and answer for it")
    )
    note = forms.CharField(
        label=pgettext_lazy("risk map", "What is new in this version"), required=False, max_length=NOTE_LENGTH
    )


class StockFileForm(forms.Form):
    """A file of stocks."""

    file = forms.FileField(label=pgettext_lazy("stock", "File (CSV or XLSX)"))

    def clean_file(self) -> Any:
        """The file, unless it is larger than any district's."""
        file = self.cleaned_data["file"]
        if file.size > LARGEST_FILE:
            raise forms.ValidationError(
                pgettext_lazy("stock", "The file is larger than 5 MB. Divide it, or leave other columns out.")
            )
        return file


class WeightsForm(forms.Form):
    """Weights to be tried, one field each for dimensions and indicators."""

    def __init__(self, declaration: Declaration, data: Any = None) -> None:
        super().__init__(data)
        self._declaration = declaration
        english = (get_language() or "").startswith("en")
        for prefix, rows in (("d", declaration.dimensions), ("i", declaration.indicators)):
            for row in rows:
                self.fields[f"{prefix}-{row.code}"] = forms.FloatField(
                    label=row.name_en if english else row.name_zh,
                    initial=row.weight,
                    min_value=LEAST_WEIGHT,
                    max_value=LARGEST_WEIGHT,
                )

    @property
    def groups(self) -> list[tuple[Any, list[Any]]]:
        """Each dimension's field with those of its indicators."""
        return [
            (
                self[f"d-{dimension.code}"],
                [
                    self[f"i-{row.code}"]
                    for row in self._declaration.indicators
                    if row.dimension == dimension.code
                ],
            )
            for dimension in self._declaration.dimensions
        ]

    @property
    def dimensions(self) -> Mapping[str, float]:
        """Weights of dimensions by code."""
        return {row.code: self.cleaned_data[f"d-{row.code}"] for row in self._declaration.dimensions}

    @property
    def indicators(self) -> Mapping[str, float]:
        """Weights of indicators by code."""
        return {row.code: self.cleaned_data[f"i-{row.code}"] for row in self._declaration.indicators}


def bodies(street: str) -> list[tuple[str, str]]:
    """Who can be made responsible in a street: departments, its office, its communities' committees."""
    rows = [
        row
        for row in directory().by_code.values()
        if row.kind in BODIES
        and (row.kind == OrganisationKind.DEPARTMENT.value or row.code.startswith(street))
    ]
    return [("", "—"), *((str(row.pk), row.called) for row in rows)]


class ExaminationForm(forms.Form):
    """What a street found when it looked at itself."""

    cause = forms.CharField(
        label=pgettext_lazy("alert form", "What was found"),
        widget=forms.Textarea(attrs={"rows": 3}),
        max_length=4000,
    )
    communities = forms.MultipleChoiceField(
        label=pgettext_lazy("alert form", "Communities where it was found"),
        widget=forms.CheckboxSelectMultiple,
    )
    body = forms.ChoiceField(label=pgettext_lazy("alert form", "Responsible body from now on"))

    def __init__(self, street: str, data: Any = None) -> None:
        super().__init__(data)
        english = (get_language() or "").startswith("en")
        self.fields["communities"].choices = [  # type: ignore[attr-defined]
            (place.code, place.name_en if english and place.name_en else place.name)
            for place in sorted(atlas().by_code.values(), key=lambda each: each.code)
            if len(place.code) == COMMUNITY and place.code.startswith(street)
        ]
        self.fields["body"].choices = bodies(street)  # type: ignore[attr-defined]


class TaskForm(forms.Form):
    """A measure: what, by whom, until when."""

    title = forms.CharField(label=pgettext_lazy("alert form", "Measure"), max_length=200)
    organisation = forms.ChoiceField(label=pgettext_lazy("alert form", "By whom"))
    due = forms.DateField(
        label=pgettext_lazy("alert form", "Until"), widget=forms.DateInput(attrs={"type": "date"})
    )

    def __init__(self, street: str, data: Any = None) -> None:
        super().__init__(data)
        self.fields["organisation"].choices = bodies(street)  # type: ignore[attr-defined]

    def clean_due(self) -> datetime:
        """The end of the day's work, which must be to come."""
        due, now = datetime.combine(self.cleaned_data["due"], END_OF_WORK, LOCAL), clock.now()
        if not now < due <= now + timedelta(days=367):
            raise forms.ValidationError(
                pgettext_lazy(
                    "alert form", "Choose a day whose end of work (17:30) is to come, within a year."
                )
            )
        return due


class PlanForm(forms.Form):
    """Joint supervision: a plan and who visits."""

    plan = forms.CharField(
        label=pgettext_lazy("alert form", "Plan"), widget=forms.Textarea(attrs={"rows": 3}), max_length=4000
    )
    visit = forms.CharField(label=pgettext_lazy("alert form", "What the visits look at"), max_length=200)
    departments = forms.MultipleChoiceField(
        label=pgettext_lazy("alert form", "Departments that visit, two at least"),
        widget=forms.CheckboxSelectMultiple,
    )

    def __init__(self, data: Any = None) -> None:
        super().__init__(data)
        self.fields["departments"].choices = [  # type: ignore[attr-defined]
            (str(row.pk), row.called)
            for row in directory().by_code.values()
            if row.kind == OrganisationKind.DEPARTMENT.value
        ]


class TextForm(forms.Form):
    """A finding or a reason."""

    text = forms.CharField(
        label=pgettext_lazy("alert form", "What was done or found, or the reason"),
        widget=forms.Textarea(attrs={"rows": 2}),
        max_length=4000,
    )
