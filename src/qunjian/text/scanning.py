"""Looks for many words and patterns in a batch of texts at once: one fold, at most two scans, no more Python than hits.

Words and prefilters of patterns share one hyperscan database over the folded buffer; words that may be hidden are
sought by their keys. What hyperscan cannot take, RE2 reads alone.
"""

from __future__ import annotations

from array import array
from concurrent.futures import Future, ThreadPoolExecutor
from typing import TYPE_CHECKING, NamedTuple

import hyperscan
import numpy as np
import re2

from qunjian.text.databases import Databases, cached, compiled
from qunjian.text.folding import BIT, Folded, steps_of
from qunjian.text.hidden import HiddenWords, Wanted
from qunjian.text.kernel.buffers import planted
from qunjian.text.matching import Place, Sighting, Word, confidence_of, named, sighting_of
from qunjian.text.patterns import Pattern, confirmer, folded_pattern, remember
from qunjian.text.prepared import prepared

if TYPE_CHECKING:
    from collections.abc import Container, Iterable, Sequence

    import numpy.typing as npt

__all__ = ["Needle", "Pattern", "Scanner", "Word"]

Needle = Word | Pattern


class Scanner:
    """A set of needles, compiled once, used on any number of batches."""

    def __init__(self, needles: Sequence[Needle]) -> None:
        self.needles = tuple(needles)
        self._patterns = {i: needle for i, needle in enumerate(needles) if isinstance(needle, Pattern)}
        made = prepared(self.needles)
        remember()
        self._words = made.words
        self._databases: _Databases | None = None
        self._compiling: Future[_Databases] | None = None
        self.hidden = HiddenWords(made.words, made.lexicon)
        self._tree = planted({i: key.folded for i, key in made.words.items() if key.folded and not key.hidden})
        expressions = [each for each in made.expressions if self._tree is None or each[0] not in self._tree.numbers]
        known = cached(expressions)
        if known is not None:
            self._databases = self._gathered(known, made.alone)
        else:
            # Hyperscan compiles beside whatever else is being opened; the first scan waits for it.
            threads = ThreadPoolExecutor(1)
            self._compiling = threads.submit(lambda: self._gathered(compiled(expressions), made.alone))
            threads.shutdown(wait=False)

    def ready(self) -> _Databases:
        """Return what the needles were compiled to, waiting for it if need be."""
        if self._databases is None:
            assert self._compiling is not None  # noqa: S101 (tells the type checker)
            self._databases = self._compiling.result()
        return self._databases

    def _gathered(self, folded: Databases, alone: list[int]) -> _Databases:
        single = [*alone, *folded.refused]
        read = _AloneSet([(i, self._patterns[i].source) for i in single]) if single else None
        return _Databases(folded.database, read)

    @property
    def without_prefilter(self) -> tuple[str, ...]:
        """Return the patterns that RE2 reads alone: right, but slower."""
        alone = self.ready().alone
        return alone.sources if alone else ()

    def scan(self, folded: Folded, wanted: Wanted = None) -> dict[int, list[Sighting]]:
        """Return the sightings by row, in the order of their places, longest first; `wanted`: only these are judged."""
        databases = self.ready()
        seen: dict[int, list[Sighting]] = {}
        asked: dict[int, dict[int, None]] = {}
        plain = _events(databases.folded, folded)
        hidden = self.hidden.seek(folded, wanted)
        alone = self._seen_alone(databases.alone, folded)
        written = self._tree.find(folded) if self._tree is not None else []
        for needle, row, end in plain.matches(self._patterns, wanted):
            if needle in self._words:
                stop = len(folded.encoded[folded.byte_starts[row] : end].decode())
                written.append((needle, row, stop - len(self._words[needle].folded)))
            else:
                asked.setdefault(row, {})[needle] = None
        for needle, row, start in written:
            if wanted is not None and not wanted(needle, row):
                continue
            places = [Place(place, place) for place in range(start, start + len(self._words[needle].folded))]
            if (sighting := sighting_of(needle, self._words[needle], folded, row, places)) is not None:
                seen.setdefault(row, []).append(sighting)
        for row, sighting in self.hidden.sightings(hidden, folded):
            seen.setdefault(row, []).append(sighting)
        for needle, row, _ in alone.matches((), wanted):
            asked.setdefault(row, {})[needle] = None
        for row, needles in asked.items():
            if found := self._confirmed(folded, row, needles):
                seen.setdefault(row, []).extend(found)
        for sightings in seen.values():
            sightings.sort(key=lambda sighting: (sighting.start, -sighting.end, sighting.needle))
        return dict(sorted(seen.items()))

    def _seen_alone(self, alone: _AloneSet | None, folded: Folded) -> _Events:
        if alone is None:
            return _NONE
        pairs = [(needle, row) for row in range(folded.rows) for needle in alone.matching(folded.row(row))]
        found = np.array(pairs, dtype=np.int64).reshape(-1, 2)
        return _Events(found[:, 0], found[:, 1], np.zeros(len(found), dtype=np.int64))

    def _confirmed(self, folded: Folded, row: int, needles: Iterable[int]) -> list[Sighting]:
        """Return what RE2 finds of these patterns in a row."""
        text, original = folded.row(row), folded.original(row)
        encoded, found = text.encode(), list[Sighting]()
        plain = len(encoded) == len(text)
        for needle in needles:
            pattern = self._patterns[needle]
            compiled = confirmer(pattern.source)
            for span in compiled.spans(encoded, pattern.group):
                first, last = span if plain else _characters(encoded, *span)
                start, end = folded.place(row, first, last)
                bits = 0
                if original[start:end] != text[first:last] and not compiled.fullmatch(original[start:end]):
                    for character in original[start:end]:
                        bits |= steps_of(character) & ~BIT["case"]
                found.append(Sighting(needle, start, end, text[first:last], named(bits), confidence_of(bits)))
        return found


