"""Says what a file is by its first bytes: names and declared types are written by whoever sends them."""

from __future__ import annotations

from typing import Literal, get_args

Content = Literal[
    "png", "jpeg", "gif", "webp", "bmp", "tiff", "heic", "avif", "svg", "html", "pdf", "zip", "apk", "office", "rar",
    "7z", "gzip", "exe", "elf", "macho", "script", "ole", "audio", "video", "text", "empty", "unknown",
]  # fmt: skip
CONTENTS: tuple[Content, ...] = get_args(Content)
HEAD_BYTES = 4096
PICTURES: frozenset[Content] = frozenset(("png", "jpeg", "gif", "webp", "bmp"))
# Pictures that no part here opens.
UNOPENED: frozenset[Content] = frozenset(("tiff", "heic", "avif", "svg"))
PROGRAMS: frozenset[Content] = frozenset(("exe", "elf", "macho", "apk", "script"))
ARCHIVES: frozenset[Content] = frozenset(("zip", "rar", "7z", "gzip"))

_MARKS: tuple[tuple[bytes, Content], ...] = (
    (b"\x89PNG\r\n\x1a\n", "png"), (b"\xff\xd8\xff", "jpeg"), (b"GIF87a", "gif"), (b"GIF89a", "gif"), (b"BM", "bmp"),
    (b"II*\0", "tiff"), (b"MM\0*", "tiff"), (b"%PDF-", "pdf"), (b"Rar!\x1a\x07", "rar"), (b"7z\xbc\xaf\x27\x1c", "7z"),
    (b"\x1f\x8b", "gzip"), (b"MZ", "exe"), (b"\x7fELF", "elf"), (b"\xcf\xfa\xed\xfe", "macho"),
    (b"\xca\xfe\xba\xbe", "macho"), (b"#!", "script"), (b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1", "ole"),
    (b"ID3", "audio"), (b"OggS", "audio"), (b"#!AMR", "audio"), (b"\x02#!SILK", "audio"), (b"#!SILK", "audio"),
    (b"\x1aE\xdf\xa3", "video"),
)  # fmt: skip
_BRANDS: dict[bytes, Content] = {
    b"heic": "heic", b"heix": "heic", b"mif1": "heic", b"hevc": "heic", b"msf1": "heic", b"avif": "avif",
    b"avis": "avif", b"M4A ": "audio",
}  # fmt: skip
_RIFF: dict[bytes, Content] = {b"WEBP": "webp", b"WAVE": "audio", b"AVI ": "video"}


def content_of(head: bytes) -> Content:
    """Return what the first bytes of a file say it is."""
    if not head:
        return "empty"
    if head[4:8] == b"ftyp":
        return _BRANDS.get(head[8:12], "video")
    if head[:4] == b"RIFF":
        return _RIFF.get(head[8:12], "unknown")
    if head[:4] in (b"PK\x03\x04", b"PK\x05\x06"):
        return _zip(head)
    # The longest mark first: a voice message begins like a script.
    found = [(len(mark), content) for mark, content in _MARKS if head.startswith(mark)]
    return max(found)[1] if found else _written(head)


def _zip(head: bytes) -> Content:
    if b"AndroidManifest.xml" in head or b"classes.dex" in head:
        return "apk"
    return "office" if b"[Content_Types].xml" in head or b"mimetypeapplication/" in head else "zip"


def _written(head: bytes) -> Content:
    start = head.removeprefix(b"\xef\xbb\xbf").lstrip()[:1024].lower()
    if start.startswith((b"<svg", b"<!doctype svg")) or (start.startswith(b"<?xml") and b"<svg" in start):
        return "svg"
    if start.startswith((b"<!doctype html", b"<html")):
        return "html"
    if b"\0" in head:
        return "unknown"
    try:
        head.decode("utf-8")
    except UnicodeDecodeError as error:
        return "text" if error.start >= len(head) - 3 else "unknown"
    return "text"
