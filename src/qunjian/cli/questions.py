"""The command `questions`: what no machine can judge, drawn for a person."""

from __future__ import annotations

from typing import TYPE_CHECKING

import typer

from qunjian.cli.console import LANGUAGE, FromOption, JsonOption, ToOption, WorkspaceOption, emit_lines, say, shown
from qunjian.cli.inspecting import StandardOption

if TYPE_CHECKING:
    from qunjian.runs.questions import Question


def register(app: typer.Typer) -> None:
    """Add the command to the command line."""
    app.command(
        help=say(
            "抽出机器判断不了、要人回答的消息（文字已打码）；不算问题，不扣分，每次抽到的相同。\n\n"
            "例：qunjian questions --from 2026-11-16",
            "Draw the messages no machine can judge, for a person to answer (text masked); no findings, the same ones "
            "every time.\n\nExample: qunjian questions --from 2026-11-16",
        )
    )(questions)


def questions(
    workspace: WorkspaceOption = None,
    standard: StandardOption = None,
    first: FromOption = None,
    last: ToOption = None,
    json: JsonOption = False,
) -> None:
    """Draw questions."""
    from qunjian.runs.questions import questions as run
    from qunjian.workspace import Workspace

    rows = run(Workspace.find(workspace), standard, first.date() if first else None, last.date() if last else None)
    if json:
        emit_lines(rows)
        return
    count = 0
    for row in rows:
        count += 1
        _show(row)
    typer.echo(say(f"{count} 条要人判断", f"{count} to be judged by a person"))


def _show(row: Question) -> None:
    typer.echo(shown(f"{row.rule}  {row.sent_at:%Y-%m-%d %H:%M}Z  {row.community_id}  {row.scope} {row.message_id}"))
    typer.echo(shown(f"    {row.excerpt}"))
    typer.echo(shown(f"    ？{row.zh}" if LANGUAGE == "zh" else f"    ? {row.en}"))
