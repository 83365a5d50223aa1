"""Reads single stamps since 1970 in seconds, milliseconds or microseconds, written as numbers or as digits."""

from __future__ import annotations

from qunjian.sources.times import EARLIEST, LATEST

_SECOND = 1_000_000


def epoch_micros(written: float | str | None) -> int | None:
    """Return microseconds since 1970; the unit is known by the size; null where it is no time of our age."""
    number: float | None = _number(written) if isinstance(written, str) else written
    if number is None or number is True or not 0 < number < 1e17:
        return None
    unit = 1_000 if 1e11 <= number < 1e14 else _SECOND if number < 1e11 else 1
    micros = number * unit if type(number) is int else round(number * unit)
    return micros if EARLIEST <= micros < LATEST else None


def _number(written: str) -> float | None:
    text = written.strip()
    if text.isdecimal() and len(text) < 18:
        return int(text)
    return float(text) if len(text) <= 20 and text.replace(".", "", 1).isdecimal() else None
