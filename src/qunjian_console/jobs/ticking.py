"""What apps do by the clock: each names functions in its `ticking.py`; a worker calls them every few seconds."""

from __future__ import annotations

import logging
from typing import TYPE_CHECKING

from qunjian_console.gathering import gathered

if TYPE_CHECKING:
    from collections.abc import Callable

_LOG = logging.getLogger(__name__)
EVERY = 5.0  # seconds


def tick() -> None:
    """Call each once; several workers may do so at the same time, and one that fails keeps nothing from the others."""
    tickers: list[Callable[[], object]] = [ticker for own in gathered("ticking", "TICKERS") for ticker in own]
    for ticker in tickers:
        try:
            ticker()
        except Exception:
            _LOG.exception("%s failed", ticker.__name__)
