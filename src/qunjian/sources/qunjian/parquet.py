"""Reads the Parquet form of Qunjian's exports: batches of rows, handed on as Arrow streams."""

from __future__ import annotations

import io
from typing import TYPE_CHECKING, BinaryIO, cast

import pyarrow as pa
import pyarrow.parquet as pq

from qunjian.model.errors import BadInputError, LimitError
from qunjian.model.language import Phrase
from qunjian.sources.qunjian.layout import COLUMNS

if TYPE_CHECKING:
    from collections.abc import Iterator

    from qunjian.model.records import Reject
    from qunjian.sources.document import Document
    from qunjian.sources.reader import Slice

MAGIC = b"PAR1"
_ROW_BYTES = 512
_MOST_IN_MEMORY = 512 * 2**20
_MOST_PER_GROUP = 1024 * 2**20


def parquet_slices(document: Document, size: int) -> Iterator[tuple[int, bytes]]:
    """Yield (number of the first row, an Arrow stream) of about `size` bytes."""
    first = 1
    try:
        with _seekable(document) as source, pq.ParquetFile(source) as file:
            if "record" not in file.schema_arrow.names:
                raise _not_ours(document)
            names = [name for name in COLUMNS.names if name in file.schema_arrow.names]
            for group in range(file.num_row_groups):
                if file.metadata.row_group(group).total_byte_size > _MOST_PER_GROUP:
                    raise LimitError(
                        Phrase("Parquet 的一个行组超过 1 GB", "a Parquet row group over 1 GB"), where=document.name
                    )
                rows = max(size // _ROW_BYTES, 1)
                for batch in file.iter_batches(rows, row_groups=[group], columns=names, use_threads=False):
                    yield first, _packed(batch)
                    first += batch.num_rows
    except (pa.ArrowException, OSError) as error:
        raise BadInputError(
            Phrase("不是完整的 Parquet 文件", "not a whole Parquet file"),
            where=document.name,
            todo=Phrase("请重新导出", "export it again"),
        ) from error


def stored_rows(piece: Slice) -> tuple[dict[str, pa.Array], list[int], list[Reject]]:
    """Return the columns of a slice, and where its rows stand."""
    with pa.ipc.open_stream(piece.data) as stream:
        table = stream.read_all().combine_chunks()
    columns = {name: _one(table.column(name)) for name in table.column_names}
    return columns, list(range(piece.first, piece.first + table.num_rows)), []


def _one(column: pa.ChunkedArray) -> pa.Array:
    found = column.combine_chunks()
    found = found.chunk(0) if isinstance(found, pa.ChunkedArray) else found
    return found.cast(pa.string()) if pa.types.is_large_string(found.type) else found


def _seekable(document: Document) -> BinaryIO:
    if document.path:
        return document.opened()
    return cast("BinaryIO", io.BytesIO(document.content(_MOST_IN_MEMORY)))


def _packed(batch: pa.RecordBatch) -> bytes:
    sink = pa.BufferOutputStream()
    with pa.ipc.new_stream(sink, batch.schema) as writer:
        writer.write_batch(batch)
    return cast("bytes", sink.getvalue().to_pybytes())


def _not_ours(document: Document) -> BadInputError:
    return BadInputError(
        Phrase("这个 Parquet 文件不是群鉴的导出", "this Parquet file is no export of Qunjian"),
        where=document.name,
        todo=Phrase("请另存为 CSV，再用映射文件导入", "save it as CSV and read it with a mapping file"),
    )
