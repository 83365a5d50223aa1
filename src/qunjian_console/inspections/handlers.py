"""The job of an inspection."""

from __future__ import annotations

import datetime as dt

import msgspec

from qunjian_console.bridge.inspections import Inspected, inspect
from qunjian_console.jobs.handling import Handler, Watch
from qunjian_console.language import say


class RunWish(msgspec.Struct, frozen=True):
    """What is to be inspected; empty: the standard in force, all days, all communities."""

    standard: str = ""
    first: dt.date | None = None
    last: dt.date | None = None
    communities: tuple[str, ...] = ()


def _run(wish: RunWish, watch: Watch) -> Inspected:
    return inspect(wish.standard or None, wish.first, wish.last, wish.communities, watch)


RUN = Handler("inspections.run", say("质检", "Inspect"), RunWish, _run)

HANDLERS = (RUN,)
