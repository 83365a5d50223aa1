"""Reads single stamps since 1970 in seconds, milliseconds or microseconds, written as numbers or as digits."""

from __future__ import annotations

import math

from qunjian.sources.times import EARLIEST, LATEST

_SECOND = 1_000_000


def epoch_micros(written: float | str | None) -> int | None:
    """Return microseconds since 1970; the unit is known by the size; null where it is no time of our age."""
    if isinstance(written, str):
        text = written.strip()
        if not 0 < len(text) <= 20 or not text.replace(".", "", 1).isdecimal():
            return None
        number = float(text) if "." in text else int(text)
    elif written is None or isinstance(written, bool):
        return None
    else:
        number = written
    if isinstance(number, float) and not math.isfinite(number):
        return None
    if not 0 < number < 1e17:
        return None
    unit = 1 if number >= 1e14 else 1_000 if number >= 1e11 else _SECOND
    micros = round(number * unit)
    return micros if EARLIEST <= micros < LATEST else None
