"""The demo's clues: a year of fraud with two waves, clues in every state, warnings, talks and what these changed.

All of it is made up. The past is written row by row, for a mailbox costs a slow digest; what has a story goes through
the services, at the time at which it happens.
"""

import tomllib
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from importlib.resources import files
from random import Random
from typing import Any

import numpy as np
from django.db import transaction

from bandeng.areas.models import Area
from bandeng.areas.rules import Level
from bandeng.clues import terms
from bandeng.clues.contents import Content, Identity, Original, content_sealed, original_sealed
from bandeng.clues.models import Clue, ClueLink, ClueStep, FraudWarning
from bandeng.clues.rules import NUMBER_LENGTH, SECRET_ALPHABET, ClueKind, Venue, number_shown
from bandeng.clues.selectors.waves import monday_of
from bandeng.clues.services import openings, triage
from bandeng.clues.services.linking import link_judge
from bandeng.clues.services.mailbox import Key, letter_write
from bandeng.clues.services.publishing import figures_publish
from bandeng.clues.services.receiving import NewClue, Receipt, clue_receive
from bandeng.clues.services.reminding import notices_write
from bandeng.clues.services.talks import NewTalk, talk_cancel, talk_hold, talk_plan
from bandeng.clues.services.warnings import warning_decide, warnings_draft
from bandeng.core import audit, bulk, clock
from bandeng.core.rules import SYSTEM, Actor
from bandeng.demo.pace import LOCAL
from bandeng.organisations.models import Organisation, Post, Role
from bandeng.organisations.rules import OrganisationKind, Scope
from bandeng.organisations.selectors import scope_of
from bandeng.organisations.services.roles import roles_load
from reckon.scams import ScamType

WEEKS = 52
#: Clues of fraud a community and week; in a small demo more, so that there is something to see.
USUAL, MOST = 0.3, 60.0
#: Who works on clues: login, the login that also does it where the first one is missing, role.
WORKERS = (
    ("command-centre-9", "command-centre-2", "clue_receiver"),
    ("command-centre-10", "command-centre-3", "clue_leader"),
    ("command-centre-11", "command-centre-1", "clue_leader"),
    ("police-2", "police-1", "clue_handler"),
    ("market-regulation-2", "market-regulation-1", "clue_handler"),
)
#: Waves: how many weeks ago, what kind, how many clues more than usual, in which street.
WAVES = ((2, ScamType.CUSTOMER_SERVICE, 13, -1), (1, ScamType.INVESTMENT, 16, 1))
#: Clues of each other kind a day.
OTHERS_A_DAY = 0.6
#: Communities with a talk some months ago: their cases before, against others, and what is left of them afterwards.
TALKED, BUSY, LEFT, TALKED_AGO = 10, 5.0, 0.65, 20
MORNING = time(9, 20)


@dataclass(frozen=True)
class Worker:
    """Somebody who works on clues, in the post for it."""

    actor: Actor
    scope: Scope

    def on(self, number: str) -> dict[str, Any]:
        """What a service wants to know of who acts on which clue."""
        return {"number": number, "actor": self.actor, "scope": self.scope}


@dataclass(frozen=True)
class Crew:
    """The people of the clues' demo."""

    receiver: Worker
    leader: Worker
    second: Worker
    police: Worker


def clues_load(*, seed: int, until: datetime) -> Receipt:
    """Everything; returns the receipt of a clue whose mailbox may be looked into."""
    said = tomllib.loads(files("bandeng.demo").joinpath("data", "clues.toml").read_text("utf-8"))
    random = Random(f"clues {seed}")  # noqa: S311 (a demo, not a secret)
    crew = _crew(until)
    communities = list(
        Area.objects.filter(level=Level.COMMUNITY.value).order_by("code").values_list("code", flat=True)
    )
    _past_write(said, communities, until=until, random=random, seed=seed)
    receipts = [_told(each, said["letters"], crew, until) for each in said["clue"]]
    _linked(crew, until)
    _warned(crew, until)
    _talks(said["talk"], communities, crew, until)
    with clock.fixed(until):
        figures_publish()
        notices_write()
    return next(each for each, one in zip(receipts, said["clue"], strict=True) if one["course"] == "assigned")


