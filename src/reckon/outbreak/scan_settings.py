"""Settings of the space-time scan: dated data, checked when read."""

from dataclasses import asdict, dataclass
from pathlib import Path

from reckon.outbreak.settings import SettingsInvalid, out_of_range, read_as, shipped_as

RANGES: dict[str, tuple[float, float]] = {
    "neighbours": (1, 2000),
    "weeks": (1, 366),
    # Gumbel's distribution needs a few runs to be fitted to.
    "runs": (19, 99_999),
    "seed": (0, 2**63 - 1),
    "p_value_most": (1e-6, 1.0),
    "clusters_most": (1, 1000),
}


@dataclass(frozen=True, kw_only=True)
class ScanSettings:
    """How a scan is made; each setting is explained in data/scan.toml."""

    valid_from: str
    source: str
    neighbours: int
    weeks: int
    runs: int
    seed: int
    p_value_most: float
    clusters_most: int

    def __post_init__(self) -> None:
        """Raises SettingsInvalid, naming every setting that is out of range."""
        wrong = out_of_range(settings=self, ranges=RANGES)
        if wrong:
            raise SettingsInvalid(f"Settings out of range: {'; '.join(wrong)}. Correct them and try again.")


def read_scan(path: Path) -> ScanSettings:
    """Settings of a TOML file; what it leaves out is as shipped. Raises SettingsInvalid."""
    return read_as(path=path, kind=ScanSettings, base=asdict(shipped_scan()))


def shipped_scan() -> ScanSettings:
    """The settings shipped with the program."""
    return shipped_as(name="scan", kind=ScanSettings)
