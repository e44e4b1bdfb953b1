"""The ledger: signed rows, files, figures."""

from collections import Counter
from dataclasses import replace
from datetime import datetime, timedelta

import pytest
from django.core.management import CommandError, call_command
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from hypothesis.extra.django import TestCase

from bandeng.ledger import files, selectors, services, sources
from bandeng.ledger.models import Cell, Entry, Segment, Touched
from bandeng.ledger.rules import LOCAL, MOST_DAYS, Record, months_from
from reckon.index import Measure

MAY = datetime(2026, 5, 20, 9, tzinfo=LOCAL)
OPENED = Measure(records="matters", count="all", dated_by="opened")
FIRES = Measure(records="matters", count="confirmed", dated_by="opened", category=("11.03",))
LATE = Measure(records="matters", count="late", dated_by="due")
DAYS = Measure(records="matters", count="days_to_close", dated_by="closed")
ALL = (OPENED, FIRES, LATE, DAYS)
GRIDS = ("330199001001001", "330199001001002", "330199002001001")
WINDOW = selectors.Window(areas=("330199001", "330199002"), months=(202605, 202606))


def record(subject: int, **changes: object) -> Record:
    """A matter of May in the first grid."""
    base = Record(
        source="matters",
        records="matters",
        subject=subject,
        area_code=GRIDS[0],
        category="11.03.04",
        opened=MAY,
    )
    return replace(base, **changes)  # type: ignore[arg-type]


def follow() -> None:
    """Write and count what waits."""
    services.entries_write()
    services.figures_count()


@pytest.fixture(autouse=True)
def own_folder(settings: object, tmp_path: object) -> None:
    """Files of a test lie in its own folder."""
    settings.DATA = tmp_path  # type: ignore[attr-defined]


@pytest.mark.django_db
def test_a_figure_counts_each_record_once_however_often_it_is_told() -> None:
    services.measures_declare(ALL)
    services.records_take([record(1), record(2, area_code=GRIDS[2])])
    assert services.records_take([record(1)]) == 0
    follow()
    follow()
    assert selectors.counted([OPENED], WINDOW)[OPENED].tolist() == [[1, 0], [1, 0]]


@pytest.mark.django_db
def test_a_corrected_record_moves_its_figure() -> None:
    services.measures_declare(ALL)
    services.records_take([record(1, flags=frozenset({"confirmed"}))])
    follow()
    services.records_take([record(1, flags=frozenset({"confirmed"}), category="03.01", area_code=GRIDS[2])])
    follow()
    found = selectors.counted([OPENED, FIRES], WINDOW)
    assert found[FIRES].sum() == 0
    assert found[OPENED].tolist() == [[0, 0], [1, 0]]


@pytest.mark.django_db
def test_a_late_record_joins_the_month_in_which_it_happened() -> None:
    services.measures_declare(ALL)
    services.records_take([record(1, opened=MAY + timedelta(days=30))])
    follow()
    services.records_take([record(2)])
    follow()
    assert selectors.counted([OPENED], WINDOW)[OPENED].sum(axis=0).tolist() == [1, 1]


@pytest.mark.django_db
def test_days_are_counted_from_acceptance_and_bounded() -> None:
    services.measures_declare(ALL)
    services.records_take(
        [
            record(1, accepted=MAY, closed=MAY + timedelta(days=3)),
            record(2, closed=MAY + timedelta(days=3000), opened=MAY),
        ]
    )
    follow()
    window = selectors.Window(areas=("330199",), months=(202605, 203408))
    days = selectors.waited([DAYS], window)[DAYS]
    assert days[0, 0, 3] == 1
    assert days[0, 1, MOST_DAYS] == 1


@pytest.mark.django_db
def test_duplicates_and_self_filed_matters_are_not_counted() -> None:
    services.measures_declare(ALL)
    services.records_take([record(1, is_counted=False), record(2)])
    follow()
    assert selectors.counted([OPENED], WINDOW)[OPENED].sum() == 1


@pytest.mark.django_db
def test_a_measure_declared_later_counts_what_is_there() -> None:
    services.records_take([record(1), record(2)])
    follow()
    assert services.measures_declare([OPENED]) == 1
    assert services.measures_declare([OPENED]) == 0
    assert selectors.counted([OPENED], WINDOW)[OPENED].sum() == 2
    with pytest.raises(KeyError, match="not declared"):
        selectors.counted([FIRES], WINDOW)


