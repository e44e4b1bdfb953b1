"""Forms of the officers: one small form an act."""

from collections.abc import Iterable
from typing import Any

from django import forms
from django.utils.translation import pgettext, pgettext_lazy

from bandeng.core.labels import in_language
from bandeng.harm.labels import LEVELS, OUTCOMES_CHOSEN, kind_choices
from bandeng.harm.rules import AlertState
from bandeng.matters.rules import clean_text
from bandeng.organisations.models import Organisation

NEEDED = {"required": pgettext_lazy("harm form", "This is needed. Fill it in and try again.")}
LONGEST = 4000


class WordsField(forms.CharField):
    """Some words without invisible characters."""

    def __init__(self, *, rows: int = 0, **more: Any) -> None:
        if rows:
            more["widget"] = forms.Textarea(attrs={"rows": rows})
        super().__init__(**{"error_messages": NEEDED, "max_length": LONGEST, **more})

    def to_python(self, value: Any) -> Any:
        """Clean what was typed."""
        return clean_text(super().to_python(value) or "")


class NoteForm(forms.Form):
    """One text, its label given by the act."""

    text = WordsField(rows=5, min_length=4)

    def __init__(self, *args: Any, label: Any, hint: Any = "", **more: Any) -> None:
        super().__init__(*args, **more)
        self.fields["text"].label = label
        self.fields["text"].help_text = hint


class PairForm(forms.Form):
    """Why two records are judged as they are."""

    text = WordsField(
        max_length=500, required=False,
        error_messages={
            "max_length": pgettext_lazy(
                "harm form", "Write at most %(limit_value)d characters; these are %(show_value)d."
            )
        },
    )  # fmt: skip


class CloseForm(NoteForm):
    """An outcome and why."""

    outcome = forms.ChoiceField(
        label=pgettext_lazy("harm form", "Outcome"), choices=OUTCOMES_CHOSEN, widget=forms.RadioSelect
    )
    field_order = ("outcome", "text")


class FactForm(NoteForm):
    """A fact of the decision table and how it is known."""

    fact = forms.ChoiceField(label=pgettext_lazy("harm form", "Fact"), error_messages=NEEDED)
    field_order = ("fact", "cases", "text")

    def __init__(self, *args: Any, choices: Iterable[tuple[str, str]], **more: Any) -> None:
        super().__init__(*args, **more)
        self.fields["fact"].choices = [("", "—"), *choices]  # type: ignore[attr-defined]

    cases = forms.IntegerField(
        label=pgettext_lazy("harm form", "How many cases"), initial=1, min_value=1, max_value=10_000,
        help_text=pgettext_lazy("harm form", "1 unless the fact can be counted, such as cases of illness."),
        error_messages={**NEEDED, "invalid": pgettext_lazy("harm form", "Write a whole number from 1.")},
    )  # fmt: skip


class FactBackForm(NoteForm):
    """Which fact is taken back, and why."""

    record = forms.ChoiceField(
        label=pgettext_lazy("harm form", "Fact"), error_messages=NEEDED, widget=forms.RadioSelect
    )
    field_order = ("record", "text")

    def __init__(self, *args: Any, choices: Iterable[tuple[int, str]], **more: Any) -> None:
        super().__init__(*args, **more)
        self.fields["record"].choices = [(str(key), words) for key, words in choices]  # type: ignore[attr-defined]


class AssignForm(forms.Form):
    """The department that is competent."""

    organisation = forms.ChoiceField(label=pgettext_lazy("harm form", "Department"), error_messages=NEEDED)
    text = WordsField(
        label=pgettext_lazy("harm form", "What to look into"), rows=4, max_length=2000, required=False
    )

    def __init__(self, *args: Any, offices: Iterable[Organisation], **more: Any) -> None:
        super().__init__(*args, **more)
        rows = sorted(offices, key=lambda row: row.code)
        choices = [(str(row.pk), in_language(name=row.name, name_en=row.name_en)) for row in rows]
        self.fields["organisation"].choices = [("", "—"), *choices]  # type: ignore[attr-defined]


class FilterForm(forms.Form):
    """What the list of alerts is narrowed by; whatever is wrong narrows nothing."""

    q = forms.CharField(required=False, max_length=60, label=pgettext_lazy("harm form", "Name or code"))
    kind = forms.ChoiceField(required=False, label=pgettext_lazy("harm form", "Kind"))
    level = forms.ChoiceField(required=False, label=pgettext_lazy("harm form", "Level"))
    state = forms.ChoiceField(required=False, label=pgettext_lazy("harm form", "State"))

    def __init__(self, *args: Any, states: Iterable[tuple[str, Any]], **more: Any) -> None:
        super().__init__(*args, **more)
        every = pgettext("harm form", "All")
        self.fields["kind"].choices = [("", every), *kind_choices()]  # type: ignore[attr-defined]
        self.fields["level"].choices = [("", every), *((str(n), w) for n, w in LEVELS)]  # type: ignore[attr-defined]
        opened = [("open", pgettext("harm form", "Open")), ("all", every)]
        self.fields["state"].choices = [*opened, *states]  # type: ignore[attr-defined]


#: The words over the text of each act that only needs words.
MOVES = {
    AlertState.VERIFYING: pgettext_lazy("harm form", "What will be verified, and how"),
    AlertState.TALKING: pgettext_lazy("harm form", "With whom, when, and what was said"),
    AlertState.ACTING: pgettext_lazy("harm form", "Measures agreed, by whom and by when"),
}
