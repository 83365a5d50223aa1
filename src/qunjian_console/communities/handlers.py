"""The job that draws how every community stands."""

from __future__ import annotations

import msgspec

from qunjian_console.bridge.albums import draw
from qunjian_console.jobs.handling import Handler, Watch
from qunjian_console.language import say


class Wanted(msgspec.Struct, frozen=True):
    """Which period; None: the newest."""

    period: str | None = None


class Drawn(msgspec.Struct, frozen=True):
    """How many communities the album shows."""

    communities: int


def _draw(wanted: Wanted, watch: Watch) -> Drawn:
    return Drawn(draw(wanted.period, watch))


DRAW = Handler("communities.draw", say("汇总各社群", "Sum up the communities"), Wanted, _draw)

HANDLERS = (DRAW,)
