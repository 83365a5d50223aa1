"""The command `value`: what messages are worth, and by what."""

from __future__ import annotations

from typing import TYPE_CHECKING, Annotated

import typer

from qunjian.cli.console import (
    CommunitiesOption,
    FromOption,
    JsonOption,
    ToOption,
    WorkspaceOption,
    emit_lines,
    say,
    shown,
)
from qunjian.cli.inspecting import StandardOption

if TYPE_CHECKING:
    from qunjian.runs.valuing import Valued


def register(app: typer.Typer) -> None:
    """Add the command to the command line."""
    app.command(
        "value",
        help=say(
            "哪些消息最有料、最切题、最有人接，哪些是灌水；每个数都写出凭什么（文字已打码）。从记录开头读起，才知道什么是新的。\n\n"
            "例：qunjian value --by usefulness --from 2026-11-16 --top 10\n\n"
            "例：qunjian value --by filler --community 读书会 --json",
            "Which messages tell most, are most to the point, are most taken up, and which are filler; every number "
            "says what made it (text masked). Reads from the beginning of the record, to know what is new.\n\n"
            "Example: qunjian value --by usefulness --from 2026-11-16 --top 10\n\n"
            "Example: qunjian value --by filler --community 'Book club' --json",
        ),
    )(value)


def value(
    by: Annotated[
        str,
        typer.Option(
            "--by",
            metavar="MEASURE",
            help=say(
                "按什么排：information 信息量、relevance 切题、usefulness 有人接、filler 灌水",
                "order by: information, relevance, usefulness, filler",
            ),
        ),
    ] = "information",
    top: Annotated[int, typer.Option("--top", min=0, help=say("最多几条（0 为全部）", "how many (0: all)"))] = 20,
    community: CommunitiesOption = None,
    first: FromOption = None,
    last: ToOption = None,
    standard: StandardOption = None,
    workspace: WorkspaceOption = None,
    json: JsonOption = False,
) -> None:
    """Show what messages are worth."""
    from qunjian.runs import valuing
    from qunjian.workspace import Workspace

    found = valuing.run(
        Workspace.find(workspace), by=by, most=top, communities=tuple(community or ()),
        first=first.date() if first else None, last=last.date() if last else None, standard=standard,
    )  # fmt: skip
    if json:
        emit_lines(found.messages)
        return
    for one in found.messages:
        _show(one, found.names.get(one.community_id) or one.community_id)
    typer.echo(say(f"{len(found.messages)} 条", f"{len(found.messages)} messages"))


def _show(one: Valued, community: str) -> None:
    typer.echo(shown(f"{one.sent_at:%Y-%m-%d %H:%M}Z  {community}  {one.scope} {one.message_id}"))
    typer.echo(shown(f"    {one.excerpt}"))
    for line in _reasons(one):
        typer.echo(shown(f"    · {line}"))


def _reasons(one: Valued) -> list[str]:
    """Return the sentences that say what made the numbers."""
    listed = say("、", ", ").join
    lines = []
    if one.filler:
        lines.append(say(f"灌水（{one.filler}）", f"filler ({one.filler})"))
    if one.information is not None and one.novel is not None:
        new = (
            say(f"，本群之前没说过：{listed(one.new)}", f", never said here before: {listed(one.new)}")
            if one.new
            else ""
        )
        lines.append(say(
            f"信息量 {one.information:.1f}（{one.characters} 字，{one.numbers} 个数，{one.dates} 个日期，"
            f"{one.links} 个链接；新词占 {one.novel:.0%}{new}）",
            f"information {one.information:.1f} ({one.characters} characters, {one.numbers} numbers, "
            f"{one.dates} dates, {one.links} links; {one.novel:.0%} of its terms new{new})",
        ))  # fmt: skip
    if one.relevance is not None:
        topics = listed(f"{topic}（{listed(terms)}）" for topic, terms in one.topics.items())
        told = say(f"话题 {topics}", f"topics {topics}") if topics else ""
        own = say(f"本群常说：{listed(one.own_words)}", f"usual here: {listed(one.own_words)}") if one.own_words else ""
        nothing = say("没有话题词，也没有本群常说的", "no term of a topic, nothing usual here")
        because = say("；", "; ").join(part for part in (told, own) if part) or nothing
        lines.append(say(f"切题 {one.relevance:.2f}（{because}）", f"relevance {one.relevance:.2f} ({because})"))
    if one.usefulness is not None:
        lines.append(say(
            f"有人接 {one.usefulness:.2f} 倍（一天内 {one.people} 人回复，其中 {one.thanks} 人道谢，"
            f"{one.reactions} 个表情回应；同社群同一小时平均 {one.expected:.2f}）",
            f"taken up {one.usefulness:.2f} times as usual ({one.people} people replied within a day, "
            f"{one.thanks} of them thanked, {one.reactions} reactions; the mean of that hour here: {one.expected:.2f})",
        ))  # fmt: skip
    lines.extend(say(f"未知：{because.zh}", f"unknown: {because.en}") for because in one.unknown.values())
    return lines
