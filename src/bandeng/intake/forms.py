"""Forms of the resident's, the worker's and the clerk's pages."""

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any

from django import forms
from django.utils.dateparse import parse_datetime
from django.utils.translation import get_language, pgettext_lazy

from bandeng.areas.selectors import atlas, communities_by_street
from bandeng.matters.forms import CleanCharField
from bandeng.matters.rules import TEXT_LENGTH, TITLE_LENGTH
from bandeng.matters.selectors import taxonomy

SHORTEST = 5
PHONE = r"^[0-9+() -]{7,20}$"


class WhatForm(forms.Form):
    """What happened."""

    text = CleanCharField(
        label=pgettext_lazy("report form", "What do you want to report?"),
        help_text=pgettext_lazy(
            "report form", "What happened, since when, and what you would like to be done."
        ),
        min_length=SHORTEST,
        max_length=TEXT_LENGTH,
        widget=forms.Textarea(attrs={"rows": 7}),
        error_messages={
            "required": pgettext_lazy("form error", "Write what happened; one sentence is enough."),
            "min_length": pgettext_lazy("form error", "Write a little more, so that somebody can act on it."),
        },
    )


class QuestionsForm(forms.Form):
    """What the likely type wants to know; nobody is held up by it, so nothing is required."""

    def __init__(self, *args: Any, questions: Sequence[Mapping[str, Any]], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        for question in questions:
            self.fields[str(question["key"])] = _question_field(question)


def _question_field(question: Mapping[str, Any]) -> forms.Field:
    label = question["zh"] if in_chinese() else question.get("en") or question["zh"]
    if question["kind"] == "choice":
        choices = [(each, each) for each in question["choices"]]
        return forms.ChoiceField(label=label, required=False, choices=choices, widget=forms.RadioSelect)
    if question["kind"] == "number":
        number = forms.NumberInput(attrs={"inputmode": "decimal", "class": "input-narrow"})
        return forms.CharField(label=label, required=False, max_length=20, widget=number)
    if question["kind"] == "date":
        day = forms.DateInput(attrs={"type": "date", "class": "input-narrow"})
        return forms.DateField(label=label, required=False, widget=day)
    return CleanCharField(label=label, required=False, max_length=200)


def in_chinese() -> bool:
    """Whether the page speaks Chinese."""
    return not (get_language() or "").startswith("en")


class PlaceForm(forms.Form):
    """Where it is: a point on the map, or an address, or only the area."""

    longitude = forms.FloatField(required=False, min_value=-180, max_value=180, widget=forms.HiddenInput)
    latitude = forms.FloatField(required=False, min_value=-90, max_value=90, widget=forms.HiddenInput)
    address = CleanCharField(
        label=pgettext_lazy("report form", "Address or landmark"),
        required=False,
        max_length=200,
        widget=forms.TextInput(attrs={"autocomplete": "street-address"}),
    )
    area = forms.ChoiceField(label=pgettext_lazy("report form", "Street and community"), required=False)

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["area"].choices = area_choices()  # type: ignore[attr-defined]

    def clean(self) -> dict[str, Any]:
        """Longitude and latitude go together, within the district."""
        data = super().clean() or {}
        if (data.get("longitude") is None) != (data.get("latitude") is None):
            data["longitude"] = data["latitude"] = None
        if data.get("longitude") is not None and atlas().at(data["longitude"], data["latitude"]) is None:
            raise forms.ValidationError(
                pgettext_lazy(
                    "form error",
                    "That point is outside the district. Tap the map again, or choose the community.",
                )
            )
        return data


class ContactForm(forms.Form):
    """How to reach the reporter; anonymous is a full way too."""

    ANONYMOUS, NAMED = "anonymous", "named"
    who = forms.ChoiceField(
        label=pgettext_lazy("report form", "How may we reach you?"),
        choices=[
            (NAMED, pgettext_lazy("report form", "Leave a phone number")),
            (ANONYMOUS, pgettext_lazy("report form", "Stay anonymous")),
        ],
        widget=forms.RadioSelect,
        initial=NAMED,
    )
    name = CleanCharField(
        label=pgettext_lazy("report form", "Name"),
        required=False,
        max_length=60,
        widget=forms.TextInput(attrs={"autocomplete": "name"}),
    )
    phone = forms.RegexField(
        PHONE,
        label=pgettext_lazy("report form", "Phone"),
        required=False,
        widget=forms.TextInput(attrs={"autocomplete": "tel", "inputmode": "tel"}),
        error_messages={
            "invalid": pgettext_lazy("form error", "Write a phone number such as 138 0000 0000.")
        },
    )

    def clean(self) -> dict[str, Any]:
        """A named report needs a phone; an anonymous one keeps nothing, whatever was left in the fields."""
        data = super().clean() or {}
        if data.get("who") == self.ANONYMOUS:
            for field in ("name", "phone"):
                self.errors.pop(field, None)
            return {**data, "name": "", "phone": ""}
        if not data.get("phone") and "phone" not in self.errors:
            words = pgettext_lazy("form error", "Write a phone number, or choose to stay anonymous.")
            self.add_error("phone", forms.ValidationError(words))
        return data


class TrackForm(forms.Form):
    """Number and secret of a report."""

    number = CleanCharField(
        label=pgettext_lazy("track form", "Number"),
        max_length=30,
        help_text=pgettext_lazy("track form", "Such as SJ-0000-0012-3, on your receipt."),
        widget=forms.TextInput(attrs={"autocomplete": "off", "autocapitalize": "characters"}),
    )
    secret = CleanCharField(
        label=pgettext_lazy("track form", "Query code"),
        max_length=20,
        help_text=pgettext_lazy("track form", "Ten letters and digits, on your receipt."),
        widget=forms.TextInput(attrs={"autocomplete": "off", "autocapitalize": "characters"}),
    )


class RemarkForm(forms.Form):
    """Something to add."""

    text = CleanCharField(
        label=pgettext_lazy("track form", "Add something"),
        min_length=2,
        max_length=2000,
        widget=forms.Textarea(attrs={"rows": 3}),
    )


class RatingForm(forms.Form):
    """How it went."""

    rating = forms.TypedChoiceField(
        label=pgettext_lazy("track form", "How satisfied are you with the result?"),
        coerce=int,
        choices=[
            (5, pgettext_lazy("rating", "Satisfied")),
            (3, pgettext_lazy("rating", "So-so")),
            (1, pgettext_lazy("rating", "Unhappy")),
        ],
        widget=forms.RadioSelect,
    )
    text = CleanCharField(
        label=pgettext_lazy("track form", "Why, in a sentence"),
        required=False,
        max_length=500,
        widget=forms.Textarea(attrs={"rows": 2}),
    )


class ReasonForm(forms.Form):
    """One question, such as why a matter is not settled."""

    reason = CleanCharField(min_length=SHORTEST, max_length=2000, widget=forms.Textarea(attrs={"rows": 4}))

    def __init__(self, *args: Any, label: str, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["reason"].label = label


class FieldForm(forms.Form):
    """A grid worker's report; the phone sends the same names when it comes from its queue."""

    title = CleanCharField(
        label=pgettext_lazy("worker form", "What is it?"),
        min_length=2,
        max_length=TITLE_LENGTH,
        error_messages={"required": pgettext_lazy("form error", "Say in a few words what it is.")},
    )
    text = CleanCharField(
        label=pgettext_lazy("worker form", "More about it"),
        required=False,
        max_length=TEXT_LENGTH,
        widget=forms.Textarea(attrs={"rows": 3}),
    )
    lon = forms.FloatField(required=False, min_value=-180, max_value=180, widget=forms.HiddenInput)
    lat = forms.FloatField(required=False, min_value=-90, max_value=90, widget=forms.HiddenInput)
    address = CleanCharField(
        label=pgettext_lazy("report form", "Address or landmark"), required=False, max_length=200
    )
    type = forms.ChoiceField(label=pgettext_lazy("clerk form", "Type"), required=False)
    key = forms.RegexField(r"^[0-9A-Za-z-]{8,60}$", widget=forms.HiddenInput)
    captured_at = forms.CharField(required=False, max_length=40, widget=forms.HiddenInput)

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["type"].choices = type_choices()  # type: ignore[attr-defined]

    def clean_captured_at(self) -> datetime | None:
        """When it was seen, by the phone's clock; None when that cannot be read."""
        try:
            moment = parse_datetime(self.cleaned_data["captured_at"])
        except ValueError:
            return None
        return moment if moment is not None and moment.tzinfo is not None else None


class ResultForm(forms.Form):
    """What was done, or why not, in a sentence."""

    text = CleanCharField(
        label=pgettext_lazy("worker form", "In a sentence"),
        required=False,
        max_length=2000,
        widget=forms.Textarea(attrs={"rows": 2}),
    )


class ClerkForm(PlaceForm):
    """A phone call, written down by a clerk on one page."""

    text = CleanCharField(
        label=pgettext_lazy("clerk form", "What the caller says"),
        min_length=SHORTEST,
        max_length=TEXT_LENGTH,
        widget=forms.Textarea(attrs={"rows": 6, "autofocus": True}),
        error_messages={"required": pgettext_lazy("form error", "Write down what the caller says.")},
    )
    title = CleanCharField(
        label=pgettext_lazy("clerk form", "Title"),
        required=False,
        max_length=TITLE_LENGTH,
        help_text=pgettext_lazy("clerk form", "Left empty, the first sentence becomes the title."),
    )
    type_code = forms.ChoiceField(label=pgettext_lazy("clerk form", "Type"), required=False)
    name = CleanCharField(label=pgettext_lazy("clerk form", "Caller's name"), required=False, max_length=60)
    phone = forms.RegexField(
        PHONE,
        label=pgettext_lazy("clerk form", "Caller's phone"),
        required=False,
        widget=forms.TextInput(attrs={"inputmode": "tel", "autocomplete": "off"}),
        error_messages={
            "invalid": pgettext_lazy("form error", "Write a phone number such as 138 0000 0000.")
        },
    )
    key = forms.RegexField(r"^[0-9a-f]{32}$", widget=forms.HiddenInput)

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["type_code"].choices = type_choices()  # type: ignore[attr-defined]


def area_choices() -> list[Any]:
    """Communities grouped by street, with an empty choice first."""
    return [("", pgettext_lazy("report form", "I don't know")), *communities_by_street()]


def type_choices() -> list[Any]:
    """Third-level types grouped by first level, with "let the classifier decide" first."""
    kinds = taxonomy()
    rows = sorted(kinds.by_code.values(), key=lambda row: row.code)
    groups = [
        (
            top.called,
            [
                (row.code, row.called)
                for row in rows
                if row.level == 3 and row.code.startswith(top.code + ".")
            ],
        )
        for top in rows
        if top.level == 1
    ]
    return [("", pgettext_lazy("clerk form", "Let the classifier decide")), *groups]
