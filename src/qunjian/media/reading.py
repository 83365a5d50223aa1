"""Reads one media file: what it is, the codes in it, its likeness, its text; or why it could not be read."""

from __future__ import annotations

import msgspec

from qunjian.media.codes import Code, codes_in
from qunjian.media.contents import HEAD_BYTES, Content, content_of
from qunjian.media.likeness import likeness_of
from qunjian.media.pictures import PictureError, grey, opened

# Raise it when a file read again would say something else: then everything is read again.
READER = "1"


class Reading(msgspec.Struct, frozen=True):
    """What a file's content says. `unread`: why it was not opened as a picture; `ocr`: whether text was looked for."""

    content: Content
    width: int | None = None
    height: int | None = None
    codes: tuple[Code, ...] = ()
    likeness: int | None = None
    text: str = ""
    ocr: bool = False
    unread: str | None = None


def read(data: bytes, *, ocr: bool = False) -> Reading:
    """Return what a file's bytes say; a file of another kind than a picture is only named."""
    try:
        picture, content = opened(data, colours=ocr)
    except PictureError as error:
        return Reading(content_of(data[:HEAD_BYTES]), unread=error.reason, ocr=ocr)
    shades = grey(picture)
    width, height = picture.size
    return Reading(content, width, height, codes_in(shades), likeness_of(shades), _text(picture, ocr), ocr)


def _text(picture: object, ocr: bool) -> str:
    if not ocr:
        return ""
    from PIL.Image import Image

    from qunjian.media.ocr import text_in

    assert isinstance(picture, Image)  # noqa: S101 (tells the type checker)
    return text_in(picture)
