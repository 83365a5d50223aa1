"""Gives a picture 64 bits that stay nearly the same when it is scaled, compressed or slightly changed (a pHash)."""

from __future__ import annotations

from functools import lru_cache
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Sequence

    from numpy.typing import NDArray
    from PIL.Image import Image

_SIDE, _KEPT = 32, 8
BITS = 64
# A picture of one colour has no features; its bits would be noise that is like every other such picture.
_LEAST_SPREAD = 2.0


def likeness_of(picture: Image) -> int | None:
    """Return the 64 bits of a grey picture; None for one without features (a single colour)."""
    import numpy as np
    from PIL import Image

    small = picture.resize((_SIDE, _SIDE), Image.Resampling.LANCZOS, reducing_gap=3.0)
    shades = np.asarray(small, dtype=np.float64)
    if shades.std() < _LEAST_SPREAD:
        return None
    waves = _cosines()
    low = (waves @ shades @ waves.T)[:_KEPT, :_KEPT].ravel()
    # The first is the mean shade, which says nothing of the picture's shape.
    bits = low > np.median(low[1:])
    return int("".join("1" if bit else "0" for bit in bits), 2)


@lru_cache(maxsize=1)
def _cosines() -> NDArray[Any]:
    """Return the matrix of the discrete cosine transform (type II)."""
    import numpy as np

    places = np.arange(_SIDE)
    return np.cos(np.pi * np.outer(places, 2 * places + 1) / (2 * _SIDE))


def distance(one: int, other: int) -> int:
    """Return in how many of the 64 bits two likenesses differ."""
    return (one ^ other).bit_count()


def nearest(one: int, others: Sequence[int]) -> tuple[int, int] | None:
    """Return the place of the most alike among others, and the distance; None when there are none."""
    found = [(distance(one, each), place) for place, each in enumerate(others)]
    if not found:
        return None
    apart, place = min(found)
    return place, apart


def read_likeness(digits: str) -> int | None:
    """Return the likeness written as 16 hexadecimal digits; None for anything else."""
    plain = digits.strip().lower()
    return int(plain, 16) if len(plain) == BITS // 4 and all(c in "0123456789abcdef" for c in plain) else None


def written(likeness: int) -> str:
    """Return a likeness as 16 hexadecimal digits, as lists write it."""
    return f"{likeness:016x}"
