"""Reads times as programs write them: every value of a column has the same numbers in the same places."""

from __future__ import annotations

import re
from functools import lru_cache
from itertools import pairwise
from typing import TypeAlias

import numpy as np
import numpy.typing as npt
import pyarrow as pa

Numbers: TypeAlias = dict[str, npt.NDArray[np.int64]]
Letters: TypeAlias = npt.NDArray[np.uint8]
_SIZES = {"Y": 4, "m": 2, "d": 2, "H": 2, "M": 2, "S": 2}
_LONGEST = 40
_ZERO = ord("0")


@lru_cache(maxsize=256)
def _layout(form: str) -> tuple[str, ...] | None:
    """Return the codes ("%Y") and single characters of a form that names a day by numbers of one size; else None."""
    parts = tuple(re.findall(r"%.|.", form))
    codes = [part[1] for part in parts if len(part) == 2]
    wanted = {"Y", "m", "d"} <= set(codes) <= {*_SIZES, "f", "z"} and len(set(codes)) == len(codes)
    clear = all(one != "%f" or len(other) == 1 or other == "%z" for one, other in pairwise(parts))
    last = "z" not in codes or parts[-1] == "%z"
    return parts if wanted and clear and last and form.isascii() else None


def same_places(column: pa.Array, form: str) -> Numbers | None:
    """Return the numbers of a column written in a form ("f" as microseconds, "z" as seconds east); else None."""
    layout = _layout(form)
    letters = _letters(column) if layout is not None else None
    if layout is None or letters is None:
        return None
    found: Numbers = {}
    at = 0
    for part in layout:
        here = letters[:, at:]
        if len(part) == 1:
            read = here.shape[1] > 0 and bool((here[:, 0] == ord(part)).all())
            at += 1
        elif part == "%z":
            read = _east(here, found)
            at = letters.shape[1]
        else:
            size = _SIZES.get(part[1]) or _digits(here[0])
            read = _number(here[:, :size], size, part[1], found)
            at += size
        if not read:
            return None
    return found if at == letters.shape[1] else None


def _letters(column: pa.Array) -> Letters | None:
    """Return the bytes of the values, a row each; None where they are not of one length."""
    rows = len(column)
    if not rows or column.null_count or column.type != pa.string():
        return None
    _, offsets, data = column.buffers()
    places = np.frombuffer(offsets, np.int32)[column.offset : column.offset + rows + 1]
    width = int(places[1] - places[0])
    if not 8 <= width <= _LONGEST or (np.diff(places) != width).any():
        return None
    return np.frombuffer(data, np.uint8)[places[0] : places[-1]].reshape(rows, width)


def _digits(row: Letters) -> int:
    """Return how many digits a row begins with."""
    other = np.flatnonzero(row - _ZERO > 9)
    return int(other[0]) if len(other) else len(row)


def _number(letters: Letters, size: int, code: str, found: Numbers) -> bool:
    digits = letters - _ZERO  # what stands before "0" wraps around to a great number
    if not 1 <= size <= 9 or digits.shape[1] != size or (digits > 9).any():
        return False
    if code == "f":
        digits = digits[:, :6]
    powers = 10 ** np.arange(digits.shape[1], dtype=np.int64)[::-1]
    found[code] = digits.astype(np.int64) @ powers * (10 ** (6 - digits.shape[1]) if code == "f" else 1)
    return True


def _east(letters: Letters, found: Numbers) -> bool:
    width = letters.shape[1]
    if width == 1 and (letters[:, 0] | 0x20 == ord("z")).all():
        found["z"] = np.zeros(len(letters), np.int64)
        return True
    if width not in (5, 6) or (width == 6 and (letters[:, 3] != ord(":")).any()):
        return False
    west = letters[:, 0] == ord("-")
    parts: Numbers = {}
    if not (west | (letters[:, 0] == ord("+"))).all() or not (
        _number(letters[:, 1:3], 2, "h", parts) and _number(letters[:, -2:], 2, "m", parts)
    ):
        return False
    seconds = parts["h"] * 3600 + parts["m"] * 60
    found["z"] = np.where(west, -seconds, seconds)
    return True
