"""The jobs of reviews: drawing the items of a plan."""

from __future__ import annotations

import msgspec

from qunjian_console.bridge.errors import Phrase
from qunjian_console.jobs.handling import Handler, Watch
from qunjian_console.language import say
from qunjian_console.reviews.services.planning import fill_from_lake


class DrawWish(msgspec.Struct, frozen=True):
    """Which plan is drawn, and whether the standard's review form is filled in with it."""

    plan: int
    with_form: bool = False


def _draw(wish: DrawWish, watch: Watch) -> dict[str, int]:
    watch(Phrase("抽取条目", "drawing items"), 0)
    return {"plan": wish.plan, "items": fill_from_lake(wish.plan, with_form=wish.with_form)}


DRAW = Handler("reviews.draw", say("抽取复核条目", "Draw items to review"), DrawWish, _draw)

HANDLERS = (DRAW,)
