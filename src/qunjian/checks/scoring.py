"""Lets models look beside the scanner: what a model scores high enough is seen, like a word that stands there."""

from __future__ import annotations

from functools import lru_cache
from pathlib import Path
from typing import TYPE_CHECKING

import msgspec
import numpy as np

from qunjian.models.text_model import TextModel, load_model
from qunjian.text.matching import Sighting
from qunjian.text.scanning import Needle
from qunjian.text.staging import StagedScanner, Use

if TYPE_CHECKING:
    from collections.abc import Sequence

    from qunjian.text.folding import Folded


class Scored(msgspec.Struct, frozen=True):
    """A model to score every text with: seen where its probability reaches the threshold. `file`: a team's own."""

    model: str
    threshold: float
    file: str = ""


Sought = Needle | Scored
"""What a check may look for: words and patterns, or what a model thinks."""


def model_of(scored: Scored) -> TextModel:
    """Return the model, read once."""
    return _model(scored.file or scored.model)


@lru_cache(maxsize=8)
def _model(name: str) -> TextModel:
    return load_model(Path(name) if name.endswith(".npz") else name)


class ScoringScanner:
    """A scanner and the models beside it; sightings number the needles as they were given."""

    def __init__(self, needles: Sequence[Sought], uses: Sequence[Use]) -> None:
        self.needles = tuple(needles)
        self._scored = [(place, each) for place, each in enumerate(needles) if isinstance(each, Scored)]
        self._places = [place for place, each in enumerate(needles) if not isinstance(each, Scored)]
        words = [each for each in needles if not isinstance(each, Scored)]
        self._uses = tuple(uses)
        self._scanner = StagedScanner(words, [uses[place] for place in self._places])

    @property
    def without_prefilter(self) -> tuple[str, ...]:
        """Return the patterns that RE2 reads alone: right, but slower."""
        return self._scanner.without_prefilter

    def ready(self) -> None:
        """Wait until everything is compiled, and read the models."""
        for _, each in self._scored:
            model_of(each)
        self._scanner.ready()

    def scan(self, folded: Folded, *, every: bool = False) -> dict[int, list[Sighting]]:
        """Return the sightings by row, in the order of their places; every: what models think of all rows too."""
        scored = self._seen(folded, every=every)
        told = {
            row: frozenset().union(*(self._uses[each.needle].told for each in sightings))
            for row, sightings in scored.items()
        }
        seen = {
            row: [msgspec.structs.replace(each, needle=self._places[each.needle]) for each in sightings]
            for row, sightings in self._scanner.scan(folded, every=every, told=told).items()
        }
        for row, sightings in scored.items():
            seen.setdefault(row, []).extend(sightings)
            seen[row].sort(key=lambda sighting: (sighting.start, -sighting.end, sighting.needle))
        return dict(sorted(seen.items()))

    def _seen(self, folded: Folded, *, every: bool) -> dict[int, list[Sighting]]:
        """Return for each row of any text the models that think so much of it."""
        found: dict[int, list[Sighting]] = {}
        chances: dict[tuple[str, str], np.ndarray] = {}
        empty = np.diff(folded.starts) < 2
        for place, scored in self._scored:
            name = scored.model, scored.file
            if name not in chances:
                model = model_of(scored)
                chances[name] = np.where(empty, -1.0, model.calibrated(model.margins_of(folded)))
            least = 0.0 if every else scored.threshold
            for row in np.flatnonzero(chances[name] >= least).tolist():
                found.setdefault(row, []).append(Sighting(place, 0, 0, "", (), round(float(chances[name][row]), 4)))
        return found


def scanner_of(needles: Sequence[Sought], uses: Sequence[Use]) -> StagedScanner | ScoringScanner:
    """Return what looks for the needles; without a model among them, the scanner alone."""
    words = [each for each in needles if not isinstance(each, Scored)]
    return ScoringScanner(needles, uses) if len(words) < len(needles) else StagedScanner(words, uses)
