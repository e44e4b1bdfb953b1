"""An evaluation from its draft to its publication, and anew after an appeal."""

from collections.abc import Mapping

import numpy as np
from django.db import transaction
from django.db.models import Max

from bandeng.core import audit, bulk, clock
from bandeng.dispatch.calendar import due
from bandeng.evaluation.models import Evaluation, Objection, Score
from bandeng.evaluation.rules import (
    UNSIGNED,
    EvaluationState,
    Kind,
    ObjectionState,
    Refused,
    check_month_ended,
    check_transition,
)
from bandeng.evaluation.selectors.audits import audits_of
from bandeng.evaluation.selectors.counting import (
    Rule,
    asked_of,
    digest_of,
    figures_of,
    files_through,
    last_file,
    mix_from,
    rule_of,
    scores_of,
    window_of,
)
from bandeng.evaluation.selectors.persons import is_scored
from bandeng.evaluation.selectors.units import Place, scored_places_of
from bandeng.evaluation.services.versions import reference_freeze, rule_row_locked, this_month
from bandeng.organisations.rules import Scope
from reckon.index import DutyScores, Standing


@transaction.atomic
def evaluation_draft(*, kind: Kind, month: int, actor: str, reason: str = "") -> Evaluation:
    """Reckon a month as a draft.

    Raises Refused before its end, while another is unpublished, once it is published, without rules or history.
    """
    check_month_ended(month=month, this_month=this_month())
    row = rule_row_locked(month)
    same = Evaluation.objects.filter(kind=kind.value, month=month)
    if same.filter(state__in=[state.value for state in UNSIGNED | {EvaluationState.SIGNED}]).exists():
        raise Refused("open_one")
    if same.filter(state=EvaluationState.PUBLISHED.value).exists():
        raise Refused("published")
    reference = reference_freeze(kind=kind, rule=row, before=month, actor=actor)
    return _reckoned(
        Evaluation(
            kind=kind.value,
            month=month,
            version=(same.aggregate(last=Max("version"))["last"] or 0) + 1,
            state=EvaluationState.DRAFT.value,
            rule=row,
            reference=reference,
            through=last_file(),
            excluded=_upheld_before(kind, month, rule_of(row)),
            audits=audits_of(kind=kind, month=month),
            reason=reason,
            drafted_by=actor,
            drafted_at=clock.now(),
        )
    )


@transaction.atomic
def evaluation_open(*, evaluation_id: int, actor: str) -> Evaluation:
    """Open a draft to objections for the working days that the rules give."""
    row = _locked(evaluation_id, EvaluationState.OBJECTING)
    limit = due(start=clock.now(), limit=rule_of(row.rule).settings.objection_limit)
    if limit.at is None:
        raise Refused("calendar_missing")
    row.objections_until = limit.at
    return _moved(row, EvaluationState.OBJECTING, actor=actor, fields=["objections_until"])


@transaction.atomic
def evaluation_close(*, evaluation_id: int, actor: str) -> Evaluation:
    """End the period for objections; those upheld are reckoned in. Raises Refused before its time, or unanswered."""
    row = _locked(evaluation_id, EvaluationState.ANSWERED)
    if row.objections_until is None or clock.now() < row.objections_until:
        raise Refused("too_early")
    _check_answered(row)
    row.excluded = _joined(row.excluded, _upheld_before(Kind(row.kind), row.month, rule_of(row.rule)))
    row.audits = audits_of(kind=Kind(row.kind), month=row.month)
    _rescore(row)
    return _moved(row, EvaluationState.ANSWERED, actor=actor, fields=["excluded", "audits", "digest"])


@transaction.atomic
def evaluation_sign(*, evaluation_id: int, scope: Scope, name: str, digest: str) -> Evaluation:
    """Sign by name what stands under the digest that the signer saw.

    Raises Refused for whoever is scored in it by any post of theirs, or answered an objection or appeal of the month in
    whichever version; and where the figures moved since they were shown.
    """
    row = _locked(evaluation_id, EvaluationState.SIGNED)
    if digest != row.digest:
        raise Refused("moved")
    if is_scored(row, user_id=scope.user_id):
        raise Refused("own_score")
    answered = Objection.objects.filter(
        score__evaluation__kind=row.kind, score__evaluation__month=row.month, answered_by=scope.actor
    )
    if answered.exists():
        raise Refused("same_person")
    row.signed_by, row.signed_name, row.signed_at = scope.actor, name, clock.now()
    return _moved(
        row, EvaluationState.SIGNED, actor=scope.actor, fields=["signed_by", "signed_name", "signed_at"]
    )


