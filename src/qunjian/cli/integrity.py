"""Commands of the group `integrity`: integrity."""

from __future__ import annotations

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


def register(app: typer.Typer) -> None:
    """Add this group's commands to the command line."""
    app.command(
        "integrity",
        help=say(
            "列出数据可能不全或被改动的迹象。看沉默、缺口、改写、错序、时区、消失的成员。只是证据，由人判断。\n\n"
            "例：qunjian integrity\n\n例：qunjian integrity --community qq:12345 --from 2026-11-01 --json",
            "List signs that data may be missing or changed. It looks at silences, holes, edits, order, zones, "
            "members gone. Evidence for people to judge.\n\nExample: qunjian integrity\n\n"
            "Example: qunjian integrity --community qq:12345 --from 2026-11-01 --json",
        ),
    )(integrity)


def integrity(
    community: CommunitiesOption = None,
    first: FromOption = None,
    last: ToOption = None,
    workspace: WorkspaceOption = None,
    json: JsonOption = False,
) -> None:
    """List the signs."""
    from qunjian.insight.signs.record import KINDS
    from qunjian.runs import trusting
    from qunjian.workspace import Workspace

    signs, names = trusting.integrity(
        Workspace.find(workspace),
        tuple(community or ()),
        first.date() if first else None,
        last.date() if last else None,
    )
    if json:
        emit_lines(signs)
        return
    if not signs:
        typer.echo(say("没有发现迹象（这不等于数据完整）", "no sign found (which does not prove the data whole)"))
        return
    group = None
    for sign in signs:
        if sign.community_id != group:
            group = sign.community_id
            typer.echo(f"\n{shown(names.get(group) or group)}  {shown(group)}")
        span = f"{sign.first:%Y-%m-%d %H:%M} … {sign.last:%Y-%m-%d %H:%M}Z" if sign.first and sign.last else ""
        typer.echo(f"  [{KINDS[sign.kind].said(LANGUAGE)}] {span}\n    {shown(sign.words.said(LANGUAGE))}")
    typer.echo(
        say(
            "\n以上只是值得核对的迹象，不是对任何人的指责；先向源头再要一份导出。",
            "\nThese are things worth checking, no accusation: ask the source for the export again.",
        )
    )
