"""What window checks take from the texts while the message checks read them, so that no text is folded twice."""

from __future__ import annotations

from typing import TYPE_CHECKING, Protocol

import pyarrow as pa

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    import numpy as np
    import numpy.typing as npt

    from qunjian.checks.runner import Piece
    from qunjian.engines.local import Session

PORTION = pa.field("portion", pa.int64())


class Gatherer(Protocol):
    """Takes from a piece of a batch of messages the rows one search needs; it travels between processes."""

    @property
    def table(self) -> str: ...

    @property
    def schema(self) -> pa.Schema: ...

    @property
    def columns(self) -> tuple[str, ...]: ...

    def take(self, piece: Piece) -> pa.RecordBatch: ...


class Gathered:
    """What was gathered from all portions, as tables of the session; `reread` gives rows of a portion again.

    It has a cursor of its own: other queries of the session may run meanwhile.
    """

    def __init__(
        self,
        session: Session,
        gatherers: Sequence[Gatherer],
        reread: Callable[[int, npt.NDArray[np.int64], Sequence[str]], pa.Table],
    ) -> None:
        self.reread = reread
        self._gatherers = gatherers
        self._cursor = session.connection.cursor()
        for each in gatherers:
            empty = pa.schema([PORTION, *each.schema]).empty_table()
            self._cursor.register("window_gathered", empty)
            self._cursor.execute(f"CREATE TABLE {each.table} AS SELECT * FROM window_gathered")  # noqa: S608
            self._cursor.unregister("window_gathered")

    def add(self, portion: int, taken: Sequence[Sequence[pa.RecordBatch]]) -> None:
        """Add what each gatherer took from one portion."""
        for each, batches in zip(self._gatherers, taken, strict=True):
            rows = pa.Table.from_batches(batches, each.schema)
            if rows.num_rows:
                rows = rows.add_column(0, PORTION, pa.repeat(pa.scalar(portion, PORTION.type), rows.num_rows))
                self._cursor.register("window_gathered", rows)
                self._cursor.execute(f"INSERT INTO {each.table} SELECT * FROM window_gathered")  # noqa: S608
                self._cursor.unregister("window_gathered")

    def close(self) -> None:
        """Drop the tables."""
        for each in self._gatherers:
            self._cursor.execute(f"DROP TABLE {each.table}")
        self._cursor.close()
