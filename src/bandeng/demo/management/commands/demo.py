"""`bandeng demo`: fill an empty data folder with the demo district."""

import json
from argparse import ArgumentParser
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import replace
from datetime import datetime
from typing import Any

from django.conf import settings
from django.core.management.base import BaseCommand, CommandError
from django.utils.translation import pgettext
from rich.console import Console
from rich.progress import (
    BarColumn,
    MofNCompleteColumn,
    Progress,
    TextColumn,
    TimeElapsedColumn,
    TimeRemainingColumn,
)

from bandeng.clues.services.receiving import Receipt
from bandeng.core import clock
from bandeng.demo.clues import clues_load
from bandeng.demo.district import District, district_build, month_build
from bandeng.demo.enterprises import enterprises_load
from bandeng.demo.evaluation import evaluation_load
from bandeng.demo.five_colours import five_colours_load
from bandeng.demo.learning import classifier_train
from bandeng.demo.load import ground_load, is_empty
from bandeng.demo.load_matters import Loaded, matters_load
from bandeng.demo.pace import LOCAL
from bandeng.demo.photos import photos_draw
from bandeng.demo.reviews import reviews_load
from bandeng.demo.scale import SMALL, WHOLE, Scale
from bandeng.demo.surges import surges_load
from bandeng.dispatch.knowledge import limit_profiles

PASSWORD = "bandeng-demo"  # noqa: S105 (shown to everybody, for made-up people only)
MARK = "demo.json"
#: Logins that show one kind of work each.
SHOWN = (
    "command-centre-1",
    "command-centre-2",
    "command-centre-3",
    "command-centre-4",
    "command-centre-5",
    "command-centre-9",
    "command-centre-10",
    "command-centre-11",  # the second person, who decides about what command-centre-10 asks to open
    "police-1",
    "police-2",
    "street-001-1",
    "community-001001-1",
    "grid-001001001-1",
)
Tick = Callable[[int], None]


class Command(BaseCommand):
    """Build the district, tell its month, and load both."""

    help = "demo district with a month of matters / 演示区：地图、人员和一个月的事项"

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument(
            "--small",
            action="store_true",
            help="two streets and 300 matters, in seconds, without a classifier / 小规模，供测试",
        )
        parser.add_argument("--seed", type=int, default=1, help="another number makes another district")
        parser.add_argument(
            "--until", default="", help="when the month ends, such as 2026-11-23T15:25; default now"
        )
        parser.add_argument("--password", default=PASSWORD, help="password of all accounts")

    def handle(self, *args: Any, **options: Any) -> None:
        if not is_empty():
            raise CommandError(
                pgettext(
                    "demo",
                    "This data folder is in use already, so the demo would mix with what is in it. "
                    "Set BANDENG_DATA to a new folder and try again.",
                )
            )
        scale = SMALL if options["small"] else WHOLE
        until = _moment(options["until"])
        console = Console(stderr=True, quiet=options["verbosity"] == 0)
        with _progress(console) as progress:
            district, loaded, mailbox = _load(
                scale=scale,
                seed=options["seed"],
                until=until,
                password=options["password"],
                progress=progress,
            )
        _mark(seed=options["seed"], until=until, small=options["small"])
        if options["verbosity"]:
            self._tell(district=district, loaded=loaded, mailbox=mailbox, password=options["password"])

    def _tell(self, *, district: District, loaded: Loaded, mailbox: Receipt, password: str) -> None:
        grids = len(district.geography.level("grid"))
        people = len(district.staff.members)
        self.stdout.write(
            pgettext("demo", "The demo is ready: %(grids)d grids, %(people)d people, %(matters)d matters.")
            % {"grids": grids, "people": people, "matters": loaded.matters}
        )
        known = {member.login: member for member in district.staff.members}
        self.stdout.write(
            pgettext("demo", "Sign in with the password %(password)s as:") % {"password": password}
        )
        for login in SHOWN:
            if login in known:
                self.stdout.write(f"  {login:<22} {known[login].title} {known[login].name}")
        if loaded.example:
            self.stdout.write(
                pgettext(
                    "demo", "Track a resident's matter with the number %(number)s and the secret %(secret)s."
                )
                % {"number": loaded.example.number, "secret": loaded.example.secret}
            )
        self.stdout.write(
            pgettext("demo", "Open the mailbox of a clue with the number %(number)s and the code %(secret)s.")
            % {"number": mailbox.number, "secret": mailbox.secret}
        )
        if loaded.answered:
            self.stdout.write(
                pgettext(
                    "demo", "Dispute the answer to a petition with the number %(number)s and %(secret)s."
                )
                % {"number": loaded.answered.number, "secret": loaded.answered.secret}
            )