def _characters(encoded: bytes, first: int, last: int) -> tuple[int, int]:
    """Return the characters that stand at these bytes."""
    before = len(encoded[:first].decode())
    return before, before + len(encoded[first:last].decode())


class _AloneSet:
    """The patterns without prefilter, read by one RE2 set per text."""

    def __init__(self, patterns: Sequence[tuple[int, str]]) -> None:
        self.sources = tuple(source for _, source in patterns)
        self._needles = [needle for needle, _ in patterns]
        options = re2.Options()
        options.case_sensitive = False
        options.log_errors = False
        self._set = re2.Set.SearchSet(options)
        for _, source in patterns:
            self._set.Add(folded_pattern(source))
        self._set.Compile()

    def matching(self, text: str) -> list[int]:
        return [self._needles[index] for index in self._set.Match(text) or ()]


class _Databases(NamedTuple):
    """What hyperscan and RE2 made of the needles: over the folded buffer, and RE2 alone."""

    folded: hyperscan.Database | None
    alone: _AloneSet | None


class _Events(NamedTuple):
    """Where needles were seen: needle, row, end in bytes of the data."""

    needles: npt.NDArray[np.int64]
    rows: npt.NDArray[np.int64]
    ends: npt.NDArray[np.int64]

    def matches(self, once: Container[int], wanted: Wanted) -> list[tuple[int, int, int]]:
        """Return (needle, row, end) of each that is wanted; of the needles in `once`, only the last of each row."""
        found: dict[tuple[int, int, int], int] = {}
        for needle, row, end in zip(self.needles.tolist(), self.rows.tolist(), self.ends.tolist(), strict=True):
            found[needle, row, 0 if needle in once else end] = end
        return [(needle, row, end) for (needle, row, _), end in found.items() if wanted is None or wanted(needle, row)]


_NONE = _Events(*(np.zeros(0, dtype=np.int64) for _ in range(3)))


def _events(database: hyperscan.Database | None, folded: Folded) -> _Events:
    """Return every place in the folded rows where hyperscan saw a needle."""
    if database is None or not folded.rows:
        return _NONE
    needles, ends = array("q"), array("q")
    needle_seen, end_seen = needles.append, ends.append

    def seen(needle: int, _start: int, end: int, _flags: int, _context: object) -> None:
        needle_seen(needle)
        end_seen(end)

    database.scan(folded.encoded, match_event_handler=seen)
    if not ends:
        return _NONE
    places = np.frombuffer(ends, dtype=np.int64)
    rows = np.searchsorted(folded.byte_starts, places - 1, side="right") - 1
    return _Events(np.frombuffer(needles, dtype=np.int64), rows, places)
