"""Counts the top words of each asked row from the texts its facts give."""

from __future__ import annotations

from itertools import groupby
from operator import itemgetter
from typing import TYPE_CHECKING

import pyarrow as pa

from qunjian.text.segmenting import top_words

if TYPE_CHECKING:
    from collections.abc import Iterator

FACTS = "content.words"
MOST = 30


def counted(batches: pa.RecordBatchReader) -> pa.Table:
    """Return slot, part (the word), words (posts it stands in), posts (texts read); `batches` come by slot.

    Each slot begins with a row without a part, so that the texts read are known where no word stands out.
    """
    columns: dict[str, list[object]] = {"slot": [], "part": [], "words": [], "posts": []}
    for slot, rows in groupby(_rows(batches), key=itemgetter(0)):
        texts = [text for _, text in rows]
        found = [(slot, one.word, one.messages, len(texts)) for one in top_words(texts, MOST)]
        for row in [(slot, None, 0, len(texts)), *found]:
            for name, value in zip(columns, row, strict=True):
                columns[name].append(value)
    kinds = (pa.int64(), pa.string(), pa.int64(), pa.int64())
    return pa.table([pa.array(c, k) for c, k in zip(columns.values(), kinds, strict=True)], names=list(columns))


def _rows(batches: pa.RecordBatchReader) -> Iterator[tuple[int, str]]:
    for batch in batches:
        yield from zip(batch.column("slot").to_pylist(), batch.column("text").to_pylist(), strict=True)
