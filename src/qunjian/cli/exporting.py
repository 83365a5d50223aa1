"""Commands of the group `exporting`: export."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from qunjian.cli.console import (
    CommunitiesOption,
    FromOption,
    JsonOption,
    ToOption,
    WorkspaceOption,
    emit,
    progress,
    say,
    shown,
)

if TYPE_CHECKING:
    from qunjian.runs.exporting import Exported


def register(app: typer.Typer) -> None:
    """Add this group's commands to the command line."""
    app.command(
        "export",
        help=say(
            "把工作区里的聊天导出成文件，可再导入而不丢内容；chatlab 供别的工具读取。\n\n"
            "例：qunjian export --format jsonl -o 备份.jsonl\n\n"
            "例：qunjian export --format csv --community qq:12345 --mask -o 给乙方.csv",
            "Write the chats of the workspace into a file that can be imported again without loss; chatlab is for "
            "other tools.\n\nExample: qunjian export --format jsonl -o backup.jsonl\n\n"
            "Example: qunjian export --format csv --community qq:12345 --mask -o for-partner.csv",
        ),
    )(export)


def export(
    form: Annotated[
        str, typer.Option("--format", metavar="chatlab|jsonl|csv|parquet", help=say("文件格式", "the format"))
    ],
    path: Annotated[
        Path | None,
        typer.Option(
            "-o",
            "--output",
            metavar="PATH",
            help=say(
                "文件；chatlab 有多个群时为目录（默认当前目录）",
                "the file; for several chats of chatlab, a folder (default: here)",
            ),
        ),
    ] = None,
    community: CommunitiesOption = None,
    first: FromOption = None,
    last: ToOption = None,
    mask: Annotated[
        bool, typer.Option("--mask", help=say("用假名替换账号和名字，正文打码", "pseudonyms, and masked texts"))
    ] = False,
    force: Annotated[bool, typer.Option("--force", help=say("覆盖已有的文件", "overwrite a file"))] = False,
    workspace: WorkspaceOption = None,
    json: JsonOption = False,
) -> None:
    """Write the chats into files."""
    from qunjian.runs.exporting import Wish
    from qunjian.runs.exporting import export as run
    from qunjian.workspace import Workspace

    wish = Wish(
        form, path, tuple(community or ()), first.date() if first else None, last.date() if last else None, mask, force
    )
    with progress() as listener:
        done = run(Workspace.find(workspace), wish, listener)
    if json:
        emit(done)
        return
    _print(done)


def _print(done: Exported) -> None:
    from qunjian.cli.console import LANGUAGE
    from qunjian.runs.exporting import STAYS

    rows = "  ".join(f"{name} {number:,}" for name, number in done.rows.items())
    typer.echo(say(f"已导出 {done.communities} 个社群：{rows}", f"exported {done.communities} communities: {rows}"))
    for name in done.files:
        typer.echo(f"  {shown(name)}")
    if done.lost:
        typer.echo(say("这个格式装不下（未写入的值）：", "the format cannot carry (values left out):"))
        for name, number in done.lost.items():
            typer.echo(f"  {name}  {number:,}")
    if done.left:
        typer.echo(
            say(
                f"中断的导出留下了半份文件，可以删除：{'、'.join(map(shown, done.left))}",
                f"exports that were cut off left half a file, to be deleted: {', '.join(map(shown, done.left))}",
            )
        )
    typer.echo(STAYS.said(LANGUAGE))
    typer.echo(
        say(
            "账号和名字已换成假名，正文中的联系方式和 @ 的名字已打码；正文里直接写出的人名仍在，转交前请抽看。",
            "Accounts and names are pseudonyms, contacts and @names in texts are masked; names simply written in a "
            "text are still there: look through it before you pass it on.",
        )
        if done.masked
        else say(
            "注意：文件含个人信息（账号、名字、聊天内容），撤销和抹除都管不到它；转交他人前请用 --mask，用完请删除。",
            "Note: the file holds personal data (accounts, names, texts), and no undo or erasure reaches it; use "
            "--mask before you pass it on, and delete it when it has served.",
        )
    )
