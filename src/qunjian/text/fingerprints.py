"""Gives every text a number that equal texts share, once folding and separators are put aside."""

from __future__ import annotations

from functools import cache
from typing import TYPE_CHECKING

import numpy as np

from qunjian.text.folding import Folded

if TYPE_CHECKING:
    from collections.abc import Sequence

    import numpy.typing as npt
    import pyarrow as pa

_MULTIPLIER = np.uint64(0x9E3779B97F4A7C15)
_MIXER = np.uint64(0xBF58476D1CE4E5B9)
# The base of a polynomial modulo 2^64: odd, so that it has an inverse, and a row counts the same wherever it stands.
_BASE = 0xD6E8FEB86659FD93
_MANY_POWERS = 1 << 18  # more than a piece of a batch asks for where a character takes two bytes and more


def fingerprints(
    texts: pa.StringArray | pa.ChunkedArray | Sequence[str] | Folded,
) -> tuple[npt.NDArray[np.int64], npt.NDArray[np.int64]]:
    """Return for each text its fingerprint and its length in characters, both of the folded text without separators.

    Equal folded texts have equal fingerprints; unequal ones may (so whoever compares must verify with `same_text`).
    """
    compact = (texts if isinstance(texts, Folded) else Folded(texts)).compact()
    starts = compact.starts
    if len(starts) < 2:
        return np.zeros(0, np.int64), np.zeros(0, np.int64)
    few = len(compact.codes) <= _MANY_POWERS
    powers, inverse = _kept_powers() if few else _powers(len(compact.codes))
    sums = np.add.reduceat(_mixed(compact.codes) * powers[: len(compact.codes)], starts[:-1])
    return (sums * inverse[starts[:-1]]).view(np.int64), np.diff(starts) - 1


def same_text(texts: list[str]) -> list[str]:
    """Return for each text what is compared: folded, without separators."""
    compact = Folded(texts).compact()
    return compact.text.split("\0")[: len(texts)]


def _mixed(codes: npt.NDArray[np.uint32]) -> npt.NDArray[np.uint64]:
    """Return a number for every code, all bits mixed."""
    values = codes.astype(np.uint64)
    values += np.uint64(1)
    values *= _MULTIPLIER
    values ^= values >> np.uint64(29)
    values *= _MIXER
    values ^= values >> np.uint64(32)
    return values


@cache
def _kept_powers() -> tuple[npt.NDArray[np.uint64], npt.NDArray[np.uint64]]:
    return _powers(_MANY_POWERS)


def _powers(count: int) -> tuple[npt.NDArray[np.uint64], npt.NDArray[np.uint64]]:
    """Return the first powers of the base, and those of its inverse."""
    found = []
    for base in (_BASE, pow(_BASE, -1, 1 << 64)):
        powers = np.full(count, base, dtype=np.uint64)
        powers[0] = 1
        found.append(np.multiply.accumulate(powers))
    return found[0], found[1]
