"""Forms of the pages of evaluations."""

import json
import re
from collections.abc import Sequence
from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.utils.translation import pgettext, pgettext_lazy

from bandeng.evaluation.labels import KINDS, RULE_SETTINGS
from bandeng.evaluation.rules.editing import SHARES, Changes
from bandeng.evaluation.rules.settings import BOUNDS, Settings
from bandeng.evaluation.selectors.drilling import RecordLine

MONTH = re.compile(r"(20[0-9]{2})-(0[1-9]|1[0-2])")
LARGEST_FILE = 200_000


def _record_of(text: str) -> tuple[str, int]:
    """A record written source:key."""
    source, _, key = text.partition(":")
    return source, int(key)


class MonthField(forms.CharField):
    """A month such as 2026-11, as the number 202611."""

    def __init__(self, **options: Any) -> None:
        hint = pgettext_lazy("evaluation", "Year and month, such as 2026-11.")
        widget = forms.TextInput(attrs={"autocomplete": "off", "class": "input-narrow"})
        super().__init__(max_length=7, help_text=hint, widget=widget, **options)

    def clean(self, value: Any) -> int:
        """The month as a number. Raises ValidationError."""
        text = super().clean(value)
        match = MONTH.fullmatch(text)
        if match is None:
            raise ValidationError(pgettext("evaluation", "Write the month like 2026-11."))
        return int(match[1]) * 100 + int(match[2])


class DraftForm(forms.Form):
    """Which month of which kind is drafted."""

    kind = forms.ChoiceField(choices=KINDS, label=pgettext_lazy("evaluation", "What is evaluated"))
    month = MonthField(label=pgettext_lazy("evaluation", "Month"))


class MonthForm(forms.Form):
    """Which month."""

    month = MonthField(label=pgettext_lazy("evaluation", "Month"))


class ReasonForm(forms.Form):
    """Why."""

    reason = forms.CharField(
        label=pgettext_lazy("evaluation", "Reason"), widget=forms.Textarea(attrs={"rows": 3}), max_length=2000
    )


class ObjectionForm(forms.Form):
    """What is wrong with a point."""

    text = forms.CharField(
        label=pgettext_lazy("evaluation", "What is wrong, and why"),
        widget=forms.Textarea(attrs={"rows": 4}),
        max_length=4000,
    )
    record = forms.CharField(widget=forms.HiddenInput, required=False, max_length=60)

    def clean_record(self) -> tuple[str, int] | None:
        """The record in question, written source:key."""
        text = self.cleaned_data["record"]
        if not text:
            return None
        source, _, key = text.partition(":")
        if not key.isdecimal() or len(key) > 18:
            raise ValidationError(pgettext("evaluation", "This record does not count towards the score."))
        return source, int(key)


class AnswerForm(forms.Form):
    """The answer to an objection."""

    upheld = forms.ChoiceField(
        choices=[
            ("duty", pgettext_lazy("evaluation", "Upheld: the record no longer counts in this duty")),
            (
                "all",
                pgettext_lazy("evaluation", "Upheld: the record does not belong here and counts in no duty"),
            ),
            ("no", pgettext_lazy("evaluation", "Not upheld")),
        ],
        widget=forms.RadioSelect,
        label=pgettext_lazy("evaluation", "Answer"),
    )
    answer = forms.CharField(
        label=pgettext_lazy("evaluation", "Reason for the answer"),
        widget=forms.Textarea(attrs={"rows": 4}),
        max_length=4000,
    )

    def __init__(self, *args: Any, records: Sequence[RecordLine], **options: Any) -> None:
        super().__init__(*args, **options)
        if records:
            self.fields["record"] = forms.TypedChoiceField(
                choices=[("", "—"), *[(f"{each.source}:{each.subject}", each.called) for each in records]],
                coerce=_record_of,
                empty_value=None,
                required=False,
                label=pgettext_lazy("evaluation", "Record to leave out, if upheld"),
            )


class VerdictForm(forms.Form):
    """What an auditor found."""

    verdict = forms.ChoiceField(choices=[("confirmed", ""), ("refuted", "")])
    note = forms.CharField(
        label=pgettext_lazy("evaluation", "What was found"), required=False, max_length=2000
    )


class RatingForm(forms.Form):
    """Every item from 1 to 5, and a free text."""

    comment = forms.CharField(
        label=pgettext_lazy("evaluation", "In your own words"),
        widget=forms.Textarea(attrs={"rows": 3}),
        required=False,
        max_length=1000,
        help_text=pgettext_lazy(
            "evaluation",
            "A moderator reads it first. Write nothing by which you or a resident could be recognised.",
        ),
    )

    def __init__(self, *args: Any, settings: Settings, chinese: bool, **options: Any) -> None:
        super().__init__(*args, **options)
        scale = [(str(value), str(value)) for value in range(1, 6)]
        for item in settings.items:
            self.fields[item.code] = forms.ChoiceField(
                choices=scale, label=item.zh if chinese else item.en, widget=forms.RadioSelect
            )
        self.order_fields([*[item.code for item in settings.items], "comment"])
        self.codes = [item.code for item in settings.items]

    def answers(self) -> dict[str, int]:
        """The answers by item."""
        return {code: int(self.cleaned_data[code]) for code in self.codes}


