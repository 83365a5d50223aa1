"""Finds out whether text drawn on this machine shows Chinese characters: a missing font draws boxes silently."""

from __future__ import annotations

import io
from typing import TYPE_CHECKING

import vl_convert
from PIL import Image

if TYPE_CHECKING:
    from collections.abc import Sequence

SAMPLES = ("汉", "鉴", "群")
_SVG = (
    '<svg xmlns="http://www.w3.org/2000/svg" width="64" height="64"><rect width="64" height="64" fill="white"/>'
    '<text x="8" y="50" font-size="44" font-family="sans-serif">{}</text></svg>'
)


def drawn(character: str) -> bytes:
    """Return the grey pixels of one character drawn as charts are drawn."""
    picture = vl_convert.svg_to_png(_SVG.format(character))
    return Image.open(io.BytesIO(picture)).convert("L").tobytes()


def draws_boxes(samples: Sequence[str] = SAMPLES) -> bool:
    """Return whether different characters come out alike (the box of a missing glyph) or blank."""
    pictures = {drawn(character) for character in samples}
    return len(pictures) < len(samples) or drawn(" ") in pictures
