"""The names that exist: rules, indicators, formats; passed to rooms that must check names without knowing rooms."""

from __future__ import annotations

import msgspec


class Catalogue(msgspec.Struct, frozen=True):
    """Sets of known names, with a Chinese and an English title each."""

    rules: dict[str, tuple[str, str]] = {}
    packs: dict[str, tuple[str, ...]] = {}
    indicators: dict[str, tuple[str, str]] = {}
    checks: tuple[str, ...] = ()
