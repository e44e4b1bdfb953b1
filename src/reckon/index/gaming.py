"""Known tricks planted in a made-up district: what each of them gains, in points, by the scoring that is in force.

A world draws posts and cases; a trick changes one post's records as somebody would who plays it; both are counted by
the same rules as the record is: what is merged or closed at once by whoever filed it does not count; what is given back
stays with whoever gave it back, as a case that went wrong; a random audit multiplies the score. The gain is the score
after less the score before, over many posts and seeds.
"""

import tomllib
from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from functools import cache
from importlib.resources import files
from typing import Any

import numpy as np
from numpy.random import Generator
from numpy.typing import NDArray

from reckon.index.case_mix import CaseMixReference, Expected, Strata, case_mix, case_mix_reference
from reckon.index.duties import DutyDeclaration, duties_shipped
from reckon.index.duty_scores import DutyReference, duty_reference_freeze, score_duties

Array = NDArray[np.float64]
Flags = NDArray[np.bool_]
LEVELS = 2
"""Strata of a kind: easy and hard, as category, severity and hour show them."""


@dataclass(frozen=True, kw_only=True)
class World:
    """Explained in gaming.toml; events: kinds × levels × duties, NaN where a case does not count."""

    posts: int
    cases_a_post: int
    post_shape: float
    case_shape: float
    reach: float
    pieces: int
    recognised: float
    comes_back: float
    audit_share: float
    audit_each: int
    audit_sees: float
    needless_seen: float
    names: tuple[str, ...]
    shares: tuple[float, ...]
    events: Array


@dataclass(frozen=True, kw_only=True)
class Cases:
    """Cases of posts, a row each: post, kind, level, events (cases × duties, counted where the kind counts)."""

    post: NDArray[np.int64]
    kind: NDArray[np.int64]
    level: NDArray[np.int64]
    member: Flags
    event: Flags
    counted: Flags
    sham: Flags  # an auditor who looks sees that it is not what it says

    def chosen(self, rows: NDArray[Any]) -> "Cases":
        """Some of the rows, in order, or as often as named."""
        return Cases(**{name: getattr(self, name)[rows] for name in self.__dataclass_fields__})

    def with_more(self, more: "Cases") -> "Cases":
        """Both together."""
        return Cases(
            **{
                name: np.concatenate([getattr(self, name), getattr(more, name)])
                for name in self.__dataclass_fields__
            }
        )


@dataclass(frozen=True, kw_only=True)
class Gain:
    """Points that a trick gained: mean over posts and seeds, and the standard error of the mean over seeds."""

    trick: str
    mean: float
    error: float
    unaudited: float  # the mean, had nobody been audited
    seeds: int


Trick = Callable[[World, DutyDeclaration, Cases, Generator], Cases]


@cache
def world_shipped() -> World:
    """The made-up district that comes with the program, for the eight duties shipped."""
    return world_from(
        tomllib.loads(files("reckon.index").joinpath("gaming.toml").read_text(encoding="utf-8"))
    )


def world_from(data: Mapping[str, Any]) -> World:
    """A world from plain values; duties in the order of `duties.toml`."""
    codes = duties_shipped().codes
    events = np.full((len(data["kind"]), LEVELS, len(codes)), np.nan)
    for place, kind in enumerate(data["kind"]):
        for code, shares in kind["events"].items():
            events[place, :, codes.index(code)] = shares
    plain = {key: value for key, value in data.items() if key != "kind"}
    return World(
        **plain,
        names=tuple(kind["name"] for kind in data["kind"]),
        shares=tuple(kind["share"] for kind in data["kind"]),
        events=events,
    )


def gains(*, world: World, declaration: DutyDeclaration, seeds: range) -> list[Gain]:
    """What each trick gains, every post of a district playing it once in each seed."""
    played = TRICKS | OPEN | COMPARED
    return [_gain(name, trick, world, declaration, seeds) for name, trick in played.items()]


