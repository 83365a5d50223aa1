"""The tables an expression may read by name: the lake's views, the parameters of a run, and the fills in between.

Every parameter (zones, periods, which communities, who is counted) is a small table, never a constant inside an
expression: so the expressions are the same in every run and can be compiled once.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import TYPE_CHECKING

import msgspec
import pyarrow as pa

from qunjian.engines import portable
from qunjian.model import schemas

if TYPE_CHECKING:
    from ibis.expr.types import Table

# Days are counted from 1970-01-01. Beyond any real day: a stay without known beginning or end.
EVER = -1_000_000
NEVER = 4_000_000
# What a fill or parameter is called in the session, so that it cannot be mistaken for a view of the lake.
PREFIX = "measure_"


def _schema(**fields: pa.DataType) -> pa.Schema:
    return pa.schema([pa.field(name, kind) for name, kind in fields.items()])


# zone: the UTC offset of each measured community from `from_s` until before `until_s` (seconds since 1970, UTC);
# calendar: the period of each local day; grid: what is asked, one row per community and period, `slot` its number,
# `recorded` the day after the last recorded local day of the period; community: the local days its record covers
# (`whole`: the last day that is over within the record), whether it has a complete roster, a duty table; stated_role:
# roles people stated, duty tables included; choice: one row, the switches; question: members' questions to staff
# (conversations/responses.py), how long each waited on duty and whether it was answered; told: recent posts with words
# and stickers, and whether each is filler (text/substance.py).
PARAMETERS: Mapping[str, pa.Schema] = {
    "zone": _schema(community_id=pa.string(), from_s=pa.int64(), until_s=pa.int64(), offset_s=pa.int64()),
    "calendar": _schema(day=pa.int64(), period=pa.int64()),
    "grid": _schema(
        slot=pa.int64(), community_id=pa.string(), period=pa.int64(), first=pa.int64(), after=pa.int64(),
        recorded=pa.int64(),
    ),
    "community": _schema(
        community_id=pa.string(), first_day=pa.int64(), last_day=pa.int64(), whole=pa.int64(), listed=pa.bool_(),
        duty=pa.bool_(),
    ),
    "stated_role": _schema(community_id=pa.string(), account_id=pa.string(), role=pa.string()),
    "choice": _schema(bots=pa.bool_(), staff=pa.bool_()),
    "question": _schema(
        community_id=pa.string(), clock_from=schemas.UTC_US, waited_us=pa.int64(), censored=pa.bool_(),
    ),
    "told": _schema(community_id=pa.string(), account_id=pa.string(), sent_at=schemas.UTC_US, filler=pa.bool_()),
}  # fmt: skip
VIEWS: Mapping[str, pa.Schema] = {**schemas.FACTS, **schemas.STATES}
# The messages near the asked periods: from WINDOW_BEFORE days before them, and from the start of the period before, to
# WINDOW_AFTER days after them; and all from the same instant on, however late. Whoever reads them instead of message
# must not need a day further away.
RECENT, SINCE = "recent", "since"
WINDOW_BEFORE = 28
WINDOW_AFTER = 31


class Frame(msgspec.Struct):
    """Unbound tables by name; `frame["member_day"]` is the table of that fill."""

    tables: dict[str, Table]

    def __getitem__(self, name: str) -> Table:
        return self.tables[name]


class Fill(msgspec.Struct, frozen=True):
    """One table computed once per run and read by name afterwards."""

    name: str
    build: Callable[[Frame], Table]


def bare_frame() -> Frame:
    """Return a frame of the lake's views and the parameters, before any fill."""
    tables = {name: portable.unbound(name, _ibis_schema(schema)) for name, schema in VIEWS.items()}
    for name, schema in PARAMETERS.items():
        tables[name] = portable.unbound(PREFIX + name, _ibis_schema(schema))
    for name in (RECENT, SINCE):
        tables[name] = portable.unbound(PREFIX + name, _ibis_schema(schemas.MESSAGE))
    return Frame(tables)


def _ibis_schema(schema: pa.Schema) -> object:
    import ibis

    return ibis.Schema.from_pyarrow(schema)
