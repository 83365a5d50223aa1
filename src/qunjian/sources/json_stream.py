"""Splits a JSON document of any size into slices of whole records, without decoding a record or holding the file.

The walk decodes only the shallow parts (a chat's name and type). A raw newline cannot stand inside a JSON string, so
where the file is indented the separator between records is learnt from the first one and searched for; otherwise the
structure is computed window by window.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

import msgspec

from qunjian.model.errors import BadInputError, LimitError
from qunjian.model.language import Phrase
from qunjian.sources.encodings import Utf8Stream
from qunjian.sources.json_structure import brackets, value_end
from qunjian.text.late import late

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from qunjian.sources.document import Document
    from qunjian.sources.reader import Options

Path = tuple[str, ...]
Records = tuple[int, bytes, int, bool]  # where they begin, their bytes, their number, whether the last is broken
MAX_RECORD = 64 * 2**20
HEADER_BYTES = 256 * 1024
_SPACE = late(rb"[ \t\r\n]*")
_FILL = late(rb"[ \t\r\n,]*")
_STRING = late(rb'"[^"\\]*(?:\\.[^"\\]*)*"', re.DOTALL)
_SCALAR = late(rb"[^\s,\]}{\[\"]+")
_INDENT = late(rb"\r?\n[ \t]+\Z")


class Block(msgspec.Struct, frozen=True):
    """Whole records of one array: comma-separated in `data`; `context` is a JSON object of what enclosed them.

    `broken`: the document ended inside the last record. The first block of an array is given even when empty.
    `begin`: where in the stream the data stood.
    """

    path: Path
    context: bytes
    first: int
    data: bytes
    count: int
    broken: bool = False
    begin: int = 0


class MalformedError(Exception):
    """The bytes are not JSON at this place."""


class Walker:
    """Walks one document and yields the blocks of its target arrays; "*" in a path stands for every element."""

    def __init__(self, chunks: Iterable[bytes], targets: frozenset[Path], size: int) -> None:
        self._chunks = iter(chunks)
        self._targets = targets
        self._size = max(size, 2)
        self._buffer = b""
        self._at = 0
        self._base = 0
        self._ended = False
        self.header: dict[str, msgspec.Raw] = {}

    def blocks(self) -> Iterator[Block]:
        """Yield the blocks; raises MalformedError where the outline cannot be followed."""
        sign = self._peek()
        if sign == b"[" and () in self._targets:
            yield from self._records((), {})
        elif sign in (b"{", b"["):
            yield from self._container((), sign)
        else:
            raise MalformedError

    # -- the window -------------------------------------------------------------------------------------------
    def _more(self) -> bool:
        if self._ended:
            return False
        chunk = next(self._chunks, None)
        if chunk is None:
            self._ended = True
            return False
        self._buffer = self._buffer[self._at :] + chunk
        self._base += self._at
        self._at = 0
        return True

    def _fill(self, wanted: int) -> None:
        """Make at least `wanted` bytes available, or all there are."""
        have = len(self._buffer) - self._at
        if have >= wanted or self._ended:
            return
        parts = [self._buffer[self._at :]]
        while have < wanted:
            chunk = next(self._chunks, None)
            if chunk is None:
                self._ended = True
                break
            parts.append(chunk)
            have += len(chunk)
        self._buffer = b"".join(parts)
        self._base += self._at
        self._at = 0

    def _peek(self, skip: re.Pattern[bytes] = _SPACE) -> bytes:
        while True:
            found = skip.match(self._buffer, self._at)
            self._at = found.end() if found else self._at
            if self._at < len(self._buffer):
                return self._buffer[self._at : self._at + 1]
            if not self._more():
                return b""

    def _token(self, pattern: re.Pattern[bytes]) -> bytes:
        while True:
            found = pattern.match(self._buffer, self._at)
            if found and (found.end() < len(self._buffer) or self._ended):
                self._at = found.end()
                return found.group()
            if len(self._buffer) - self._at > MAX_RECORD or not self._more():
                if found:
                    continue
                raise MalformedError

    # -- the outline ------------------------------------------------------------------------------------------
    def _container(self, path: Path, sign: bytes) -> Iterator[Block]:
        self._at += 1
        context: dict[str, msgspec.Raw] = {}
        if not path:
            self.header = context
        while True:
            found = self._peek(_FILL)
            if found in (b"}", b"]"):
                self._at += 1
                return
            if not found:
                return
            key = "*"
            if sign == b"{":
                key = _name(self._token(_STRING))
                if self._peek() != b":":
                    raise MalformedError
                self._at += 1
                found = self._peek()
            yield from self._value((*path, key), found, context)

    def _value(self, path: Path, sign: bytes, context: dict[str, msgspec.Raw]) -> Iterator[Block]:
        if sign == b"[" and path in self._targets:
            yield from self._records(path, context)
        elif sign in (b"{", b"[") and any(_leads(path, target) for target in self._targets):
            yield from self._container(path, sign)
        elif sign in (b"{", b"["):
            raw = self._skip()
            if len(raw) <= HEADER_BYTES:
                context[path[-1]] = msgspec.Raw(raw)
        else:
            raw = self._token(_STRING if sign == b'"' else _SCALAR)
            if len(raw) <= HEADER_BYTES:
                context[path[-1]] = msgspec.Raw(raw)

    def _skip(self) -> bytes:
        """Pass over a container; returns its bytes."""
        wanted = 1 << 16
        while True:
            self._fill(wanted)
            end = value_end(self._buffer[self._at : self._at + wanted])
            if end >= 0:
                raw = self._buffer[self._at : self._at + end]
                self._at += end
                return raw
            if self._ended and len(self._buffer) - self._at <= wanted:
                raise MalformedError
            wanted = self._grown(wanted)

    def _grown(self, wanted: int) -> int:
        if wanted >= MAX_RECORD * 4:
            raise LimitError(Phrase("JSON 中有超大的单个值", "a single JSON value is too large"))
        return wanted * 2

    # -- the records ------------------------------------------------------------------------------------------
    def _records(self, path: Path, context: dict[str, msgspec.Raw]) -> Iterator[Block]:
        header = msgspec.json.encode(context)
        opened = self._at
        self._at += 1
        first = 1
        if self._peek() == b"]":
            self._at += 1
            yield Block(path, header, first, b"", 0)
            return
        lead = self._buffer[max(opened + 1, 0) : self._at] if self._at > opened else b""
        indent = _INDENT.search(lead) if self._buffer[self._at : self._at + 1] == b"{" else None
        maker = self._indented(indent.group()) if indent and indent.group() == lead else self._structured()
        for begin, data, count, broken in maker:
            yield Block(path, header, first, data, count, broken, begin)
            first += count

    def _indented(self, indent: bytes) -> Iterator[Records]:
        newline = b"\r\n" if indent.startswith(b"\r") else b"\n"
        cut, last = indent + b"}," + indent + b"{", indent + b"}" + newline
        keep = len(indent) + 1
        while True:
            self._fill(self._size + len(cut))
            limit = self._at + self._size + len(cut)
            end = self._buffer.find(last, self._at, limit)
            if end >= 0:
                yield from self._cut(end + keep, cut, keep)
                if self._peek() == b"]":
                    self._at += 1
                    return
                yield from self._structured()  # the file changed its style
                return
            place = self._buffer.rfind(cut, self._at, limit)
            if place < 0:  # a record longer than a slice, a changed style, or the end of a truncated file
                yield from self._structured()
                return
            begin, data = self._base + self._at, self._buffer[self._at : place + keep]
            self._at = place + keep + 1
            self._peek()
            yield begin, data, data.count(cut) + 1, False

    def _cut(self, end: int, cut: bytes, keep: int) -> Iterator[Records]:
        while end - self._at > self._size:
            place = self._buffer.rfind(cut, self._at, self._at + self._size)
            if place < 0:
                break
            begin, data = self._base + self._at, self._buffer[self._at : place + keep]
            self._at = place + keep + 1
            self._peek()
            yield begin, data, data.count(cut) + 1, False
        begin, data = self._base + self._at, self._buffer[self._at : end]
        self._at = end
        yield begin, data, data.count(cut) + 1, False

    def _structured(self) -> Iterator[Records]:
        wanted = self._size
        while True:
            if self._peek(_FILL) in (b"]", b""):
                self._at += 1
                return
            self._fill(wanted)
            begin, window = self._base + self._at, self._buffer[self._at : self._at + wanted]
            places, depth = brackets(window)
            closing = (depth < 0).nonzero()[0]
            upto = int(closing[0]) if len(closing) else len(places)
            ends = (depth[:upto] == 0).nonzero()[0]
            if len(closing):
                data = window[: int(places[upto])]
                self._at += len(data) + 1
                yield begin, data, max(len(ends), 1), False
                return
            if len(ends):
                data = window[: int(places[ends[-1]]) + 1]
                self._at += len(data)
                yield begin, data, len(ends), False
                wanted = self._size
            elif self._ended and len(self._buffer) - self._at <= wanted:
                self._at = len(self._buffer)
                yield begin, window, 1, True
                return
            else:
                wanted = self._grown(wanted)


def _name(written: bytes) -> str:
    """Return a key; one with a lone surrogate or broken bytes is no name any format knows."""
    try:
        return msgspec.json.decode(written, type=str)
    except (msgspec.DecodeError, UnicodeDecodeError):
        return "\ufffd"


def _leads(path: Path, target: Path) -> bool:
    return len(path) < len(target) and target[: len(path)] == path


def json_lines(chunks: Iterable[bytes], size: int) -> Iterator[tuple[int, bytes]]:
    """Yield (number of the first line, whole lines) of about `size` bytes."""
    number = 1
    rest = b""
    for chunk in chunks:
        rest += chunk
        while len(rest) >= size:
            place = rest.rfind(b"\n", 0, max(size, 1))
            if place < 0:
                place = rest.find(b"\n", size)
            if place < 0:
                if len(rest) > MAX_RECORD:
                    raise LimitError(Phrase("有一行超过 64 MB", "a line is longer than 64 MB"))
                break
            yield number, rest[: place + 1]
            number += rest.count(b"\n", 0, place + 1)
            rest = rest[place + 1 :]
    if rest:
        yield number, rest


def late_header(document: Document, options: Options, targets: frozenset[Path]) -> bytes:
    """Return as JSON what stands outside the targets anywhere in the document: some exporters write it last."""
    walker = Walker(Utf8Stream(document, options.encoding), targets, options.slice_bytes)
    for _ in walker.blocks():
        pass
    return msgspec.json.encode(walker.header)


def not_whole(document: Document, format_name: str) -> BadInputError:
    """Return the refusal of a file that ends or breaks in the middle of its JSON."""
    return BadInputError(
        Phrase(f"不是完整的 {format_name}", f"not a whole {format_name} file"),
        where=document.name,
        todo=Phrase("请重新导出", "export it again"),
    )
