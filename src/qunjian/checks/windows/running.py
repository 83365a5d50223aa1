"""Runs the window rules of one inspection over one session."""

from __future__ import annotations

import datetime as dt
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Sequence

    from qunjian.checks.windows.contract import WindowCheck, WindowContext, WindowReport, WindowRule

WINDOW_CHECKS: dict[str, WindowCheck] = {}


def longest_look_back(rules: Sequence[WindowRule], context: WindowContext) -> dt.timedelta:
    """Return how far before the judged span messages are read, and how far after a late message findings may change."""
    raise NotImplementedError


def inspect_windows(rules: Sequence[WindowRule], context: WindowContext) -> WindowReport:
    """Return the findings of all window rules and what could not be judged."""
    raise NotImplementedError
