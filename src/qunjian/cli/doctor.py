"""`qunjian doctor`: what this machine and this workspace lack, and how to mend each thing."""

from __future__ import annotations

from pathlib import Path

import typer

from qunjian.cli.console import LANGUAGE, JsonOption, WorkspaceOption, emit, say, shown

_MARKS = {"ok": "✓", "absent": "·", "warning": "!", "failed": "✗"}


def register(app: typer.Typer) -> None:
    """Add this group's commands to the command line."""
    app.command("doctor", help=_HELP)(doctor)


_HELP = say(
    "体检：Python、软件包、中文字体、磁盘、工作区，以及可选的 Java、Spark、Node、Chromium；"
    "每项缺失都给出一句补救办法。\n\n"
    "例：qunjian doctor　qunjian doctor --json\n\n退出码：0 可以用；1 有必须修好的问题。",
    "Check this machine and workspace: Python, packages, Chinese fonts, disk, and optional Java, Spark, Node, "
    "Chromium; each gap with its mend.\n\nExamples: qunjian doctor; qunjian doctor --json\n\n"
    "Exit code: 0 usable, 1 something must be mended.",
)


def doctor(workspace: WorkspaceOption = None, as_json: JsonOption = False) -> None:
    """Print every check and leave with 1 when one failed."""
    from qunjian.runs.doctor import examine

    checks = examine(Path.cwd(), workspace=workspace)
    failed = sum(check.state == "failed" for check in checks)
    if as_json:
        emit(
            {
                "ok": not failed,
                "checks": [
                    {"id": one.id, "title": one.title.said(LANGUAGE), "state": one.state,
                     "found": one.found.said(LANGUAGE), "mend": one.mend.said(LANGUAGE)}
                    for one in checks
                ],
            }
        )  # fmt: skip
    else:
        for one in checks:
            typer.echo(shown(f"{_MARKS[one.state]} {one.title.said(LANGUAGE)}：{one.found.said(LANGUAGE)}"))
            if one.mend.zh:
                typer.echo(shown(f"  → {one.mend.said(LANGUAGE)}"))
        typer.echo(
            say("可以用。", "Ready to use.")
            if not failed
            else say(f"有 {failed} 项必须修好。", f"{failed} thing(s) must be mended.")
        )
    raise typer.Exit(1 if failed else 0)
