"""Finds where JSON values end, with numpy over a window of bytes: quotes, escapes, depth; no value is decoded."""

from __future__ import annotations

import numpy as np
import numpy.typing as npt

_DELTA = np.zeros(256, np.int8)
_DELTA[[0x7B, 0x5B]] = 1
_DELTA[[0x7D, 0x5D]] = -1
QUOTE, BACKSLASH, COMMA = 0x22, 0x5C, 0x2C

Positions = npt.NDArray[np.int64]


def _real_quotes(window: npt.NDArray[np.uint8]) -> Positions:
    """Return the places of the quotes that open or close a string."""
    quotes = np.flatnonzero(window == QUOTE)
    slashes = np.flatnonzero(window == BACKSLASH)
    if len(slashes) == 0 or len(quotes) == 0:
        return quotes
    before = window[np.maximum(quotes - 1, 0)] == BACKSLASH
    before &= quotes > 0
    suspects = quotes[before]
    starts = np.concatenate(([0], np.flatnonzero(np.diff(slashes) != 1) + 1))
    run = np.searchsorted(starts, np.searchsorted(slashes, suspects - 1), side="right") - 1
    escaped = (suspects - slashes[starts[run]]) & 1 == 1
    keep = np.ones(len(quotes), bool)
    keep[np.flatnonzero(before)[escaped]] = False
    return quotes[keep]


def brackets(data: bytes) -> tuple[Positions, npt.NDArray[np.int32]]:
    """Return the places of the brackets outside strings and the depth after each, the window starting at depth 0."""
    window = np.frombuffer(data, np.uint8)
    delta = _DELTA[window]
    places = np.flatnonzero(delta)
    quotes = _real_quotes(window)
    outside = (np.searchsorted(quotes, places) & 1) == 0
    places = places[outside]
    return places, np.cumsum(delta[places], dtype=np.int32)


def value_end(data: bytes) -> int:
    """Return the place just after the container that starts the data, or -1 when it is not all there."""
    places, depth = brackets(data)
    ends = np.flatnonzero(depth <= 0)
    return int(places[ends[0]]) + 1 if len(ends) else -1


def element_bounds(data: bytes) -> list[tuple[int, int]]:
    """Return [start, end) of each comma-separated value in the data; the last may be incomplete."""
    window = np.frombuffer(data, np.uint8)
    places, depth = brackets(data)
    quotes = _real_quotes(window)
    commas = np.flatnonzero(window == COMMA)
    commas = commas[(np.searchsorted(quotes, commas) & 1) == 0]
    at = np.searchsorted(places, commas)
    level = np.concatenate((np.zeros(1, np.int32), depth))[at]
    cuts = commas[level == 0].tolist()
    starts = [0, *(cut + 1 for cut in cuts)]
    return [(start, end) for start, end in zip(starts, [*cuts, len(data)], strict=True) if data[start:end].strip()]
