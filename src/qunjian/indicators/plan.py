"""The plan of a run: every fill and every table of facts as an expression, and compiled to DuckDB's SQL.

Ibis takes over a second to import and compile, so the SQL of all expressions lies beside this file (duckdb.json),
written by scripts/indicators_compiled.py; a test compiles them anew and compares. Parameters are tables, so the text
never changes from run to run. Another engine runs the expressions themselves.
"""

from __future__ import annotations

from functools import cache
from importlib.resources import files
from typing import TYPE_CHECKING

import msgspec

from qunjian.aggregates.fills import FILLS as AGGREGATES
from qunjian.aggregates.fills import filled_frame
from qunjian.indicators import activity, interaction, members
from qunjian.indicators.registry import INDICATORS

if TYPE_CHECKING:
    from collections.abc import Sequence

    from ibis.expr.types import Table

    from qunjian.indicators.record import Indicator

# What is computed once per run, in order: the aggregates, then what only indicators need.
FILLS = (*AGGREGATES, *activity.FILLS, *members.FILLS, *interaction.FILLS)


class Statement(msgspec.Struct, frozen=True):
    """One compiled expression: its SQL and the fills, parameters and views it reads."""

    sql: str
    reads: tuple[str, ...]


class Plan(msgspec.Struct, frozen=True):
    """All statements: `fills` in the order to compute them, `facts` by name."""

    fills: dict[str, Statement]
    facts: dict[str, Statement]

    def needed(self, facts: Sequence[str], also: Sequence[str] = ()) -> list[str]:
        """Return the fills that the facts read, directly or through other fills, and those `also` asked, in order."""
        wanted: set[str] = set()
        waiting = [*also, *(name for fact in facts for name in self.facts[fact].reads)]
        while waiting:
            name = waiting.pop()
            if name in self.fills and name not in wanted:
                wanted.add(name)
                waiting.extend(self.fills[name].reads)
        return [fill.name for fill in FILLS if fill.name in wanted]


def facts_name(indicator: Indicator) -> str:
    """Return the name of an indicator's table of facts, e.g. activity.spoken."""
    return f"{indicator.facts.__module__.rsplit('.', 1)[-1]}.{indicator.facts.__name__}"


def expressions() -> tuple[dict[str, Table], dict[str, Table]]:
    """Return the expressions of all fills and of all facts; facts carry the `slot` of the asked row."""
    frame, fills = filled_frame(FILLS)
    grid = frame["grid"].select("slot", "community_id", "period")
    facts: dict[str, Table] = {}
    for indicator in INDICATORS.values():
        name = facts_name(indicator)
        if name not in facts:
            table = indicator.facts(frame)
            columns = [column for column in table.columns if column not in ("community_id", "period")]
            facts[name] = grid.inner_join(table, ["community_id", "period"]).select("slot", *columns)
    return fills, facts


def compiled() -> Plan:
    """Compile every expression to DuckDB's SQL (slow: imports Ibis)."""
    fills, facts = expressions()
    return Plan(*({name: _statement(one) for name, one in group.items()} for group in (fills, facts)))


def _statement(expression: Table) -> Statement:
    import ibis
    from ibis.expr.operations import UnboundTable

    from qunjian.aggregates.frame import PREFIX

    reads = sorted({node.name.removeprefix(PREFIX) for node in expression.op().find(UnboundTable)})
    return Statement(str(ibis.to_sql(expression, dialect="duckdb")), tuple(reads))


@cache
def stored() -> Plan:
    """Return the compiled plan that lies beside this file."""
    return msgspec.json.decode(files("qunjian.indicators").joinpath("duckdb.json").read_bytes(), type=Plan)
