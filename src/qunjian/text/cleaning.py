"""Cleans text at the border: NUL, lone surrogates and control characters go, every one of them counted.

What becomes of each: NUL and other C0/C1 controls (but tab and newline) are removed; CR LF and CR become one newline;
a surrogate pair becomes the character it means, a lone surrogate becomes U+FFFD. Nothing else is touched: invisible
and bidirectional characters are evidence and stay in the text (folding looks through them).
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

if TYPE_CHECKING:
    from collections.abc import Sequence

    import numpy.typing as npt

NUL = "nul"
CONTROL = "control"
CARRIAGE_RETURN = "carriage_return"
SURROGATE = "lone_surrogate"

_DIRTY = re.compile("[\x00-\x08\x0b-\x1f\x7f-\x9f\ud800-\udfff]")
# Bytes that are never dirty and never begin what is: most columns hold no others.
_HARMLESS = bytes(byte for byte in range(256) if byte in (9, 10) or (byte >= 0x20 and byte not in (0x7F, 0xC2, 0xED)))
_REMOVED = dict.fromkeys((*range(9), 0x0B, 0x0C, *range(0x0E, 0x20), *range(0x7F, 0xA0)))


def clean_text(text: str) -> tuple[str, dict[str, int]]:
    """Return the text fit to be stored, and how many characters of each kind were put right."""
    if _DIRTY.search(text) is None:
        return text, {}
    counts: dict[str, int] = {}
    known = text.count("\ufffd")
    text = text.encode("utf-16-le", "surrogatepass").decode("utf-16-le", "replace")
    _add(counts, SURROGATE, text.count("\ufffd") - known)
    _add(counts, NUL, text.count("\0"))
    _add(counts, CARRIAGE_RETURN, text.count("\r"))
    text = text.replace("\r\n", "\n").replace("\r", "\n")
    kept = text.translate(_REMOVED)
    _add(counts, CONTROL, len(text) - len(kept) - counts.get(NUL, 0))
    return kept, counts


def clean_values(values: Sequence[str | None]) -> tuple[list[str | None], dict[str, int]]:
    """Return Python strings fit to be put in an Arrow column (which cannot hold a lone surrogate), and the counts."""
    counts: dict[str, int] = {}
    cleaned: list[str | None] = list(values)
    for place, value in enumerate(values):
        if value is not None and _DIRTY.search(value) is not None:
            cleaned[place], found = clean_text(value)
            merge(counts, found)
    return cleaned, counts


def clean(column: pa.StringArray) -> tuple[pa.StringArray, dict[str, int]]:
    """Return the column cleaned, and the counts; a column without dirt comes back itself, unread row by row."""
    if isinstance(column, pa.ChunkedArray):
        column = column.combine_chunks()
    rows = _dirty_rows(column)
    if len(rows) == 0:
        return column, {}
    counts: dict[str, int] = {}
    fixed: list[str] = []
    for row in rows.tolist():
        text, found = clean_text(_decoded(column[row].as_buffer().to_pybytes()))
        merge(counts, found)
        fixed.append(text)
    mask = np.zeros(len(column), dtype=bool)
    mask[rows] = True
    return pc.replace_with_mask(column, pa.array(mask), pa.array(fixed, type=column.type)), counts


def merge(counts: dict[str, int], more: dict[str, int]) -> None:
    """Add the counts of `more` to `counts`."""
    for name, count in more.items():
        counts[name] = counts.get(name, 0) + count


def _add(counts: dict[str, int], name: str, count: int) -> None:
    if count:
        counts[name] = counts.get(name, 0) + count


def _decoded(raw: bytes) -> str:
    try:
        return raw.decode("utf-8", "surrogatepass")
    except UnicodeDecodeError:
        return raw.decode("utf-8", "replace")


def _dirty_rows(column: pa.StringArray) -> npt.NDArray[np.int64]:
    """Return the rows that hold at least one byte sequence cleaning would change."""
    _, offset_buffer, data_buffer = column.buffers()
    nothing = np.empty(0, dtype=np.int64)
    if len(column) == 0 or data_buffer is None:
        return nothing
    width = np.int64 if pa.types.is_large_string(column.type) else np.int32
    offsets = np.frombuffer(offset_buffer, dtype=width)[column.offset : column.offset + len(column) + 1]
    data = np.frombuffer(data_buffer, dtype=np.uint8)[offsets[0] : offsets[-1]]
    if not data.tobytes().translate(None, _HARMLESS):
        return nothing
    low = np.flatnonzero((data < 0x20) | (data == 0x7F))
    low = low[(data[low] != 0x09) & (data[low] != 0x0A)]
    # C2 80..9F is a C1 control; ED A0..BF begins a surrogate.
    leads = np.flatnonzero((data[:-1] == 0xC2) | (data[:-1] == 0xED))
    second = data[leads + 1]
    hidden = leads[np.where(data[leads] == 0xC2, second < 0xA0, second >= 0xA0)]
    places = np.concatenate([low, hidden])
    if len(places) == 0:
        return nothing
    rows = np.unique(np.searchsorted(offsets, places + offsets[0], side="right") - 1)
    valid: npt.NDArray[np.bool_] = column.is_valid().to_numpy(zero_copy_only=False)
    dirty: npt.NDArray[np.int64] = rows[valid[rows]].astype(np.int64)
    return dirty
