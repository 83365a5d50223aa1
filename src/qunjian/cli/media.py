"""Commands of the group `media`: read pictures and files, show what was read, keep the list of banned pictures."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from qunjian.cli.console import (
    LANGUAGE,
    CommunitiesOption,
    JsonOption,
    WorkspaceOption,
    emit,
    emit_lines,
    patience,
    progress,
    say,
    shown,
)

if TYPE_CHECKING:
    from qunjian.runs.media_showing import MediaRow

ListOption = Annotated[str, typer.Option("--list", help=say("名单名", "the list"))]


def register(app: typer.Typer) -> None:
    """Add the group to the command line."""
    group = typer.Typer(
        no_args_is_help=True,
        help=say(
            "图片和文件：读二维码、认名单上的图片、看还有哪些没读。",
            "Pictures and files: read codes, know listed pictures, see what was not read.",
        ),
    )
    group.command(
        help=say(
            "读还没有读过的图片和文件（inspect 也会先读，但有上限）。\n\n例：qunjian media read",
            "Read pictures and files not read yet (inspect does so first, within limits).\n\n"
            "Example: qunjian media read",
        )
    )(read)
    group.command(
        help=say(
            "列出附件和读出的内容，没有读的写明原因（码和文字打码）。\n\n例：qunjian media show --codes",
            "List attachments and what was read; of those not read, why (masked).\n\n"
            "Example: qunjian media show --codes",
        )
    )(show)
    group.command(
        help=say(
            "把图片加进名单：只存 64 位特征，不存图片。\n\n例：qunjian media add 骗局海报.jpg --why 去年的骗局",
            "Put pictures on a list: only 64 bits of likeness are kept, no picture.\n\n"
            "Example: qunjian media add poster.jpg --why 'last year''s fraud'",
        )
    )(add)
    group.command(
        "list",
        help=say(
            "看名单（decisions/pictures.csv，可以用表格软件改）。\n\n例：qunjian media list",
            "See the lists (decisions/pictures.csv, which a spreadsheet may edit).\n\nExample: qunjian media list",
        ),
    )(listed)
    app.add_typer(group, name="media")


def read(
    workspace: WorkspaceOption = None,
    ocr: Annotated[bool, typer.Option("--ocr", help=say("并识别图片里的文字", "also read text in pictures"))] = False,
    most: Annotated[
        int | None, typer.Option("--most", min=1, help=say("至多读多少个文件", "read so many files at most"))
    ] = None,
    json: JsonOption = False,
) -> None:
    """Read media."""
    from qunjian.runs.media_reading import Limits, read_media
    from qunjian.runs.media_words import reasons
    from qunjian.workspace import Workspace

    opened = Workspace.find(workspace)
    opened.patience = patience()
    with progress() as listener:
        done = read_media(opened, ocr=ocr, limits=Limits(most, None), progress=listener)
    unread = {**done.unread, **({"gone": len(done.gone)} if done.gone else {})}
    if json:
        emit({"read": done.read, "with_codes": done.with_codes, "unread": unread, "left": done.left,
              "seconds": round(done.seconds, 2)})  # fmt: skip
        return
    typer.echo(
        say(
            f"读了 {done.read} 张图片，其中有码 {done.with_codes} 张；还剩 {done.left} 个",
            f"{done.read} pictures read, {done.with_codes} with codes; {done.left} left",
        )
    )
    for count, why in reasons([unread]):
        typer.echo(say(f"  没有读成 {count} 个：{why.zh}", f"  {count} not read: {why.en}"))


def show(
    workspace: WorkspaceOption = None,
    community: CommunitiesOption = None,
    codes: Annotated[bool, typer.Option("--codes", help=say("只看有码的", "only those with codes"))] = False,
    unread: Annotated[bool, typer.Option("--unread", help=say("只看没有读的", "only those not read"))] = False,
    unmask: Annotated[bool, typer.Option("--unmask", help=say("不打码", "unmasked"))] = False,
    json: JsonOption = False,
) -> None:
    """Show media."""
    from qunjian.runs.media_showing import media_rows
    from qunjian.workspace import Workspace

    rows = media_rows(Workspace.find(workspace), community, codes=codes, unread=unread, masked=not unmask)
    if json:
        emit_lines(rows)
        return
    count = 0
    for row in rows:
        count += 1
        _show(row)
    typer.echo(say(f"{count} 个附件", f"{count} attachments"))


def _show(row: MediaRow) -> None:
    typer.echo(shown(f"{row.sent_at:%Y-%m-%d %H:%M}Z  {row.community_id}  {row.message_id}  {row.kind}  {row.name}"))
    if row.unread is not None:
        why = row.why.zh if LANGUAGE == "zh" else row.why.en
        typer.echo(shown(say(f"    没有读：{why}", f"    not read: {why}")))
    for code in row.codes:
        typer.echo(shown(f"    {code.kind}: {code.text}"))
    if row.text:
        typer.echo(shown(f"    ocr: {row.text}"))


def add(
    pictures: Annotated[list[Path], typer.Argument(help=say("图片文件", "picture files"))],
    workspace: WorkspaceOption = None,
    name: ListOption = "banned",
    why: Annotated[str, typer.Option("--why", help=say("缘由（写进问题的说明）", "why; told with each finding"))] = "",
    by: Annotated[str, typer.Option("--by", help=say("谁加的", "who adds them"))] = "",
    json: JsonOption = False,
) -> None:
    """Add pictures to a list."""
    from qunjian.runs.media_lists import add_pictures
    from qunjian.workspace import Workspace

    opened = Workspace.find(workspace)
    done = add_pictures(opened, pictures, name=name, why=why, by=by, today=opened.clock().date())
    if json:
        emit(done)
        return
    typer.echo(
        say(
            f"加进名单“{name}” {len(done.added)} 张；原来就有 {len(done.known)} 张",
            f"{len(done.added)} put on the list '{name}'; {len(done.known)} stood there already",
        )
    )


def listed(workspace: WorkspaceOption = None, json: JsonOption = False) -> None:
    """Show the lists."""
    from qunjian.runs.media_lists import entries
    from qunjian.workspace import Workspace

    found = entries(Workspace.find(workspace))
    if json:
        emit_lines(found)
        return
    for each in found:
        typer.echo(shown(f"{each.list}  {each.likeness}  {each.added}  {each.by}  {each.why}"))
    typer.echo(say(f"{len(found)} 张", f"{len(found)} pictures"))
