"""The jobs of standards: a draft against what is in force, one rule against the last weeks."""

from __future__ import annotations

import msgspec

from qunjian_console.bridge import backtests
from qunjian_console.jobs.handling import Handler, Watch
from qunjian_console.language import say
from qunjian_console.standards.releases import edition_in_force


class DraftWish(msgspec.Struct, frozen=True):
    """Which content of a draft."""

    content: str


class RuleWish(msgspec.Struct, frozen=True):
    """The rule as it was written when asked for."""

    rule: str


def _test(wish: DraftWish, watch: Watch) -> backtests.Tested:
    return backtests.test_draft(wish.content, edition_in_force(), watch)


def _reach(wish: RuleWish, watch: Watch) -> backtests.Reach:
    return backtests.reach_of(wish.rule, watch)


BACKTEST = Handler("standards.backtest", say("草稿回测", "Back-test of a draft"), DraftWish, _test)
REACH = Handler("standards.reach", say("规则近四周会命中多少", "What a rule would hit in four weeks"), RuleWish, _reach)

HANDLERS = (BACKTEST, REACH)
