"""Gives every text a number that equal texts share, once folding and separators are put aside."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
import pyarrow as pa

from qunjian.text.folding import Folded

if TYPE_CHECKING:
    import numpy.typing as npt

_MULTIPLIER = np.uint64(0x9E3779B97F4A7C15)
_MIXER = np.uint64(0xBF58476D1CE4E5B9)


def fingerprints(texts: pa.StringArray) -> tuple[npt.NDArray[np.int64], npt.NDArray[np.int64]]:
    """Return for each text its fingerprint and its length in characters, both of the folded text without separators.

    Equal folded texts have equal fingerprints; unequal ones may (so whoever compares must verify with `same_text`).
    """
    compact = Folded(texts).compact()
    codes = np.frombuffer(compact.text.encode("utf-32-le"), dtype=np.uint32).astype(np.uint64)
    starts = compact.starts
    if len(starts) < 2:
        return np.zeros(0, np.int64), np.zeros(0, np.int64)
    lengths = np.diff(starts)
    place = (np.arange(len(codes)) - np.repeat(starts[:-1], lengths)).astype(np.uint64)
    mixed = _scrambled(codes + np.uint64(1)) * (_scrambled(place + np.uint64(1)) | np.uint64(1))
    return np.add.reduceat(mixed, starts[:-1]).view(np.int64), lengths - 1


def same_text(texts: list[str]) -> list[str]:
    """Return for each text what is compared: folded, without separators."""
    compact = Folded(texts).compact()
    return compact.text.split("\0")[: len(texts)]


def _scrambled(values: npt.NDArray[np.uint64]) -> npt.NDArray[np.uint64]:
    values = values * _MULTIPLIER
    values ^= values >> np.uint64(29)
    values *= _MIXER
    values ^= values >> np.uint64(32)
    return values
