"""Reads the records of an XML document for a mapping, one pass, no DTD, no entities of its own, nothing fetched."""

from __future__ import annotations

import codecs
from fnmatch import fnmatchcase
from typing import TYPE_CHECKING
from xml.parsers import expat

import msgspec

from qunjian.model.errors import BadInputError, LimitError
from qunjian.model.language import Phrase
from qunjian.sources.encodings import BAD_BYTES
from qunjian.sources.json_stream import MAX_RECORD
from qunjian.text.cleaning import CONTROL

if TYPE_CHECKING:
    from collections.abc import Iterator

    from qunjian.sources.encodings import Utf8Stream

MAX_DEPTH = 200
CONTEXT = "context."
OWN_TEXT = "."
_MAX_CONTEXT = 64 * 1024
# XML 1.0 allows none of these; chat exports hold them all the same.
_FORBIDDEN = bytes(range(0x09)) + b"\x0b\x0c" + bytes(range(0x0E, 0x20))


def xml_slices(
    stream: Utf8Stream, records: str, wanted: frozenset[str], size: int, name: str
) -> Iterator[tuple[int, bytes]]:
    """Yield (number of the first record, records as JSON lines) of about `size` bytes; each holds the wanted fields."""
    taker = _Taker(tuple(records.split(".")), wanted, name)
    lines: list[bytes] = []
    number, held = 1, 0
    try:
        for chunk in _sound(stream):
            taker.feed(chunk)
            for record in taker.take():
                lines.append(msgspec.json.encode(record))
                held += len(lines[-1])
                if held >= size:
                    yield number, b"\n".join(lines)
                    number, lines, held = number + len(lines), [], 0
        taker.close()
    except expat.ExpatError as error:
        raise BadInputError(
            Phrase(
                f"不是完整的 XML：第 {error.lineno} 行读不下去",
                f"not a whole XML file: line {error.lineno} cannot be read on",
            ),
            where=name,
            todo=Phrase("请重新导出", "export it again"),
        ) from None
    if lines:
        yield number, b"\n".join(lines)


def _sound(stream: Utf8Stream) -> Iterator[bytes]:
    """Yield the chunks without bytes that no XML may hold, counted."""
    decoder = codecs.getincrementaldecoder("utf-8")("replace")
    for chunk in stream:
        known = chunk.count(b"\xef\xbf\xbd")
        text = decoder.decode(chunk).encode("utf-8")
        _count(stream, BAD_BYTES, max(text.count(b"\xef\xbf\xbd") - known, 0))
        sound = text.translate(None, _FORBIDDEN)
        _count(stream, CONTROL, len(text) - len(sound))
        yield sound


def _count(stream: Utf8Stream, what: str, count: int) -> None:
    if count:
        stream.cleaned[what] = stream.cleaned.get(what, 0) + count


class _Taker:
    """Keeps the wanted fields of each record: children by name, attributes by @name, the record's own text by "."."""

    def __init__(self, path: tuple[str, ...], wanted: frozenset[str], name: str) -> None:
        self._path = path
        self._wanted = wanted
        self._name = name
        self._stack: list[str] = []
        self._context: list[dict[str, str]] = []
        self._inside: list[str] | None = None
        self._record: dict[str, str] = {}
        self._texts: list[tuple[str, list[str]]] = []
        self._outer: list[str] = []
        self._done: list[dict[str, str]] = []
        self._fed = False
        self._quiet = 0
        self._parser = expat.ParserCreate("utf-8")
        self._parser.buffer_text = True
        self._parser.StartElementHandler = self._start
        self._parser.EndElementHandler = self._end
        self._parser.CharacterDataHandler = self._text
        self._parser.StartDoctypeDeclHandler = self._refuse
        self._parser.EntityDeclHandler = self._refuse

    def feed(self, chunk: bytes) -> None:
        """Read on."""
        self._fed = self._fed or bool(chunk.strip())
        self._quiet += len(chunk)
        self._parser.Parse(chunk, False)
        if self._quiet > MAX_RECORD:
            raise LimitError(Phrase("有一条记录超过 64 MB", "a record over 64 MB"), where=self._name)

    def take(self) -> list[dict[str, str]]:
        """Return the records that are whole by now."""
        taken, self._done = self._done, []
        return taken

    def close(self) -> None:
        """Say that nothing follows; an empty document holds nothing, broken it is not."""
        if self._fed:
            self._parser.Parse(b"", True)

    def _refuse(self, *_: object) -> None:
        raise BadInputError(
            Phrase("XML 里有 DTD 或实体声明，出于安全不读", "the XML declares a DTD or entities: not read, for safety"),
            where=self._name,
            todo=Phrase("请删掉开头的 <!DOCTYPE …> 再导入", "take out the <!DOCTYPE …> at its beginning"),
        )

    def _start(self, name: str, attributes: dict[str, str]) -> None:
        self._stack.append(name)
        if len(self._stack) > MAX_DEPTH:
            raise LimitError(Phrase("XML 嵌套超过 200 层", "XML nested deeper than 200"), where=self._name)
        if self._inside is None:
            self._outer, self._quiet = [], 0
            if self._is_record():
                self._inside = []
                self._record = self._known()
                self._keep("", attributes)
            else:
                named = ((f"{CONTEXT}@{key}", value) for key, value in attributes.items())
                self._context.append({key: value for key, value in named if key in self._wanted})
            return
        self._inside.append(name)
        self._keep(".".join(self._inside), attributes)

    def _is_record(self) -> bool:
        return len(self._stack) == len(self._path) and all(map(fnmatchcase, self._stack, self._path))

    def _known(self) -> dict[str, str]:
        """Return what the elements around a record say that is wanted; the nearest counts."""
        merged: dict[str, str] = {}
        for level in self._context:
            merged |= level
        return merged

    def _keep(self, field: str, attributes: dict[str, str]) -> None:
        """Remember the wanted attributes of an element within a record, and that its text is wanted."""
        for key, value in attributes.items():
            attribute = f"{field}.@{key}" if field else f"@{key}"
            if attribute in self._wanted:
                self._put(attribute, value)
        self._texts.append((field or OWN_TEXT, []))

    def _put(self, field: str, value: str) -> None:
        before = self._record.get(field)
        self._record[field] = value if before is None else f"{before}\n{value}"

    def _text(self, data: str) -> None:
        if self._inside is None:
            if sum(map(len, self._outer)) < _MAX_CONTEXT:
                self._outer.append(data)
            return
        for field, texts in self._texts:
            if field in self._wanted:
                texts.append(data)

    def _end(self, name: str) -> None:
        self._stack.pop()
        if self._inside is None:
            self._context.pop()
            if self._context and CONTEXT + name in self._wanted:
                self._context[-1][CONTEXT + name] = "".join(self._outer).strip()
            self._outer = []
            return
        field, texts = self._texts.pop()
        if field in self._wanted:
            self._put(field, "".join(texts).strip())
        if self._inside:
            self._inside.pop()
            return
        self._inside = None
        self._quiet = 0
        self._done.append(self._record)
