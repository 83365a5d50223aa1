"""Needles that can be a fault are looked for in every row; those that only stand near one, where one was seen.

The words near a fault are many and common (加, 价格, 明天): looked for everywhere they would cost more than all others.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import msgspec
import numpy as np

from qunjian.text.folding import Folded
from qunjian.text.scanning import Needle, Scanner

if TYPE_CHECKING:
    from collections.abc import Sequence

    from qunjian.text.matching import Sighting


class StagedScanner:
    """Needles of two ranks, compiled once; sightings number them as they were given."""

    def __init__(self, needles: Sequence[Needle], telling: Sequence[bool]) -> None:
        self.needles = tuple(needles)
        places = np.arange(len(self.needles))
        ranks = np.array(telling, dtype=bool)
        self._places = places[ranks].tolist(), places[~ranks].tolist()
        self._scanners = tuple(Scanner([self.needles[place] for place in own]) for own in self._places)

    @property
    def without_prefilter(self) -> tuple[str, ...]:
        """Return the patterns that RE2 reads alone: right, but slower."""
        return tuple(source for each in self._scanners for source in each.without_prefilter)

    def ready(self) -> None:
        """Wait until everything is compiled."""
        for each in self._scanners:
            each.ready()

    def scan(self, folded: Folded, *, every: bool = False) -> dict[int, list[Sighting]]:
        """Return the sightings by row, in the order of their places, longest first.

        every: also of rows in which only needles of the second rank stand.
        """
        seen = self._seen(0, folded)
        rows = list(range(folded.rows)) if every else list(seen)
        if rows and self._places[1]:
            there = self._seen(1, folded if every else Folded([folded.original(row) for row in rows]))
            for place, sightings in there.items():
                seen.setdefault(rows[place], []).extend(sightings)
            for sightings in seen.values():
                sightings.sort(key=lambda sighting: (sighting.start, -sighting.end, sighting.needle))
        return dict(sorted(seen.items()))

    def _seen(self, rank: int, folded: Folded) -> dict[int, list[Sighting]]:
        places = self._places[rank]
        return {
            row: [msgspec.structs.replace(each, needle=places[each.needle]) for each in sightings]
            for row, sightings in self._scanners[rank].scan(folded).items()
        }
