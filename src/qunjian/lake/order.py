"""Watches how a document tells time: how often it goes forward from row to row, how often back, and how finely."""

from __future__ import annotations

from typing import TYPE_CHECKING

import msgspec
import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

if TYPE_CHECKING:
    from numpy.typing import NDArray

CLEAR_US = 60_000_000  # steps of a minute or less are a matter of clocks and of rounding
LEAST_ROWS = 3  # so many on whole minutes are no chance
NEAR = 16  # clear steps one way so few rows apart belong to one stretch


class Direction(msgspec.Struct):
    """Clear steps one way: how many, the rows (1-based, among the document's messages) of the first and last, the
    largest (s); how many stretches they lie in, and how many rows those cover.
    """

    steps: int = 0
    first: int = 0
    largest: int = 0
    last: int = 0
    stretches: int = 0
    covered: int = 0

    def note(self, rows: NDArray[np.int64], steps: NDArray[np.int64]) -> None:
        """Add the clear steps to these rows, which follow all noted before."""
        before = self.last if self.steps else int(rows[0]) - NEAR - 1
        gaps = np.diff(rows, prepend=before)
        apart = gaps > NEAR
        self.stretches += int(apart.sum())
        self.covered += int(np.where(apart, 1, gaps).sum())
        self.first = self.first or int(rows[0])
        self.last = int(rows[-1])
        self.steps += len(rows)
        self.largest = max(self.largest, int(np.abs(steps).max()) // 1_000_000)


class Order(msgspec.Struct):
    """How a document's messages follow each other within a channel.

    seconds, fractions: how many stand on no whole minute, on no whole second; unnamed: how many have no native id.
    """

    rows: int = 0
    forward: Direction = msgspec.field(default_factory=Direction)
    back: Direction = msgspec.field(default_factory=Direction)
    seconds: int = 0
    fractions: int = 0
    unnamed: int = 0

    @property
    def unit(self) -> int:
        """Return how finely time is told: to the minute (60), the second (1) or finer (0); unknown is finer."""
        return 0 if self.rows < LEAST_ROWS or self.fractions else 1 if self.seconds else 60


class OrderWatch:
    """The orders of the documents of one import; batches come in the order read."""

    def __init__(self) -> None:
        self.orders: dict[int, Order] = {}
        self._last: tuple[int, int, tuple[object, ...]] | None = None

    def note(self, batch: pa.RecordBatch, documents: NDArray[np.int32]) -> None:
        """Look at the next rows."""
        if not batch.num_rows:
            return
        times = batch.column("sent_at").cast(pa.int64()).fill_null(0).to_numpy(zero_copy_only=False)
        self._tell(batch, documents, times)
        same = np.ones(batch.num_rows - 1, dtype=bool)
        for name in ("community_id", "channel_id"):
            column = batch.column(name).fill_null("")
            same &= pc.equal(column.slice(1), column.slice(0, len(column) - 1)).to_numpy(zero_copy_only=False)
        ends = [tuple(batch.column(name)[row].as_py() for name in ("community_id", "channel_id")) for row in (0, -1)]
        here = documents
        if self._last is not None:
            document, time, place = self._last
            times = np.concatenate([[time], times])
            here = np.concatenate([[document], here])
            same = np.concatenate([[place == ends[0]], same])
        self._last = int(documents[-1]), int(times[-1]), ends[1]
        counted = same & (here[1:] == here[:-1]) & (times[1:] != 0) & (times[:-1] != 0)
        self._add(documents, here[1:], np.diff(times), counted)

    def _tell(self, batch: pa.RecordBatch, documents: NDArray[np.int32], times: NDArray[np.int64]) -> None:
        ids = pc.starts_with(batch.column("message_id"), "~").fill_null(False).to_numpy(zero_copy_only=False)
        first, last = int(documents[0]), int(documents[-1])
        starts = np.searchsorted(documents, np.arange(first, last + 2))
        counts = [
            np.concatenate([[0], np.cumsum(one)])[starts]
            for one in (times % 60_000_000 != 0, times % 1_000_000 != 0, ids)
        ]
        for n in np.flatnonzero(np.diff(starts)):
            order = self.orders.setdefault(first + int(n), Order())
            seconds, fractions, unnamed = (int(one[n + 1] - one[n]) for one in counts)
            order.seconds += seconds
            order.fractions += fractions
            order.unnamed += unnamed

    def _add(
        self,
        documents: NDArray[np.int32],
        here: NDArray[np.int32],
        steps: NDArray[np.int64],
        counted: NDArray[np.bool_],
    ) -> None:
        first, last = int(documents[0]), int(documents[-1])
        begins = np.searchsorted(here, np.arange(first, last + 2))
        starts = np.searchsorted(documents, np.arange(first, last + 2))
        ways = counted & (steps > CLEAR_US), counted & (steps < -CLEAR_US)
        sums = [np.concatenate([[0], np.cumsum(way)]) for way in ways]
        for n in np.flatnonzero(np.diff(starts)):
            order = self.orders.setdefault(first + int(n), Order())
            begin, end = int(begins[n]), int(begins[n + 1])
            more = int(starts[n + 1] - starts[n])
            for direction, way, total in zip((order.forward, order.back), ways, sums, strict=True):
                found = int(total[end] - total[begin])
                if not found:
                    continue
                # Row k of `here` is the step to it; of a document's own rows the last `more` are new.
                there = begin + np.flatnonzero(way[begin:end])
                direction.note(order.rows + more - (end - there) + 1, steps[there])
            order.rows += more