@transaction.atomic
def evaluation_publish(*, evaluation_id: int, actor: str) -> Evaluation:
    """Publish what was signed, in place of the version before; appeals are possible from now on.

    Raises Refused where the deadline for appeals cannot be told, as then nobody could appeal.
    """
    row = _locked(evaluation_id, EvaluationState.PUBLISHED)
    same = Evaluation.objects.filter(kind=row.kind, month=row.month)
    for each in same.filter(state=EvaluationState.PUBLISHED.value):
        _moved(each, EvaluationState.SUPERSEDED, actor=actor, fields=[])
    row.published_at = clock.now()
    row.appeals_until = due(start=row.published_at, limit=rule_of(row.rule).settings.appeal_limit).at
    if row.appeals_until is None:
        raise Refused("calendar_missing")
    return _moved(row, EvaluationState.PUBLISHED, actor=actor, fields=["published_at", "appeals_until"])


@transaction.atomic
def evaluation_drop(*, evaluation_id: int, reason: str, actor: str) -> Evaluation:
    """Set a draft aside that nobody has seen yet, with the reason; it is kept."""
    if not reason.strip():
        raise Refused("no_text")
    row = _locked(evaluation_id, EvaluationState.DROPPED)
    row.reason = reason.strip()
    return _moved(row, EvaluationState.DROPPED, actor=actor, fields=["reason"])


def evaluation_revise(
    *, published: Evaluation, excluded: list[list[object]], reason: str, actor: str
) -> Evaluation:
    """A new version of a published month after appeals, from the same files, rules and reference; the old is kept.

    Runs in the transaction of the appeal's answer, which holds the month's versions. A version that still waits for its
    signature takes the change in; one that is signed and not published gives way to the new one, so that no older
    version comes out after a newer.
    An appeal may be against a version that was replaced since: what later versions left out stays left out.
    """
    same = Evaluation.objects.filter(kind=published.kind, month=published.month)
    waiting = same.filter(state=EvaluationState.ANSWERED.value).first()
    for each in same.filter(state__in=[EvaluationState.SIGNED.value, EvaluationState.PUBLISHED.value]):
        excluded = _joined(each.excluded, excluded)
        if each.state == EvaluationState.SIGNED.value:
            _moved(each, EvaluationState.SUPERSEDED, actor=actor, fields=[])
    if waiting is not None:
        before = waiting.digest
        waiting.excluded = _joined(waiting.excluded, excluded)
        waiting.reason = f"{waiting.reason}\n{reason}"
        _rescore(waiting)
        waiting.save(update_fields=["excluded", "reason", "digest", "audits"])
        audit.record(
            action="evaluation.reckoned_again",
            subject=waiting,
            actor=actor,
            before={"digest": before},
            after={"digest": waiting.digest},
            reason=reason,
        )
        return waiting
    return _reckoned(
        Evaluation(
            kind=published.kind,
            month=published.month,
            version=(same.aggregate(last=Max("version"))["last"] or 0) + 1,
            state=EvaluationState.ANSWERED.value,
            rule=published.rule,
            reference=published.reference,
            through=published.through,
            excluded=_joined(published.excluded, excluded),
            audits=published.audits,
            reason=reason,
            drafted_by=actor,
            drafted_at=clock.now(),
            objections_until=published.objections_until,
        )
    )


def evaluation_check(*, evaluation_id: int) -> bool:
    """Whether the scores come out the same to the last digit when they are reckoned again from the same files."""
    row = Evaluation.objects.select_related("rule", "reference").get(pk=evaluation_id)
    return digest_of(_scores(row, rule_of(row.rule))) == row.digest


def _reckoned(row: Evaluation) -> Evaluation:
    """Score, store and tell of it."""
    scores = _scores(row, rule_of(row.rule))
    row.digest = digest_of(scores)
    row.save()
    bulk.insert(_rows(row, scores))
    audit.record(
        action="evaluation.drafted",
        subject=row,
        actor=row.drafted_by,
        after={"kind": row.kind, "month": row.month, "version": row.version, "digest": row.digest},
        reason=row.reason,
    )
    return row


def _rescore(row: Evaluation) -> None:
    """Reckon an unsigned evaluation again in place: its scores keep their keys, objections point at them."""
    scores = _scores(row, rule_of(row.rule))
    row.digest = digest_of(scores)
    known = {score.unit: score for score in Score.objects.filter(evaluation=row)}
    changed = []
    for fresh in _rows(row, scores):
        before = known.pop(fresh.unit, None)
        if before is None:
            fresh.save()
        elif (before.score, before.low, before.high, before.working) != (
            fresh.score, fresh.low, fresh.high, fresh.working,
        ):  # fmt: skip
            fresh.pk = before.pk
            changed.append(fresh)
    changed += [_emptied(score) for score in known.values()]
    Score.objects.bulk_update(changed, ["score", "low", "high", "standing", "working"], batch_size=500)


