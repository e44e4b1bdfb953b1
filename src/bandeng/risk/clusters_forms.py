"""Forms about surges."""

from django import forms
from django.utils.translation import pgettext_lazy

from bandeng.risk.labels import FINDING_KINDS


class FindingForm(forms.Form):
    """What came of looking into a surge."""

    kind = forms.ChoiceField(
        label=pgettext_lazy("surge form", "What came of it"),
        choices=list(FINDING_KINDS.items()),
        widget=forms.RadioSelect,
    )
    text = forms.CharField(
        label=pgettext_lazy("surge form", "What was found, and by which sources"),
        widget=forms.Textarea(attrs={"rows": 3}),
        max_length=4000,
    )
    seen = forms.IntegerField(widget=forms.HiddenInput, min_value=0, max_value=100_000)
