"""Forms of a set of indicators: shares in percent that add up, owners, denominators, cut points, texts, adoption."""

from collections.abc import Mapping, Sequence
from decimal import Decimal
from itertools import pairwise
from typing import Any

from django import forms
from django.utils.translation import get_language, pgettext, pgettext_lazy

from bandeng.ledger.rules import months_from
from bandeng.organisations.rules import OrganisationKind
from bandeng.organisations.selectors import directory
from bandeng.risk.labels import LAYERS, STOCK_KINDS, WORD_REFUSALS
from bandeng.risk.services.editing import CutsEdit, IndicatorEdit, SetEdit
from reckon.colours import ColourRules, Cuts
from reckon.index import REFUSED, Declaration, Indicator, refused_word

WHOLE = Decimal(100)
TENTHS = 1000
"""Shares are given in tenths of a percent."""
MONTHS_AHEAD = 12
OWNERS = frozenset({OrganisationKind.DEPARTMENT.value, OrganisationKind.CENTRE.value})


def percentages(weights: Sequence[float]) -> tuple[Decimal, ...]:
    """Weights as percent with one digit that add up to 100, by largest remainders."""
    total = sum(weights)
    exact = [weight / total * TENTHS for weight in weights]
    whole = [int(value) for value in exact]
    order = sorted(range(len(exact)), key=lambda place: (whole[place] - exact[place], place))
    for place in order[: TENTHS - sum(whole)]:
        whole[place] += 1
    return tuple(Decimal(value) / 10 for value in whole)


def _percent(label: str, initial: Decimal) -> forms.DecimalField:
    return forms.DecimalField(
        label=label, initial=initial, min_value=Decimal("0.1"), max_value=WHOLE, max_digits=4, decimal_places=1,
        widget=forms.NumberInput(attrs={"step": "0.1", "inputmode": "decimal"}),
    )  # fmt: skip


def _called(row: Any) -> str:
    return str(row.name_en if (get_language() or "").startswith("en") else row.name_zh)


def owners(present: str) -> list[tuple[str, str]]:
    """Departments and centres; whoever owns an indicator by now stays among them."""
    rows = [(row.code, row.called) for row in directory().by_code.values() if row.kind in OWNERS]
    if present not in {code for code, _ in rows}:
        rows.insert(0, (present, pgettext("indicator set", "as it is: not known here")))
    return rows


