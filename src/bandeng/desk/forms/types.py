"""Forms for a version of a matter type and the questions that it asks."""

from collections.abc import Mapping, Sequence
from datetime import date, timedelta
from typing import Any

from django import forms
from django.utils.translation import pgettext, pgettext_lazy

from bandeng.desk.forms.fields import NEEDED, CleanTextField, LimitField
from bandeng.desk.labels import ACCESS_MEANINGS, LIMIT_NAMES, QUESTION_KINDS, written_limit
from bandeng.desk.selectors.matter_types import lead_options
from bandeng.matters.labels import ACCESS_CLASSES
from bandeng.matters.rules import clean_text
from bandeng.matters.services.versions import TypeFacts
from bandeng.organisations.selectors import today

MOST_QUESTIONS = 20
HINT = pgettext_lazy("type form", "Such as 3 working days; empty: the ordinary limit.")


class CleanLineField(forms.CharField):
    """One line without invisible characters."""

    def to_python(self, value: Any) -> Any:
        """Clean what was typed."""
        return clean_text(super().to_python(value) or "")


class TypeForm(forms.Form):
    """What a version of a type says, from which day on, and why."""

    valid_from = forms.DateField(
        label=pgettext_lazy("type form", "In force from"),
        help_text=pgettext_lazy(
            "type form", "Tomorrow at the earliest; matters that have come in stay as they are."
        ),
        widget=forms.DateInput(attrs={"type": "date", "class": "input-narrow"}, format="%Y-%m-%d"),
        error_messages=NEEDED,
    )
    name = CleanLineField(
        label=pgettext_lazy("type form", "Chinese name"), max_length=60, error_messages=NEEDED
    )
    name_en = CleanLineField(label=pgettext_lazy("type form", "English name"), max_length=120, required=False)
    lead_code = forms.ChoiceField(
        label=pgettext_lazy("type form", "Leads by default"),
        required=False,
        help_text=pgettext_lazy("type form", "Dispatch rules go first."),
    )
    access_class = forms.ChoiceField(
        label=pgettext_lazy("type form", "Who may see it"), widget=forms.RadioSelect, error_messages=NEEDED
    )
    source = CleanLineField(
        label=pgettext_lazy("type form", "Source of the limits"),
        max_length=300,
        required=False,
        help_text=pgettext_lazy("type form", "The statute or the district's own rule."),
    )
    reason = CleanTextField(label=pgettext_lazy("type form", "Reason, for the record"), rows=2, min_length=4)

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["lead_code"].choices = lead_options()  # type: ignore[attr-defined]
        self.fields["access_class"].choices = [  # type: ignore[attr-defined]
            (value, explained_access(value)) for value, _ in ACCESS_CLASSES
        ]
        for key, label in LIMIT_NAMES.items():
            self.fields[f"limit_{key}"] = LimitField(label=label, help_text=HINT if key == "handle" else "")

    def limits(self) -> dict[str, str]:
        """The limits that were filled in."""
        given = {key: self.cleaned_data[f"limit_{key}"] for key in LIMIT_NAMES}
        return {key: limit for key, limit in given.items() if limit}


def explained_access(value: str) -> str:
    """An access class and whom it lets see a matter."""
    words = {"name": dict(ACCESS_CLASSES)[value], "meaning": ACCESS_MEANINGS[value]}
    return pgettext("matter type", "%(name)s: %(meaning)s") % words


class QuestionForm(forms.Form):
    """One question of a type; without a text there is none."""

    key = forms.SlugField(widget=forms.HiddenInput, required=False, max_length=40)
    zh = CleanLineField(
        label=pgettext_lazy("question form", "Question in Chinese"), max_length=120, required=False
    )
    en = CleanLineField(
        label=pgettext_lazy("question form", "Question in English"), max_length=160, required=False
    )
    kind = forms.ChoiceField(
        label=pgettext_lazy("question form", "Kind of answer"), choices=list(QUESTION_KINDS.items())
    )
    choices = forms.CharField(
        label=pgettext_lazy("question form", "Choices, one a line"),
        required=False,
        max_length=600,
        widget=forms.Textarea(attrs={"rows": 2, "class": "min-h-16!"}),
    )

    def clean(self) -> dict[str, Any]:
        """A choice needs something to choose from, and a translation its original."""
        data = super().clean() or {}
        if data.get("en") and not data.get("zh"):
            self.add_error("zh", pgettext("question form", "Write the question in Chinese as well."))
        if data.get("zh") and data.get("kind") == "choice" and len(lines_of(data.get("choices", ""))) < 2:
            self.add_error("choices", pgettext("question form", "Give at least two choices, one a line."))
        return data


QuestionForms = forms.formset_factory(QuestionForm, extra=1, max_num=MOST_QUESTIONS, validate_max=True)


def lines_of(text: str) -> list[str]:
    """The lines that hold something, cleaned, each once."""
    return list(dict.fromkeys(line for line in (clean_text(each) for each in text.splitlines()) if line))


def type_initial(facts: TypeFacts, *, earliest: date) -> dict[str, Any]:
    """What the form shows of a version, from tomorrow on or from the earliest day that is free."""
    limits = {f"limit_{key}": written_limit(limit) for key, limit in facts.limits.items()}
    return {
        "valid_from": max(today() + timedelta(days=1), earliest), "name": facts.name, "name_en": facts.name_en,
        "lead_code": facts.lead_code, "access_class": facts.access_class, "source": facts.source, **limits,
    }  # fmt: skip


def questions_initial(facts: TypeFacts) -> list[dict[str, Any]]:
    """What the forms of the questions show."""
    return [{**each, "choices": "\n".join(map(str, each.get("choices", ())))} for each in facts.questions]


def facts_given(form: TypeForm, questions: Any, *, before: Sequence[Mapping[str, Any]]) -> TypeFacts:
    """What the filled-in forms say."""
    data = form.cleaned_data
    return TypeFacts(
        name=data["name"], name_en=data["name_en"], lead_code=data["lead_code"], limits=form.limits(),
        access_class=data["access_class"], questions=_asked(questions, before), source=data["source"],
    )  # fmt: skip


def _asked(questions: Any, before: Sequence[Mapping[str, Any]]) -> list[dict[str, Any]]:
    """The questions with a text, each under its old key or a new one of its own."""
    known = {str(each["key"]): each for each in before}
    taken, found = set(known), []
    for data in (form.cleaned_data for form in questions if form.cleaned_data.get("zh")):
        old = known.get(data["key"], {})
        key = data["key"] if old else _new_key(taken)
        taken.add(key)
        row = {"key": key, "zh": data["zh"], "en": data["en"], "kind": data["kind"]}
        row["required"] = bool(old.get("required", False))
        if data["kind"] == "choice":
            row["choices"] = lines_of(data["choices"])
        found.append({name: row[name] for name in sorted(row, key=lambda name: _place(name, old))})
    return found


def _place(name: str, old: Mapping[str, Any]) -> int:
    return list(old).index(name) if name in old else len(old)


def _new_key(taken: set[str]) -> str:
    return next(key for key in (f"question_{number}" for number in range(1, 1_000)) if key not in taken)
