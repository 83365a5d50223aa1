"""Says which rows of a batch lie in the judged span of their community."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from qunjian.model.periods import micros

if TYPE_CHECKING:
    from collections.abc import Mapping

    import numpy.typing as npt

    from qunjian.model.periods import Span

_LEAST, _MOST = -(2**63), 2**63 - 1


def judged(batch: pa.RecordBatch, spans: Mapping[str, Span]) -> npt.NDArray[np.bool_]:
    """Return for each row whether it lies in its community's span; a community without one is judged whole."""
    names, community_of = encoded(batch.column("community_id"))
    bounds = [_bounds(spans.get(name or "", (None, None))) for name in names]
    first, after = (np.array(each)[community_of] for each in zip(*bounds, strict=True))
    moments = batch.column("sent_at").cast(pa.timestamp("us", "UTC")).cast(pa.int64()).to_numpy()
    inside: npt.NDArray[np.bool_] = (moments >= first) & (moments < after)
    return inside


def encoded(column: pa.Array) -> tuple[list[str | None], npt.NDArray[np.int64]]:
    """Return the values of a column and for each row the number of its value; null is a value too."""
    numbered = column if isinstance(column, pa.DictionaryArray) else column.dictionary_encode()
    values = [*numbered.dictionary.to_pylist(), None]
    numbers = pc.fill_null(numbered.indices, len(values) - 1)
    return values, numbers.to_numpy(zero_copy_only=False).astype(np.int64)


def _bounds(span: Span) -> tuple[int, int]:
    """Return a span in microseconds."""
    first, after = span
    return micros(first) if first else _LEAST, micros(after) if after else _MOST
