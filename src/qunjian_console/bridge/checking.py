"""Checks pasted texts under an edition: what fires and where, and why one rule does not."""

from __future__ import annotations

import datetime as dt
import threading
from collections import OrderedDict
from typing import TYPE_CHECKING
from zoneinfo import ZoneInfo

from qunjian.runs.checking import Checker, CheckFinding, CheckResult, Explained
from qunjian_console.bridge.opening import workspace

if TYPE_CHECKING:
    from collections.abc import Sequence

    from qunjian.standards.editions import Edition

__all__ = ["CheckFinding", "CheckResult", "Explained", "check", "explain"]

_MOST = 3  # editions whose rules stay compiled
_compiled: OrderedDict[tuple[str, str], Checker] = OrderedDict()
_one_at_a_time = threading.Lock()  # what is compiled keeps scratch memory that two threads must not share


def check(edition: Edition, texts: Sequence[str], *, role: str) -> list[CheckResult]:
    """Return what fires in each text."""
    with _one_at_a_time:
        return _checker(edition).check(texts, role=role)


def explain(edition: Edition, rule: str, texts: Sequence[str], *, role: str) -> list[Explained]:
    """Return what one rule makes of each text; only that rule is compiled."""
    alone = edition._replace(rules=tuple(each for each in edition.rules if each.id == rule))
    checker = Checker(alone, _now())
    return [told for text in texts for told in checker.explain(text, role=role)]


def _checker(edition: Edition) -> Checker:
    key = (edition.standard.id, edition.version)
    if key not in _compiled:
        _compiled[key] = Checker(edition)
        while len(_compiled) > _MOST:
            _compiled.popitem(last=False)
    _compiled.move_to_end(key)
    _compiled[key].now = _now()
    return _compiled[key]


def _now() -> dt.datetime:
    opened = workspace()
    return opened.clock().astimezone(ZoneInfo(opened.settings.zone))
