"""Opens a picture safely: known formats only, within a cap of bytes and of pixels, and never a word of Pillow's."""

from __future__ import annotations

import io
import warnings
from typing import TYPE_CHECKING, Literal

from qunjian.media.contents import HEAD_BYTES, PICTURES, UNOPENED, content_of

if TYPE_CHECKING:
    from PIL.Image import Image

    from qunjian.media.contents import Content

MAX_BYTES = 32 << 20
MAX_PIXELS = 50_000_000
MAX_SIDE = 30_000
Unread = Literal["empty", "no_picture", "unopened_format", "too_large", "too_many_pixels", "damaged"]


class PictureError(Exception):
    """A picture that is not opened, and why."""

    def __init__(self, reason: Unread) -> None:
        super().__init__(reason)
        self.reason: Unread = reason


def opened(data: bytes, *, colours: bool = True) -> tuple[Image, Content]:
    """Return the first frame of a picture, upright, and what it is; raises PictureError with the reason.

    Without `colours` a decoder may leave them out, which is faster.
    """
    content = content_of(data[:HEAD_BYTES])
    if content == "empty":
        raise PictureError("empty")
    if content in UNOPENED:
        raise PictureError("unopened_format")
    if content not in PICTURES:
        raise PictureError("no_picture")
    if len(data) > MAX_BYTES:
        raise PictureError("too_large")
    return _decoded(data, content, colours=colours), content


def _decoded(data: bytes, content: Content, *, colours: bool) -> Image:
    from PIL import Image, ImageOps

    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")
            picture = Image.open(io.BytesIO(data), formats=[content.upper()])
            width, height = picture.size
            if width * height > MAX_PIXELS or max(width, height) > MAX_SIDE:
                raise PictureError("too_many_pixels")  # the header says so: not one pixel was unpacked
            if not colours:
                picture.draft("L", picture.size)
            picture.load()
            return ImageOps.exif_transpose(picture)
    except PictureError:
        raise
    except Image.DecompressionBombError as error:
        raise PictureError("too_many_pixels") from error
    except Exception as error:  # decoders of damaged files raise anything
        raise PictureError("damaged") from error


def grey(picture: Image) -> Image:
    """Return a picture in shades of grey; what is transparent is white, as it is shown."""
    from PIL import Image

    if picture.mode == "P" and "transparency" in picture.info:
        picture = picture.convert("RGBA")
    if picture.mode in ("RGBA", "LA", "PA", "La", "RGBa"):
        picture = picture.convert("RGBA")
        ground = Image.new("RGBA", picture.size, "white")
        picture = Image.alpha_composite(ground, picture)
    if picture.mode.startswith(("I", "F")):  # sixteen bits and more, which a plain conversion cuts off
        picture = picture.convert("F")
        low, high = picture.getextrema()
        assert isinstance(low, float)  # noqa: S101 (tells the type checker: one band)
        assert isinstance(high, float)  # noqa: S101
        scale = 255 / (high - low) if high > low else 1.0
        return picture.point(lambda value: value * scale - low * scale).convert("L")
    return picture.convert("L")
