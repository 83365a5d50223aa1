"""The command `starters`: which posts start discussions, and which fall flat."""

from __future__ import annotations

import sys
from typing import TYPE_CHECKING, Annotated

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
from qunjian.cli.inspecting import StandardOption

if TYPE_CHECKING:
    from qunjian.insight.starters import Starter
    from qunjian.runs.starting import Starting

_WIDE = 160


def register(app: typer.Typer) -> None:
    """Add the command to the command line."""
    app.command(
        "starters",
        help=say(
            "哪类消息开得起讨论，哪类没人接。沉默之后的第一条消息算开场，下一次沉默之前有别人说话算开起来了；"
            "按类型、长短、形式、话题、时段比较，与同社群同一小时的其他开场相比（时段除外），多重比较已校正；"
            "缺省看最近 12 周。\n\n"
            "例：qunjian starters --community 读书会\n\n"
            "例：qunjian starters --from 2026-09-01 --to 2026-11-20 --json",
            "Which posts start a discussion and which fall flat. The first post after a silence opens, and is joined "
            "when somebody else speaks before the next silence; by kind, length, form, topic and hour, compared with "
            "the community's other openers of the same hour (hours themselves: with all), corrected for many "
            "comparisons; default: the last 12 weeks.\n\n"
            "Example: qunjian starters --community 'Book club'\n\n"
            "Example: qunjian starters --from 2026-09-01 --to 2026-11-20 --json",
        ),
    )(starters)


def starters(
    community: CommunitiesOption = None,
    first: FromOption = None,
    last: ToOption = None,
    silence: Annotated[
        int,
        typer.Option(
            "--silence", metavar="MINUTES", help=say("多久没人说话算沉默", "how long nobody speaks in a silence")
        ),
    ] = 30,
    standard: StandardOption = None,
    workspace: WorkspaceOption = None,
    json: JsonOption = False,
) -> None:
    """Show which posts start discussions."""
    from qunjian.runs import starting
    from qunjian.workspace import Workspace

    found = starting.run(
        Workspace.find(workspace), communities=tuple(community or ()), first=first.date() if first else None,
        last=last.date() if last else None, silence=silence, standard=standard,
    )  # fmt: skip
    if json:
        emit_lines(found.found)
        return
    _table(found)


def _table(found: Starting) -> None:
    from rich.console import Console
    from rich.table import Table

    from qunjian.insight.starters import FAMILY_TITLES, VERDICTS, group_title

    if not found.found:
        typer.echo(say("这段时间里没有开场的消息", "nothing opened a conversation in this time"))
        return
    typer.echo(say(f"{found.first} 至 {found.last}", f"{found.first} to {found.last}"))
    titles = say("社群 比什么 哪类 开场 接上的 占比 95%区间 比同时段 95%区间 结论", "Community By Group Openers Joined "
                 "Share 95%-interval Against-same-hour 95%-interval Verdict")  # fmt: skip
    table = Table(box=None, pad_edge=False)
    for number, heading in enumerate(titles.split()):
        table.add_column(heading, no_wrap=True, justify="right" if 3 <= number <= 8 else "left")
    for one in found.found:
        table.add_row(
            shown(found.names.get(one.community_id) or one.community_id), FAMILY_TITLES[one.family].said(LANGUAGE),
            shown(group_title(one, found.topics).said(LANGUAGE)), f"{one.n:,}", f"{one.started:,}",
            f"{one.share:.1%}", f"{one.low:.1%}–{one.high:.1%}", *_compared(one), VERDICTS[one.verdict].said(LANGUAGE),
        )  # fmt: skip
    wide = None if sys.stdout.isatty() else _WIDE
    Console(highlight=False, markup=False, width=wide).print(table)


def _compared(one: Starter) -> tuple[str, str]:
    if one.difference is None or one.difference_low is None or one.difference_high is None:
        return "", ""
    points = [f"{100 * value:+.1f}" for value in (one.difference, one.difference_low, one.difference_high)]
    return points[0], f"{points[1]}…{points[2]}"
