"""Forms for the review of an answer: a request that an officer writes down, and the decision."""

from collections.abc import Sequence
from typing import Any

from django import forms
from django.utils import timezone
from django.utils.translation import pgettext_lazy

from bandeng.core import clock
from bandeng.desk.forms.fields import NEEDED, CleanTextField
from bandeng.matters.labels import REVIEW_OUTCOMES

DECISION_LENGTH = 10_000
DOCUMENT_LENGTH = 100


class EntryForm(forms.Form):
    """Who asks for a review, why, and when the request arrived."""

    report = forms.TypedChoiceField(
        label=pgettext_lazy("review form", "Who asks"), coerce=int, error_messages=NEEDED
    )
    arrived_on = forms.DateField(
        label=pgettext_lazy("review form", "Arrived on"),
        help_text=pgettext_lazy("review form", "The 30 days of the reviewing body count from this day."),
        widget=forms.DateInput(format="%Y-%m-%d", attrs={"type": "date", "class": "input-narrow"}),
        error_messages=NEEDED,
    )
    delivered_on = forms.DateField(
        label=pgettext_lazy("review form", "Answer delivered on"),
        help_text=pgettext_lazy(
            "review form", "Only if the written answer was delivered later than the matter was closed."
        ),
        widget=forms.DateInput(format="%Y-%m-%d", attrs={"type": "date", "class": "input-narrow"}),
        required=False,
    )
    reason = CleanTextField(
        label=pgettext_lazy("review form", "Reasons, in the words of the request"),
        rows=8,
        most=DECISION_LENGTH,
    )

    def __init__(self, *args: Any, reports: Sequence[tuple[str, str]], **more: Any) -> None:
        super().__init__(*args, **more)
        field = self.fields["report"]
        assert isinstance(field, forms.TypedChoiceField)
        field.choices = list(reports)
        self.fields["arrived_on"].initial = timezone.localdate(clock.now())


class DecisionForm(forms.Form):
    """What becomes of the answer, with reasons; a body outside this platform has its document's number."""

    outcome = forms.ChoiceField(
        label=pgettext_lazy("review form", "The answer is"),
        choices=REVIEW_OUTCOMES,
        widget=forms.RadioSelect,
        error_messages=NEEDED,
    )
    decision = CleanTextField(
        label=pgettext_lazy("review form", "Opinion with reasons"),
        help_text=pgettext_lazy("review form", "Whoever asked reads it, and so does whoever answered."),
        rows=10,
        most=DECISION_LENGTH,
    )
    document = forms.CharField(
        label=pgettext_lazy("review form", "Number of the document"),
        max_length=DOCUMENT_LENGTH,
        required=False,
        error_messages=NEEDED,
    )

    def __init__(self, *args: Any, on_paper: bool, **more: Any) -> None:
        super().__init__(*args, **more)
        self.fields["document"].required = on_paper
