"""Writes the rows of an export as JSON Lines, CSV (safe to open in a spreadsheet) or Parquet."""

from __future__ import annotations

from typing import TYPE_CHECKING, BinaryIO, Protocol

import duckdb
import pyarrow as pa
import pyarrow.csv as pa_csv
import pyarrow.parquet as pq

from qunjian.sources.qunjian.layout import COLUMNS, FORMULA_SIGNS, RECORDS, TIME_FORM

if TYPE_CHECKING:
    from qunjian.engines.local import Session

_BOM = b"\xef\xbb\xbf"  # without it a Chinese Excel takes the file for GBK
_FIRST_SIGNS = ", ".join(f"chr({ord(sign)})" for sign in ("'", *FORMULA_SIGNS))


class Form(Protocol):
    """One form of file: rows in, bytes out."""

    def write(self, record: str, batch: pa.RecordBatch) -> None:
        """Add the rows of a record."""

    def close(self) -> None:
        """End the file; the stream stays open."""


class Lines:
    """JSON Lines: one object a row, only with the fields that hold something."""

    def __init__(self, session: Session, out: BinaryIO) -> None:
        self._connection = session.connection.cursor()
        self._out = out
        self._selects = {record: _object_of(record, schema) for record, schema in RECORDS.items()}

    def write(self, record: str, batch: pa.RecordBatch) -> None:
        write_lines(self._connection, self._out, batch, self._selects[record])

    def close(self) -> None:
        self._connection.close()


class Sheet:
    """CSV: one table of all columns."""

    def __init__(self, session: Session, out: BinaryIO) -> None:
        self._connection = session.connection.cursor()
        self._schema = pa.schema([(name, pa.string()) for name in COLUMNS.names])
        out.write(_BOM)
        self._writer = pa_csv.CSVWriter(
            out, self._schema, write_options=pa_csv.WriteOptions(include_header=False, quoting_style="needed")
        )
        out.write((",".join(COLUMNS.names) + "\n").encode())
        self._selects = {record: _cells_of(record, schema) for record, schema in RECORDS.items()}

    def write(self, record: str, batch: pa.RecordBatch) -> None:
        found = _through(self._connection, batch, f"SELECT {self._selects[record]} FROM given")  # noqa: S608
        self._writer.write_table(found.cast(self._schema))

    def close(self) -> None:
        self._writer.close()
        self._connection.close()


class Stored:
    """Parquet: one table of all columns, the first record uncompressed so that the file says what it is."""

    def __init__(self, session: Session, out: BinaryIO) -> None:
        self._writer = pq.ParquetWriter(
            out,
            COLUMNS,
            compression={name: "NONE" if name in ("record", "format") else "ZSTD" for name in COLUMNS.names},
            write_statistics=False,
        )

    def write(self, record: str, batch: pa.RecordBatch) -> None:
        rows = batch.num_rows
        columns = [
            pa.repeat(pa.scalar(record), rows)
            if field.name == "record"
            else batch.column(field.name)
            if field.name in batch.schema.names
            else pa.nulls(rows, field.type)
            for field in COLUMNS
        ]
        self._writer.write_batch(pa.RecordBatch.from_arrays(columns, schema=COLUMNS))

    def close(self) -> None:
        self._writer.close()


def write_lines(connection: duckdb.DuckDBPyConnection, out: BinaryIO, batch: pa.RecordBatch, select: str) -> None:
    """Write a JSON object a row; `select`: SQL of the object, of columns of the batch. What is null is left out."""
    query = f"SELECT json_merge_patch('{{}}', {select})::VARCHAR AS line FROM given"  # noqa: S608
    found = _through(connection, batch, query)
    out.write("\n".join(found.column("line").to_pylist()).encode("utf-8", "replace") + b"\n")


def _through(connection: duckdb.DuckDBPyConnection, batch: pa.RecordBatch, query: str) -> pa.Table:
    connection.register("given", pa.Table.from_batches([batch]))
    try:
        return connection.sql(query).to_arrow_table()
    finally:
        connection.unregister("given")


def told(field: pa.Field) -> str:
    """Return SQL of a value as an export writes it."""
    name = f'"{field.name}"'
    if pa.types.is_timestamp(field.type):
        return f"strftime({name}::TIMESTAMP, '{TIME_FORM}{'Z' if field.type.tz else ''}')"
    return name


def _object_of(record: str, schema: pa.Schema) -> str:
    fields = [
        f"'record': '{record}'",
        *(f"'{one.name}': {told(one)}{'::JSON' if one.name == 'capabilities' else ''}" for one in schema),
    ]
    return f"to_json({{{', '.join(fields)}}})"


def _cells_of(record: str, schema: pa.Schema) -> str:
    cells = [f"'{record}' AS record"]
    for field in COLUMNS:
        if field.name == "record":
            continue
        name = f'"{field.name}"'
        if field.name not in schema.names:
            cells.append(f"NULL::VARCHAR AS {name}")
        elif pa.types.is_string(field.type):
            cells.append(
                f"CASE WHEN {name} = '' OR left({name}, 1) IN ({_FIRST_SIGNS}) THEN '''' || {name} ELSE {name} END "
                f"AS {name}"
            )
        elif pa.types.is_list(field.type):
            cells.append(f"CASE WHEN {name} IS NULL THEN NULL ELSE to_json({name})::VARCHAR END AS {name}")
        else:
            cells.append(f"({told(field)})::VARCHAR AS {name}")
    return ", ".join(cells)
