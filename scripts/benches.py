"""Every benchmark of the house, on SQLite and on PostgreSQL, each in a database of its own.

The figures are printed and kept as JSON lines in var/benchmarks.jsonl; docs/benchmarks.md tells the method.
"""

import json
import os
import subprocess
import sys
import tempfile
from pathlib import Path

import cluster

ROOT = Path(__file__).resolve().parent.parent
PROGRAM = Path(sys.executable).parent / "bandeng"
RESULTS = ROOT / "var" / "benchmarks.jsonl"


def measure(names: list[str], **environ: str) -> bool:
    """Run the benchmarks in an empty data folder; True when every limit was kept."""
    with tempfile.TemporaryDirectory(prefix="bandeng-bench-") as data:
        done = subprocess.run(
            [str(PROGRAM), "bench", "--json", *(names or ["--all"])],
            env=os.environ | {"BANDENG_DATA": data} | environ, stdout=subprocess.PIPE, text=True, check=False,
        )  # fmt: skip
    with open(RESULTS, "a", encoding="utf-8") as file:
        file.write(done.stdout)
    for line in done.stdout.splitlines():
        row = json.loads(line)
        mark = "" if row["met"] else "  MISSED"
        print(
            f"{row['database']:<11} {row['benchmark']:<10} {row['name']:<60} {row['value']:>12,.1f} {row['unit']}{mark}"
        )
    return done.returncode == 0


def main(names: list[str]) -> int:
    """Measure on both databases; PostgreSQL is left out, and said so, where it is not installed."""
    RESULTS.parent.mkdir(exist_ok=True)
    kept = measure(names, BANDENG_DATABASE="")
    folder = cluster.programs()
    if folder is None:
        print("left out: PostgreSQL is not installed")
        return 0 if kept else 1
    with cluster.running(folder, durable=True) as address:
        kept = measure(names, BANDENG_DATABASE=address) and kept
    return 0 if kept else 1


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
