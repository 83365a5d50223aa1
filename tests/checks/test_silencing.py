"""Silences: the narrowest in force wins; an expired one does nothing."""

from __future__ import annotations

import datetime as dt

from qunjian.checks.silencing import silence_for
from qunjian.model.decisions import Silence

DAY = dt.date(2026, 11, 20)


def test_the_narrowest_in_force_wins() -> None:
    wide = Silence("a.b", "全部", "王", dt.date(2027, 1, 1))
    group = Silence("a.b", "本群", "王", DAY, community_id="g")
    person = Silence("a.b", "本人", "王", DAY, account_id="u")
    old = Silence("a.b", "过期", "王", DAY - dt.timedelta(days=1), community_id="g", account_id="u")
    every = (wide, group, person, old)
    assert silence_for(every, "a.b", "g", "u", DAY) is person
    assert silence_for(every, "a.b", "g", "v", DAY) is group
    assert silence_for(every, "a.b", "h", None, DAY) is wide
    assert silence_for(every, "a.b", "g", "u", DAY + dt.timedelta(days=1)) is wide
    assert silence_for(every, "a.c", "g", "u", DAY) is None
