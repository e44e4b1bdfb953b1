"""A million matters by SQL alone: the demo's month told again and again, further and further back in time.

60,000 of them are open. Every matter has its report, its story, its task and its words in the search index; only the
audit log is left as it is, since nobody did all this.
"""

import sys
from collections.abc import Callable

from django.db import connection
from django.db.models import Model

from bandeng.dispatch.models import Task
from bandeng.matters.models import Matter, Report, Step

MATTERS, OPEN = 1_000_000, 60_000
AT_ONCE = 50_000
#: So many days lie between two tellings of the month, or the same days would hold everything.
DAYS_BACK = 30
SEARCH = "CREATE INDEX matters_search_words ON matters_search USING gin (words)"
OPEN_SAID = "('accepted', 'dispatched', 'handling', 'received', 'returned', 'verifying')"
#: Moments move back by whole months' tellings, in either database's words.
BACK = {
    "postgresql": "b.{0} - s.n / {1} * interval '{2} days'",
    "sqlite": "strftime('%Y-%m-%d %H:%M:%f', b.{0}, '-' || (s.n / {1} * {2}) || ' days')",
}
SERIES = {
    "postgresql": "WITH s AS (SELECT n FROM generate_series({0}::bigint, {1}) AS g(n))",
    "sqlite": "WITH RECURSIVE s(n) AS (SELECT {0} UNION ALL SELECT n + 1 FROM s WHERE n < {1})",
}
WORDS = {
    "postgresql": ("matter_id", "w.words || (s.n || ':9000')::tsvector"),
    "sqlite": ("rowid", "w.words || ' zgapz ' || s.n"),
}


def fill() -> None:
    """Bring the database to MATTERS matters, unless it is there."""
    present = Matter.objects.count()
    if present >= MATTERS:
        return
    _run("DROP TABLE IF EXISTS benchmark_base")
    _run("CREATE TABLE benchmark_base (kind text, n bigint, id bigint, PRIMARY KEY (kind, n))")
    counts = {
        kind: _base(kind, said) for kind, said in (("closed", "= 'closed'"), ("open", f"IN {OPEN_SAID}"))
    }
    _search_index(drop=True)
    lacking = max(0, OPEN - Matter.objects.filter(closed_at__isnull=True).count())
    offset, rest = Matter.objects.order_by("-pk").values_list("pk", flat=True)[0], MATTERS - present - lacking
    _in_parts(rest, lambda start, end: _copy("closed", counts["closed"], offset, start, end))
    after = offset + rest  # what is open came in last, as in any district
    _in_parts(lacking, lambda start, end: _copy("open", counts["open"], after, start, end))
    _search_index(drop=False)
    _run("VACUUM ANALYZE" if connection.vendor == "postgresql" else "ANALYZE")


def _in_parts(count: int, act: Callable[[int, int], None]) -> None:
    for start in range(1, count + 1, AT_ONCE):
        act(start, min(start + AT_ONCE - 1, count))
        print(f"\r  {start:,} of {count:,}", end="", file=sys.stderr, flush=True)  # noqa: T201 (takes minutes)
    print(file=sys.stderr)  # noqa: T201


def _run(statement: str) -> None:
    with connection.cursor() as cursor:
        cursor.execute(statement)


def _base(kind: str, said: str) -> int:
    """The matters that are told again: ordinary ones of the demo, numbered."""
    _run(
        f"INSERT INTO benchmark_base SELECT '{kind}', row_number() OVER (ORDER BY id) - 1, id FROM matters_matter "  # noqa: S608
        f"WHERE state {said} AND merged_into_id IS NULL AND parent_id IS NULL"
    )
    with connection.cursor() as cursor:
        cursor.execute("SELECT count(*) FROM benchmark_base WHERE kind = %s", [kind])
        return int(cursor.fetchone()[0])


def _search_index(*, drop: bool) -> None:
    """An index built at the end costs a fraction of one kept up all the while."""
    if connection.vendor != "postgresql":
        return
    if drop:
        _run("DROP INDEX IF EXISTS matters_search_words")
        return
    _run("SET maintenance_work_mem = '1GB'")
    _run(SEARCH)
    for model in (Matter, Report, Step, Task):
        table = model._meta.db_table
        _run(f"SELECT setval(pg_get_serial_sequence('{table}', 'id'), (SELECT max(id) FROM {table}))")  # noqa: S608


def _copy(kind: str, count: int, offset: int, start: int, end: int) -> None:
    """Matters offset + start … offset + end with all that belongs to them."""
    series = SERIES[connection.vendor].format(start, end)
    base = f"s JOIN benchmark_base k ON k.kind = '{kind}' AND k.n = s.n % {count}"
    kept = count if kind == "closed" else 10**9  # what is open is of this month
    key, words = WORDS[connection.vendor]
    new = f"{offset} + s.n"
    _tell(series, Matter, f"{base} JOIN matters_matter b ON b.id = k.id", kept, {"id": new})
    for model in (Report, Step, Task):
        joined = f"{base} JOIN {model._meta.db_table} b ON b.matter_id = k.id"
        _tell(
            series,
            model,
            joined,
            kept,
            {"matter_id": new, "secret_digest": "''", "source": "''", "source_key": "''"},
        )
    _run(
        f"INSERT INTO matters_search ({key}, words) {series} "  # noqa: S608
        f"SELECT {new}, {words} FROM {base} JOIN matters_search w ON w.{key} = k.id"
    )


def _tell(series: str, model: type[Model], source: str, kept: int, given: dict[str, str]) -> None:
    """INSERT … SELECT of all columns, moments moved back; a key that is not given is the database's own."""
    columns, values = [], []
    for field in model._meta.concrete_fields:
        column = str(field.column)
        if field.primary_key and column not in given:
            continue
        columns.append(f'"{column}"')
        moved = field.get_internal_type() == "DateTimeField"
        plain = BACK[connection.vendor].format(column, kept, DAYS_BACK) if moved else f'b."{column}"'
        values.append(given.get(column, plain))
    into = f"INSERT INTO {model._meta.db_table} ({', '.join(columns)})"
    _run(f"{into} {series} SELECT {', '.join(values)} FROM {source}")  # noqa: S608 (our own names and numbers)
