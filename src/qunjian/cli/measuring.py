"""Commands of the group `measuring`: indicators, measure."""

from __future__ import annotations

import sys
from enum import StrEnum
from typing import TYPE_CHECKING, Annotated

import typer

from qunjian.cli.console import (
    LANGUAGE,
    CommunitiesOption,
    FromOption,
    JsonOption,
    ToOption,
    WorkspaceOption,
    emit_lines,
    say,
    shown,
)

if TYPE_CHECKING:
    from qunjian.indicators.record import Indicator
    from qunjian.model.records import Value

_WIDE = 200


class Span(StrEnum):
    """The kinds of period."""

    day = "day"
    week = "week"
    month = "month"


def register(app: typer.Typer) -> None:
    """Add this group's commands to the command line."""
    app.command(
        "indicators",
        help=say(
            "列出全部指标：定义、单位、分母、好的方向。\n\n例：qunjian indicators --json",
            "List all indicators: definition, unit, denominator, good direction.\n\nExample: qunjian indicators --json",
        ),
    )(indicators)
    app.command(
        "measure",
        help=say(
            "按日、周或月计算指标；没有值时说明原因，绝不以零代替。\n\n"
            "例：qunjian measure speakers active_ratio --by week\n\n"
            "例：qunjian measure posts --by day --from 2026-11-01 --to 2026-11-20 --json",
            "Measure indicators by day, week or month; where there is no value it says why, never zero.\n\n"
            "Example: qunjian measure speakers active_ratio --by week\n\n"
            "Example: qunjian measure posts --by day --from 2026-11-01 --to 2026-11-20 --json",
        ),
    )(measure)


def indicators(json: JsonOption = False) -> None:
    """List all indicators."""
    from qunjian.indicators.record import FAMILIES, UNITS
    from qunjian.indicators.registry import INDICATORS

    if json:
        emit_lines(_described(one) for one in INDICATORS.values())
        return
    for family, title in FAMILIES.items():
        typer.echo(f"\n{title.said(LANGUAGE)}")
        for one in (one for one in INDICATORS.values() if one.family == family):
            typer.echo(f"  {one.id}  {one.title.said(LANGUAGE)} [{UNITS[one.unit].said(LANGUAGE)}]")
            typer.echo(f"      {one.definition.said(LANGUAGE)}")


def _described(one: Indicator) -> dict[str, object]:
    phrases = {"title": one.title, "definition": one.definition, "denominator": one.denominators}
    return {
        "id": one.id,
        **{name: {"zh": phrase.zh, "en": phrase.en} for name, phrase in phrases.items()},
        "unit": one.unit,
        "direction": one.direction,
        "family": one.family,
        "needs": list(one.needs),
        "needs_any": list(one.needs_any),
        "parts": one.parts,
    }


def measure(
    indicator: Annotated[
        list[str] | None, typer.Argument(metavar="INDICATOR…", help=say("指标，缺省为全部", "indicators; default all"))
    ] = None,
    by: Annotated[Span, typer.Option("--by", help=say("周期", "the period"))] = Span.week,
    community: CommunitiesOption = None,
    first: FromOption = None,
    last: ToOption = None,
    bots: Annotated[bool, typer.Option("--bots", help=say("计入机器人", "count bots too"))] = False,
    staff: Annotated[bool, typer.Option("--staff/--no-staff", help=say("是否计入运营", "whether staff count"))] = True,
    workspace: WorkspaceOption = None,
    json: JsonOption = False,
) -> None:
    """Measure indicators."""
    from qunjian.model.records import Value
    from qunjian.runs import measuring
    from qunjian.workspace import Workspace

    wanted = measuring.Measuring(
        tuple(indicator or ()), by.value, tuple(community or ()), first.date() if first else None,
        last.date() if last else None, bots, staff,
    )  # fmt: skip
    measured = measuring.run(Workspace.find(workspace), wanted)
    rows = (row for batch in measured.values.to_batches() for row in batch.to_pylist())
    if json:
        emit_lines(rows)
        return
    # Without names asked for, a breakdown is shown by its whole: its hundreds of parts would bury the rest.
    _table([Value(**row) for row in rows if indicator or row["part"] is None], measured.names)


def _table(values: list[Value], names: dict[str, str]) -> None:
    from rich.console import Console
    from rich.table import Table

    from qunjian.indicators.reasons import sentence
    from qunjian.indicators.record import UNITS, shown_value
    from qunjian.indicators.registry import INDICATORS

    titles = say("指标 社群 周期 值 单位 95%区间 n 说明", "Indicator Community Period Value Unit 95%-interval n Note")
    table = Table(box=None, pad_edge=False)
    for number, heading in enumerate(titles.split()):
        table.add_column(heading, no_wrap=True, justify="right" if number in (3, 6) else "left")
    for one in values:
        indicator = INDICATORS[one.indicator]
        title = indicator.title.said(LANGUAGE) + (f" · {one.part}" if one.part else "")
        notes = [sentence(one.unknown, LANGUAGE)] if one.unknown else []
        notes += [say("周期未完", "unfinished")] if one.unfinished else []
        table.add_row(
            shown(title), shown(names.get(one.community_id) or one.community_id), one.period,
            shown_value(indicator, one.value), UNITS[indicator.unit].said(LANGUAGE), _interval(indicator, one),
            f"{one.n:,}", say("；", "; ").join(notes),
        )  # fmt: skip
    wide = None if sys.stdout.isatty() else _WIDE
    Console(highlight=False, markup=False, width=wide).print(table)


def _interval(indicator: Indicator, one: Value) -> str:
    from qunjian.indicators.record import shown_value

    if one.low is None and one.high is None:
        return ""
    return f"{shown_value(indicator, one.low)} … {shown_value(indicator, one.high)}"
