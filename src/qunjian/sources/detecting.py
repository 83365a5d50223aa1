"""Says which format a document is: by the readers' marks in its beginning, else by the mapping files."""

from __future__ import annotations

import re
from fnmatch import fnmatchcase, translate
from functools import cached_property, lru_cache
from typing import TYPE_CHECKING, Any, Literal

import msgspec
import re2

from qunjian.model.capabilities import Capabilities
from qunjian.sources.caps import foreign, is_foreign
from qunjian.sources.encodings import checked_encoding, utf8_head
from qunjian.sources.reader import Options, Reader
from qunjian.sources.sheet_head import sheet_head

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from qunjian.sources.document import Document
    from qunjian.sources.mapping.schema import Companion, Mapping

SURE = 50
CERTAIN = 90  # a reader this sure of a document has seen its own mark, and need not be compared again
FITS, FITS_AMONG_OTHERS = 80, 60
_BOOKS = (".xlsx", ".xlsm")

DetectedRole = Literal["messages", "index", "ignored"]


class Detection(msgspec.Struct, frozen=True):
    """What a document is: `role` is messages, index (it promises counts) or ignored (`doubts` say why).

    `format` is what people call it: a format id, or "mapping:<id>".
    """

    reader: Reader
    options: Options
    confidence: int
    format: str
    role: DetectedRole
    capabilities: Capabilities
    doubts: tuple[str, ...] = ()


class Known:
    """Knows documents one after the other, with the same readers and mappings.

    What won last beside a document (same folder, ending and first sign) is asked first: where it finds its own mark
    again, nobody else is asked, so that ten thousand files of one export cost one question each.
    """

    def __init__(
        self,
        readers: Sequence[Reader],
        index: Reader,
        by_mapping: Reader,
        options: Options,
        *,
        own: Sequence[Mapping],
        shipped: Callable[[], Sequence[Mapping]],
    ) -> None:
        self._readers = readers
        self._index = index
        self._by_mapping = by_mapping
        self._own = tuple(map(_Pattern, own))
        self._shipped = shipped
        self._options = options
        self._encoding = checked_encoding(options.encoding)
        self._last: dict[tuple[str, str, bytes], Detection] = {}

    # What no reader claims for certain makes the mappings be loaded, and not before.
    @cached_property
    def _patterns(self) -> tuple[_Pattern, ...]:
        return (*self._own, *map(_Pattern, self._shipped()))

    @cached_property
    def _beside(self) -> re.Pattern[str] | None:
        companions = [one for known in self._patterns for one in known.mapping.detect.companions]
        return _any_of(tuple(glob for one in companions for glob in one.names))

    def detect(self, document: Document) -> Detection:
        """Return what the document is."""
        name = document.name
        raw = document.head()
        if is_foreign(name, raw[:16]):
            raise foreign(name)
        start = raw[:256].lstrip(b"\0 \t\r\n\xef\xbb\xbf")
        if not start and not raw.strip(b"\0 \t\r\n\xef\xbb\xbf"):
            return self._ignored("空文件 / empty file")
        head = utf8_head(raw, self._encoding)
        if raw.startswith(b"PK") and name.lower().endswith(_BOOKS):
            head = sheet_head(document) or head
        folder, _, file = name.rpartition("/")
        key = (folder, file.rpartition(".")[2] if "." in file else "", start[:1])
        best, sure = self._claimed(head, name, self._last.get(key))
        if sure >= CERTAIN and not self._own:
            found = Detection(best, self._options, sure, best.format_id, "messages", best.capabilities)
        else:
            found = self._compared(head, document, best, sure)
        if found.role == "messages" and not found.doubts:
            self._last[key] = found
        return found

    def _compared(self, head: bytes, document: Document, best: Reader, sure: int) -> Detection:
        """Return what the mappings make of a document that a reader is so sure of."""
        companion = self.companion(document)
        # A word that a common name is of no use yields to a reader that knows it; an index shows that it is one.
        if companion is not None and (companion.role == "index" or sure < SURE):
            return companion
        candidates = self._patterns if sure < SURE else self._own
        fits = [one.mapping for one in candidates if one.matches(head, document.name)]
        confidence = FITS if len(fits) == 1 else FITS_AMONG_OTHERS
        doubts = tuple(f"也像 {other.id} / also fits {other.id}" for other in fits)
        if sure >= SURE and (not fits or sure > confidence):
            return Detection(best, self._options, sure, best.format_id, "messages", best.capabilities, doubts)
        if not fits:
            return self._ignored("认不出格式 / format not recognised")
        if sure >= SURE:
            doubts += (f"也像 {best.format_id} / also fits {best.format_id}",)
        return self.as_mapped(fits[0], confidence, doubts[1:])

    def _claimed(self, head: bytes, name: str, last: Detection | None) -> tuple[Reader, int]:
        """Return the reader that is surest of the document, and how sure."""
        if last is not None:
            mapping = last.options.mapping
            if mapping is not None:
                known = next(one for one in self._patterns if one.mapping is mapping)
                if known.contents and known.matches(head, name):
                    return self._by_mapping, 0
            elif last.confidence >= CERTAIN and last.reader.sniff(head, name) == last.confidence:
                return last.reader, last.confidence
        best, sure = self._by_mapping, 0
        for reader in self._readers:
            one = reader.sniff(head, name)
            if one > sure:
                best, sure = reader, one
        return best, sure

    def as_mapped(self, mapping: Mapping, confidence: int, doubts: tuple[str, ...] = ()) -> Detection:
        """Return that the document is what this mapping describes."""
        return Detection(
            self._by_mapping, with_mapping(self._options, mapping), confidence, f"mapping:{mapping.id}", "messages",
            mapping.answers, doubts,
        )  # fmt: skip

    def companion(self, document: Document) -> Detection | None:
        """Return what a mapping says of a file that lies beside those it describes."""
        if self._beside is None or not self._beside.match(document.name):
            return None
        for mapping in (known.mapping for known in self._patterns):
            for one in mapping.detect.companions:
                if any(fnmatchcase(document.name, glob) for glob in one.names) and _besides(one, document):
                    options = with_mapping(Options(), mapping)
                    return Detection(self._index, options, 90, f"index:{mapping.id}", one.role, Capabilities())
        return None

    def _ignored(self, why: str) -> Detection:
        return Detection(self._index, self._options, 0, "unknown", "ignored", Capabilities(), (why,))


