"""The jobs of reports: to build one, and to draw what could not be drawn then."""

from __future__ import annotations

import msgspec

from qunjian_console.bridge.packs import build_pack, span
from qunjian_console.bridge.reports import Wish, build, draw_again
from qunjian_console.jobs.handling import Handler, Watch
from qunjian_console.language import say
from qunjian_console.reports import services
from qunjian_console.reports.extracting import extract
from qunjian_console.reports.selectors import BUILD, COMPLIANCE, DRAW, PACK


class Order(msgspec.Struct, frozen=True):
    """A report that was asked for; its id is given beforehand, so that a second try makes no second report."""

    report: str
    wish: Wish
    everything: bool
    by: int | None = None
    schedule: int | None = None


class Drawing(msgspec.Struct, frozen=True):
    """A report whose PDF and picture are to be drawn."""

    report: str


def _build(order: Order, watch: Watch) -> dict[str, str]:
    if not services.kept(order.report):
        made = build(order.wish, order.report, watch)
        services.keep(order.report, order.wish, made, everything=order.everything, by=order.by, schedule=order.schedule)
    return {"report": order.report}


def _pack(order: Order, watch: Watch) -> dict[str, str]:
    if not services.kept(order.report):
        more, told = extract(span(order.wish.period or ""), order.wish.communities)
        made = build_pack(order.wish, order.report, told, more, watch)
        services.keep(
            order.report, order.wish, made, everything=order.everything, by=order.by, schedule=None, preset=COMPLIANCE
        )
    return {"report": order.report}


def _draw(order: Drawing, watch: Watch) -> dict[str, str]:
    services.keep_drawn(order.report, draw_again(order.report, watch))
    return {"report": order.report}


BUILDING = Handler(BUILD, say("生成报告", "Build a report"), Order, _build)
DRAWING = Handler(DRAW, say("画 PDF 和长图", "Draw PDF and picture"), Drawing, _draw)
PACKING = Handler(PACK, say("生成合规包", "Make a compliance pack"), Order, _pack)

HANDLERS = (BUILDING, DRAWING, PACKING)
