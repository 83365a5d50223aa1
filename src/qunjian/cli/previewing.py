"""Prints a dry run: what each document was taken for, how many records it held, the first of them, what was refused."""

from __future__ import annotations

import datetime as dt
from typing import TYPE_CHECKING

import typer

from qunjian.cli.console import LANGUAGE, local, say, shown
from qunjian.cli.import_report import BASES, reason
from qunjian.model.language import alone

if TYPE_CHECKING:
    from qunjian.runs.previewing import Preview


def print_preview(one: Preview) -> None:
    """Print what a dry run shows of one document."""
    doubts = say("；", "; ").join(shown(alone(doubt, LANGUAGE)) for doubt in one.doubts)
    if one.format == "unknown":
        typer.echo(f"{shown(one.name)}  {doubts}")
    else:
        sure = say(f"把握 {one.confidence}%", f"{one.confidence}% sure")
        basis = say(*BASES.get(one.zone_basis, (one.zone_basis, one.zone_basis)))
        typer.echo(f"{shown(one.name)}  {one.format}  {sure}  {one.zone} ({basis})  {doubts}")
        typer.echo("  " + _tried(one))
    for row in one.messages + one.membership:
        words = shown(row.get("text", "")).replace("\n", "⏎")[:80]
        who = shown(row.get("name_then") or row.get("account_id") or "")
        at = local(dt.datetime.fromisoformat(str(row["sent_at"])), one.zone or "UTC", "%Y-%m-%d %H:%M:%S")
        typer.echo(f"  {at}  {who}  [{row.get('kind', '')}] {words}")
    for reject in one.rejects:
        at = say(f"第 {reject['at']} 行/条", f"line or record {reject['at']}")
        typer.echo(
            say("  拒绝：", "  rejected: ") + f"{reason(str(reject['reason']))} {at}  {shown(reject['excerpt'])[:80]}"
        )
    for warning in one.warnings:
        typer.echo(say("  注意：", "  note: ") + shown(alone(warning, LANGUAGE)))
    if one.format == "unknown":
        typer.echo(
            say(
                "  用 --as 指明格式（qunjian formats 列出已有的），或写一页映射：docs/zh/mapping.md",
                "  name the format with --as (qunjian formats lists them), or write a page of mapping: "
                "docs/en/mapping.md, 'any log in ten minutes'",
            )
        )


def _tried(one: Preview) -> str:
    """Say in numbers what the dry run read: the beginning of a large file, the whole of a small one."""
    rejected = sum(one.rejected.values())
    reasons = say("，", ", ").join(f"{reason(code)} {count:,}" for code, count in one.rejected.items())
    told = say(
        f"试读到 {one.read:,} ＝ 消息 {one.message_count:,} ＋ 进出群等事件 {one.event_count:,} ＋ 拒绝 {rejected:,}",
        f"tried {one.read:,} = messages {one.message_count:,} + membership events {one.event_count:,} + rejected "
        f"{rejected:,}",
    )
    told += say(f"（{reasons}）", f" ({reasons})") if reasons else ""
    if one.listed:
        told += say(f"；名单 {one.listed:,} 人", f"; {one.listed:,} listed members")
    return told
