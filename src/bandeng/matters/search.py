"""Full-text search over Chinese: every pair of neighbouring characters is a word.

Overlapping pairs find any phrase of two characters or more exactly and need no dictionary; runs of Latin
letters or digits are words of their own. A phrase is pairs in sequence. PostgreSQL gets a tsvector made
here, because its own parser drops Han characters under the C locale; SQLite gets FTS5.
"""

import json
import logging
import re
from collections.abc import Iterable, Iterator, Sequence
from contextlib import contextmanager
from functools import lru_cache
from threading import Event, Thread

from django.db import DatabaseError, connection
from django.db.models import BooleanField, QuerySet
from django.db.models.expressions import RawSQL

from bandeng.matters.models import Matter

log = logging.getLogger("bandeng.search")
RUN = re.compile(r"[0-9a-z]+|[\u3400-\u9fff\uf900-\ufaff]+")
LONGEST_WORD = 40
LAST_POSITION = 16_000  # PostgreSQL keeps no place beyond 16,383
WAITING = "256MB"  # of one import at most, before writers must sort it in themselves
TIDY_EVERY = 0.2  # seconds
PLACES = tuple(f":{place}" for place in range(1, LAST_POSITION + 1))
FEW = 40  # below this many texts, one plain INSERT is quicker than COPY
MOST_TERMS = 8
WALKED = 50_000  # words in more texts than this: SQLite finds a page sooner by asking of each matter in turn
AHEAD = 1_024  # vectors that an import has made in another thread before the database is ready for them
GAP = "zgapz"  # keeps the places of two runs apart in FTS5


def words_of(text: str) -> list[str]:
    """The searchable words of a text, in order."""
    words: list[str] = []
    for run in RUN.findall(text.lower()):
        if run[0] < "\u3400":
            words.append(run[:LONGEST_WORD])
        else:
            words.extend(map(str.__add__, run, run[1:]))
            words.append(run[-1])
        words.append("")  # a gap: a phrase does not run over it
    return words


def index(rows: Iterable[tuple[int, str]]) -> None:
    """Put (matter key, text) rows into the index; a key that is there already is replaced."""
    if connection.vendor == "postgresql":
        _index_postgresql(rows)
    else:
        _index_sqlite(rows)


def index_new(rows: Sequence[tuple[int, str]]) -> None:
    """Put rows with new keys into the index; many are left for `tidy` to sort in."""
    if connection.vendor != "postgresql" or len(rows) < FEW:
        index(rows)
        return
    lines = [f"{key}\t{vector_of(text)}\n" for key, text in rows]
    with connection.cursor() as cursor:
        cursor.execute(f"SET LOCAL gin_pending_list_limit = '{WAITING}'")
        with cursor.copy("COPY matters_search (matter_id, words) FROM STDIN") as copy:
            copy.write("".join(lines))


def tidy() -> None:
    """Sort into the index what waits beside it; a search reads both, so this only keeps it quick."""
    if connection.vendor == "postgresql":
        with connection.cursor() as cursor:
            cursor.execute("SELECT gin_clean_pending_list('matters_search_words')")


@contextmanager
def tidied_meanwhile() -> Iterator[None]:
    """While many texts go in, tidy on a connection of its own: half of an import's work, on another core."""
    if connection.vendor != "postgresql":
        yield
        return
    ended = Event()
    thread = Thread(target=_tidy_until, args=[ended], daemon=True)
    thread.start()
    try:
        yield
    finally:
        ended.set()
        thread.join()


def _tidy_until(ended: Event) -> None:
    try:
        while not ended.wait(TIDY_EVERY):
            tidy()
        tidy()
    except DatabaseError:  # the worker tidies as well, and later
        log.exception("the search index could not be tidied")
    finally:
        connection.close()


def _index_postgresql(rows: Iterable[tuple[int, str]]) -> None:
    values = [(key, vector_of(text)) for key, text in rows]
    if not values:
        return
    places = ", ".join(["(%s, %s::tsvector)"] * len(values))
    with connection.cursor() as cursor:
        cursor.execute(
            f"INSERT INTO matters_search (matter_id, words) VALUES {places} "  # noqa: S608 (places are constants)
            "ON CONFLICT (matter_id) DO UPDATE SET words = EXCLUDED.words",
            [part for value in values for part in value],
        )


@lru_cache(maxsize=AHEAD)
def vector_of(text: str) -> str:
    """The text of a tsvector: the words with their places; PostgreSQL itself gathers those of one word.

    A word is of letters, digits or Han characters only, so that nothing needs quoting.
    """
    return " ".join([word + place for word, place in zip(words_of(text), PLACES, strict=False) if word])


