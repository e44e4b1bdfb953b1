"""A set of indicators changed: copied to a draft, worked on by people, put in force from a month to come."""

import tomllib
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

from django.db import IntegrityError, transaction
from django.db.models import Q

from bandeng.core import audit, clock
from bandeng.core.rules import Actor
from bandeng.ledger.services import measures_declare
from bandeng.organisations.rules import Scope
from bandeng.risk.calculation import digest_of
from bandeng.risk.models import IndicatorSet, ReferenceYear
from bandeng.risk.rules import NotAllowed, NotYours, SetStatus, check_coming, may_declare
from bandeng.risk.selectors.figures import declared, present_month
from bandeng.risk.selectors.sets import (
    TEXTS,
    Difference,
    differences,
    reference_carried,
    set_newest,
    words_of,
)
from reckon.index import toml_of

Data = dict[str, Any]
MEASURED = frozenset({"stock", *TEXTS}) - {"source", "source_zh"}
"""What, when it changes, makes an indicator another one from the new set's first day on."""


@dataclass(frozen=True, kw_only=True)
class IndicatorEdit:
    """New values of an indicator; `stock` None: not counted against one."""

    weight: float
    owner: str
    stock: str | None


@dataclass(frozen=True, kw_only=True)
class CutsEdit:
    """New values of a layer of maps."""

    cuts: tuple[float, float, float, float]
    margin: float
    months: int


@dataclass(frozen=True, kw_only=True)
class SetEdit:
    """New values of a set; weights None: as they are."""

    dimensions: Mapping[str, float]
    indicators: Mapping[str, IndicatorEdit]
    cuts: Mapping[str, CutsEdit]


@transaction.atomic
def draft_copy(*, actor: Actor, scope: Scope) -> IndicatorSet:
    """Copy the set that was declared for the latest month to a draft. Raises NotYours, NotAllowed."""
    _check_may(scope)
    base = set_newest()
    if base is None:
        raise NotAllowed("draft_gone")
    if IndicatorSet.objects.filter(status=SetStatus.DRAFT.value).exists():
        raise NotAllowed("draft_exists")
    try:
        with transaction.atomic():
            row = IndicatorSet.objects.create(
                digest=None, status=SetStatus.DRAFT.value, valid_from=base.valid_from, indicators=base.indicators,
                colours=base.colours, based_on=base, recorded_at=clock.now(), changed_by=actor.name[:80],
            )  # fmt: skip
    except IntegrityError as raced:
        raise NotAllowed("draft_exists") from raced
    audit.record(action="risk.set_copied", subject=row, actor=actor.key, after={"from": base.digest})
    return row


def draft_save(*, edit: SetEdit, revision: int, actor: Actor, scope: Scope) -> IndicatorSet:
    """Change weights, owners, denominators and cuts of the draft. Raises NotYours, NotAllowed, DeclarationInvalid."""

    def changed(indicators: Data, colours: Data) -> None:
        for row in indicators["dimension"]:
            row["weight"] = edit.dimensions.get(row["code"], row["weight"])
        for row in indicators["indicator"]:
            new = edit.indicators.get(row["code"])
            if new is not None:
                row["weight"], row["owner"] = new.weight, new.owner
                row["denominator"] = {"records": new.stock} if new.stock else row["denominator"]
        for layer, cuts in edit.cuts.items():
            colours[layer] |= {"cuts": list(cuts.cuts), "margin": cuts.margin, "months": cuts.months}

    return _changed(changed, revision=revision, actor=actor, scope=scope)


def draft_texts_save(
    *, code: str, texts: Mapping[str, str], revision: int, actor: Actor, scope: Scope
) -> IndicatorSet:
    """Change names, definitions and source of an indicator. Raises NotYours, NotAllowed, DeclarationInvalid."""

    def changed(indicators: Data, colours: Data) -> None:
        for row in indicators["indicator"]:
            if row["code"] == code:
                row.update({name: texts[name] for name in TEXTS if texts.get(name)})
                if not texts.get("source_zh"):
                    row.pop("source_zh", None)

    return _changed(changed, revision=revision, actor=actor, scope=scope)


@transaction.atomic
def draft_drop(*, revision: int, actor: Actor, scope: Scope) -> None:
    """Drop the draft. Raises NotYours, NotAllowed."""
    row = _draft(scope)
    _check_revision(row, revision)
    audit.record(action="risk.set_dropped", subject=row, actor=actor.key, before={"revision": row.revision})
    row.delete()


