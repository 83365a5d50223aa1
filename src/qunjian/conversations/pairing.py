"""Pairs questions with first responses on one machine: runs the compiled statements of responses, without Ibis.

Ibis takes a second to import and compile, so the SQL lies beside this file (duckdb.json), written by
scripts/indicators_compiled.py; a test compiles it anew and compares. Parameters are tables: the text never changes.
"""

from __future__ import annotations

import datetime as dt
from functools import cache
from importlib.resources import files
from typing import TYPE_CHECKING

import msgspec
import pyarrow as pa

from qunjian.conversations.duty import CLOCK, SHIFT, TENURE, DutyCalendar
from qunjian.model.periods import micros
from qunjian.text.closings import closings

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence

    from qunjian.engines.local import Session

# What a table or view of a run is called in the session.
PREFIX = "talk_"
REOPENS_AFTER = dt.timedelta(hours=24)
PAUSE = dt.timedelta(seconds=60)
_EVER = 2**62
_WANTED = pa.schema([("community_id", pa.string())])
_BOT = pa.schema([("community_id", pa.string()), ("account_id", pa.string())])
_TOLD = pa.schema([("community_id", pa.string()), ("observed_us", pa.int64())])
_SPAN = pa.schema([("from_us", pa.int64()), ("after_us", pa.int64())])
_EXEMPT = pa.schema([("scope", pa.string()), ("message_id", pa.string())])
# wanted: communities to answer for; bot: accounts left out; told: until when each community was observed; span: one
# row, the µs in which clocks start; exempt: addressed messages that ask nothing; the rest: see DutyCalendar.
PARAMETERS: dict[str, pa.Schema] = {
    "wanted": _WANTED, "bot": _BOT, "told": _TOLD, "span": _SPAN, "exempt": _EXEMPT,
    "tenure": TENURE, "shift": SHIFT, "clock": CLOCK,
}  # fmt: skip


@cache
def stored() -> dict[str, str]:
    """Return the compiled statements by name, in the order to run them."""
    return msgspec.json.decode(files("qunjian.conversations").joinpath("duckdb.json").read_bytes(), type=dict[str, str])


def paired(
    session: Session,
    calendar: DutyCalendar,
    observed: Mapping[str, dt.datetime],
    *,
    bots: Iterable[tuple[str, str]] = (),
    communities: Iterable[str] | None = None,
    first: dt.datetime | None = None,
    after: dt.datetime | None = None,
) -> pa.Table:
    """Return one row per question (responses.RESPONSE_COLUMNS) whose clock started in [first, after).

    `observed`: each community's end of observation (else its last message). `bots` are (community_id, account_id)
    pairs. Only communities of the duty table appear: for all others the figure is unknown. Ask
    `knowledge.link_knowledge` first: without replies and mentions it is unknown too.
    """
    known = set(calendar.communities)
    wanted = sorted(known & set(communities)) if communities is not None else sorted(known)
    told = [(one, micros(observed[one])) for one in wanted if one in observed]
    span = [(micros(first) if first else -_EVER, micros(after) if after else _EVER)]
    run = _Run(session)
    try:
        run.view("said", _said(first))
        for name, rows in (("wanted", list(zip(wanted, strict=True))), ("bot", sorted(set(bots))), ("told", told)):
            run.keep(name, _table(rows, PARAMETERS[name]))
        run.keep("span", _table(span, _SPAN))
        for name, table in (("tenure", calendar.tenure), ("shift", calendar.shift), ("clock", calendar.clock)):
            run.keep(name, table)
        run.make("message")
        run.make("addressed")
        run.keep("exempt", _exempt(session))
        run.make("clocked")
        return session.temporary(stored()["pairs"])
    finally:
        run.close()


class _Run:
    """The temporary tables and views of one run; all are dropped at its end."""

    def __init__(self, session: Session) -> None:
        self._session = session
        self._made: list[tuple[str, str]] = []

    def view(self, name: str, query: str) -> None:
        self._session.connection.execute(f"CREATE OR REPLACE TEMP VIEW {PREFIX}{name} AS {query}")
        self._made.append(("VIEW", name))

    def make(self, name: str) -> None:
        self._session.connection.execute(f"CREATE OR REPLACE TEMP TABLE {PREFIX}{name} AS {stored()[name]}")
        self._made.append(("TABLE", name))

    def keep(self, name: str, rows: pa.Table) -> None:
        connection = self._session.connection
        connection.register("talk_rows", rows)
        connection.execute(f"CREATE OR REPLACE TEMP TABLE {PREFIX}{name} AS SELECT * FROM talk_rows")  # noqa: S608
        connection.unregister("talk_rows")
        self._made.append(("TABLE", name))

    def close(self) -> None:
        for kind, name in reversed(self._made):
            self._session.connection.execute(f"DROP {kind} IF EXISTS {PREFIX}{name}")


def _said(first: dt.datetime | None) -> str:
    """Return the SQL of the messages from a day before the first clock on."""
    if first is None:
        return "SELECT * FROM message"
    begin = (first - REOPENS_AFTER - PAUSE).astimezone(dt.UTC)
    return f"SELECT * FROM message WHERE sent_at >= TIMESTAMPTZ '{begin:%Y-%m-%d %H:%M:%S.%f}+00'"  # noqa: S608


def _exempt(session: Session) -> pa.Table:
    """Return the addressed messages that are bare closings."""
    texts = session.temporary(stored()["texts"])
    return texts.filter(closings(texts["text"].to_pylist())).select(_EXEMPT.names).cast(_EXEMPT)


def _table(rows: Sequence[Sequence[object]], schema: pa.Schema) -> pa.Table:
    columns: list[Sequence[object]] = list(zip(*rows, strict=True)) if rows else [()] * len(schema)
    return pa.table([pa.array(column, field.type) for column, field in zip(columns, schema, strict=True)], schema)
