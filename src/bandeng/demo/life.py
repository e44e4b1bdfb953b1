"""The life of one demo matter: dated steps by plausible people, cut off at the present moment."""

from collections.abc import Iterator
from dataclasses import replace
from datetime import datetime, timedelta
from random import Random

from bandeng.demo.crew import Crew
from bandeng.demo.habits import HABITS, STARS
from bandeng.demo.messages import fill, message_write, sentences
from bandeng.demo.organisations import CENTRE, DEPARTMENTS
from bandeng.demo.origins import reporter_make
from bandeng.demo.pace import Pace
from bandeng.demo.story import RESIDENT, SYSTEM, Decision, Joined, Origin, Story, StoryStep
from bandeng.matters.rules import MatterState as S
from bandeng.matters.rules import Priority
from bandeng.matters.rules import StepKind as K
from bandeng.organisations.rules import Duty

NAMES = {code: short for code, short, *_ in DEPARTMENTS}
WORDS_OF_STARS = {5: "five", 4: "four", 3: "three", 2: "two", 1: "one"}


class Life:
    """Tells the story of one matter after another."""

    def __init__(self, *, crew: Crew, pace: Pace, until: datetime, random: Random) -> None:
        self._crew, self._pace, self._until, self._random = crew, pace, until, random

    def tell(self, *, origin: Origin, decision: Decision, photos: int) -> Story:
        """The whole story until the present moment."""
        script = _Script(
            origin=origin, decision=decision, crew=self._crew, pace=self._pace, random=self._random
        )
        steps = sorted(script.steps(), key=lambda step: step.at)
        joined = self._joined(origin=origin, last=steps[-1].at)
        steps = sorted([*steps, *_joined_steps(steps=steps, joined=joined)], key=lambda step: step.at)
        happened = tuple(step for step in steps if step.at <= self._until)
        chosen = self._random.sample(range(photos), 2) if self._random.random() < HABITS.photographed else []
        return Story(
            origin=origin,
            decision=decision,
            steps=happened,
            photos=tuple(chosen),
            joined=tuple(each for each in joined if any(step.at == each.at for step in happened)),
        )

    def _joined(self, *, origin: Origin, last: datetime) -> list[Joined]:
        """Others who report the same within two days, while the matter is open."""
        if origin.channel == "grid" or self._random.random() >= HABITS.joined:
            return []
        window = min((last - origin.at).total_seconds() * 0.5, 48 * 3600)
        found = []
        for _ in range(self._random.choice((1, 1, 1, 2, 2, 3, 4, 6))):
            at = origin.at + timedelta(seconds=int(self._random.uniform(60, max(120, window))))
            message = message_write(
                type_code=origin.type_code, channel="resident", spot=origin.spot, random=self._random
            )
            reporter = reporter_make(channel="resident", random=self._random)
            found.append(Joined(at=at, text=message.text, channel="resident", reporter=reporter))
        return sorted(found, key=lambda each: each.at)


def _joined_steps(*, steps: list[StoryStep], joined: list[Joined]) -> Iterator[StoryStep]:
    """A step for each that joined, in the state of that moment."""
    for each in joined:
        before = [step for step in steps if step.at <= each.at]
        yield StoryStep(kind=K.JOINED, state=before[-1].state, at=each.at, actor=RESIDENT, public=True)


