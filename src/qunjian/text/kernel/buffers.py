"""The compiled passes over Arrow columns and arrays: folding a batch, finding many words in it, sifting its pairs."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from qunjian.text.kernel.loading import kernel
from qunjian.text.kernel.passes import GATE, GATE_3, LEFT

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    import numpy.typing as npt

    from qunjian.text.folding import Folded, Tables
    from qunjian.text.kernel.loading import Kernel

_ROOM = 1024  # codes more than bytes: what becomes several characters is rare
WORTH_PLANTING = 2_000  # words; fewer are left to hyperscan, which reads patterns besides
_LINES = frozenset("\n\r")


class FoldedRows(NamedTuple):
    """Rows decoded and folded, a 0 after each; lengths: how many codes each character became, None: one each."""

    original: npt.NDArray[np.uint32]
    original_starts: npt.NDArray[np.int64]
    codes: npt.NDArray[np.uint32]
    starts: npt.NDArray[np.int64]
    lengths: npt.NDArray[np.integer] | None


def folded_rows(texts: pa.StringArray | pa.ChunkedArray | Sequence[str], known: Tables) -> FoldedRows | None:
    """Return the rows folded by the compiled pass, or None where it is not at hand or numpy must do it."""
    passes = kernel(len(texts))
    column = _column(texts) if passes is not None else None
    if passes is None or column is None:
        return None
    _, offsets, data = column.buffers()
    begins = np.frombuffer(offsets, dtype=np.int32)[column.offset : column.offset + len(column) + 1].astype(np.int64)
    content = np.frombuffer(data or b"\0", dtype=np.uint8)
    room = int(begins[-1] - begins[0]) + len(column) + _ROOM
    original, codes = np.empty(room, dtype=np.uint32), np.empty(room, dtype=np.uint32)
    lengths = np.empty(room, dtype=np.uint8)
    original_starts, starts = (np.empty(len(column) + 1, dtype=np.int64) for _ in range(2))
    told = np.zeros(2, dtype=np.int64)
    arrays = content, begins, known.first, known.length, known.several_codes, known.several
    at = [_address(each) for each in arrays]
    out = (_address(each) for each in (original, original_starts, codes, starts, lengths, told))
    most, kinds = known.several.shape[1], len(known.several_codes)
    made = passes.fold(at[0], at[1], len(column), *at[2:], most, kinds, room, *out)
    if made == LEFT:
        return None
    many, uneven = told.tolist()
    return FoldedRows(original[:many], original_starts, codes[:made], starts, lengths[:many] if uneven else None)


def _column(texts: pa.StringArray | pa.ChunkedArray | Sequence[str]) -> pa.Array | None:
    """Return texts as one column of strings with its own offsets, or None when they are no such thing."""
    if isinstance(texts, pa.ChunkedArray):
        texts = texts.combine_chunks()
    if not isinstance(texts, pa.Array):
        try:
            texts = pa.array(texts, pa.string())
        except (UnicodeError, pa.ArrowException, TypeError):
            return None
    if not len(texts) or not pa.types.is_string(texts.type):
        return None
    return pc.fill_null(texts, "") if texts.null_count else texts


def planted(words: Mapping[int, str]) -> Tree | None:
    """Return the words that a tree can find, or None: too few to be worth it, or no compiled pass at hand."""
    if len(words) < WORTH_PLANTING or (passes := kernel(len(words))) is None:
        return None
    # A newline has a meaning of its own in what hyperscan reads: such words stay there.
    return Tree(passes, {number: word for number, word in words.items() if not _LINES & set(word)})


class Tree:
    """Many words, to be found as they stand; made and read by compiled passes alone."""

    def __init__(self, passes: Kernel, words: Mapping[int, str]) -> None:
        self._passes = passes
        self.numbers = dict.fromkeys(words)
        self._listed = list(words)
        characters = np.frombuffer("".join(words.values()).encode("utf-32-le"), dtype=np.uint32)
        begins = np.concatenate([[0], np.cumsum([len(word) for word in words.values()], dtype=np.int64)])
        self._slots = 1 << max(4, (2 * len(characters)).bit_length())
        self._edges = np.zeros(self._slots, dtype=np.uint64)
        self._nodes = np.zeros(self._slots, dtype=np.int32)
        heads = np.empty(len(characters) + 1, dtype=np.int32)
        self._others = np.empty(len(words), dtype=np.int32)
        self._gate, self._gate_3 = np.zeros(GATE, dtype=np.uint8), np.zeros(GATE_3, dtype=np.uint8)
        self._singles = int(np.any(np.diff(begins) == 1))
        tables = self._edges, self._nodes, heads, self._others, self._gate, self._gate_3
        edges, nodes, *rest = (_address(each) for each in tables)
        made = passes.plant(_address(characters), _address(begins), len(words), edges, nodes, self._slots, *rest)
        self._heads = heads[:made].copy()

    def find(self, folded: Folded) -> list[tuple[int, int, int]]:
        """Return each word that stands in the folded rows, by number, its row, and where in the row it begins."""
        words, places = self._found(folded.codes)
        rows = np.searchsorted(folded.starts, places, side="right") - 1
        begins = (places - folded.starts[rows]).tolist()
        return [(self._listed[word], *at) for word, *at in zip(words.tolist(), rows.tolist(), begins, strict=True)]

    def _found(self, codes: npt.NDArray[np.uint32]) -> tuple[npt.NDArray[np.int64], npt.NDArray[np.int64]]:
        tables = self._edges, self._nodes, self._heads, self._others, self._gate, self._gate_3
        edges, nodes, *rest = (_address(each) for each in tables)
        room = 1024
        while True:
            words, places = np.empty(room, dtype=np.int64), np.empty(room, dtype=np.int64)
            found = self._passes.find(
                _address(codes), len(codes), edges, nodes, self._slots, *rest, self._singles, _address(words),
                _address(places), room,
            )  # fmt: skip
            if found <= room:
                return words[:found], places[:found]
            room = found


class Elements(NamedTuple):
    """A buffer without separators, repeats told as one: see `streams.Stream`."""

    codes: npt.NDArray[np.uint32]
    kept: npt.NDArray[np.int64]
    heads: npt.NDArray[np.int64] | None


def elements(codes: npt.NDArray[np.uint32], inside: npt.NDArray[np.bool_]) -> Elements | None:
    """Return the elements of folded codes by the compiled pass, or None where it is not at hand."""
    if (passes := kernel(0)) is None:
        return None
    kept, heads = (np.empty(len(codes), dtype=np.int64) for _ in range(2))
    out, told = np.empty(len(codes), dtype=np.uint32), np.zeros(1, dtype=np.int64)
    at = [_address(each) for each in (codes, inside, kept, out, heads, told)]
    made, count = passes.stream(at[0], len(codes), *at[1:]), int(told[0])
    return Elements(out[:made], kept[:count], heads[:made] if made < count else None)


def sifted(
    codes: npt.NDArray[np.uint32], table: npt.NDArray[np.uint16], slots: npt.NDArray[np.uint64]
) -> tuple[npt.NDArray[np.uint16], npt.NDArray[np.int64]]:
    """Return every code's column, and where pairs of columns begin that are not known to be no word's (else, all)."""
    if (passes := kernel(0)) is None:
        return table.take(codes), np.arange(len(codes) - 1)
    columns, places = np.empty(len(codes), dtype=np.uint16), np.empty(len(codes), dtype=np.int64)
    at = [_address(each) for each in (codes, table, columns, slots)]
    found = passes.sift(at[0], len(codes), *at[1:], len(slots).bit_length() - 1, _address(places))
    return columns, places[:found]


def _address(array: npt.NDArray[np.generic]) -> int:
    address: int = array.__array_interface__["data"][0]
    return address
