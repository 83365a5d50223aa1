"""Runs functions of record batches on a Spark cluster: the very functions a process pool runs here (extra `spark`)."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    import pyarrow as pa

# Spark hands times over in the session's zone: only UTC leaves them as they are.
SETTINGS = {"spark.sql.session.timeZone": "UTC", "spark.sql.execution.arrow.useLargeVarTypes": "false"}


def mapped(frame: Any, function: Callable[[pa.RecordBatch], pa.RecordBatch], schema: pa.Schema) -> Any:
    """Return a Spark frame with what the function makes of the frame's batches, however Spark cuts them.

    The function is sent to the workers by name: they need this package, and its arguments must pickle.
    """
    from pyspark.sql.pandas.types import from_arrow_schema  # heavy and optional

    def each(batches: Iterator[pa.RecordBatch]) -> Iterator[pa.RecordBatch]:
        for batch in batches:
            made = function(batch)
            if made.num_rows:
                yield made

    return frame.mapInArrow(each, from_arrow_schema(schema))
