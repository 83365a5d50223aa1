"""Remembers what pairs of neighbours may be, so that each pair of a long text is worked out once.

A table of slots answers most questions with one look. It never grows; a pair that finds both its slots taken puts
another out, which is then worked out again when it is next seen.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from qunjian.text.kernel.buffers import sifted
from qunjian.text.kernel.passes import FIRST, SECOND
from qunjian.text.ragged import owned

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    import numpy.typing as npt

    # Asked of some pairs, returns for each how many answers it has, and all answers one after the other.
    Ask = Callable[[npt.NDArray[np.uint32]], tuple[npt.NDArray[np.int64], npt.NDArray[np.int64]]]

_SLOTS = 19  # bits: so many pairs are remembered, in 4 MB of each process
_MOST_ANSWERS = 1 << 22
_PLACES = 1 << 14  # so many places are answered at once: what a text of any length takes stays small
_AT_ONCE = 8192  # and so many pairs worked out
_HALF = np.uint64(32)


class PairMemory:
    """The pairs seen so far and what `ask` said of them; a pair is a number of 32 bits."""

    def __init__(self, ask: Ask) -> None:
        self._ask = ask
        self._bits = _SLOTS
        self._forget()

    def _forget(self) -> None:
        self._slots = np.zeros(1 << self._bits, dtype=np.uint64)  # a pair, and the row of its answers
        self._told = _Told()

    def asked(
        self, codes: npt.NDArray[np.uint32], table: npt.NDArray[np.uint16]
    ) -> tuple[npt.NDArray[np.uint16], Iterator[tuple[npt.NDArray[np.int64], npt.NDArray[np.int64]]]]:
        """Return the column of every code, and, some at a time, all answers for pairs: where a pair is, the answer.

        Some at a time, because there are many answers: all at once took 15 MB for half a megabyte of text.
        """
        columns, places = sifted(codes, table, self._slots)
        return columns, self._answered(columns, places)

    def _answered(
        self, columns: npt.NDArray[np.uint16], places: npt.NDArray[np.int64]
    ) -> Iterator[tuple[npt.NDArray[np.int64], npt.NDArray[np.int64]]]:
        for begin in range(0, len(places), _PLACES):
            some = places[begin : begin + _PLACES]
            at, answer = self.answers(columns[some].astype(np.uint32) << np.uint32(16) | columns[some + 1])
            yield some.take(at), answer

    def answers(self, pairs: npt.NDArray[np.uint32]) -> tuple[npt.NDArray[np.int64], npt.NDArray[np.int64]]:
        """Return every answer there is for these pairs: the place of the pair among them, and the answer."""
        held = self._slots.take(self._slot(pairs, FIRST))
        other = np.flatnonzero((held >> _HALF).astype(np.uint32) != pairs)
        held[other] = self._slots[self._slot(pairs[other], SECOND)]
        rows = (held & np.uint64(0xFFFFFFFF)).astype(np.int64)
        unknown = other[(held[other] >> _HALF).astype(np.uint32) != pairs[other]]
        if len(unknown):
            if max(self._told.rows, self._told.size) > _MOST_ANSWERS:
                self._forget()
                return self.answers(pairs)
            asked, place = np.unique(pairs[unknown], return_inverse=True)
            new = np.concatenate([self._new(asked[at : at + _AT_ONCE]) for at in range(0, len(asked), _AT_ONCE)])
            rows[unknown] = new[place]
            self._keep(asked, new)
        there = np.flatnonzero(rows)
        row, answer = self._told.of(rows[there])
        return there.take(row), answer

    def _new(self, pairs: npt.NDArray[np.uint32]) -> npt.NDArray[np.int64]:
        """Ask of pairs and return the rows of their answers."""
        counts, answers = self._ask(pairs)
        rows = np.zeros(len(pairs), dtype=np.int64)
        some = np.flatnonzero(counts)
        rows[some] = self._told.add(counts[some], answers)
        return rows

    def _keep(self, pairs: npt.NDArray[np.uint32], rows: npt.NDArray[np.int64]) -> None:
        """Put pairs into their first slot if it is free, else their second; of several for one slot the last stays."""
        first = self._slot(pairs, FIRST)
        slots = np.where(self._slots[first] == 0, first, self._slot(pairs, SECOND))
        self._slots[slots] = pairs.astype(np.uint64) << _HALF | rows.astype(np.uint64)

    def _slot(self, pairs: npt.NDArray[np.uint32], turn: np.uint32) -> npt.NDArray[np.uint32]:
        return np.asarray((pairs * turn) >> np.uint32(32 - self._bits), dtype=np.uint32)


class _Told:
    """Answers, row after row; row 0 is empty. It grows by doubling: what is there is seldom copied."""

    def __init__(self) -> None:
        self._ends = np.zeros(1 << 12, dtype=np.int64)  # of each row; there the next begins
        self._answers = np.zeros(1 << 12, dtype=np.int32)
        self.rows, self.size = 1, 0

    def add(self, counts: npt.NDArray[np.int64], answers: npt.NDArray[np.int64]) -> npt.NDArray[np.int64]:
        """Add rows of so many answers each, and return their numbers."""
        rows, size = self.rows + len(counts), self.size + len(answers)
        if rows > len(self._ends):
            self._ends = np.append(self._ends, np.zeros(max(rows, len(self._ends)), dtype=np.int64))
        if size > len(self._answers):
            self._answers = np.append(self._answers, np.zeros(max(size, len(self._answers)), dtype=np.int32))
        self._ends[self.rows : rows] = self.size + np.cumsum(counts)
        self._answers[self.size : size] = answers
        added = np.arange(self.rows, rows)
        self.rows, self.size = rows, size
        return added

    def of(self, rows: npt.NDArray[np.int64]) -> tuple[npt.NDArray[np.int64], npt.NDArray[np.int64]]:
        """Return what is in these rows (row 0 is not asked for): the place of the row among these, and an answer."""
        begins = self._ends[rows - 1]
        row, at = owned(begins, self._ends[rows] - begins)
        return row, self._answers[at].astype(np.int64)
