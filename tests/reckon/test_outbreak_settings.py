"""Settings of detector, scan and study: unknown, missing and wrong ones are refused by name."""

from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from reckon.outbreak import SettingsInvalid, read, read_scan, settings_from, shipped, shipped_scan
from reckon.outbreak.calibration import plan_in_force
from reckon.outbreak.settings import Trend


def as_toml(data: dict[str, Any]) -> str:
    """Plain values as TOML."""
    return "".join(f"{name} = {_written(value)}\n" for name, value in data.items())


def _written(value: object) -> str:
    if isinstance(value, bool):
        return str(value).lower()
    return repr(str(value)) if isinstance(value, str) else repr(value)


def test_the_standard_settings_are_those_of_the_publication() -> None:
    standard = shipped()
    assert (standard.years_back, standard.half_window, standard.periods) == (5, 3, 10)
    assert (standard.weeks_left_out, standard.reweight_threshold, standard.alpha) == (26, 2.58, 0.005)
    assert (standard.pair_alpha, standard.dispersion_factor, standard.error_factor) == (0.0, 1.0, 0.0)
    assert (standard.trend, standard.trend_within_baseline) == (Trend.ALWAYS, True)
    assert standard.weeks_needed == 263


def test_settings_of_a_file_are_read(tmp_path: Path) -> None:
    path = tmp_path / "own.toml"
    path.write_text(as_toml({**shipped().as_data(), "alpha": 0.01}), encoding="utf-8")
    assert read(path) == replace(shipped(), alpha=0.01)


def test_a_day_is_read_with_or_without_quotation_marks(tmp_path: Path) -> None:
    path = tmp_path / "own.toml"
    path.write_text("valid_from = 2026-03-01\n", encoding="utf-8")
    assert read(path) == replace(shipped(), valid_from="2026-03-01")


def test_what_a_settings_file_leaves_out_is_as_in_the_standard_ones(tmp_path: Path) -> None:
    path = tmp_path / "own.toml"
    path.write_text("alpha = 0.01\nyears_back = 4\n", encoding="utf-8")
    assert read(path) == replace(shipped(), alpha=0.01, years_back=4)
    path.write_text("runs = 99\n", encoding="utf-8")
    assert read_scan(path) == replace(shipped_scan(), runs=99)


def test_settings_misspelt_are_refused_with_the_near_name(tmp_path: Path) -> None:
    path = tmp_path / "own.toml"
    path.write_text(as_toml({**shipped().as_data(), "reweigth_threshold": 3.0}), encoding="utf-8")
    with pytest.raises(
        SettingsInvalid, match=r"own\.toml.*'reweigth_threshold'.*did you mean reweight_threshold"
    ):
        read(path)


def test_settings_unknown_without_a_near_name_are_refused_too() -> None:
    with pytest.raises(SettingsInvalid, match="Unknown settings: 'qqqq'"):
        settings_from({**shipped().as_data(), "qqqq": 1})


def test_settings_missing_are_named() -> None:
    data = shipped().as_data()
    del data["alpha"], data["periods"]
    with pytest.raises(SettingsInvalid, match="missing: periods, alpha"):
        settings_from(data)


@pytest.mark.parametrize(
    ("name", "value", "words"),
    [
        ("alpha", 0.7, "alpha = 0.7"),
        ("alpha", "0.005", "alpha = '0.005' must be a number"),
        ("alpha", float("nan"), "alpha = nan must be a number"),
        ("alpha", True, "alpha = True must be a number"),
        ("periods", 10.0, "periods = 10.0 must be a whole number"),
        ("trend_within_baseline", 1, "must be a true or false"),
        ("trend", "alway", "Did you mean 'always'"),
        ("trend", 3, "must be one of: always, never"),
        ("years_least", 6, "years_least is more than years_back"),
        ("last_week", 500, "last_week is before first_week"),
        ("periods", 60, "don't fit into season_weeks"),
        ("weeks_left_out", 49, "weeks_left_out must be at least half_window"),
        ("weeks_left_out", 2, "weeks_left_out must be at least half_window"),
        ("weeks_left_out", 50, "weeks_left_out must be at least half_window"),
    ],
)
def test_settings_wrong_are_refused_by_name(name: str, value: object, words: str) -> None:
    with pytest.raises(SettingsInvalid, match=words):
        settings_from({**shipped().as_data(), name: value})


@pytest.mark.parametrize(
    "own",
    [
        {"half_window": 0, "periods": 52, "years_back": 1, "years_least": 1, "weeks_left_out": 51},
        {"season_weeks": 4, "half_window": 0, "periods": 4, "years_least": 1, "weeks_left_out": 3},
        {"periods": 14, "years_least": 1},
    ],
)
def test_a_baseline_shorter_than_what_is_fitted_to_it_is_refused(own: dict[str, Any]) -> None:
    with pytest.raises(SettingsInvalid, match="at least two weeks for each parameter"):
        settings_from({**shipped().as_data(), **own})
    enough = {**shipped().as_data(), **own, "periods": 1, "weeks_left_out": 0, "half_window": 0}
    assert settings_from(enough).periods == 1


def test_a_settings_file_that_is_no_toml_or_not_there_is_refused(tmp_path: Path) -> None:
    path = tmp_path / "own.toml"
    with pytest.raises(SettingsInvalid, match=r"own\.toml cannot be read"):
        read(path)
    path.write_text("alpha: 1", encoding="utf-8")
    with pytest.raises(SettingsInvalid, match=r"own\.toml cannot be read"):
        read(path)


def test_settings_of_an_unknown_name_are_refused() -> None:
    with pytest.raises(SettingsInvalid, match="'calibratd'"):
        shipped("calibratd")


def test_settings_of_the_scan_are_checked_alike(tmp_path: Path) -> None:
    path = tmp_path / "scan.toml"
    path.write_text("neighbors = 3", encoding="utf-8")
    with pytest.raises(SettingsInvalid, match=r"'neighbors' \(did you mean neighbours"):
        read_scan(path)
    with pytest.raises(SettingsInvalid, match="runs = 3"):
        replace(shipped_scan(), runs=3)


def test_a_study_that_reports_on_the_series_it_chose_by_is_refused() -> None:
    with pytest.raises(SettingsInvalid, match=r"\[102\]"):
        replace(plan_in_force(), reporting_seeds=(7, 102))
    with pytest.raises(SettingsInvalid, match="replicates = 0"):
        replace(plan_in_force(), replicates=0)