def _gain(name: str, trick: Trick, world: World, declaration: DutyDeclaration, seeds: range) -> Gain:
    means, plain = [], []
    for seed in seeds:
        random = np.random.default_rng([seed, sum(name.encode())])
        mix, reference = _references(world, declaration, random)
        before = drawn(world, declaration, random)
        after = trick(world, declaration, before, random)
        scores = [_scores(each, world, declaration, mix, reference, random) for each in (before, after)]
        means.append(float(np.nanmean(scores[1][0] - scores[0][0])))
        plain.append(float(np.nanmean(scores[1][1] - scores[0][1])))
    error = float(np.std(means, ddof=1) / np.sqrt(len(means))) if len(means) > 1 else float("nan")
    return Gain(
        trick=name,
        mean=float(np.mean(means)),
        error=error,
        unaudited=float(np.mean(plain)),
        seeds=len(seeds),
    )


def drawn(world: World, declaration: DutyDeclaration, random: Generator) -> Cases:
    """An honest month."""
    post = np.repeat(np.arange(world.posts), random.poisson(world.cases_a_post, world.posts))
    kind = random.choice(len(world.names), len(post), p=np.array(world.shares) / sum(world.shares))
    return _lived(world, declaration, post, kind, random.integers(0, LEVELS, len(post)), random)


def _lived(
    world: World,
    declaration: DutyDeclaration,
    post: NDArray[np.int64],
    kind: NDArray[np.int64],
    level: NDArray[np.int64],
    random: Generator,
) -> Cases:
    """How cases went: the post's own way and the case's hidden difficulty multiply the stratum's share."""
    share = world.events[kind, level]
    way = np.random.default_rng(world.posts).gamma(
        world.post_shape, 1 / world.post_shape, (world.posts, share.shape[1])
    )
    hidden = random.gamma(world.case_shape, 1 / world.case_shape, len(post))
    # What is good by being more frequent is made so by a good post, not by a difficult case.
    factor = np.where(declaration.signs > 0, 1.0, way[post] * hidden[:, None])
    member = ~np.isnan(share)
    event = random.random(share.shape) < np.clip(np.nan_to_num(share) * factor, 0.0, 1.0)
    fresh = np.zeros(len(post), dtype=bool)
    return Cases(
        post=post, kind=kind, level=level, member=member, event=event & member, counted=~fresh, sham=fresh
    )


def _references(
    world: World, declaration: DutyDeclaration, random: Generator
) -> tuple[CaseMixReference, DutyReference]:
    """Frozen from another honest month of the same district."""
    cases = drawn(world, declaration, random)
    rows = cases.member.astype(float)
    mix = case_mix_reference(
        strata=_strata(cases),
        cases=rows,
        events=cases.event.astype(float),
        sizes=(len(world.names), LEVELS, 1),
        prior=declaration.method.case_mix_prior,
    )
    observed, expected = _counts(cases, world, mix)
    return mix, duty_reference_freeze(
        declaration=declaration, year=2000, observed=observed, expected=expected
    )


def _strata(cases: Cases) -> Strata:
    return Strata(category=cases.kind, severity=cases.level, band=np.zeros(len(cases.kind), dtype=np.int64))


def _counts(cases: Cases, world: World, mix: CaseMixReference) -> tuple[Array, Expected]:
    rows = cases.chosen(cases.counted)
    expected = case_mix(
        reference=mix,
        strata=_strata(rows),
        posts=rows.post,
        cases=rows.member.astype(float),
        count=world.posts,
    )
    observed = np.zeros((world.posts, rows.event.shape[1]))
    np.add.at(observed, rows.post, rows.event.astype(np.float64))
    return observed, expected


def _scores(
    cases: Cases,
    world: World,
    declaration: DutyDeclaration,
    mix: CaseMixReference,
    reference: DutyReference,
    random: Generator,
) -> tuple[Array, Array]:
    """Scores with the audit's share, and without."""
    observed, expected = _counts(cases, world, mix)
    audited, refuted = _audited(cases, world, random)
    scores = score_duties(
        declaration=declaration,
        reference=reference,
        posts=[str(post) for post in range(world.posts)],
        observed=observed,
        expected=expected,
        audited=audited,
        confirmed=audited - refuted,
    )
    return scores.score, np.where(np.isnan(scores.score), np.nan, scores.earned)


