"""Folds text for comparison: width, marks, case, traditional characters and invisible ones, with the way back.

A whole Arrow column is folded at once: UTF-32 through numpy tables. `Folded.origin` says for every folded character
which original one it came from, so that what is found in the folded text is shown in the text people wrote.
"""

from __future__ import annotations

from functools import cache, cached_property
from importlib.resources import files
from typing import TYPE_CHECKING, NamedTuple

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from qunjian.text.kernel.buffers import FoldedRows, folded_rows

if TYPE_CHECKING:
    from collections.abc import Sequence

    import numpy.typing as npt

# The steps in the order they are taken; a hit names those it needed.
STEPS = ("width", "mark", "case", "traditional", "invisible", "separator")
BIT = {name: 1 << place for place, name in enumerate(STEPS)}
_LETTERS = {"w": BIT["width"], "m": BIT["mark"], "c": BIT["case"], "t": BIT["traditional"], "i": BIT["invisible"]}
_LAST = 0x110000
_BETWEEN = "\0"  # between the rows of a batch; never inside a row


class Tables(NamedTuple):
    """What each code point becomes: itself or another, nothing (length 0), or several (rows of `several`)."""

    first: npt.NDArray[np.uint32]
    length: npt.NDArray[np.uint8]
    steps: npt.NDArray[np.uint8]
    separator: npt.NDArray[np.bool_]
    several_codes: npt.NDArray[np.uint32]
    several: npt.NDArray[np.uint32]
    inside: npt.NDArray[np.bool_]  # no separator


@cache
def tables() -> Tables:
    """Return the tables, read once from text/tables/fold.tsv (scripts/build_fold_table.py makes it)."""
    first = np.arange(_LAST, dtype=np.uint32)
    length = np.ones(_LAST, dtype=np.uint8)
    steps = np.zeros(_LAST, dtype=np.uint8)
    separator = np.zeros(_LAST, dtype=bool)
    several: dict[int, list[int]] = {}
    for line in (files("qunjian.text") / "tables" / "fold.tsv").read_text(encoding="ascii").splitlines():
        if line.startswith("#"):
            continue
        codes, became, letters = line.split("\t")
        if letters == "-":
            low, _, high = codes.partition("..")
            separator[int(low, 16) : int(high, 16) + 1] = True
            continue
        code = int(codes, 16)
        folded = [int(each, 16) for each in became.split()]
        first[code] = folded[0] if folded else 0
        length[code] = len(folded)
        steps[code] = sum(_LETTERS[letter] for letter in letters)
        if len(folded) > 1:
            several[code] = folded
    most = max(map(len, several.values()))
    padded = np.array([each + [0] * (most - len(each)) for each in several.values()], dtype=np.uint32)
    return Tables(first, length, steps, separator, np.array(list(several), dtype=np.uint32), padded, ~separator)


class Folded:
    """A batch of texts, folded: one buffer for all rows, with the way back to each original.

    `codes` are the folded characters of all rows, a 0 after each; `text` is the same as a string; row `i` is
    `text[starts[i] : starts[i + 1] - 1]`. `compact` leaves the separators out. `encoded` is what a scanner reads:
    UTF-8, one row a line (a newline inside a row becomes a carriage return).
    """

    def __init__(self, texts: pa.StringArray | pa.ChunkedArray | Sequence[str]) -> None:
        made = folded_rows(texts, tables()) or _folded_rows(texts)
        self._original, self._original_starts, self.codes, self.starts, self._lengths = made
        self.rows = len(self.starts) - 1
        self._compact: Compact | None = None

    @cached_property
    def text(self) -> str:
        """The folded characters of all rows as a string."""
        return _string(self.codes)

    @cached_property
    def encoded(self) -> bytes:
        """What a scanner of bytes reads."""
        return self.text.encode("utf-8").replace(b"\n", b"\r").replace(b"\0", b"\n")

    @cached_property
    def byte_starts(self) -> npt.NDArray[np.int64]:
        """Where the rows of `encoded` begin."""
        ends = np.flatnonzero(np.frombuffer(self.encoded, dtype=np.uint8) == ord("\n"))
        return np.concatenate([[0], ends + 1]).astype(np.int64)

    def row(self, row: int) -> str:
        """Return the folded text of one row."""
        return self.text[self.starts[row] : self.starts[row + 1] - 1]

    def original(self, row: int) -> str:
        """Return the text of one row as it was written."""
        return _string(self._original[self._original_starts[row] : self._original_starts[row + 1] - 1])

    def compact(self) -> Compact:
        """Return the batch without separators, made on first use."""
        if self._compact is None:
            self._compact = Compact(self.codes)
        return self._compact

    def rows_with(self, *characters: str) -> list[int]:
        """Return the rows whose folded text holds one of these characters, in order."""
        there = np.zeros(len(self.codes), dtype=bool)
        for character in characters:
            there |= self.codes == ord(character)
        rows = np.searchsorted(self.starts, np.flatnonzero(there), side="right") - 1
        return list(dict.fromkeys(rows.tolist()))

    def rows_between(self, first: str, last: str) -> list[int]:
        """Return the rows whose folded text holds a character from first to last, in order."""
        there = np.flatnonzero((self.codes >= ord(first)) & (self.codes <= ord(last)))
        rows = np.searchsorted(self.starts, there, side="right") - 1
        return list(dict.fromkeys(rows.tolist()))

    def place(self, row: int, start: int, end: int) -> tuple[int, int]:
        """Return the span in the original row of the folded characters [start, end) of that row (end > start)."""
        if self._lengths is None:
            return start, end
        places = self.origins(row, start, end)
        return places[0], places[-1] + 1

    def origins(self, row: int, start: int, end: int) -> list[int]:
        """Return for each folded character of the span the place of its original in the row."""
        if self._lengths is None:
            return list(range(start, end))
        lengths = self._lengths[self._original_starts[row] : self._original_starts[row + 1]]
        places: list[int] = np.repeat(np.arange(len(lengths)), lengths)[start:end].tolist()
        return places