class _Script:
    """All steps of one matter as they would happen without an end of time."""

    def __init__(self, *, origin: Origin, decision: Decision, crew: Crew, pace: Pace, random: Random) -> None:
        self._origin, self._decision = origin, decision
        self._crew, self._pace, self._random = crew, pace, random
        self._now, self._state, self._lead = origin.at, S.RECEIVED, decision.lead
        self._soon = decision.priority == Priority.CRITICAL.value
        self._officer = self._member(organisation=decision.lead, duty=Duty.HANDLE)
        self._result = ""
        self._parts_done: set[str] = set()

    def steps(self) -> Iterator[StoryStep]:
        """The script from the first word on."""
        yield self._step(K.OPENED, actor=self._origin.login, public=True)
        if self._chance(HABITS.rejected):
            yield from self._rejected()
            return
        yield from self._dispatched()
        if self._chance(HABITS.withdrawn) and self._origin.channel != "grid":
            self._pass(limit=self._decision.limits["accept"], share=self._random.uniform(0.1, 0.9))
            yield self._step(
                K.WITHDRAWN, S.WITHDRAWN, actor=RESIDENT, note=self._say("withdrawn"), public=True
            )
            return
        yield from self._handled(start=self._now)
        yield from self._closed()
        yield from self._judged()

    def _chance(self, share: float) -> bool:
        return self._random.random() < share

    def _member(self, *, organisation: str, duty: Duty) -> str:
        return self._crew.any_of(organisation=organisation, duty=duty, random=self._random).login

    def _say(self, part: str) -> str:
        replies = sentences()["replies"]
        own = replies.get(f"{part} {self._origin.type_code[:2]}", [])
        text = self._random.choice([*replies[part], *own, *own])
        return fill(text=text, spot=self._origin.spot, random=self._random)

    def _pass(self, *, limit: str, share: float) -> None:
        """Let a share of a limit go by."""
        moment = self._pace.moment(start=self._now, limit=limit, share=share, soon=self._soon)
        self._now = max(moment, self._now) + timedelta(seconds=self._random.randrange(1, 60))

    def _step(
        self,
        kind: K,
        state: S | None = None,
        *,
        actor: str,
        organisation: str = "",
        note: str = "",
        public: bool = False,
        **data: object,
    ) -> StoryStep:
        self._state = state or self._state
        return StoryStep(
            kind=kind,
            state=self._state,
            at=self._now,
            actor=actor,
            organisation=organisation,
            note=note,
            public=public,
            data=data,
        )

    def _rejected(self) -> Iterator[StoryStep]:
        self._pass(limit=self._decision.limits["accept"], share=self._random.uniform(0.2, 0.8))
        clerk = self._member(organisation=CENTRE, duty=Duty.INTAKE)
        yield self._step(
            K.REJECTED, S.REJECTED, actor=clerk, organisation=CENTRE, note=self._say("rejected"), public=True
        )

    def _dispatched(self) -> Iterator[StoryStep]:
        """By a rule at once, or by a person at the centre within the limit of acceptance; never late."""
        if self._chance(HABITS.by_person):
            person = self._member(organisation=CENTRE, duty=Duty.DISPATCH)
            self._pass(limit=self._decision.limits["accept"], share=self._random.uniform(0.05, 0.4))
            yield self._step(K.ACCEPTED, S.ACCEPTED, actor=person, organisation=CENTRE, public=True)
            self._pass(limit=self._decision.limits["accept"], share=self._random.uniform(0.05, 0.4))
            yield self._sent(actor=person)
        else:
            yield self._sent(actor=SYSTEM)
        if self._chance(HABITS.returned):
            yield from self._returned()

    def _sent(self, *, actor: str) -> StoryStep:
        return self._step(K.DISPATCHED, S.DISPATCHED, actor=actor, organisation=self._lead, public=True)

    def _returned(self) -> Iterator[StoryStep]:
        """Sent back by the lead with a reason, then dispatched anew, half the time to somebody else."""
        self._pass(limit=self._decision.limits["accept"], share=self._random.uniform(0.2, 0.8))
        yield self._step(
            K.RETURNED, S.RETURNED, actor=self._officer, organisation=self._lead, note=self._say("returned")
        )
        self._pass(limit="4wh", share=self._random.uniform(0.1, 0.9))
        if self._chance(0.5):
            self._lead = self._random.choice(
                [code for code in NAMES if code not in self._decision.co_handlers]
            )
            self._officer = self._member(organisation=self._lead, duty=Duty.HANDLE)
        yield self._sent(actor=self._member(organisation=CENTRE, duty=Duty.DISPATCH))

    def _handled(self, *, start: datetime) -> Iterator[StoryStep]:
        """Work until the lead says that it is done."""
        handle = self._decision.limits["handle"]
        late = self._chance(HABITS.late)
        share = self._random.uniform(1.03, 1.6) if late else self._random.betavariate(1.7, 4.0) * 0.96
        done = self._pace.moment(start=start, limit=handle, share=share, soon=self._soon)
        self._pass(limit=self._decision.limits["accept"], share=self._random.uniform(0.05, 0.85))
        yield self._step(K.STARTED, S.HANDLING, actor=self._officer, organisation=self._lead, public=True)
        yield from self._meanwhile(until=done)
        yield from self._tasks_done(until=done)
        self._now = max(self._now, done) + timedelta(seconds=self._random.randrange(1, 60))
        note = self._say("late") if late else self._say("handled")
        yield self._step(K.HANDLED, S.VERIFYING, actor=self._officer, organisation=self._lead, note=note)
        self._result = note

    def _meanwhile(self, *, until: datetime) -> Iterator[StoryStep]:
        begun, span = self._now, until - self._now
        if span <= timedelta(hours=1):
            return
        if self._chance(HABITS.noted):
            self._now = begun + span * self._random.uniform(0.05, 0.25)
            yield self._step(K.NOTED, actor=self._officer, organisation=self._lead, note=self._say("noted"))
        if self._chance(HABITS.co_handler_added):
            self._now = begun + span * self._random.uniform(0.26, 0.35)
            yield from self._co_handler_added()
        if self._chance(HABITS.paused):
            self._now = begun + span * self._random.uniform(0.36, 0.5)
            yield self._step(
                K.PAUSED, actor=self._officer, organisation=self._lead, note=self._say("paused"), public=True
            )
            self._now = begun + span * self._random.uniform(0.55, 0.8)
            yield self._step(K.RESUMED, actor=self._officer, organisation=self._lead, public=True)

    def _co_handler_added(self) -> Iterator[StoryStep]:
        known = {self._lead, *self._decision.co_handlers}
        helper = self._random.choice([code for code in NAMES if code not in known])
        self._decision = replace(self._decision, co_handlers=(*self._decision.co_handlers, helper))
        yield self._step(K.CO_HANDLER_ADDED, actor=self._officer, organisation=helper, public=True)

    def _tasks_done(self, *, until: datetime) -> Iterator[StoryStep]:
        """Each co-handler finishes its own part before the lead does."""
        begun, span = self._now, max(until - self._now, timedelta(minutes=5))
        helpers = [code for code in self._decision.co_handlers if code not in {self._lead, *self._parts_done}]
        self._parts_done |= {*helpers}
        for place, helper in enumerate(helpers, start=1):
            self._now = begun + span * (place / (len(helpers) + 1)) * self._random.uniform(0.7, 1)
            yield self._step(
                K.TASK_DONE,
                actor=self._member(organisation=helper, duty=Duty.HANDLE),
                organisation=helper,
                note=self._say("noted"),
            )

    def _closed(self) -> Iterator[StoryStep]:
        """Checked on the spot and closed, sometimes only at the second attempt."""
        organisation = self._origin.spot.grid_code
        verifier = self._member(organisation=organisation, duty=Duty.VERIFY)
        if self._chance(HABITS.sent_back):
            self._pass(limit=self._decision.limits["verify"], share=self._random.uniform(0.1, 0.5))
            yield self._step(
                K.SENT_BACK,
                S.HANDLING,
                actor=verifier,
                organisation=organisation,
                note=self._say("sent_back"),
            )
            self._pass(limit="1wd", share=self._random.uniform(0.2, 1))
            self._result = self._say("handled")
            yield self._step(
                K.HANDLED, S.VERIFYING, actor=self._officer, organisation=self._lead, note=self._result
            )
        self._pass(limit=self._decision.limits["verify"], share=self._random.betavariate(1.5, 4) * 0.9)
        yield self._step(K.NOTED, actor=verifier, organisation=organisation, note=self._say("verified"))
        self._now += timedelta(seconds=self._random.randrange(20, 300))
        yield self._step(
            K.CLOSED, S.CLOSED, actor=verifier, organisation=self._lead, note=self._result, public=True
        )

    def _judged(self) -> Iterator[StoryStep]:
        """What the reporter says to it; the unhappy often have it reopened."""
        stars = self._random.choices(list(STARS), list(STARS.values()))[0]
        if self._origin.channel != "grid" and self._chance(HABITS.rated):
            self._now += timedelta(minutes=self._random.uniform(5, 2600))
            words = self._random.choice(sentences()["ratings"][WORDS_OF_STARS[stars]])
            yield self._step(K.RATED, actor=RESIDENT, note=words, public=True, rating=stars)
        else:
            stars = 5
        if self._chance(HABITS.reopened_when_unhappy if stars <= 2 else HABITS.reopened_else):
            self._now += timedelta(hours=self._random.uniform(1, 60))
            actor = self._member(organisation=self._origin.spot.grid_code, duty=Duty.REPORT)
            actor = actor if self._origin.channel == "grid" else RESIDENT
            yield self._step(K.REOPENED, S.DISPATCHED, actor=actor, note=self._say("reopened"), public=True)
            yield from self._handled(start=self._now)
            yield from self._closed()