def _emptied(score: Score) -> Score:
    """A post whose work is scored no longer, such as one that is back from its secondment, loses its score."""
    score.score = score.low = score.high = None
    score.standing = Standing.INSUFFICIENT.value
    blank = [0.0] * len(score.working["points"])
    score.working |= dict.fromkeys(("cases", "observed", "expected", "points"), blank)
    score.working |= {
        "ratio": [1.0] * len(blank),
        "counted": [False] * len(blank),
        "earned": 0.0,
        "funnel": None,
    }
    score.working |= {"standing": [Standing.INSUFFICIENT.value] * len(blank)}
    return score


def _scores(row: Evaluation, rule: Rule) -> DutyScores:
    frozen = mix_from(row.reference.content)
    figures = figures_of(
        names=files_through(row.through),
        declaration=rule.declaration,
        frozen=frozen,
        asked=asked_of(row, rule.settings),
    )
    return scores_of(rule=rule.declaration, frozen=frozen, figures=figures, audits=row.audits)


def _rows(row: Evaluation, scores: DutyScores) -> list[Score]:
    """Scores with their working, a list a figure in the order of the duties."""
    kind = Kind(row.kind)
    places: Mapping[str, Place] = scored_places_of(scores.posts) if kind is Kind.POSTS else {}
    columns = {
        "cases": scores.expected.cases.tolist(),
        "observed": scores.observed.tolist(),
        "expected": scores.expected.expected.tolist(),
        "variance": scores.expected.variance.tolist(),
        "ratio": scores.ratio.tolist(),
        "points": scores.parts.tolist(),
        "standing": scores.duty_standing.tolist(),
        "counted": scores.counted.tolist(),
    }
    single = {
        "earned": scores.earned.tolist(),
        "confirmed_share": scores.confirmed_share.tolist(),
        "funnel": _or_none(scores.funnel),
    }
    totals = zip(
        _or_none(scores.score),
        _or_none(scores.low),
        _or_none(scores.high),
        scores.standing.tolist(),
        strict=True,
    )
    rows = []
    for place, (unit, (score, low, high, standing)) in enumerate(zip(scores.posts, totals, strict=True)):
        home = places.get(unit)
        if kind is Kind.POSTS and home is None:
            continue
        working = {name: values[place] for name, values in (columns | single).items()}
        rows.append(
            Score(
                evaluation=row,
                unit=unit,
                post_id=int(unit) if kind is Kind.POSTS else None,
                area_code=home.area_code if home else unit,
                organisation_id=home.organisation_id if home else None,
                score=score,
                low=low,
                high=high,
                standing=standing,
                working=working,
            )
        )
    return rows


def _or_none(values: np.ndarray) -> list[float | None]:
    return [None if np.isnan(value) else value for value in values.tolist()]


def versions_hold(*, evaluation_id: int) -> None:
    """Hold all versions of an evaluation's month until the transaction ends: acts on them go one by one.

    The oldest is always held first, so that two acts never wait for each other. What was read before may be stale.
    """
    row = Evaluation.objects.get(pk=evaluation_id)
    same = Evaluation.objects.select_for_update().filter(kind=row.kind, month=row.month).order_by("pk")
    list(same.values_list("pk", flat=True))


def _locked(evaluation_id: int, target: EvaluationState) -> Evaluation:
    versions_hold(evaluation_id=evaluation_id)
    row = Evaluation.objects.select_related("rule", "reference").get(pk=evaluation_id)
    check_transition(present=EvaluationState(row.state), target=target)
    return row


def _moved(row: Evaluation, target: EvaluationState, *, actor: str, fields: list[str]) -> Evaluation:
    before, row.state = row.state, target.value
    row.save(update_fields=["state", *fields])
    audit.record(
        action=f"evaluation.{target.value}",
        subject=row,
        actor=actor,
        before={"state": before},
        after={"state": row.state, "digest": row.digest},
        reason=row.reason,
    )
    return row


def _upheld_before(kind: Kind, month: int, rule: Rule) -> list[list[object]]:
    """What was upheld stands in every month that counts the record again: nobody has to say it twice."""
    first = window_of(month, rule.settings.window_months)[0]
    rows = Objection.objects.filter(
        state=ObjectionState.UPHELD.value,
        score__evaluation__kind=kind.value,
        score__evaluation__month__gte=first,
    )
    return _joined([], [each.leaves_out for each in rows.select_related("score").order_by("pk")])


def _check_answered(row: Evaluation) -> None:
    waiting = Objection.objects.filter(score__evaluation=row, state=ObjectionState.RAISED.value)
    if waiting.exists():
        raise Refused("unanswered")


def _joined(known: list[list[object]], more: list[list[object]]) -> list[list[object]]:
    return [*known, *[each for each in more if each not in known]]
