"""What the benchmarks work on: the whole demo district, a token, and people who sign in."""

import json
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from random import Random

from django.core.management import call_command
from django.test import Client

from bandeng.accounts.models import User
from bandeng.core.remembered import forget_all
from bandeng.demo.load import is_empty
from bandeng.matters.models import Matter
from bandeng.organisations.models import Post
from bandeng.organisations.rules import TOKEN_ROLE
from bandeng.organisations.services.beginning import CONSOLE_REACH, account_begin
from bandeng.organisations.services.tokens import token_create

SYSTEM = "benchmark-system"
SCOPES = ["matters:read", "matters:write", "webhooks"]
TEXTS = 2000
#: Lengths of 4,326 messages that residents wrote to a city: mean 351, and a logarithm of this mean and spread.
LENGTH_LOG_MEAN, LENGTH_LOG_SPREAD, LONGEST = 5.39, 0.93, 7000


@dataclass(frozen=True)
class Words:
    """A message."""

    title: str
    text: str


def district() -> None:
    """The demo district with its month, unless it is there."""
    if is_empty():
        call_command("demo", verbosity=0)
        forget_all()


def token() -> str:
    """A new token of a system that reports to the district's centre."""
    if not User.objects.filter(username=SYSTEM).exists():
        account_begin(username=SYSTEM, name="", role_code=TOKEN_ROLE, organisation_code="", district=())
    post = Post.objects.get(user__username=SYSTEM)
    return token_create(
        post_id=post.pk, name="benchmark", scopes=SCOPES, expires_at=None, reach=CONSOLE_REACH
    )[1]


def signed_in(username: str) -> Client:
    """A browser in which somebody has signed in."""
    client = Client(headers={"host": "localhost"})
    client.force_login(User.objects.get(username=username))
    return client


@cache
def _demo_texts() -> tuple[Words, ...]:
    rows = Matter.objects.order_by("pk").values_list("title", "text")[:TEXTS]
    return tuple(Words(title, text) for title, text in rows)


def message(number: int) -> Words:
    """The demo's messages, one after another until they are as long as residents' own."""
    random = Random(f"message {number}")  # noqa: S311 (a measurement, not a secret)
    length = min(LONGEST, int(random.lognormvariate(LENGTH_LOG_MEAN, LENGTH_LOG_SPREAD)))
    parts = [random.choice(_demo_texts())]
    while sum(len(part.text) for part in parts) < length:
        parts.append(random.choice(_demo_texts()))
    text = "".join(part.text for part in parts)[: max(length, 10)]
    return Words(parts[0].title, f"{text}（{number}）")


def body(number: int) -> bytes:
    """The body of a request that opens a matter: typed by nobody, on the map, with a contact."""
    words, random = message(number), Random(f"place {number}")  # noqa: S311 (as above)
    row = random.choice(_points())
    content = {
        "title": words.title,
        "text": words.text,
        "longitude": row[0],
        "latitude": row[1],
        "address": row[2],
        "contact": {"name": "测试", "phone": f"139{number % 10**8:08d}"},
    }
    return json.dumps(content, ensure_ascii=False).encode()


@cache
def _points() -> tuple[tuple[float, float, str], ...]:
    known = Matter.objects.filter(longitude__isnull=False).order_by("pk")
    rows = known.values_list("longitude", "latitude", "address")[:TEXTS]
    return tuple((x, y, address) for x, y, address in rows if x is not None and y is not None)


def file_of_messages(path: Path, count: int) -> None:
    """A CSV as cities publish them: number, title, time, text, votes."""
    random = Random("file")  # noqa: S311 (as above)
    lines = ["id,title,time,text,support,against"]
    for number in range(count):
        words = message(number)
        time = (
            f"2025-{random.randint(1, 12):02d}-{random.randint(1, 28):02d} {random.randint(0, 23):02d}:30:00"
        )
        cells = [str(number), words.title, time, words.text, str(random.randint(0, 9)), "0"]
        lines.append(",".join('"' + cell.replace('"', '""') + '"' for cell in cells))
    path.write_text("\n".join(lines) + "\n", encoding="utf-8")