class SetForm(forms.Form):
    """Weights, owners, denominators and cut points of a whole set."""

    def __init__(self, declaration: Declaration, colours: ColourRules, data: Any = None) -> None:
        super().__init__(data)
        self._declaration, self._colours = declaration, colours
        shares = percentages([row.weight for row in declaration.dimensions])
        for dimension, share in zip(declaration.dimensions, shares, strict=True):
            self.fields[f"d-{dimension.code}"] = _percent(_called(dimension), share)
        for group in self._groups():
            for row, share in zip(group, percentages([row.weight for row in group]), strict=True):
                self._add_indicator(row, share)
        for layer in LAYERS:
            self._add_cuts(layer, getattr(colours, layer))

    def _groups(self) -> list[list[Indicator]]:
        rows = self._declaration.indicators
        return [
            [row for row in rows if row.dimension == dimension.code]
            for dimension in self._declaration.dimensions
        ]

    def _add_indicator(self, row: Indicator, share: Decimal) -> None:
        self.fields[f"i-{row.code}"] = _percent(_called(row), share)
        self.fields[f"o-{row.code}"] = forms.ChoiceField(
            label=pgettext("indicator set", "Answers for it"), choices=owners(row.owner), initial=row.owner
        )
        if row.denominator.is_stock:
            self.fields[f"s-{row.code}"] = forms.ChoiceField(
                label=pgettext("indicator set", "Counted against"),
                choices=list(STOCK_KINDS.items()),
                initial=row.denominator.records,
            )

    def _add_cuts(self, layer: str, cuts: Cuts) -> None:
        names = [
            pgettext("indicator set", "Blue from"), pgettext("indicator set", "Yellow from"),
            pgettext("indicator set", "Orange from"), pgettext("indicator set", "Red from"),
        ]  # fmt: skip
        for place, name in enumerate(names):
            self.fields[f"c-{layer}-{place}"] = forms.FloatField(
                label=name, initial=cuts.cuts[place], min_value=0.0, max_value=100.0
            )
        self.fields[f"m-{layer}"] = forms.FloatField(
            label=pgettext("indicator set", "Falls when below by"),
            initial=cuts.margin,
            min_value=0.0,
            max_value=50.0,
        )
        self.fields[f"n-{layer}"] = forms.IntegerField(
            label=pgettext("indicator set", "for months"), initial=cuts.months, min_value=1, max_value=24
        )

    def clean(self) -> dict[str, Any]:
        """Shares that add up, cuts that rise."""
        data = super().clean() or {}
        names = [f"d-{row.code}" for row in self._declaration.dimensions]
        self._check_sum(names, data, of=pgettext("indicator set", "Dimensions"))
        for dimension, group in zip(self._declaration.dimensions, self._groups(), strict=True):
            self._check_sum([f"i-{row.code}" for row in group], data, of=_called(dimension))
        for layer in LAYERS:
            cuts: list[Any] = [data.get(f"c-{layer}-{place}") for place in range(4)]
            if None not in cuts and any(low >= high for low, high in pairwise(cuts)):
                text = pgettext("indicator set", "Each cut must be higher than the one before it.")
                self.add_error(f"c-{layer}-0", text)
            elif None not in cuts and data.get(f"m-{layer}") is not None and data.get(f"n-{layer}"):
                self._check_sense(layer, data)
        return data

    def _check_sense(self, layer: str, data: Mapping[str, Any]) -> None:
        first, second, third, fourth = (data[f"c-{layer}-{place}"] for place in range(4))
        cuts = Cuts(cuts=(first, second, third, fourth), margin=data[f"m-{layer}"], months=data[f"n-{layer}"])
        if not cuts.is_first_above_0:
            text = pgettext("indicator set", "The first cut must be above 0, or nothing would ever be green.")
            self.add_error(f"c-{layer}-0", text)
        elif not cuts.is_margin_sensible:
            text = pgettext(
                "indicator set",
                "The margin must be below the first cut, and %(most)s at most: the widest step.",
            )
            self.add_error(f"m-{layer}", text % {"most": f"{cuts.most_margin:g}"})

    def _check_sum(self, names: Sequence[str], data: Mapping[str, Any], *, of: str) -> None:
        values: list[Any] = [data.get(name) for name in names]
        if None in values:
            return
        total = sum(values, Decimal(0))
        if total != WHOLE:
            text = pgettext("indicator set", "%(of)s: the shares add up to %(total)s%%. Make them 100%%.")
            self.add_error(names[0], text % {"of": of, "total": total})

    @property
    def dimensions(self) -> list[tuple[Any, list[tuple[Indicator, Any, Any, Any]]]]:
        """Each dimension's field, and for its indicators their share, owner and denominator."""
        return [
            (
                self[f"d-{dimension.code}"],
                [
                    (
                        row, self[f"i-{row.code}"], self[f"o-{row.code}"],
                        self[f"s-{row.code}"] if f"s-{row.code}" in self.fields else None,
                    )
                    for row in group
                ],
            )
            for dimension, group in zip(self._declaration.dimensions, self._groups(), strict=True)
        ]  # fmt: skip

    @property
    def layers(self) -> list[tuple[str, list[Any]]]:
        """For each kind of map its cuts, margin and months."""
        return [
            (
                str(LAYERS[layer]),
                [*(self[f"c-{layer}-{place}"] for place in range(4)), self[f"m-{layer}"], self[f"n-{layer}"]],
            )
            for layer in LAYERS
        ]

    @property
    def edit(self) -> SetEdit:
        """What was typed, of a valid form."""
        data = self.cleaned_data
        inner: dict[str, float] = {}
        for group in self._groups():
            inner |= self._weights(group, prefix="i")
        return SetEdit(
            dimensions=self._weights(self._declaration.dimensions, prefix="d"),
            indicators={
                row.code: IndicatorEdit(
                    weight=inner[row.code], owner=data[f"o-{row.code}"], stock=data.get(f"s-{row.code}")
                )
                for row in self._declaration.indicators
            },
            cuts={
                layer: CutsEdit(
                    cuts=(
                        data[f"c-{layer}-0"],
                        data[f"c-{layer}-1"],
                        data[f"c-{layer}-2"],
                        data[f"c-{layer}-3"],
                    ),
                    margin=data[f"m-{layer}"],
                    months=data[f"n-{layer}"],
                )
                for layer in LAYERS
            },
        )

    def _weights(self, rows: Sequence[Any], *, prefix: str) -> dict[str, float]:
        """New weights; where the shares are still what they were rounded to, the old ones to the digit."""
        given = tuple(self.cleaned_data[f"{prefix}-{row.code}"] for row in rows)
        same = given == percentages([row.weight for row in rows])
        return {
            row.code: row.weight if same else float(share / WHOLE)
            for row, share in zip(rows, given, strict=True)
        }


class TextsForm(forms.Form):
    """Names, definitions and source of an indicator."""

    name_zh = forms.CharField(label=pgettext_lazy("indicator set", "Name in Chinese"), max_length=30)
    name_en = forms.CharField(label=pgettext_lazy("indicator set", "Name in English"), max_length=60)
    definition_zh = forms.CharField(
        label=pgettext_lazy("indicator set", "Definition in Chinese"),
        max_length=300,
        widget=forms.Textarea(attrs={"rows": 3}),
    )
    definition_en = forms.CharField(
        label=pgettext_lazy("indicator set", "Definition in English"),
        max_length=600,
        widget=forms.Textarea(attrs={"rows": 3}),
    )
    source_zh = forms.CharField(
        label=pgettext_lazy("indicator set", "Source in Chinese"), max_length=300, required=False
    )
    source = forms.CharField(
        label=pgettext_lazy("indicator set", "Source: which rule or choice it rests on"), max_length=300
    )

    def clean(self) -> dict[str, Any]:
        """No name or definition of what is never admitted."""
        data = super().clean() or {}
        for name in ("name_zh", "name_en", "definition_zh", "definition_en"):
            word = refused_word(data.get(name, ""))
            if word is not None:
                self.add_error(name, str(WORD_REFUSALS[REFUSED[word]]) % {"word": word})
        return data


class AdoptForm(forms.Form):
    """From which month on, and why."""

    month = forms.TypedChoiceField(
        label=pgettext_lazy("indicator set", "In force from the month"), coerce=int, empty_value=None
    )
    reason = forms.CharField(
        label=pgettext_lazy("indicator set", "Reason"),
        max_length=500,
        widget=forms.Textarea(attrs={"rows": 2}),
    )

    def __init__(self, present: int, data: Any = None) -> None:
        super().__init__(data)
        months = months_from(present, MONTHS_AHEAD + 1)[1:]
        self.fields["month"].choices = [  # type: ignore[attr-defined]
            (month, f"{month // 100}-{month % 100:02d}") for month in months
        ]