def _load(
    *, scale: Scale, seed: int, until: datetime, password: str, progress: "Stages"
) -> tuple[District, Loaded, Receipt]:
    """Each stage with its own bar."""
    tick = progress.stage(pgettext("demo", "Map and people"), scale.grids)
    district = district_build(scale=scale, seed=seed)
    tick(scale.grids)
    rows = (
        len(district.geography.areas) + len(district.organisations) + scale.staff + len(district.staff.teams)
    )
    ground = ground_load(
        district=district,
        drawings=photos_draw(count=scale.photos, seed=seed),
        until=until,
        password=password,
        tick=progress.stage(pgettext("demo", "Organisations and accounts"), rows),
    )
    stories = month_build(
        district=district,
        scale=scale,
        seed=seed,
        until=until,
        profiles=limit_profiles(),
        tick=progress.stage(pgettext("demo", "A month of matters"), scale.matters),
    )
    with clock.fixed(until):
        loaded = matters_load(
            stories=stories,
            ground=ground,
            seed=seed,
            tick=progress.stage(pgettext("demo", "Into the database"), scale.matters),
        )
    done = progress.stage(pgettext("demo", "Risk, warnings and scores"), 6)
    for load in (enterprises_load, five_colours_load, surges_load, evaluation_load):
        load(seed=seed, until=until)
        done(1)
    mailbox = clues_load(seed=seed, until=until)
    done(1)
    loaded = replace(loaded, answered=reviews_load(seed=seed, until=until))
    done(1)
    if scale is WHOLE:
        classifier_train(tick=progress.share(pgettext("demo", "Classifier")))
    return district, loaded, mailbox


class Stages:
    """Bars, one a stage."""

    def __init__(self, *, progress: Progress) -> None:
        self._progress = progress

    def stage(self, name: str, total: int) -> Tick:
        """A new bar; call what comes back with how much more is done."""
        task = self._progress.add_task(name, total=total)
        return lambda count: self._progress.advance(task, count)

    def share(self, name: str) -> Callable[[float], None]:
        """A new bar; call what comes back with the share that is done, 0 to 1."""
        task = self._progress.add_task(name, total=100)
        return lambda done: self._progress.update(task, completed=round(done * 100))


@contextmanager
def _progress(console: Console) -> Iterator[Stages]:
    columns = (
        TextColumn("{task.description}"),
        BarColumn(),
        MofNCompleteColumn(),
        TimeElapsedColumn(),
        TimeRemainingColumn(),
    )
    with Progress(*columns, console=console) as progress:
        yield Stages(progress=progress)


def _moment(text: str) -> datetime:
    """The end of the month, in Shanghai time where no zone is given. Raises CommandError."""
    if not text:
        return clock.now().astimezone(LOCAL)
    try:
        moment = datetime.fromisoformat(text)
    except ValueError as error:
        raise CommandError(
            pgettext("demo", "The moment %(text)s cannot be read. Write it like 2026-11-23T15:25.")
            % {"text": text}
        ) from error
    return moment if moment.tzinfo else moment.replace(tzinfo=LOCAL)


def _mark(*, seed: int, until: datetime, small: bool) -> None:
    """Pages say from now on that this is a demo."""
    settings.DATA.mkdir(parents=True, exist_ok=True)
    content = {"seed": seed, "until": until.isoformat(), "small": small}
    (settings.DATA / MARK).write_text(json.dumps(content), encoding="utf-8")
