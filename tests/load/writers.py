#!/usr/bin/env python3
"""Eight writers at once against a real server: no write fails, none is lost, none is there twice.

    .venv/bin/python tests/load/writers.py --database sqlite --seconds 60

The exit status is 0 when everything holds, else 1.
"""

import argparse
import json
import sys
import threading
import time
from dataclasses import dataclass, field
from pathlib import Path

import httpx

sys.path.insert(0, str(Path(__file__).resolve().parents[2]))

from bandeng.config.benchmarks import serving
from tests.load import house

MARK = "同时写入"


@dataclass
class Writer:
    """One client that sends one matter after another."""

    name: int
    address: str
    token: str
    acknowledged: dict[str, str] = field(default_factory=dict)  # number by title
    failures: list[str] = field(default_factory=list)
    slowest: float = 0.0

    def write(self, until: float) -> None:
        """Send until the time is over."""
        headers = {"Authorization": f"Bearer {self.token}"}
        with httpx.Client(base_url=self.address, headers=headers, timeout=60, trust_env=False) as client:
            while time.monotonic() < until:
                self._send(client, f"{MARK} {self.name}-{len(self.acknowledged) + len(self.failures)}")

    def _send(self, client: httpx.Client, title: str) -> None:
        body = json.dumps({"title": title, "text": "古渡路的路灯不亮，晚上出行不便。" + title})
        started = time.monotonic()
        try:
            answer = client.post(
                "/api/v1/matters", content=body, headers={"Content-Type": "application/json"}
            )
        except httpx.HTTPError as error:
            self.failures.append(f"{title}: {error!r}")
            return
        self.slowest = max(self.slowest, time.monotonic() - started)
        if answer.status_code == 201:
            self.acknowledged[title] = answer.json()["number"]
        else:
            self.failures.append(f"{title}: {answer.status_code} {answer.text[:200]}")


def run(*, kind: str, seconds: float, writers: int) -> list[str]:
    """Write, then compare; what is wrong, in words."""
    with house.database(kind), house.district() as token:
        with serving.serving(str(serving.PROGRAM), "serve", "--workers", "2", "--bind") as server:
            crew = [Writer(name, server.address, token) for name in range(writers)]
            until = time.monotonic() + seconds
            threads = [threading.Thread(target=each.write, args=[until]) for each in crew]
            for thread in threads:
                thread.start()
            for thread in threads:
                thread.join()
        sent = {title: number for each in crew for title, number in each.acknowledged.items()}
        present = house.found(MARK)
        slowest = max(each.slowest for each in crew)
        print(
            f"{kind}: {len(sent):,} matters acknowledged in {seconds:g} s by {writers} writers, slowest {slowest:.2f} s"
        )
        wrong = [failure for each in crew for failure in each.failures]
        wrong += differences(sent, present.numbers)
        if present.faults:
            wrong.append(f"the audit log has {present.faults} faults")
        if not sent:
            wrong.append("nothing was written")
        return wrong


def differences(sent: dict[str, str], present: dict[str, list[str]]) -> list[str]:
    """Acknowledged matters that are missing, there twice or under another number, and ones nobody was told of."""
    wrong = [f"{title}: told {number}, there {present.get(title, [])}"
             for title, number in sent.items() if present.get(title) != [number]]  # fmt: skip
    return wrong + [f"{title}: there, but never acknowledged" for title in present if title not in sent]


def main() -> int:
    """Read the arguments, run, tell."""
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--database", choices=["sqlite", "postgresql"], default="sqlite")
    parser.add_argument("--seconds", type=float, default=60.0)
    parser.add_argument("--writers", type=int, default=8)
    given = parser.parse_args()
    wrong = run(kind=given.database, seconds=given.seconds, writers=given.writers)
    for line in wrong[:20]:
        print(f"  {line}")
    print("FAILED" if wrong else "ok: none lost, none failed, none twice, the audit log is whole")
    return 1 if wrong else 0


if __name__ == "__main__":
    sys.exit(main())