@pytest.mark.django_db
def test_the_records_behind_a_figure_are_those_it_counts() -> None:
    services.records_take([record(1), record(2), record(3, area_code=GRIDS[2])])
    follow()
    services.records_take([record(2, category="03.01")])
    services.entries_write()
    fires = replace(OPENED, category=("11.03",))
    found = selectors.behind(fires, area="330199001", month=202605)
    assert [row.subject for row in found] == [1]
    assert [
        row.subject for row in selectors.behind(OPENED, area="330199", month=202605, start=1, count=1)
    ] == [2]


@pytest.mark.django_db
def test_a_killed_writer_loses_and_doubles_nothing(monkeypatch: pytest.MonkeyPatch) -> None:
    services.measures_declare(ALL)
    services.records_take([record(1), record(2)])
    monkeypatch.setattr("bandeng.ledger.services.writing.Segment.objects.create", _killed)
    with pytest.raises(KeyboardInterrupt):
        services.entries_write()
    monkeypatch.undo()
    assert Entry.objects.count() == 2
    assert not Segment.objects.exists()
    services.entries_write()
    services.figures_count()
    assert Cell.objects.get(measure__key__isnull=False, days=-1).value == 2


def _killed(**row: object) -> None:
    raise KeyboardInterrupt


@pytest.mark.django_db
def test_a_changed_file_is_found() -> None:
    services.records_take([record(1)])
    services.entries_write()
    call_command("ledger", "check")
    path = files.folder() / Segment.objects.get().file
    path.write_bytes(path.read_bytes()[:-1] + b"x")
    with pytest.raises(CommandError, match="changed"):
        call_command("ledger", "check")


@pytest.mark.django_db
def test_several_changes_before_a_look_are_one(monkeypatch: pytest.MonkeyPatch) -> None:
    looked: list[int] = []

    def snapshots(subjects: list[int]) -> list[Record]:
        looked.extend(subjects)
        return [record(subject) for subject in subjects]

    monkeypatch.setitem(sources._SOURCES, "matters", "ignored")
    monkeypatch.setattr(sources, "import_string", lambda path: snapshots)
    services.touch("matters", [7])
    services.touch("matters", [7, 8])
    assert services.touched_take() == 2
    assert looked == [7, 8]
    assert not Touched.objects.exists()


def test_an_unknown_flag_is_refused() -> None:
    with pytest.raises(ValueError, match="unknown flags"):
        record(1, flags=frozenset({"angry"}))


def test_months_run_over_the_year() -> None:
    assert months_from(202611, 3) == [202611, 202612, 202701]


CHANGES = st.lists(
    st.tuples(
        st.integers(1, 5),
        st.sampled_from(GRIDS),
        st.sampled_from(["11.03.04", "03.01"]),
        st.booleans(),
        st.integers(0, 40),
    ),
    max_size=25,
)


class Recounted(TestCase):
    """Whatever comes in whatever pieces, the figures are those of the present records."""

    @settings(max_examples=15, deadline=None, suppress_health_check=list(HealthCheck))
    @given(changes=CHANGES, looks=st.sets(st.integers(0, 24)))
    def test_figures_are_those_of_the_present_records(
        self, changes: list[tuple[int, str, str, bool, int]], looks: set[int]
    ) -> None:
        Cell.objects.all().delete()
        Segment.objects.all().delete()
        services.measures_declare(ALL)
        present: dict[int, Record] = {}
        for place, (subject, area, category, sure, days) in enumerate(changes):
            flags = frozenset({"confirmed"}) if sure else frozenset[str]()
            opened = MAY + timedelta(days=days)
            present[subject] = record(subject, area_code=area, category=category, flags=flags, opened=opened)
            services.records_take([present[subject]])
            if place in looks:
                follow()
        follow()
        expected = Counter(
            (row.area_code[:9], row.opened.astimezone(LOCAL).month) for row in present.values() if row.opened
        )
        found = selectors.counted([OPENED], WINDOW)[OPENED]
        assert {
            (area, month % 100): int(found[i, j])
            for i, area in enumerate(WINDOW.areas)
            for j, month in enumerate(WINDOW.months)
            if found[i, j]
        } == dict(expected)
