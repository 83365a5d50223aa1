"""Commands of the group `register`: list, overdue, import, template."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from qunjian.cli.console import LANGUAGE, JsonOption, WorkspaceOption, emit, emit_lines, say, shown
from qunjian.model.language import Phrase

if TYPE_CHECKING:
    from qunjian.insight.expected import Expected

_HELP = {
    "list": say(
        "列出登记的社群：类型、导出人、导出周期、记录到哪一天。\n\n例：qunjian register list",
        "List the registered groups: type, exporter, how often, until when they are recorded.\n\n"
        "Example: qunjian register list",
    ),
    "overdue": say(
        "列出逾期未交导出的社群和该找谁；有逾期时以 1 退出，可放进定时任务。\n\n例：qunjian register overdue",
        "List the groups whose export is overdue, and whom to ask; exits with 1 when any is, for a scheduled job.\n\n"
        "Example: qunjian register overdue",
    ),
    "import": say(
        "从表格导入登记（CSV、XLSX；同一社群以新表为准）。\n\n例：qunjian register import 群登记.xlsx",
        "Take in a register from a table (CSV, XLSX; a group's new row replaces its old one).\n\n"
        "Example: qunjian register import groups.xlsx",
    ),
    "template": say(
        "写一份待填的登记表，已导入的社群都在里面。\n\n例：qunjian register template 群登记.xlsx",
        "Write a register to fill in; the groups imported so far stand in it.\n\n"
        "Example: qunjian register template groups.xlsx",
    ),
}
_STATES = {
    "never": Phrase("从未收到", "never received"),
    "overdue": Phrase("逾期 {days} 天", "{days} days overdue"),
    "stale": Phrase("收到了文件，但没有 {days} 天内的记录", "files came in, but their record ends {days} days early"),
    "current": Phrase("按时", "in time"),
    "unscheduled": Phrase("没有约定周期", "no interval agreed"),
}


def register(app: typer.Typer) -> None:
    """Add this group's commands to the command line."""
    group = typer.Typer(
        no_args_is_help=True, help=say("应收社群登记表与逾期。", "The groups you expect, and what is overdue.")
    )
    group.command("list", help=_HELP["list"])(list_)
    group.command("overdue", help=_HELP["overdue"])(overdue)
    group.command("import", help=_HELP["import"])(import_)
    group.command("template", help=_HELP["template"])(template)
    app.add_typer(group, name="register")


def list_(workspace: WorkspaceOption = None, json: JsonOption = False) -> None:
    """List the registered groups."""
    from qunjian.runs.registering import due
    from qunjian.workspace import Workspace

    rows = due(Workspace.find(workspace))
    _print(rows, json)
    if not rows and not json:
        typer.echo(
            say(
                "还没有登记社群。先写一份待填的表：qunjian register template 群登记.xlsx",
                "no group is registered yet. Begin with a table to fill in: qunjian register template groups.xlsx",
            )
        )


def overdue(workspace: WorkspaceOption = None, json: JsonOption = False) -> None:
    """List what is overdue; exit code 1 when anything is."""
    from qunjian.insight.expected import LATE
    from qunjian.runs.registering import due
    from qunjian.workspace import Workspace

    rows = due(Workspace.find(workspace))
    late = tuple(one for one in rows if one.state in LATE)
    _print(late, json)
    if not json and rows and not late:
        typer.echo(say(f"登记的 {len(rows)} 个社群都按时", f"all {len(rows)} registered groups are in time"))
    if late:
        raise typer.Exit(1)


def import_(
    table: Annotated[Path, typer.Argument(metavar="FILE", help=say("CSV 或 XLSX", "CSV or XLSX"))],
    replace: Annotated[
        bool, typer.Option("--replace", help=say("整表替换，表里没有的删去", "drop the groups the table does not name"))
    ] = False,
    workspace: WorkspaceOption = None,
    json: JsonOption = False,
) -> None:
    """Take in a register from a table."""
    from qunjian.runs.registering import take_in
    from qunjian.workspace import Workspace

    taken = take_in(Workspace.find(workspace), table, replace=replace)
    if json:
        emit(taken)
        return
    typer.echo(
        say(
            f"登记：新增 {taken.added}，更改 {taken.changed}，不变 {taken.unchanged}，删去 {taken.removed}",
            f"register: {taken.added} added, {taken.changed} changed, {taken.unchanged} as before, "
            f"{taken.removed} removed",
        )
    )


def template(
    table: Annotated[Path, typer.Argument(metavar="FILE.xlsx", help=say("要写的新文件", "the new file"))],
    workspace: WorkspaceOption = None,
    json: JsonOption = False,
) -> None:
    """Write a register to fill in."""
    from qunjian.runs.registering import write_template
    from qunjian.workspace import Workspace

    rows = write_template(Workspace.find(workspace), table, LANGUAGE)
    if json:
        emit({"file": table, "communities": rows})
        return
    typer.echo(
        say(
            f"已写 {shown(table)}（{rows} 个已知社群）；填好后：qunjian register import {shown(table)}",
            f"wrote {shown(table)} ({rows} known groups); then: qunjian register import {shown(table)}",
        )
    )


def _print(rows: tuple[Expected, ...], json: bool) -> None:
    if json:
        emit_lines(rows)
        return
    for one in rows:
        state = _STATES[one.state].fill(days=one.days_late).said(LANGUAGE)
        until = f"{one.observed:%Y-%m-%d}" if one.observed else "—"
        every = "—" if one.every_days is None else str(one.every_days)
        typer.echo(
            f"{shown(one.name)}  {state}  "
            + say(
                f"记录到 {until}  每 {every} 天  导出人 {shown(one.exporter) or '—'}",
                f"recorded until {until}  every {every} days  exporter {shown(one.exporter) or '—'}",
            )
        )
