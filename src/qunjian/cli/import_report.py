"""Prints the whole report of one import, file by file: what it was taken for, what was kept, what was not and why."""

from __future__ import annotations

import datetime as dt
from typing import TYPE_CHECKING

import typer

from qunjian.cli.console import LANGUAGE, local, say, shown
from qunjian.model.language import Phrase, alone
from qunjian.model.rejections import REASONS, REPAIRS, in_words

if TYPE_CHECKING:
    from qunjian.lake.order import Order
    from qunjian.lake.records import Counts, DocumentCounts, ImportCounts
    from qunjian.model.records import Act

BASES = {
    "stated": ("来源写明", "stated by the source"),
    "asked": ("由人指定", "named by a person"),
    "default": ("没有写明，按工作区默认，请核对", "not stated: the workspace's default, check it"),
}
_LISTS = {
    "roster": Phrase("成员名单 {n} 行", "{n} rows of a member list"),
    "size_snapshot": Phrase("群人数 {n} 次", "{n} sizes of groups"),
    "platform_count": Phrase("平台统计 {n} 项", "{n} totals of the platform"),
    "survey_answer": Phrase("问卷答案 {n} 项", "{n} answers of surveys"),
}
MOST_LINES = 200
MOST_REJECTS = 20


def reason(code: str) -> str:
    """Return why a record was rejected, in words."""
    return shown(in_words(code, REASONS).said(LANGUAGE))


def numbers(counts: Counts) -> str:
    """Return the counts of an import, a document or a community in words."""
    rejected = sum(counts.rejected.values())
    told = say(
        f"读到 {counts.read:,}，保留 {counts.kept:,}（其中改写 {counts.edited:,}），"
        f"重复 {counts.duplicate:,}，拒绝 {rejected:,}",
        f"read {counts.read:,}, kept {counts.kept:,} ({counts.edited:,} edits), duplicate {counts.duplicate:,}, "
        f"rejected {rejected:,}",
    )
    return told + kinds(counts)


def kinds(counts: Counts) -> str:
    """Say how many of the records are messages and how many events, where there are events; and what lists held."""
    told = ""
    if counts.events:
        messages = counts.kept + counts.duplicate - counts.events
        told = say(
            f"；消息 {messages:,}，进出等事件 {counts.events:,}",
            f"; messages {messages:,}, membership events {counts.events:,}",
        )
    lists = [_LISTS.get(name, Phrase(name + " {n}", name + " {n}")) for name in counts.listed]
    rows = [one.said(LANGUAGE).format(n=f"{n:,}") for one, n in zip(lists, counts.listed.values(), strict=True)]
    return told + (say("；另有", "; beside them ") + say("、", ", ").join(rows) if rows else "")


def print_report(act: Act, counts: ImportCounts, zone: str, *, undone: bool) -> None:
    """Print the report of an import, its times as the clocks of the workspace's zone show them."""
    state = say("  已撤销", "  undone") if undone else ""
    typer.echo(say(f"导入 {act.act_id}", f"import {act.act_id}") + f"  {_moment(act.at, zone)} ({zone}){state}")
    typer.echo(f"  {numbers(counts.total)}")
    typer.echo(
        say(
            "  核对：保留＋重复＋拒绝＝读到，每个文件都成立（不成立的导入会被放弃）",
            "  checked: kept + duplicate + rejected = read, for every file (an import that breaks this is dropped)",
        )
    )
    for warning in counts.warnings:
        typer.echo(say("  注意：", "  note: ") + shown(alone(warning, LANGUAGE)))
    for line in counts.documents[:MOST_LINES]:
        _print_line(line, zone)
    if len(counts.documents) > MOST_LINES:
        more = len(counts.documents) - MOST_LINES
        typer.echo(say(f"…另有 {more} 个文件，全部见 --json", f"… {more} more files: see --json for all"))
    if not counts.documents:
        typer.echo(say("  逐个文件的部分已随整理清除", "  the part of each file was swept when the lake was tidied"))


def _print_line(line: DocumentCounts, zone: str) -> None:
    counts = line.counts
    typer.echo(f"\n{shown(line.name)}")
    sure = "" if line.confidence is None else say(f"（把握 {line.confidence}%）", f" ({line.confidence}% sure)")
    typer.echo(say("  格式：", "  format: ") + f"{line.format}{sure}")
    basis = say(*BASES.get(line.zone_basis, (line.zone_basis, line.zone_basis)))
    typer.echo(say("  时区：", "  zone: ") + f"{line.zone} ({basis})")
    typer.echo(
        say(
            f"  读到 {counts.read:,} ＝ 保留 {counts.kept:,} ＋ 重复 {counts.duplicate:,} ＋ 拒绝 "
            f"{sum(counts.rejected.values()):,}；保留的里面改写 {counts.edited:,}",
            f"  read {counts.read:,} = kept {counts.kept:,} + duplicate {counts.duplicate:,} + rejected "
            f"{sum(counts.rejected.values()):,}; edits among the kept: {counts.edited:,}",
        )
        + kinds(counts)
    )
    if counts.first and counts.last:
        typer.echo(say("  覆盖：", "  covers: ") + f"{_moment(counts.first, zone)} … {_moment(counts.last, zone)}")
    words: dict[str, Phrase]
    for title, found, words in (
        (say("拒绝", "rejected"), counts.rejected, REASONS),
        (say("清理", "cleaned"), line.cleaned, REPAIRS),
        (say("未知类型", "unknown kinds"), line.unknown_kinds, {}),
    ):
        if found:
            each = [f"{shown(in_words(code, words).said(LANGUAGE))} {n:,}" for code, n in found.items()]
            typer.echo(f"  {title}: " + say("，", ", ").join(each))
    for code, at, excerpt in line.rejects[:MOST_REJECTS]:
        typer.echo(say(f"    第 {at} 行/条：", f"    line or record {at}: ") + f"{reason(code)}  {shown(excerpt)}")
    if sum(counts.rejected.values()) > min(len(line.rejects), MOST_REJECTS):
        typer.echo(say("    …（只列出最前面的）", "    … (only the first are listed)"))
    for doubt in dict.fromkeys((*line.doubts, *line.warnings)):
        typer.echo(say("  存疑：" if doubt in line.doubts else "  注意：", "  note: ") + shown(alone(doubt, LANGUAGE)))
    if line.order is not None and (told := order_words(line.order)):
        typer.echo(f"  {told}")


def order_words(order: Order) -> str:
    """Say how the rows follow each other where they go both ways, else nothing."""
    forward, back = order.forward, order.back
    if not forward.steps or not back.steps:
        return ""
    rare = back if back.steps <= forward.steps else forward
    largest = dt.timedelta(seconds=rare.largest)
    return say(
        f"时间次序：{rare.steps:,} 处与其余相反，最早在第 {rare.first:,} 条，最大相差 {largest}",
        f"order in time: {rare.steps:,} steps against the rest, the first at message {rare.first:,}, the largest of "
        f"{largest}",
    )


def _moment(at: dt.datetime, zone: str) -> str:
    return local(at, zone, "%Y-%m-%d %H:%M")
