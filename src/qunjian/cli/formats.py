"""`qunjian formats`: which exports can be read, and what each of them can and cannot know."""

from __future__ import annotations

from typing import TYPE_CHECKING

import typer

from qunjian.cli.console import LANGUAGE, JsonOption, WorkspaceOption, emit_lines, say

if TYPE_CHECKING:
    from qunjian.runs.formats import FormatRow

_MARKS = {"yes": "●", "partly": "◐", "no": "·"}


def register(app: typer.Typer) -> None:
    """Add this group's commands to the command line."""
    app.command(
        "formats",
        help=say(
            "列出能读的格式，以及每种格式知道什么（● 知道 ◐ 部分 · 不知道）。\n\n例：qunjian formats",
            "List the formats that can be read and what each knows (● yes ◐ partly · no).\n\nExample: qunjian formats",
        ),
    )(formats)


def formats(workspace: WorkspaceOption = None, json: JsonOption = False) -> None:
    """Print format × field."""
    from qunjian.runs.formats import format_rows

    rows = format_rows(workspace)
    if json:
        emit_lines(
            {
                "format": row.format, "title": row.title.said(LANGUAGE), "kind": row.kind,
                "platform": row.platform, "capabilities": row.capabilities,
            }
            for row in rows
        )  # fmt: skip
        return
    _print(rows)


def _print(rows: list[FormatRow]) -> None:
    from rich.console import Console
    from rich.table import Table

    from qunjian.model.capabilities import FIELDS

    titles = {
        "message_ids": ("消息号", "ids"), "replies": ("回复", "replies"), "threads": ("话题", "threads"),
        "reactions": ("表态", "reactions"), "mentions": ("提及", "mentions"), "roles": ("角色", "roles"),
        "joins": ("入群", "joins"), "leaves": ("退群", "leaves"), "roster": ("名单", "roster"),
        "reads": ("已读", "reads"),
        "edits": ("编辑", "edits"), "recalls": ("撤回", "recalls"), "media": ("媒体", "media"),
        "accounts": ("账号", "accounts"),
    }  # fmt: skip
    table = Table(box=None, pad_edge=False)
    table.add_column(say("格式", "format"), no_wrap=True)
    for field in FIELDS:
        table.add_column(say(*titles.get(field, (field, field))), justify="center")
    for row in rows:
        marks = (_MARKS[row.capabilities[field]] for field in FIELDS)
        table.add_row(row.format, *marks)
    console = Console(width=None if Console().is_terminal else 160)
    console.print(table)
    console.print()
    for row in rows:
        console.print(f"{row.format}  {row.title.said(LANGUAGE)}", markup=False, highlight=False)