def _audited(cases: Cases, world: World, random: Generator) -> tuple[Array, Array]:
    """Of every post, how many counted records were looked at and how many found untrue."""
    rows = cases.chosen(cases.counted)
    order = np.lexsort((random.random(len(rows.post)), rows.post))
    posts = rows.post[order]
    totals = np.bincount(posts, minlength=world.posts)
    firsts = np.concatenate([[0], np.cumsum(totals)[:-1]])
    wanted = np.maximum(np.ceil(totals * world.audit_share), world.audit_each)
    taken = (np.arange(len(posts)) - firsts[posts]) < wanted[posts]
    seen = taken & rows.sham[order] & (random.random(len(posts)) < world.audit_sees)
    return (
        np.bincount(posts[taken], minlength=world.posts).astype(float),
        np.bincount(posts[seen], minlength=world.posts).astype(float),
    )


def _some(cases: Cases, world: World, random: Generator, which: Flags | None = None) -> Flags:
    """A share of the rows, or of some of them."""
    picked = random.random(len(cases.post)) < world.reach
    return picked if which is None else picked & which


def _went_wrong(declaration: DutyDeclaration, cases: Cases) -> Flags:
    """Cases with any event that is worse."""
    return np.asarray((cases.event & (declaration.signs < 0)).any(axis=1))


def _made_up(world: World, declaration: DutyDeclaration, cases: Cases, random: Generator) -> Cases:
    """Filed by the grid where nothing was the matter, in the easiest stratum: nothing can go wrong with them."""
    rows = cases.chosen(_some(cases, world, random))
    easy = replace(rows, kind=np.zeros_like(rows.kind), level=np.zeros_like(rows.level))
    member = ~np.isnan(world.events[easy.kind, easy.level])
    return replace(easy, member=member, event=np.zeros_like(member), sham=np.ones(len(easy.post), dtype=bool))


def _self_file(world: World, declaration: DutyDeclaration, cases: Cases, random: Generator) -> Cases:
    """File and close at once: left out before counting."""
    more = _made_up(world, declaration, cases, random)
    return cases.with_more(replace(more, counted=np.zeros(len(more.post), dtype=bool)))


def _self_file_slowly(world: World, declaration: DutyDeclaration, cases: Cases, random: Generator) -> Cases:
    """The same, waiting long enough to be counted."""
    return cases.with_more(_made_up(world, declaration, cases, random))


def _split(world: World, declaration: DutyDeclaration, cases: Cases, random: Generator) -> Cases:
    """One case that went well becomes several; dispatchers recognise some pieces and merge them."""
    well = ~_went_wrong(declaration, cases)
    rows = cases.chosen(np.repeat(np.flatnonzero(_some(cases, world, random, well)), world.pieces - 1))
    return cases.with_more(_unrecognised(rows, world, random))


def _duplicates(world: World, declaration: DutyDeclaration, cases: Cases, random: Generator) -> Cases:
    """The same matter is filed again."""
    rows = cases.chosen(_some(cases, world, random))
    return cases.with_more(_unrecognised(rows, world, random))


def _unrecognised(rows: Cases, world: World, random: Generator) -> Cases:
    return replace(
        rows,
        counted=random.random(len(rows.post)) >= world.recognised,
        sham=np.ones(len(rows.post), dtype=bool),
    )


def _early_close(world: World, declaration: DutyDeclaration, cases: Cases, random: Generator) -> Cases:
    """Closed before anything is settled where it would be late; most come back, and then are late as well."""
    lateness = np.isin(declaration.codes, ("serving_residents", "joint_tasks", "finished_tasks"))
    late = np.asarray((cases.event & lateness).any(axis=1))
    back = late & (random.random(len(late)) < world.comes_back)
    hidden = late & ~back
    event = cases.event & ~(hidden[:, None] & lateness)
    lasting = np.array(declaration.codes) == "lasting_settlement"
    event = (event | (back[:, None] & lasting)) & cases.member
    return replace(cases, event=event, sham=cases.sham | hidden)


def _bounce(world: World, declaration: DutyDeclaration, cases: Cases, random: Generator) -> Cases:
    """Cases that go wrong are given back just before: they stay, as cases that went wrong."""
    given_back = _some(cases, world, random, _went_wrong(declaration, cases))
    counted = cases.member & (declaration.signs < 0)
    return replace(cases, event=np.where(given_back[:, None], counted, cases.event))


