"""Detects a document's encoding and yields its bytes as UTF-8: UTF-8 (with or without BOM), UTF-16, GB18030, Big5."""

from __future__ import annotations

import codecs
from typing import TYPE_CHECKING

from qunjian.model.errors import UnknownNameError
from qunjian.model.language import Phrase
from qunjian.sources.document import HEAD_BYTES

if TYPE_CHECKING:
    from collections.abc import Iterator

    from qunjian.sources.document import Document

ENCODINGS = ("utf-8", "utf-16", "utf-16-le", "utf-16-be", "gb18030", "gbk", "gb2312", "big5", "big5hkscs", "latin-1")
CHUNK_BYTES = 1 << 20
BAD_BYTES = "bad_bytes"
_BOMS = ((codecs.BOM_UTF8, "utf-8"), (codecs.BOM_UTF16_LE, "utf-16-le"), (codecs.BOM_UTF16_BE, "utf-16-be"))
# The commonest characters of Chinese writing: text decoded rightly is full of them, wrongly it has none.
_COMMON = frozenset(
    "的一是不了在人有我他这这個个们們来來到时時大地为為子中你说說生国國年着就那和要她出也得里裡后後自以会會家可下而过過天去能对對小多然于於心学學么麼之都好看起发發当當没沒成只如事把还還用第样樣道想作种種开開吗嗎吧群谢謝请請问問"
)


def checked_encoding(name: str | None) -> str | None:
    """Return the codec of a name a person gave; raises UnknownNameError with the nearest."""
    if name is None:
        return None
    lower = name.lower().replace("_", "-")
    lower = {"utf8": "utf-8", "utf-8-sig": "utf-8", "utf16": "utf-16", "gb-18030": "gb18030", "cp936": "gbk"}.get(
        lower, lower
    )
    if lower not in ENCODINGS:
        raise UnknownNameError(Phrase("编码", "encoding"), name, ENCODINGS)
    return {"gbk": "gb18030", "gb2312": "gb18030", "big5": "big5hkscs"}.get(lower, lower)


def detect_encoding(head: bytes) -> str:
    """Return the codec the bytes are most likely written in; the bytes may end inside a character."""
    for bom, encoding in _BOMS:
        if head.startswith(bom):
            return encoding
    if head.isascii() and b"\0" not in head:
        return "utf-8"
    if _decodes(head, "utf-8") and b"\0" not in head[:256]:
        return "utf-8"
    if (wide := _without_bom(head)) is not None:
        return wide
    good = [name for name in ("gb18030", "big5hkscs") if _decodes(head, name)]
    if not good:
        bad = head.decode("utf-8", "replace").count("\ufffd")
        return "utf-8" if bad * 20 <= sum(byte > 127 for byte in head) else "gb18030"
    return max(good, key=lambda name: (_commonness(head, name), name == "gb18030"))


def _decodes(head: bytes, encoding: str) -> bool:
    try:
        codecs.getincrementaldecoder(encoding)().decode(head, False)
    except UnicodeDecodeError:
        return False
    return True


def _commonness(head: bytes, encoding: str) -> float:
    text = [char for char in head.decode(encoding, "ignore") if char > "\x7f"]
    return sum(char in _COMMON for char in text) / max(len(text), 1)


def _without_bom(head: bytes) -> str | None:
    """Return UTF-16 without a BOM by where the zero bytes of ASCII signs stand."""
    sample = head[:4096]
    pairs = max(len(sample) // 2, 1)
    even, odd = sample[0::2].count(0), sample[1::2].count(0)
    # A Chinese character may itself end in a zero byte (一 is 4E00).
    if odd > 0.1 * pairs and odd > 3 * even:
        return "utf-16-le"
    if even > 0.1 * pairs and even > 3 * odd:
        return "utf-16-be"
    return None


def utf8_head(head: bytes, encoding: str | None = None) -> bytes:
    """Return the head of a document as UTF-8 without BOM, for sniffing."""
    if head.startswith(b"PAR1"):
        return head
    name = encoding or detect_encoding(head)
    if name == "utf-8":
        return head.removeprefix(codecs.BOM_UTF8)
    return head.decode(name, "ignore").lstrip("\ufeff").encode("utf-8", "ignore")


class Utf8Stream:
    """The chunks of a document as UTF-8; `cleaned` counts bytes that could not be decoded.

    UTF-8 passes through unread (parsing finds bad bytes); the decision falls at the first chunk that is not ASCII.
    """

    def __init__(self, document: Document, encoding: str | None = None, chunk: int = CHUNK_BYTES) -> None:
        self.encoding = checked_encoding(encoding)
        self.cleaned: dict[str, int] = {}
        self._shift: int | None = 0
        self._document = document
        self._chunk = chunk

    def __iter__(self) -> Iterator[bytes]:
        decoder: codecs.IncrementalDecoder | None = None
        encoding = self.encoding
        with self._document.open() as stream:
            first = True
            while chunk := stream.read(self._chunk):
                if encoding is None and (first or not chunk.isascii()):
                    guess = detect_encoding(chunk[:HEAD_BYTES] if first else chunk)
                    encoding = guess if guess != "utf-8" or not chunk.isascii() else None
                    self.encoding = guess
                if encoding not in (None, "utf-8") and decoder is None:
                    decoder = codecs.getincrementaldecoder(encoding)(errors="replace")
                    self._shift = None
                if decoder is not None:
                    chunk = self._decoded(decoder, chunk, final=False)
                if first:
                    if chunk.startswith(codecs.BOM_UTF8):
                        chunk = chunk.removeprefix(codecs.BOM_UTF8)
                        self._shift = None if self._shift is None else len(codecs.BOM_UTF8)
                    first = False
                if chunk:
                    yield chunk
            if decoder is not None and (rest := self._decoded(decoder, b"", final=True)):
                yield rest

    def stored(self, place: int) -> int | None:
        """Return where in the document a place of the stream stands; None when the document is not UTF-8."""
        return None if self._shift is None else place + self._shift

    def _decoded(self, decoder: codecs.IncrementalDecoder, chunk: bytes, *, final: bool) -> bytes:
        text = decoder.decode(chunk, final)
        if bad := text.count("\ufffd"):
            self.cleaned[BAD_BYTES] = self.cleaned.get(BAD_BYTES, 0) + bad
        return text.encode("utf-8", "replace")

    def take_cleaned(self) -> dict[str, int]:
        """Return the counts since the last call."""
        taken, self.cleaned = self.cleaned, {}
        return taken


def decoded(data: bytes, encoding: str | None = None) -> str:
    """Return the text of a small file read whole, in the encoding asked for or detected; bad bytes become U+FFFD."""
    name = checked_encoding(encoding) or detect_encoding(data[:HEAD_BYTES])
    if name == "utf-8" and not data.isascii() and encoding is None:
        name = detect_encoding(data)
    return data.decode(name, "replace").removeprefix("\ufeff")
