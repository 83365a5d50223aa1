"""Measures indicators: runs the statements of their facts once for all communities and turns sums into values."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING

import pyarrow as pa

from qunjian.aggregates.frame import PREFIX, RECENT, SINCE, WINDOW_AFTER, WINDOW_BEFORE
from qunjian.aggregates.localtime import EPOCH
from qunjian.indicators import telling, waiting, wording
from qunjian.indicators.asked import DEFAULT_ZONE, Asked, Question, ask, gather
from qunjian.indicators.finishing import finish
from qunjian.indicators.plan import Plan, facts_name, stored
from qunjian.indicators.registry import find
from qunjian.model.capabilities import Capabilities
from qunjian.model.decisions import Decisions
from qunjian.model.periods import By
from qunjian.model.schemas import INDICATOR_VALUE

if TYPE_CHECKING:
    from qunjian.engines.local import Session
    from qunjian.indicators.record import Indicator


def measure(
    session: Session,
    ids: Sequence[str],
    *,
    by: By,
    now: dt.datetime,
    first: dt.date | None = None,
    after: dt.date | None = None,
    communities: Sequence[str] | None = None,
    zones: Mapping[str, str] | None = None,
    decisions: Decisions | None = None,
    capabilities: Mapping[str, Capabilities] | None = None,
    bots: bool = False,
    staff: bool = True,
    zone: str = DEFAULT_ZONE,
) -> pa.Table:
    """Return INDICATOR_VALUE rows: one per indicator, community and period (and part), a value or why there is none.

    `first`, `after`: local days [first, after); None means from each community's first record, to its last.
    `zones`: zone by community, else the one the community view states, else `zone`.
    `capabilities`: by community; a community that is missing knows nothing; None: every source knows everything.
    `bots`, `staff`: whether they are counted. `now`: the instant after which nothing has happened yet.
    """
    indicators = [find(name) for name in dict.fromkeys(ids)]
    chosen = tuple(sorted(set(communities))) if communities is not None else None
    question = Question(by, now, first, after, chosen, zones or {}, decisions or Decisions(), bots, staff, zone)
    plan = stored()
    records = gather(session, session.arrow(plan.fills["extent"].sql), question)
    asked = ask(records, question)
    if not len(asked.row_record):
        return INDICATOR_VALUE.empty_table()
    facts = _facts(session, plan, indicators, asked, question)
    tables = [finish(one, facts[facts_name(one)], asked, capabilities) for one in indicators]
    return pa.concat_tables(tables)


def _facts(
    session: Session, plan: Plan, indicators: Sequence[Indicator], asked: Asked, question: Question
) -> dict[str, pa.Table]:
    """Return the facts the indicators need, each table computed once; the session keeps nothing of it."""
    names = list(dict.fromkeys(facts_name(one) for one in indicators))
    asks_staff = any(waiting.READS in plan.facts[name].reads for name in names)
    fills = plan.needed(names, also=("account",) if asks_staff else ())
    made: list[str] = []
    # Reordering joins makes DuckDB join replies and their targets on the scope alone, which is a cross join.
    session.connection.execute("SET disabled_optimizers='join_order'")
    try:
        for name, query in _windows(asked).items():
            session.connection.execute(f"CREATE OR REPLACE TEMP VIEW {PREFIX}{name} AS {query}")
        for name, rows in asked.tables.items():
            _keep(session, name, rows)
            made.append(name)
        for name in fills:
            session.connection.execute(f"CREATE OR REPLACE TEMP TABLE {PREFIX}{name} AS {plan.fills[name].sql}")
            made.append(name)
        if asks_staff:
            _keep(session, waiting.READS, waiting.questions(session, asked, question))
            made.append(waiting.READS)
        if any(telling.READS in plan.facts[name].reads for name in names):
            _keep(session, telling.READS, telling.told(session))
            made.append(telling.READS)
        return {name: _computed(session, plan, name) for name in names}
    finally:
        session.connection.execute("RESET disabled_optimizers")
        for name in made:
            session.connection.execute(f"DROP TABLE IF EXISTS {PREFIX}{name}")
        for name in (RECENT, SINCE):
            session.connection.execute(f"DROP VIEW IF EXISTS {PREFIX}{name}")


def _windows(asked: Asked) -> dict[str, str]:
    """Return the SQL of the messages near the asked periods: days as UTC has them, with one to spare for any zone."""
    opening = min(asked.periods, key=lambda one: one.first)
    first = min(opening.previous().first, opening.first - dt.timedelta(days=WINDOW_BEFORE)) - dt.timedelta(days=1)
    after = EPOCH + dt.timedelta(days=int(asked.after.max()) + WINDOW_AFTER + 1)
    since = f"SELECT * FROM message WHERE sent_at >= TIMESTAMPTZ '{first} 00:00:00+00'"  # noqa: S608
    return {SINCE: since, RECENT: f"{since} AND sent_at < TIMESTAMPTZ '{after} 00:00:00+00'"}


def _computed(session: Session, plan: Plan, name: str) -> pa.Table:
    if name == wording.FACTS:
        by_slot = f"SELECT slot, text FROM ({plan.facts[name].sql}) ORDER BY slot"  # noqa: S608
        return wording.counted(session.batches(by_slot))
    rows = session.temporary(plan.facts[name].sql)
    kinds = [field.with_type(pa.int64()) if pa.types.is_decimal(field.type) else field for field in rows.schema]
    return rows.cast(pa.schema(kinds))  # DuckDB adds integers up in 128 bits


def _keep(session: Session, name: str, rows: pa.Table) -> None:
    session.connection.register("measure_rows", rows)
    session.connection.execute(
        f"CREATE OR REPLACE TEMP TABLE {PREFIX}{name} AS SELECT * FROM measure_rows"  # noqa: S608
    )
    session.connection.unregister("measure_rows")