def _hoard(world: World, declaration: DutyDeclaration, cases: Cases, random: Generator) -> Cases:
    """Hard cases are given back, easy ones asked for instead: expected falls with them, what was given back stays."""
    hard = _some(cases, world, random, cases.level == 1)
    counted = cases.member & (declaration.signs < 0)
    kept = replace(cases, event=np.where(hard[:, None], counted, cases.event))
    easy = cases.chosen(hard)
    return kept.with_more(_lived(world, declaration, easy.post, easy.kind, np.zeros_like(easy.level), random))


def _retype(world: World, declaration: DutyDeclaration, cases: Cases, random: Generator) -> Cases:
    """The unit says that cases that go wrong are of another kind: they count as what they were dispatched as."""
    renamed = _some(cases, world, random, _went_wrong(declaration, cases))
    return replace(cases, sham=cases.sham | renamed)


def _grade_up(world: World, declaration: DutyDeclaration, cases: Cases, random: Generator) -> Cases:
    """Easy cases are said to be hard, so that more is expected to go wrong with them."""
    raised = _some(cases, world, random, cases.level == 0)
    return replace(cases, level=np.where(raised, 1, cases.level), sham=cases.sham | raised)


def _small_hazards(world: World, declaration: DutyDeclaration, cases: Cases, random: Generator) -> Cases:
    """Hazards that are none to speak of, each found by the grid; an auditor finds some of them needless."""
    rows = cases.chosen(_some(cases, world, random))
    duty = np.array(declaration.codes) == "risk_sensing"
    kind = int(np.flatnonzero(~np.isnan(world.events[:, 0, duty].ravel()))[0])
    more = _lived(
        world, declaration, rows.post, np.full_like(rows.kind, kind), np.zeros_like(rows.level), random
    )
    seen = random.random(len(rows.post)) < world.needless_seen
    return cases.with_more(replace(more, event=more.event | duty, sham=seen))


def _merge_wrong(world: World, declaration: DutyDeclaration, cases: Cases, random: Generator) -> Cases:
    """Whoever may merge calls cases that went wrong duplicates: they no longer count, and no audit draws them."""
    merged = _some(cases, world, random, _went_wrong(declaration, cases))
    return replace(cases, counted=cases.counted & ~merged)


def _claim(world: World, declaration: DutyDeclaration, cases: Cases, random: Generator) -> Cases:
    """Hazards that residents told of are filed as found by the grid."""
    duty = np.array(declaration.codes) == "risk_sensing"
    claimed = _some(cases, world, random, np.asarray((cases.member & duty).any(axis=1)))
    return replace(cases, event=cases.event | (claimed[:, None] & duty))


def _volume(world: World, declaration: DutyDeclaration, cases: Cases, random: Generator) -> Cases:
    """More matters that are there but need nobody's work; an auditor finds some of them needless."""
    rows = cases.chosen(_some(cases, world, random))
    trivial = np.zeros_like(rows.kind)
    more = _lived(world, declaration, rows.post, trivial, trivial, random)
    return cases.with_more(replace(more, sham=random.random(len(rows.post)) < world.needless_seen))


def _honest(world: World, declaration: DutyDeclaration, cases: Cases, random: Generator) -> Cases:
    """No trick, for comparison: more work that is needed, handled as the post handles what it has."""
    rows = cases.chosen(_some(cases, world, random))
    return cases.with_more(_lived(world, declaration, rows.post, rows.kind, rows.level, random))


TRICKS: dict[str, Trick] = {
    "self_file": _self_file,
    "self_file_slowly": _self_file_slowly,
    "split": _split,
    "early_close": _early_close,
    "bounce": _bounce,
    "hoard": _hoard,
    "duplicates": _duplicates,
    "volume": _volume,
    "retype": _retype,
    "grade_up": _grade_up,
    "small_hazards": _small_hazards,
}
OPEN: dict[str, Trick] = {
    "merge_wrong": _merge_wrong,
    "claim": _claim,
}
"""What still gains where nobody looks: told on the page, so that whoever may merge and file is looked at."""
COMPARED: dict[str, Trick] = {"more_needed_work": _honest}
"""What should move a score by about nothing: the score is a share of one's own cases."""