@transaction.atomic
def draft_adopt(*, month: int, reason: str, revision: int, actor: Actor, scope: Scope) -> IndicatorSet:
    """Put the draft in force from a month to come. Raises NotYours, NotAllowed, DeclarationInvalid."""
    row = _draft(scope)
    _check_revision(row, revision)
    check_coming(month=month, present=present_month())
    if not reason.strip():
        raise NotAllowed("reason_missing")
    if row.based_on is None or not (found := differences(words_of(row.based_on), words_of(row))):
        raise NotAllowed("nothing_changed")
    first = date(month // 100, month % 100, 1)
    _check_line(row.based_on, first=first)
    anew = {each.code for each in found if each.scope == "indicator" and each.what in MEASURED}
    row.indicators, row.colours = _dated(row, first=first, anew=anew)
    words_of(row).colours.check()
    row.digest = digest_of({"indicators": row.indicators, "colours": row.colours})
    if IndicatorSet.objects.filter(digest=row.digest).exists():
        raise NotAllowed("set_known")
    row.status, row.valid_from, row.reason = SetStatus.DECLARED.value, first, reason.strip()[:500]
    row.changed_by, row.recorded_at = actor.name[:80], clock.now()
    row.save()
    rules = words_of(row).declaration
    measures_declare([measure for each in rules.indicators for measure in (each.numerator, each.denominator)])
    _carry(row, base=row.based_on, actor=actor)
    audit.record(
        action="risk.set_adopted", subject=row, actor=actor.key,
        before={"set": row.based_on.digest}, reason=reason,
        after={"set": row.digest, "month": month, "changes": _named(found)},
    )  # fmt: skip
    return row


def _check_line(base: IndicatorSet, *, first: date) -> None:
    """Raise NotAllowed where the draft would silently undo a set that it does not rest on, or bring one forward."""
    if first < base.valid_from:
        raise NotAllowed("before_base")
    later = Q(valid_from__gt=base.valid_from) | Q(valid_from=base.valid_from, pk__gt=base.pk)
    declared_since = IndicatorSet.objects.filter(later, status=SetStatus.DECLARED.value)
    if declared_since.filter(valid_from__lte=first).exists():
        raise NotAllowed("set_undone")


def _dated(row: IndicatorSet, *, first: date, anew: set[str]) -> tuple[str, str]:
    """Both texts with the day from which they hold."""
    indicators, colours = tomllib.loads(row.indicators), tomllib.loads(row.colours)
    indicators["valid_from"] = colours["valid_from"] = first
    for each in indicators["indicator"]:
        each["since"] = first if each["code"] in anew else each["since"]
    return toml_of(indicators), toml_of(colours)


def _carry(row: IndicatorSet, *, base: IndicatorSet, actor: Actor) -> None:
    """The frozen year goes along: new weights must not move the ground that months are measured against."""
    frozen = ReferenceYear.objects.filter(indicator_set=base).order_by("-first_month").first()
    if frozen is None:
        return
    data = reference_carried(frozen, old=words_of(base).declaration, new=words_of(row).declaration).as_data()
    ReferenceYear.objects.create(
        indicator_set=row, first_month=frozen.first_month, last_month=frozen.last_month, data=data,
        digest=digest_of(data), inputs_digest=frozen.inputs_digest, frozen_at=clock.now(), frozen_by=actor.key,
    )  # fmt: skip


@transaction.atomic
def _changed(
    change: Callable[[Data, Data], None], *, revision: int, actor: Actor, scope: Scope
) -> IndicatorSet:
    """The draft after a change; the same change sent twice is one."""
    row = _draft(scope)
    indicators, colours = tomllib.loads(row.indicators), tomllib.loads(row.colours)
    change(indicators, colours)
    if (indicators, colours) == (tomllib.loads(row.indicators), tomllib.loads(row.colours)):
        return row
    _check_revision(row, revision)
    texts = {"indicators": toml_of(indicators), "colours": toml_of(colours)}
    before, after = words_of(row), declared(**texts)
    after.colours.check()
    row.indicators, row.colours = texts["indicators"], texts["colours"]
    row.revision, row.changed_by, row.recorded_at = row.revision + 1, actor.name[:80], clock.now()
    row.save(update_fields=["indicators", "colours", "revision", "changed_by", "recorded_at"])
    changes = _named(differences(before, after))
    audit.record(
        action="risk.set_changed",
        subject=row,
        actor=actor.key,
        after={"revision": row.revision, "changes": changes},
    )
    return row


def _named(found: Sequence[Difference]) -> list[str]:
    return [f"{each.scope} {each.code} {each.what}" for each in found]


def _draft(scope: Scope) -> IndicatorSet:
    _check_may(scope)
    row = IndicatorSet.objects.select_for_update().filter(status=SetStatus.DRAFT.value).first()
    if row is None:
        raise NotAllowed("draft_gone")
    return row


def _check_revision(row: IndicatorSet, revision: int) -> None:
    if row.revision != revision:
        raise NotAllowed("draft_changed")


def _check_may(scope: Scope) -> None:
    if not may_declare(scope):
        raise NotYours("indicators")