def _index_sqlite(rows: Iterable[tuple[int, str]]) -> None:
    values = [(key, " ".join(word or GAP for word in words_of(text))) for key, text in rows]
    with connection.cursor() as cursor:
        cursor.executemany("INSERT OR REPLACE INTO matters_search (rowid, words) VALUES (%s, %s)", values)


def phrases_of(query: str) -> list[list[str]]:
    """A typed query as phrases: every run is one, and all must occur."""
    phrases = []
    for run in RUN.findall(query.lower())[:MOST_TERMS]:
        if run[0] < "\u3400":
            phrases.append([run[:LONGEST_WORD]])
        else:
            phrases.append([run] if len(run) == 1 else list(map(str.__add__, run, run[1:])))
    return phrases


def found(matters: QuerySet[Matter], query: str) -> QuerySet[Matter]:
    """Narrow matters to those whose title, text or address hold every phrase; none for an empty query."""
    phrases = phrases_of(query)
    if not phrases:
        return matters.none()
    if connection.vendor == "postgresql":
        statement = "SELECT matter_id FROM matters_search WHERE words @@ %s::tsquery"
        return matters.filter(pk__in=RawSQL(statement, [_tsquery(phrases)]))  # noqa: S611 (bound parameter)
    statement = "SELECT rowid FROM matters_search WHERE matters_search MATCH %s"
    return matters.filter(pk__in=RawSQL(statement, [_match(phrases)]))  # noqa: S611 (bound parameter)


def holding(matters: QuerySet[Matter], query: str, *, after: int | None = None) -> QuerySet[Matter]:
    """The same as `found` for common words and a list that is read from its start, of keys beyond `after`."""
    if after is not None:
        matters = matters.filter(pk__gt=after)
    if connection.vendor == "postgresql":  # chooses by itself, from its statistics of words
        return found(matters, query)
    match = _match(phrases_of(query))
    if after is not None:
        newest = "SELECT rowid FROM matters_search WHERE matters_search MATCH %s AND rowid > %s"
        return matters.filter(pk__in=RawSQL(newest, [match, after]))  # noqa: S611 (bound parameters)
    if hits_up_to(query, WALKED + 1) <= WALKED:
        return found(matters, query)
    each = "EXISTS (SELECT 1 FROM matters_search WHERE matters_search MATCH %s AND rowid = matters_matter.id)"
    return matters.filter(RawSQL(each, [match], BooleanField()))  # noqa: S611 (bound parameter)


def hits_up_to(query: str, bound: int) -> int:
    """How many matters hold every phrase, counted up to `bound`; nothing is read of the matters themselves."""
    phrases = phrases_of(query)
    if not phrases:
        return 0
    if connection.vendor != "postgresql":
        return _count("matters_search MATCH %s", _match(phrases), bound)
    words = _tsquery(phrases)
    return bound if _estimate(words) > bound else _count("words @@ %s::tsquery", words, bound)


def _count(condition: str, words: str, bound: int) -> int:
    hits = f"SELECT 1 FROM matters_search WHERE {condition} LIMIT %s"  # noqa: S608 (one of two constants)
    with connection.cursor() as cursor:
        cursor.execute(f"SELECT count(*) FROM ({hits}) hits", [words, bound])  # noqa: S608 (as above)
        return int(cursor.fetchone()[0])


def _estimate(words: str) -> int:
    """PostgreSQL's own guess, from its statistics of common words; of a phrase it guesses far too few.

    To count a word of a tenth of all matters it would read that many texts, and not from the index.
    """
    with connection.cursor() as cursor:
        cursor.execute(
            "EXPLAIN (FORMAT JSON) SELECT 1 FROM matters_search WHERE words @@ %s::tsquery", [words]
        )
        plan = cursor.fetchone()[0]
    return int((json.loads(plan) if isinstance(plan, str) else plan)[0]["Plan"]["Plan Rows"])


def _tsquery(phrases: Sequence[Sequence[str]]) -> str:
    def term(word: str) -> str:
        return f"'{word}':*" if len(word) == 1 or word.isascii() else f"'{word}'"

    return " & ".join("(" + " <-> ".join(term(word) for word in phrase) + ")" for phrase in phrases)


def _match(phrases: Sequence[Sequence[str]]) -> str:
    parts = []
    for phrase in phrases:
        prefix = "*" if len(phrase) == 1 and (len(phrase[0]) == 1 or phrase[0].isascii()) else ""
        parts.append('"' + " ".join(phrase) + '"' + prefix)
    return " AND ".join(parts)
