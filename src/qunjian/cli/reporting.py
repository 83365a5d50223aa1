"""Commands of the group `reporting`: report."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated, Literal

import typer

from qunjian.cli.console import LANGUAGE, JsonOption, WorkspaceOption, emit, progress, say


def register(app: typer.Typer) -> None:
    """Add this group's commands to the command line."""
    app.command(
        help=say(
            "出质检报告。内有摘要、排名、变化、问题与证据、各社群、运营人员、覆盖、口径。\n\n"
            "例：qunjian report --period 2026-W46 --format html,xlsx -o 周报",
            "Write an inspection report. It holds a summary, ranking, changes, findings with evidence, groups, "
            "operators, coverage, definitions.\n\n"
            "Example: qunjian report --period 2026-W46 --format html,xlsx -o weekly",
        )
    )(report)


def report(
    preset: Annotated[
        str, typer.Option(help=say("预设：weekly、daily、monthly", "preset: weekly, daily, monthly"))
    ] = "weekly",
    period: Annotated[
        str | None,
        typer.Option(
            help=say(
                "周期，如 2026-W46、2026-11-20、2026-11（默认最近一个完整周期；只有零星几条的不取）",
                "period, like 2026-W46, 2026-11-20, 2026-11 (default: the newest finished one, strays apart)",
            )
        ),
    ] = None,
    output: Annotated[
        Path | None,
        typer.Option(
            "--output",
            "-o",
            metavar="DIR",
            help=say("输出目录（默认工作区的 reports）", "folder (default: the workspace's reports)"),
        ),
    ] = None,
    formats: Annotated[
        str,
        typer.Option(
            "--format", help=say("格式，逗号分隔：html,xlsx,json,md", "formats, comma-separated: html,xlsx,json,md")
        ),
    ] = "html,xlsx",
    language: Annotated[
        str, typer.Option("--lang", metavar="zh|en", help=say("报告的语言", "language of the report"))
    ] = LANGUAGE,
    workspace: WorkspaceOption = None,
    as_json: JsonOption = False,
) -> None:
    """Write a report."""
    from qunjian.model.errors import UnknownNameError
    from qunjian.model.language import Phrase
    from qunjian.runs.reporting import write_report
    from qunjian.workspace import Workspace

    if language not in ("zh", "en"):
        raise UnknownNameError(Phrase("语言", "language"), language, ("zh", "en"))
    chosen: Literal["zh", "en"] = "zh" if language == "zh" else "en"
    names = [name.strip() for name in formats.split(",") if name.strip()]
    with progress() as listener:
        written = write_report(
            Workspace.find(workspace),
            preset=preset,
            period=period,
            folder=output,
            formats=names,
            language=chosen,
            progress=listener,
        )
    if as_json:
        emit(written)
        return
    typer.echo(
        say(
            f"{written.period}：{written.communities} 个社群，{written.messages:,} "
            f"条消息，{written.findings:,} 条问题，{written.scored} 个社群可评分",
            f"{written.period}: {written.communities} groups, {written.messages:,} "
            f"messages, {written.findings:,} findings, {written.scored} groups scored",
        )
    )
    if not written.messages:
        typer.echo(
            say(
                "这一期没有消息，报告是空的；qunjian communities 列出各群的消息从哪天到哪天",
                "this period holds no message and the report is empty; qunjian communities shows from when to when "
                "each group's messages are",
            )
        )
    if newer := written.newer:
        typer.echo(
            say(
                f"更近的 {newer.period} 只有 {newer.messages:,} 条消息（通常 {newer.usual:,} 条），"
                f"所以没有取它；要看就加 --period {newer.period}",
                f"The newer {newer.period} has only {newer.messages:,} messages (usually {newer.usual:,}) and was left "
                f"out; --period {newer.period} shows it",
            )
        )
    for path in written.files.values():
        typer.echo(path)