class Compact:
    """The folded batch without the characters that may separate a hidden word's characters."""

    def __init__(self, codes: npt.NDArray[np.uint32]) -> None:
        self.kept = np.flatnonzero(tables().inside.take(codes))
        self.codes = codes.take(self.kept)
        self.starts = _row_starts(self.codes)

    @cached_property
    def text(self) -> str:
        """The characters left as a string."""
        return _string(self.codes)


def fold(text: str) -> str:
    """Return one text folded."""
    codes, _ = _apply(_codes(text.replace(_BETWEEN, "")))
    return _string(codes)


def fold_with_origin(text: str) -> tuple[str, list[int]]:
    """Return one text folded, and for every folded character the place of its original."""
    folded = Folded([text])
    return folded.row(0), folded.origins(0, 0, int(folded.starts[1]) - 1)


def without_separators(folded: str) -> str:
    """Return a folded text without separators."""
    codes = _codes(folded)
    return _string(codes[~tables().separator[codes]])


def steps_of(character: str) -> int:
    """Return the bits of the steps that change a character (bits of `BIT`)."""
    return int(tables().steps[ord(character)])


def is_separator(character: str) -> bool:
    """Return whether a folded character may separate a hidden word's characters."""
    return bool(tables().separator[ord(character)])


def _joined(texts: pa.StringArray | pa.ChunkedArray | Sequence[str]) -> str:
    """Join rows, each followed by NUL; a NUL or lone surrogate inside a row becomes one other character."""
    if isinstance(texts, pa.ChunkedArray):
        texts = texts.combine_chunks()
    if not isinstance(texts, pa.Array):
        safe = (text.replace(_BETWEEN, "\x01").encode("utf-16-le", "surrogatepass") for text in texts)
        return "".join(each.decode("utf-16-le", "replace") + _BETWEEN for each in safe)
    column = pc.fill_null(texts, "")
    rows = pa.ListArray.from_arrays(pa.array([0, len(column)], type=pa.int32()), column)
    joined = bytes(pc.binary_join(rows, _BETWEEN)[0].as_buffer() or b"").decode("utf-8", "replace")
    if joined.count(_BETWEEN) != max(0, len(column) - 1):
        return _joined(column.to_pylist())
    return joined + _BETWEEN if len(column) else ""


def _codes(text: str) -> npt.NDArray[np.uint32]:
    return np.frombuffer(text.encode("utf-32-le"), dtype=np.uint32)


def _string(codes: npt.NDArray[np.uint32]) -> str:
    return codes.tobytes().decode("utf-32-le")


def _row_starts(codes: npt.NDArray[np.uint32]) -> npt.NDArray[np.int64]:
    return np.concatenate([[0], np.flatnonzero(codes == 0) + 1]).astype(np.int64)


def _folded_rows(texts: pa.StringArray | pa.ChunkedArray | Sequence[str]) -> FoldedRows:
    original = _codes(_joined(texts))
    original_starts = _row_starts(original)
    codes, lengths = _apply(original)
    starts = original_starts if lengths is None else _row_starts(codes)
    return FoldedRows(original, original_starts, codes, starts, lengths)


def _apply(codes: npt.NDArray[np.uint32]) -> tuple[npt.NDArray[np.uint32], npt.NDArray[np.int64] | None]:
    """Return the folded codes and how many each code became (None: every one became one)."""
    known = tables()
    lengths = known.length.take(codes)
    folded = known.first.take(codes)
    odd = np.flatnonzero(lengths != 1)
    if len(odd) == 0:
        return folded, None
    counts = lengths.astype(np.int64)
    folded = np.repeat(folded, counts)
    begins = odd + np.concatenate([[0], np.cumsum(counts[odd] - 1)[:-1]])
    several = counts[odd] > 1
    if several.any():
        begins, long = begins[several], odd[several]
        became, lasting = known.several[np.searchsorted(known.several_codes, codes[long])], counts[long]
        for nth in range(int(lasting.max())):
            there = lasting > nth
            folded[begins[there] + nth] = became[there, nth]
    return folded, counts
