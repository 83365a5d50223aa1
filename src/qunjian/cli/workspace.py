"""Commands of the group `workspace`: make one."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from qunjian.cli.console import JsonOption, emit, say, shown


def register(app: typer.Typer) -> None:
    """Add this group's commands to the command line."""
    app.command(
        "init",
        help=say(
            "建立工作区。\n\n例：qunjian init 我的社群 --purpose 社群运营质检 --retention 365",
            "Make a workspace.\n\nExample: qunjian init my-groups --purpose 'quality inspection' --retention 365",
        ),
    )(init)


def init(
    folder: Annotated[Path, typer.Argument(metavar="DIR", help=say("新目录", "a new folder"))],
    zone: Annotated[
        str, typer.Option(help=say("导出文件没写时区时用的时区", "zone of times that exports write without one"))
    ] = "Asia/Shanghai",
    purpose: Annotated[str, typer.Option(help=say("处理目的", "purpose of the processing"))] = "",
    legal_basis: Annotated[str, typer.Option(help=say("合法性基础", "legal basis"))] = "",
    notice: Annotated[str, typer.Option(help=say("告知方式", "how people were told"))] = "",
    retention: Annotated[int, typer.Option(min=0, help=say("保存天数，0 为不限", "days kept; 0: no limit"))] = 0,
    json: JsonOption = False,
) -> None:
    """Make a workspace in a new or empty folder."""
    from qunjian.workspace import Settings, Workspace

    made = Workspace.create(
        folder,
        Settings(zone=zone, purpose=purpose, legal_basis=legal_basis, notice=notice, retention_days=retention),
    )
    root = made.root.resolve()
    if json:
        emit({"workspace": root, "zone": zone, "format": made.settings.format})
        return
    typer.echo(say(f"已建立工作区：{shown(root)}", f"made the workspace {shown(root)}"))
    typer.echo(
        say(
            f"下一步：qunjian -h；或 qunjian import -w {shown(folder)} 导出文件",
            f"next: qunjian import -w {shown(folder)} EXPORT",
        )
    )
