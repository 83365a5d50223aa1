"""Doubts two exports of one group that tell time unequally finely: a message without an id then has two keys."""

from __future__ import annotations

import datetime as dt
from bisect import bisect_right
from itertools import accumulate, product
from typing import TYPE_CHECKING

import msgspec

from qunjian.lake.order import LEAST_ROWS
from qunjian.lake.records import Told
from qunjian.lake.views import plain_session, written_by

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from qunjian.lake.acting import Acting

_DOUBT = (
    "时间{mine}，“{other}”{theirs}，两份有重叠：没有编号的消息会各算一次，请只留较细的一份（qunjian identity doubles "
    "列出疑似重复） / tells time {mine_en}, '{other}' {theirs_en}, and they overlap: messages without an id count "
    "twice; keep the finer one only ('qunjian identity doubles' lists suspected doubles)"
)
_UNITS = {60: ("只到分", "to the minute"), 1: ("到秒", "to the second"), 0: ("比秒还细", "finer than a second")}


class Timed(msgspec.Struct, frozen=True):
    """How one document tells the time of one group's messages, and whether all of them have ids."""

    document: int
    name: str
    community: str
    unit: int
    unnamed: bool
    first: dt.datetime
    last: dt.datetime


def doubts(act: Acting, fresh: Sequence[Timed]) -> dict[int, str]:
    """Return for documents of this import why some of their messages may count twice."""
    if not fresh:
        return {}
    found: dict[int, str] = {}
    spans: dict[tuple[str, int, bool], list[Timed]] = {}
    for one in (*_known(act), *fresh):
        spans.setdefault((one.community, one.unit, one.unnamed), []).append(one)
    held = {key: _Spans(own) for key, own in spans.items()}
    for one in fresh:
        for unit, unnamed in product(_UNITS, (True, False)):
            if unit == one.unit or not (one.unnamed or unnamed) or (one.community, unit, unnamed) not in held:
                continue
            other = held[one.community, unit, unnamed].met(one)
            if other is not None:
                (mine, mine_en), (theirs, theirs_en) = _UNITS[one.unit], _UNITS[unit]
                found[one.document] = _DOUBT.format(
                    mine=mine, mine_en=mine_en, theirs=theirs, theirs_en=theirs_en, other=other.name
                )
                break
    return found


class _Spans:
    """Documents by the beginning of their span, and of each so many the one that ends last: tens of thousands come."""

    def __init__(self, timed: list[Timed]) -> None:
        own = sorted(timed, key=lambda one: one.first)
        self._firsts = [one.first for one in own]
        self._latest = list(accumulate(own, _later))

    def met(self, one: Timed) -> Timed | None:
        """Return one of them whose span meets that of the document."""
        place = bisect_right(self._firsts, _end(one))
        return self._latest[place - 1] if place and _end(self._latest[place - 1]) >= one.first else None


def _later(one: Timed, other: Timed) -> Timed:
    return max(one, other, key=_end)


def _end(one: Timed) -> dt.datetime:
    """Return when the last message was sent at the latest."""
    return one.last + dt.timedelta(seconds=one.unit)


def _known(act: Acting) -> Iterable[Timed]:
    imports = act.visible.of("import")
    if not imports:
        return
    session = plain_session(act.root)
    try:
        rows = session.arrow(
            "SELECT name, first, last, report, json_keys(communities) AS communities "
            f"FROM {written_by(act.root, 'document', act.visible, imports)} AND contains(report, '\"order\"')"
        ).to_pylist()
    finally:
        session.close()
    for row in rows:
        order = msgspec.json.decode(row["report"], type=Told).order
        if order is not None and order.rows >= LEAST_ROWS and row["first"] is not None and row["last"] is not None:
            for community in row["communities"]:
                yield Timed(-1, row["name"], community, order.unit, order.unnamed > 0, row["first"], row["last"])