def _besides(one: Companion, document: Document) -> bool:
    """Return whether an index really is one: a common name alone is not enough."""
    return one.role == "ignored" or f'"{one.promised}"'.encode() in document.head()


class _Pattern:
    """What tells the documents of one mapping, compiled."""

    def __init__(self, mapping: Mapping) -> None:
        self.mapping = mapping
        self.contents = tuple(_compiled(pattern) for pattern in mapping.detect.content)
        self._names = _any_of(mapping.detect.names)

    def matches(self, head: bytes, name: str) -> bool:
        """Return whether the document may be one of them."""
        if self._names is None:
            return bool(self.contents) and all(one.search(head) for one in self.contents)
        return self._names.match(name) is not None and all(one.search(head) for one in self.contents)


@lru_cache(maxsize=512)
def _compiled(pattern: str) -> Any:
    return re2.compile(pattern)


@lru_cache(maxsize=256)
def _any_of(globs: tuple[str, ...]) -> re.Pattern[str] | None:
    return re.compile("|".join(map(translate, globs))) if globs else None


_SHARED: dict[tuple[Options, str], Options] = {}


def with_mapping(options: Options, mapping: Mapping) -> Options:
    """Return options with the mapping; one object per pair, so that a task of many documents carries it once."""
    basis = options.zone_basis
    if mapping.time.zone and basis != "asked":
        options = msgspec.structs.replace(options, zone=mapping.time.zone, zone_basis="stated")
    key = (msgspec.structs.replace(options, mapping=None), mapping.key)
    if key not in _SHARED:
        _SHARED[key] = msgspec.structs.replace(options, mapping=mapping)
    return _SHARED[key]