@transaction.atomic
def _crew(until: datetime) -> Crew:
    roles_load()
    workers = [_worker(*each, since=(until - timedelta(weeks=WEEKS)).date()) for each in WORKERS]
    return Crew(*workers[:4])


def _worker(login: str, stand_in: str, role_code: str, *, since: date) -> Worker:
    """Give somebody the role: instead of the present one, or as a second post where everybody is needed."""
    role = Role.objects.get(code=role_code)
    post = Post.objects.filter(user__username=login).order_by("pk").first()
    if post is None:
        held = Post.objects.filter(user__username=stand_in).order_by("pk").first()
        assert held is not None
        post = Post(user=held.user, organisation=held.organisation, area=held.area, since=since)
    post.role, post.title = role, role.name
    post.save()
    audit.record(
        action="post.given", subject=post, actor=SYSTEM.key, after={"role": role.code, "user": post.user_id}
    )
    scope = scope_of(post)
    return Worker(Actor(scope.actor, post.user.get_full_name(), scope.organisation_id), scope)


def _past_write(
    said: dict[str, Any], communities: list[str], *, until: datetime, random: Random, seed: int
) -> None:
    """A year of clues of fraud: answered long ago, and those of the last weeks still looked into."""
    kinds = list(ScamType)
    counts = _counts(communities, kinds, np.random.default_rng([seed, 6]))
    last = monday_of(until.astimezone(LOCAL).date())
    police = Organisation.objects.filter(code="police").values_list("pk", flat=True).first()
    rows = []
    for week, place, kind in zip(*np.nonzero(counts), strict=True):
        monday = last - timedelta(weeks=WEEKS - int(week))
        for _ in range(int(counts[week, place, kind])):
            at = _moment(monday, random)
            text = random.choice(said["fraud"][kinds[kind].value])
            rows.append(_past_clue(communities[place], kinds[kind].value, text, at, until, police, random))
    rows += _others(said["past"], communities, last, until, random)
    with transaction.atomic():
        bulk.insert(rows)
        bulk.insert([step for row in rows for step in _past_steps(row)])
        audit.record(
            action="demo.clues", subject=("clues.clue", "all"), actor=SYSTEM.key, after={"clues": len(rows)}
        )


def _others(
    said: dict[str, list[str]], communities: list[str], last: date, until: datetime, random: Random
) -> list[Clue]:
    """Answered clues of other kinds: few in each street, so that the statistics have something to hide."""
    rows = []
    for day in range(40, WEEKS * 7):
        for kind, texts in said.items():
            if random.random() < OTHERS_A_DAY:
                at = _moment(last - timedelta(days=day), random)
                row = _past_clue(
                    random.choice(communities), "", random.choice(texts), at, until, None, random
                )
                row.kind, row.typed_by = kind, "nobody"
                rows.append(row)
    return [row for row in rows if row.state == "answered"]


def _counts(communities: list[str], kinds: list[ScamType], random: np.random.Generator) -> Any:
    """Weeks × communities × kinds."""
    rate = min(USUAL * 5, max(USUAL, MOST / 4 / len(communities)))
    size = random.gamma(4.0, 0.25, len(communities))
    share = random.dirichlet(np.full(len(kinds), 6.0))
    means = np.broadcast_to(rate * size[:, None] * share, (WEEKS, len(communities), len(kinds))).copy()
    for place, _ in _talked(communities):
        means[:, place] = BUSY * rate * share
        means[WEEKS - TALKED_AGO :, place] *= LEFT
    counts = random.poisson(means)
    streets = sorted({code[:9] for code in communities})
    for ago, kind, more, street in WAVES:
        places = [place for place, code in enumerate(communities) if code.startswith(streets[street])]
        for place in random.choice(places, more):
            counts[WEEKS - ago, place, kinds.index(kind)] += 1
    return counts


