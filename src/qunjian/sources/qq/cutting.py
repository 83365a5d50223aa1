"""Cuts a text log of many-line records into slices of whole records."""

from __future__ import annotations

from typing import TYPE_CHECKING

from qunjian.model.errors import LimitError
from qunjian.model.language import Phrase
from qunjian.sources.json_stream import MAX_RECORD

if TYPE_CHECKING:
    import re
    from collections.abc import Iterable, Iterator

# A head is longer than this only in a damaged file.
_HEAD = 4096


def records(chunks: Iterable[bytes], start: re.Pattern[bytes], size: int, name: str) -> Iterator[tuple[int, bytes]]:
    """Yield (number of the first line, whole records) of about `size` bytes.

    `start` matches from the end of the line before a record; its group "start" is where the record begins.
    """
    rest, line = b"", 1
    at = 0
    for chunk in chunks:
        rest += chunk
        while len(rest) > size + _HEAD:
            found = start.search(rest, max(at, size - 1, 0), len(rest))
            # A head at the very end may still grow into another line.
            if found is None or found.end() > len(rest) - 2:
                at = max(len(rest) - _HEAD, 0)
                break
            cut = found.start("start")
            yield line, rest[:cut]
            line += rest.count(b"\n", 0, cut)
            rest, at = rest[cut:], 0
        if len(rest) > MAX_RECORD:
            raise LimitError(Phrase("64 MB 内没有一条记录的开头", "no record starts within 64 MB"), where=name)
    yield from _rest(rest, line, start, size)


def _rest(rest: bytes, line: int, start: re.Pattern[bytes], size: int) -> Iterator[tuple[int, bytes]]:
    while len(rest) > size:
        found = start.search(rest, max(size - 1, 1))
        if found is None:
            break
        cut = found.start("start")
        yield line, rest[:cut]
        line += rest.count(b"\n", 0, cut)
        rest = rest[cut:]
    if rest.strip():
        yield line, rest
