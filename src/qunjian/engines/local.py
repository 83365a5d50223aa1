"""Runs expressions on one machine: a DuckDB connection with a memory cap, and Ibis on top of it when asked."""

from __future__ import annotations

from copy import copy
from functools import cached_property
from typing import TYPE_CHECKING, Any

import duckdb

if TYPE_CHECKING:
    from pathlib import Path

    import pyarrow as pa
    from ibis.expr.types import Table


class Session:
    """One DuckDB connection in UTC; `ibis` is imported only when an expression is asked for (it costs a second)."""

    def __init__(self, spill: Path | None = None, *, memory_mb: int = 256, threads: int = 2) -> None:
        self.connection = duckdb.connect()
        self.connection.execute(f"SET memory_limit='{memory_mb}MB'; SET threads={threads}; SET GLOBAL TimeZone='UTC'")
        self.connection.execute("SET enable_progress_bar=false")
        if spill is not None:
            spill.parent.mkdir(parents=True, exist_ok=True)  # DuckDB makes only the last folder of the path
            self.connection.execute("SET temp_directory=?", [str(spill)])

    def beside(self) -> Session:
        """Return a session on the same tables and views for another thread; temporary ones are each session's own."""
        other = copy(self)
        other.connection = self.connection.cursor()
        return other

    @cached_property
    def ibis(self) -> Any:
        """Return the Ibis backend over the same connection."""
        import ibis

        return ibis.duckdb.from_connection(self.connection)

    def table(self, name: str) -> Table:
        """Return the Ibis table of a view or table of this session."""
        return self.ibis.table(name)

    def arrow(self, sql: str, parameters: list[object] | None = None) -> pa.Table:
        """Return the whole result of a query."""
        return self._relation(sql, parameters).to_arrow_table()

    def temporary(self, sql: str, parameters: list[object] | None = None) -> pa.Table:
        """Return the whole result of a query over tables of this very connection; no stream may be open on it."""
        return self.connection.sql(sql, params=parameters or None).to_arrow_table()

    def batches(self, sql: str, parameters: list[object] | None = None, *, rows: int = 65_536) -> pa.RecordBatchReader:
        """Return the result of a query as a stream of record batches; other queries may run meanwhile."""
        return self._relation(sql, parameters).to_arrow_reader(rows)

    def _relation(self, sql: str, parameters: list[object] | None) -> Any:
        # A stream keeps its connection busy, so each has a cursor; what is temporary only its own connection sees.
        try:
            return self.connection.cursor().sql(sql, params=parameters or None)
        except duckdb.CatalogException:
            return self.connection.sql(sql, params=parameters or None)

    def close(self) -> None:
        """Close the connection."""
        self.connection.close()
