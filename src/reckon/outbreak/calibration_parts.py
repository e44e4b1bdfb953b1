"""The study in parts, one a set of series and scenario: each is kept when it is done, so a study cut short goes on.

A part's name holds a digest of everything that it depends on, so that parts of another study are never taken for it.
"""

import hashlib
import json
from collections.abc import Callable, Sequence
from dataclasses import asdict, dataclass
from pathlib import Path

from reckon.outbreak.calibration import PreparedScenario, ScenarioScore, measure_scenario, scores_by_candidate
from reckon.outbreak.scenarios import Scenario, design_in_force, simulate
from reckon.outbreak.settings import DetectorSettings
from reckon.outbreak.writing import write_whole

# A part of another version is made anew: raised whenever the simulator or the detector changes what it gives.
VERSION = 1
Told = Callable[[int, int], None]


@dataclass(frozen=True, kw_only=True)
class Part:
    """One scenario in one set of series, for detectors that are measured together."""

    scenario: Scenario
    seed: int
    replicates: int
    settings: tuple[DetectorSettings, ...]
    # Measured end to end, week by week, or by criteria on fits that are made once.
    end_to_end: bool

    def digest(self) -> str:
        """Tells this part from any other."""
        words = {
            "version": VERSION,
            "design": asdict(design_in_force()),
            "scenario": asdict(self.scenario),
            "seed": self.seed,
            "replicates": self.replicates,
            "settings": [settings.as_data() for settings in self.settings],
            "end_to_end": self.end_to_end,
        }
        return hashlib.sha256(json.dumps(words, sort_keys=True).encode()).hexdigest()[:20]

    def scores(self) -> list[ScenarioScore]:
        """What each of the settings did."""
        if self.end_to_end:
            return [
                measure_scenario(
                    settings=settings, scenario=self.scenario, seed=self.seed, replicates=self.replicates
                )
                for settings in self.settings
            ]
        series = simulate(
            scenario=self.scenario, design=design_in_force(), replicates=self.replicates, seed=self.seed
        )
        prepared = PreparedScenario.of(series=series, settings=self.settings[0])
        return scores_by_candidate(prepared=prepared, candidates=self.settings)


@dataclass(frozen=True, kw_only=True)
class Workshop:
    """Where parts are kept, if anywhere, and who is told how many are done."""

    folder: Path | None = None
    told: Told | None = None

    def done(self, parts: Sequence[Part]) -> list[list[ScenarioScore]]:
        """The scores of all parts, in their order; those kept from before are read. Raises OSError."""
        found = []
        for number, part in enumerate(parts, start=1):
            found.append(self._one(part))
            if self.told is not None:
                self.told(number, len(parts))
        return found

    def _one(self, part: Part) -> list[ScenarioScore]:
        if self.folder is None:
            return part.scores()
        path = self.folder / f"{part.seed}-{part.scenario.number:02d}-{part.digest()}.json"
        if path.is_file():
            return [ScenarioScore(**row) for row in json.loads(path.read_text(encoding="utf-8"))]
        scores = part.scores()
        self.folder.mkdir(parents=True, exist_ok=True)
        write_whole(path=path, text=json.dumps([asdict(score) for score in scores]))
        return scores
