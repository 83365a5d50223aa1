"""Finds hidden words in a folded batch: every stream is sought, and each find is judged where it stands."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

import numpy as np

from qunjian.text.keys import FLAG
from qunjian.text.lexicon import Entry, Lexicon
from qunjian.text.matching import Place, sighting_of
from qunjian.text.seeking import Found, seek
from qunjian.text.streams import WRITTEN, Stream, replaced, written

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    import numpy.typing as npt

    from qunjian.text.folding import Folded
    from qunjian.text.matching import Sighting, WordKey


class Finds(NamedTuple):
    """Words found in one stream, with the needle and the row of each."""

    needles: npt.NDArray[np.int64]
    rows: npt.NDArray[np.int64]
    found: Found
    stream: Stream


class HiddenWords:
    """Words that may be hidden, compiled once, used on any number of batches."""

    def __init__(self, words: Mapping[int, WordKey]) -> None:
        self._words = dict(words)
        self._lexicon = Lexicon([Entry(needle, key.folded, key.keys) for needle, key in words.items()])
        allowed = int(np.bitwise_or.reduce(self._lexicon.allowed)) if words else 0
        self._spelled = bool(allowed & FLAG["pinyin"])
        self._pictured = bool(allowed & FLAG["emoji"])

    def seek(self, folded: Folded) -> list[Finds]:
        """Return what stands in the batch, as arrays: nothing is judged yet."""
        if not self._words:
            return []
        streams = [written(folded)]
        again = replaced(folded, self._lexicon.joins, spelled=self._spelled, pictured=self._pictured)
        if again is not None:
            streams.append(again)
        finds = []
        for stream in streams:
            found = seek(stream, self._lexicon)
            if len(found.words):
                rows = np.searchsorted(folded.starts, stream.first[found.starts], side="right") - 1
                finds.append(Finds(self._lexicon.numbers[found.words], rows, found, stream))
        return finds

    def sightings(
        self, finds: list[Finds], folded: Folded, wanted: npt.NDArray[np.int64] | None
    ) -> Iterator[tuple[int, Sighting]]:
        """Return row and sighting of each find that holds, the surest where one place is seen in several ways."""
        best: dict[tuple[int, int, int], Sighting] = {}
        for each in finds:
            chosen = np.arange(len(each.rows)) if wanted is None else np.flatnonzero(np.isin(each.rows, wanted))
            for place in chosen.tolist():
                row, sighting = int(each.rows[place]), self._judged(each, place, folded)
                if sighting is None:
                    continue
                key = row, sighting.needle, sighting.start
                if key not in best or best[key].confidence < sighting.confidence:
                    best[key] = sighting
        for (row, _, _), sighting in best.items():
            yield row, sighting

    def _judged(self, finds: Finds, place: int, folded: Folded) -> Sighting | None:
        needle, row = int(finds.needles[place]), int(finds.rows[place])
        key = self._words[needle]
        start, word = int(finds.found.starts[place]), int(finds.found.words[place])
        stream, base = finds.stream, int(folded.starts[row])
        span = slice(start, start + int(self._lexicon.lengths[word]))
        meant = self._lexicon.characters[self._lexicon.starts[word] : self._lexicon.starts[word + 1]]
        itself = (stream.codes[span] == meant) & (stream.made[span] == WRITTEN)
        places = map(Place, (stream.first[span] - base).tolist(), (stream.last[span] - base).tolist(), itself.tolist())
        return sighting_of(needle, key, folded, row, tuple(places), int(finds.found.flags[place]))