def _talked(communities: list[str]) -> list[tuple[int, str]]:
    """Communities with a talk some months ago, spread over the district; of the waves' streets none."""
    streets = sorted({code[:9] for code in communities})
    apart = {streets[street] for *_, street in WAVES}
    free = [(place, code) for place, code in enumerate(communities) if code[:9] not in apart]
    return free[:: max(len(free) // TALKED, 1)][:TALKED]


def _moment(monday: date, random: Random) -> datetime:
    day = monday + timedelta(days=random.randrange(7))
    return datetime.combine(day, time(random.randrange(8, 22), random.randrange(60)), LOCAL)


def _past_clue(
    area: str, kind: str, text: str, at: datetime, until: datetime, lead: int | None, random: Random
) -> Clue:
    number = number_shown("".join(random.choices(SECRET_ALPHABET, k=NUMBER_LENGTH)))
    ended = at + timedelta(days=random.randrange(15, 50))
    open_still = ended > until
    return Clue(
        number=number,
        # Nobody has the code of these mailboxes.
        secret=f"{random.randbytes(16).hex()}${random.randbytes(32).hex()}",
        kind=ClueKind.FRAUD.value, state="assigned" if open_still else "answered",
        sealed=content_sealed(number, Content(title=text.split("，", 1)[0], text=text)),
        sealed_original=original_sealed(number, Original(text)),
        area_code=area, lead_id=lead, scam_type=kind, typed_by="rules",
        received_at=at, changed_at=at if open_still else ended,
        due_at=at + timedelta(days=65) if open_still else None, ended_at=None if open_still else ended,
        fed_back_at=None if open_still else ended,
        wipe_on=None if open_still else ended.date() + timedelta(days=terms.number("keep_days")),
    )  # fmt: skip


def _past_steps(row: Clue) -> Iterator[ClueStep]:
    moments = [("received", row.received_at), ("assigned", row.received_at + timedelta(hours=20))]
    if row.ended_at is not None:
        moments.append(("answered", row.ended_at))
    for kind, at in moments:
        yield ClueStep(clue=row, kind=kind, state=kind, at=at, actor=SYSTEM.key, public=True)


def _told(one: dict[str, Any], letters: dict[str, str], crew: Crew, until: datetime) -> Receipt:
    """A clue comes in and takes its course."""
    begun = until - timedelta(days=one["days"])
    streets = Area.objects.filter(level=Level.COMMUNITY.value).order_by("code").values_list("code", flat=True)
    named = Identity(one["name"], one["phone"]) if "name" in one else Identity()
    accused = None
    if one["course"] == "accusing":
        offices = Organisation.objects.filter(kind=OrganisationKind.STREET_OFFICE.value)
        accused = offices.order_by("code").values_list("pk", flat=True).first()
    with clock.fixed(begun):
        new = NewClue(
            kind=ClueKind(one["kind"]), text=one["text"], identity=named, organisation_id=accused,
            area_code=streets[one["days"] % len(streets)],
        )  # fmt: skip
        receipt = clue_receive(new=new)
    for days, act in COURSES[one["course"]]:
        with clock.fixed(begun + timedelta(days=days)):
            act(receipt, letters, crew)
    return receipt


Act = Callable[[Receipt, dict[str, str], Crew], object]


def _accept(clue: Receipt, letters: dict[str, str], crew: Crew) -> None:
    triage.clue_accept(**crew.receiver.on(clue.number))


def _assign(clue: Receipt, letters: dict[str, str], crew: Crew) -> None:
    office = crew.police.scope.organisation_id
    triage.clue_assign(organisation_id=office, note=letters["handled"], **crew.receiver.on(clue.number))


def _talk_by_letter(clue: Receipt, letters: dict[str, str], crew: Crew) -> None:
    triage.clue_reply(text=letters["question"], **crew.police.on(clue.number))
    letter_write(key=Key(clue.number, clue.secret), text=letters["answer"])


def _ask(clue: Receipt, letters: dict[str, str], crew: Crew) -> None:
    openings.opening_request(reason=letters["opening"], **crew.police.on(clue.number))


def _open(clue: Receipt, letters: dict[str, str], crew: Crew) -> None:
    asked = openings.opening_request(reason=letters["opening"], **crew.police.on(clue.number))
    leader, police = crew.leader, crew.police
    openings.opening_decide(opening_id=asked.pk, approved=True, actor=leader.actor, scope=leader.scope)
    openings.opening_read(opening_id=asked.pk, actor=police.actor, scope=police.scope)


def _handle(clue: Receipt, letters: dict[str, str], crew: Crew) -> None:
    triage.clue_handle(outcome=letters["outcome"], **crew.police.on(clue.number))


def _answer(clue: Receipt, letters: dict[str, str], crew: Crew) -> None:
    triage.clue_answer(text=letters["reply"], **crew.receiver.on(clue.number))


def _reject(clue: Receipt, letters: dict[str, str], crew: Crew) -> None:
    triage.clue_reject(reason=letters["refusal"], **crew.receiver.on(clue.number))


def _transfer(clue: Receipt, letters: dict[str, str], crew: Crew) -> None:
    triage.clue_transfer(reference="演示-0017", holder="公安机关", **crew.leader.on(clue.number))


GIVEN: tuple[tuple[int, Act], ...] = ((1, _accept), (2, _assign))
#: What happens after how many days.
COURSES: dict[str, tuple[tuple[int, Act], ...]] = {
    "waiting": (),
    "late": (),
    "accusing": (),
    "accepted": ((2, _accept),),
    "assigned": (*GIVEN, (5, _talk_by_letter)),
    "asked": (*GIVEN, (17, _ask)),
    "handled": (*GIVEN, (25, _handle)),
    "opened": (*GIVEN, (6, _open), (30, _handle), (32, _answer)),
    "rejected": ((4, _reject),),
    "transferred": ((1, _transfer),),
}


def _linked(crew: Crew, until: datetime) -> None:
    """One of the links that the system found is confirmed."""
    link = ClueLink.objects.order_by("pk").first()
    if link is not None:
        with clock.fixed(until - timedelta(days=2)):
            link_judge(link_id=link.pk, confirmed=True, actor=crew.police.actor, scope=crew.police.scope)


def _warned(crew: Crew, until: datetime) -> None:
    """The warning of the earlier wave is signed, that of the last week is still a draft."""
    with clock.fixed(until - timedelta(weeks=1)):
        warnings_draft()
        for row in FraudWarning.objects.order_by("pk"):
            leader = crew.leader
            warning_decide(warning_id=row.pk, signed=True, text="", actor=leader.actor, scope=leader.scope)
    with clock.fixed(until):
        warnings_draft()


def _talks(plans: list[dict[str, str]], communities: list[str], crew: Crew, until: datetime) -> None:
    """Talks some months ago, of which the effect can be told; recent ones; coming ones; one that was cancelled."""
    today = until.astimezone(LOCAL).date()
    monday = monday_of(today) - timedelta(weeks=TALKED_AGO)
    past = [
        (code, monday + timedelta(days=place % 5))
        for place, code in enumerate(c for _, c in _talked(communities))
    ]
    near = [(communities[place % len(communities)], today + timedelta(days=days))
            for place, days in enumerate((-12, -5, -3, 2, 4, 9, 16))]  # fmt: skip
    for number, (code, day) in enumerate([*past, *near]):
        plan = plans[0] if number < len(past) else plans[number % len(plans)]
        _talk(plan, code, datetime.combine(day, MORNING, LOCAL), number, crew, until)


def _talk(plan: dict[str, str], code: str, at: datetime, number: int, crew: Crew, until: datetime) -> None:
    leader = crew.leader
    new = NewTalk(
        title=plan["title"], scam_type=plan["scam_type"], venue=Venue(plan["venue"]), area_code=code,
        place=plan["place"], planned_at=at,
    )  # fmt: skip
    with clock.fixed(min(at, until) - timedelta(days=6)):
        talk = talk_plan(new=new, actor=leader.actor, scope=leader.scope)
    with clock.fixed(at + timedelta(hours=3)):
        known: dict[str, Any] = {"talk_id": talk.pk, "actor": leader.actor, "scope": leader.scope}
        if at.date() == (until + timedelta(days=4)).astimezone(LOCAL).date():
            with clock.fixed(until):
                talk_cancel(note="当天有雨，改期再办", **known)
        elif at < until:
            talk_hold(reached=28 + number * 7 % 60, note="", **known)
