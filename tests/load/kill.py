#!/usr/bin/env python3
"""`kill -9` of the server, the worker and the database while matters come in.

    .venv/bin/python tests/load/kill.py --database postgresql --kills 20

Eight clients send matters, each with an Idempotency-Key, and repeat a request until it is answered. Meanwhile the
server, the worker and (with PostgreSQL) every process of the database are killed in turn and started again. In the
end every acknowledged matter must be there, none twice, the audit chains whole, and no event waiting.
The exit status is 0 when all of that holds, else 1.
"""

import argparse
import itertools
import json
import random
import sys
import threading
import time
from collections import Counter
from collections.abc import Callable
from contextlib import ExitStack
from dataclasses import dataclass, field
from pathlib import Path

import httpx

sys.path.insert(0, str(Path(__file__).resolve().parents[2]))

from bandeng.config.benchmarks import serving
from tests.load import house
from tests.load.writers import differences

MARK = "断电演练"
BETWEEN = (0.5, 2.0)  # seconds between two kills, at random
PAUSE = 0.1  # seconds until a request without an answer is sent again
AWAY = 0.3  # seconds until what was killed is started again
LAST_ANSWER = 240.0  # seconds that the last requests may take after the last kill


@dataclass
class Reporter:
    """One client that repeats every request, with its key, until it is acknowledged."""

    name: int
    address: str
    token: str
    stopping: threading.Event
    acknowledged: dict[str, str] = field(default_factory=dict)  # number by title
    answers: Counter[str] = field(default_factory=Counter)
    unanswered: str = ""

    def report(self) -> None:
        """Send until told to stop, and see the last one through."""
        with httpx.Client(base_url=self.address, timeout=10, trust_env=False) as client:
            for count in itertools.count():
                title = f"{MARK} {self.name}-{count}"
                if self.stopping.is_set() or not self._acknowledged(client, title):
                    return

    def _acknowledged(self, client: httpx.Client, title: str) -> bool:
        """Send until there is an answer; False when none comes for too long."""
        until = time.monotonic() + LAST_ANSWER
        while title not in self.acknowledged:
            if time.monotonic() > until:
                self.unanswered = title
                return False
            self._send(client, title)
        return True

    def _send(self, client: httpx.Client, title: str) -> None:
        headers = {
            "Authorization": f"Bearer {self.token}",
            "Content-Type": "application/json",
            "Idempotency-Key": title.encode().hex(),
        }
        body = json.dumps({"title": title, "text": "古渡路的路灯不亮，晚上出行不便。" + title})
        try:
            answer = client.post("/api/v1/matters", content=body, headers=headers)
        except httpx.HTTPError as error:
            self.answers[type(error).__name__] += 1
            time.sleep(PAUSE)
            return
        self.answers[str(answer.status_code)] += 1
        if answer.status_code == 201:
            self.acknowledged[title] = answer.json()["number"]
        else:
            time.sleep(PAUSE)


@dataclass
class Scene:
    """What runs and can be killed."""

    postgres: house.Postgres | None
    port: int
    server: serving.Serving
    worker: serving.Serving

    def stop(self) -> None:
        """End the server and the worker."""
        self.server.stop()
        self.worker.stop()

    def server_fall(self) -> None:
        """Kill the server and start it again at the same address."""
        self.server.kill()
        time.sleep(AWAY)
        self.server = server_start(self.port)
        self.server.wait()

    def worker_fall(self) -> None:
        """Kill the worker and start it again."""
        self.worker.kill()
        time.sleep(AWAY)
        self.worker = worker_start()

    def database_fall(self) -> None:
        """Kill every process of PostgreSQL and let it recover."""
        assert self.postgres is not None
        self.postgres.kill()
        time.sleep(AWAY)
        self.postgres.start()

    def victims(self) -> list[tuple[str, Callable[[], None]]]:
        """Names and ways to fall."""
        named = [("server", self.server_fall), ("worker", self.worker_fall)]
        return [*named, ("database", self.database_fall)] if self.postgres else named


def server_start(port: int) -> serving.Serving:
    """A server with two workers."""
    return serving.start(str(serving.PROGRAM), "serve", "--workers", "2", "--bind", port=port)


def worker_start() -> serving.Serving:
    """A worker; it listens nowhere."""
    return serving.spawn(str(serving.PROGRAM), "worker")


def run(*, kind: str, kills: int, clients: int, seed: int) -> list[str]:
    """Kill under load, then compare; what is wrong, in words."""
    chance = random.Random(seed)
    with house.database(kind) as postgres, house.district() as token, ExitStack() as ending:
        port = serving.free_port()
        scene = Scene(postgres, port, server_start(port), worker_start())
        ending.callback(scene.stop)
        scene.server.wait()
        crew = send_while(lambda: fall_in_turn(scene, kills, chance), scene.server.address, token, clients)
        scene.stop()
        drained = serving.run(str(serving.PROGRAM), "worker", "--once")
        present = house.found(MARK)
        sent = {title: number for each in crew for title, number in each.acknowledged.items()}
        answers = sum((each.answers for each in crew), Counter())
        print(
            f"{kind}: {kills} kills, {len(sent):,} matters acknowledged; answers: {dict(answers.most_common())}"
        )
        wrong = [f"{each.unanswered}: no answer" for each in crew if each.unanswered]
        wrong += differences(sent, present.numbers)
        wrong += [f"the audit log has {present.faults} faults"] * bool(present.faults)
        wrong += [f"{present.waiting} events wait"] * bool(present.waiting or drained)
        return wrong + ["nothing was written"] * (not sent)


def send_while(act: Callable[[], None], address: str, token: str, clients: int) -> list[Reporter]:
    """Let clients send as long as `act` takes."""
    stopping = threading.Event()
    crew = [Reporter(name, address, token, stopping) for name in range(clients)]
    threads = [threading.Thread(target=each.report) for each in crew]
    for thread in threads:
        thread.start()
    try:
        time.sleep(BETWEEN[1])
        act()
    finally:
        time.sleep(BETWEEN[1])
        stopping.set()
        for thread in threads:
            thread.join()
    return crew


def fall_in_turn(scene: Scene, kills: int, chance: random.Random) -> None:
    """Kill one after another, at moments nobody chose."""
    for number in range(kills):
        victims = scene.victims()
        name, fall = victims[number % len(victims)]
        time.sleep(chance.uniform(*BETWEEN))
        print(f"  kill -9 {name} ({number + 1} of {kills})", flush=True)
        fall()


def main() -> int:
    """Read the arguments, run, tell."""
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--database", choices=["sqlite", "postgresql"], default="postgresql")
    parser.add_argument("--kills", type=int, default=20, help="of server, worker and database in turn")
    parser.add_argument("--clients", type=int, default=8)
    parser.add_argument("--seed", type=int, default=1, help="of the moments at which something is killed")
    given = parser.parse_args()
    wrong = run(kind=given.database, kills=given.kills, clients=given.clients, seed=given.seed)
    for line in wrong[:20]:
        print(f"  {line}")
    print(
        "FAILED" if wrong else "ok: every acknowledged matter is there, none twice; audit whole; outbox empty"
    )
    return 1 if wrong else 0


if __name__ == "__main__":
    sys.exit(main())
