"""Needles that can be a fault are looked for in every row; those that only stand near one, where it was seen.

The words near a fault are many and common (加, 价格, 明天): looked for everywhere they would cost more than all others.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

import msgspec

from qunjian.text.folding import Folded
from qunjian.text.scanning import Needle, Scanner

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from qunjian.text.matching import Sighting


class Use(NamedTuple):
    """What one needle is for: the rules whose fault it may be, and those in which it only stands near one."""

    told: frozenset[int] = frozenset()
    near: frozenset[int] = frozenset()


class StagedScanner:
    """Needles of two ranks, compiled once; sightings number them as they were given."""

    def __init__(self, needles: Sequence[Needle], uses: Sequence[Use]) -> None:
        self.needles = tuple(needles)
        self._uses = tuple(uses)
        first = [place for place, use in enumerate(uses) if use.told]
        second = [place for place, use in enumerate(uses) if not use.told]
        self._places = first, second
        self._scanners = tuple(Scanner([self.needles[place] for place in own]) for own in self._places)
        self._awaited = frozenset().union(*(uses[place].near for place in second))  # the rules of the second rank

    @property
    def without_prefilter(self) -> tuple[str, ...]:
        """Return the patterns that RE2 reads alone: right, but slower."""
        return tuple(source for each in self._scanners for source in each.without_prefilter)

    def ready(self) -> None:
        """Wait until everything is compiled."""
        for each in self._scanners:
            each.ready()

    def scan(
        self, folded: Folded, *, every: bool = False, told: Mapping[int, frozenset[int]] | None = None
    ) -> dict[int, list[Sighting]]:
        """Return the sightings by row, in the order of their places, longest first.

        A needle of the second rank is looked for in the rows where a fault of one of its rules was seen.
        told: the rules whose fault something else saw, by row; every: look for all needles in all rows.
        """
        seen = self._numbered(0, self._scanners[0].scan(folded))
        if every:
            there = self._numbered(1, self._scanners[1].scan(folded))
        else:
            there = self._beside(folded, self._waiting(seen, told or {}))
        for row, sightings in there.items():
            seen.setdefault(row, []).extend(sightings)
            seen[row].sort(key=lambda sighting: (sighting.start, -sighting.end, sighting.needle))
        return dict(sorted(seen.items()))

    def _waiting(
        self, seen: Mapping[int, Sequence[Sighting]], told: Mapping[int, frozenset[int]]
    ) -> dict[int, frozenset[int]]:
        """Return the rules, by row, that saw a fault and may want words near it."""
        found = {}
        for row in seen.keys() | told.keys():
            rules = told.get(row, frozenset()).union(*(self._uses[each.needle].told for each in seen.get(row, ())))
            if waiting := rules & self._awaited:
                found[row] = waiting
        return dict(sorted(found.items()))

    def _beside(self, folded: Folded, waiting: Mapping[int, frozenset[int]]) -> dict[int, list[Sighting]]:
        """Return the sightings of the second rank that these rules want in these rows."""
        if not waiting:
            return {}
        rows, rules = list(waiting), list(waiting.values())
        near = [self._uses[place].near for place in self._places[1]]
        found = self._scanners[1].scan(
            Folded([folded.original(row) for row in rows]), lambda needle, at: not near[needle].isdisjoint(rules[at])
        )
        return {rows[at]: sightings for at, sightings in self._numbered(1, found).items()}

    def _numbered(self, rank: int, found: Mapping[int, Sequence[Sighting]]) -> dict[int, list[Sighting]]:
        places = self._places[rank]
        return {
            row: [msgspec.structs.replace(each, needle=places[each.needle]) for each in sightings]
            for row, sightings in found.items()
        }