class RulesForm(forms.Form):
    """A new version of the rules as JSON, and the month from which it is in force."""

    first_month = MonthField(label=pgettext_lazy("evaluation", "In force from the month"))
    reason = forms.CharField(label=pgettext_lazy("evaluation", "Reason"), max_length=2000)
    file = forms.FileField(
        label=pgettext_lazy("evaluation", "Rules as JSON"),
        help_text=pgettext_lazy(
            "evaluation",
            "JSON is a text file that a program reads. Take that of the version in force from the list above, change "
            "what is to change in a text editor, and send it back: it is checked before it is kept.",
        ),
    )

    def clean_file(self) -> dict[str, Any]:
        """The content. Raises ValidationError."""
        file = self.cleaned_data["file"]
        if file.size > LARGEST_FILE:
            raise ValidationError(pgettext("evaluation", "The file is too large."))
        try:
            content = json.loads(file.read().decode())
            # Half a character in an escape is read, but could not be kept.
            json.dumps(content, ensure_ascii=False).encode()
        except (RecursionError, ValueError) as error:
            raise ValidationError(
                pgettext("evaluation", "The file is no JSON: %(problem)s") % {"problem": error}
            ) from error
        if not isinstance(content, dict) or set(content) != {"settings", "duties"}:
            raise ValidationError(pgettext("evaluation", "The file must hold settings and duties."))
        return content


class RuleDraftForm(forms.Form):
    """A change of rules: weights and least cases of the duties, some settings, the month and the reason."""

    first_month = MonthField(label=pgettext_lazy("evaluation", "In force from the month"))
    reason = forms.CharField(
        label=pgettext_lazy("evaluation", "Reason"), widget=forms.Textarea(attrs={"rows": 2}), max_length=2000
    )

    def __init__(
        self, *args: Any, duties: Sequence[tuple[str, str]], changes: Changes, **options: Any
    ) -> None:
        super().__init__(*args, **options)
        self.duties = [code for code, _ in duties]
        for code, name in duties:
            label = pgettext("evaluation", "Weight: %(duty)s") % {"duty": name}
            self.fields[f"weight_{code}"] = forms.FloatField(
                label=label, min_value=0.5, max_value=100, initial=changes.weights[code]
            )
            label = pgettext("evaluation", "Least cases: %(duty)s") % {"duty": name}
            self.fields[f"least_{code}"] = forms.IntegerField(
                label=label, min_value=1, max_value=1000, initial=int(changes.least_cases[code])
            )
        for name, value in changes.settings.items():
            low, high = BOUNDS.get(name, (1, 60))
            label = str(RULE_SETTINGS[name])
            if name in SHARES:
                self.fields[name] = forms.FloatField(
                    label=label, min_value=low, max_value=high, initial=value
                )
            else:
                self.fields[name] = forms.IntegerField(
                    label=label, min_value=int(low), max_value=int(high), initial=int(value)
                )
        self.settings = list(changes.settings)

    def pairs(self) -> list[tuple[forms.BoundField, forms.BoundField]]:
        """Weight and least cases of each duty."""
        return [(self[f"weight_{code}"], self[f"least_{code}"]) for code in self.duties]

    def rest(self) -> list[forms.BoundField]:
        """The settings."""
        return [self[name] for name in self.settings]

    def changes(self) -> Changes:
        """What was filled in."""
        data = self.cleaned_data
        return Changes(
            weights={code: data[f"weight_{code}"] for code in self.duties},
            least_cases={code: data[f"least_{code}"] for code in self.duties},
            settings={name: data[name] for name in self.settings},
        )


class SkillForm(forms.Form):
    """What a post can do, and what shows it."""

    skill = forms.ChoiceField(label=pgettext_lazy("evaluation", "Skill"))
    evidence = forms.CharField(label=pgettext_lazy("evaluation", "What shows it"), max_length=200)
    is_first = forms.BooleanField(label=pgettext_lazy("evaluation", "Stands in this team"), required=False)

    def __init__(self, *args: Any, skills: Sequence[tuple[str, str]], **options: Any) -> None:
        super().__init__(*args, **options)
        field = self.fields["skill"]
        assert isinstance(field, forms.ChoiceField)
        field.choices = list(skills)


class PlanForm(forms.Form):
    """For which month, within which limits."""

    month = MonthField(label=pgettext_lazy("evaluation", "Month"))
    most_moves = forms.IntegerField(
        label=pgettext_lazy("evaluation", "Moves at most"), min_value=0, max_value=500
    )
    farthest_km = forms.FloatField(
        label=pgettext_lazy("evaluation", "Kilometres at most"), min_value=0, max_value=200
    )
