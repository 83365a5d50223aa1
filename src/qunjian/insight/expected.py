"""Which registered communities have handed in their export in time, and which are overdue."""

from __future__ import annotations

import datetime as dt
from typing import TYPE_CHECKING, Literal

import msgspec

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

    from qunjian.model.decisions import Registered

State = Literal["never", "overdue", "stale", "current", "unscheduled"]
_ORDER: tuple[State, ...] = ("never", "overdue", "stale", "current", "unscheduled")
LATE: frozenset[State] = frozenset({"never", "overdue", "stale"})


class Expected(msgspec.Struct, frozen=True):
    """One registered community: until when its record reaches, when a file of it last came in, how late it is.

    never: nothing was ever received · overdue: the record ends longer ago than agreed, and no file came since ·
    stale: files came in within the agreed time, yet their record ends before it (a quiet group, or an old export) ·
    unscheduled: nobody agreed how often it is exported.
    """

    community_id: str
    name: str
    state: State
    exporter: str
    every_days: int | None
    observed: dt.datetime | None
    received: dt.datetime | None
    days_late: int


class Received(msgspec.Struct, frozen=True):
    """What came in of a community: until when its exports observed it, and when the newest file was imported."""

    observed: dt.datetime
    at: dt.datetime


def expected(
    register: Iterable[Registered], received: Mapping[str, Received], now: dt.datetime
) -> tuple[Expected, ...]:
    """Return every registered community (a later row replaces an earlier one), what is missing or late first."""
    rows = {each.community_id: _judged(each, received.get(each.community_id), now) for each in register}
    return tuple(sorted(rows.values(), key=lambda one: (_ORDER.index(one.state), -one.days_late, one.community_id)))


def _judged(one: Registered, got: Received | None, now: dt.datetime) -> Expected:
    late = 0
    state: State
    if got is None:
        state = "never"
    elif one.every_days is None:
        state = "unscheduled"
    else:
        late = max((now - got.observed).days - one.every_days, 0)
        recent = (now - got.at).days <= one.every_days
        state = "current" if not late else "stale" if recent else "overdue"
    return Expected(
        one.community_id, one.name or one.community_id, state, one.exporter, one.every_days,
        got.observed if got else None, got.at if got else None, late,
    )  # fmt: skip
