"""The command `standard backtest`: what a change of rules would have done to past messages."""

from __future__ import annotations

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
    from qunjian.runs.backtesting import Backtest, Example

HELP = say(
    "回测：新旧两份标准在同样的历史消息上各查一遍，什么都不写入；说明新增、消失、改了等级的命中，以及复核要多少时间。\n\n"
    "例：qunjian standard backtest general 我们的标准.yaml --from 2026-10-01",
    "Back-test: both standards over the same past messages, nothing written: findings that are new, gone or graver, "
    "and the time their review takes.\n\nExample: qunjian standard backtest general ours.yaml --from 2026-10-01",
)
_Standard = Annotated[str, typer.Argument(metavar="NAME|FILE")]


def backtest(
    before: _Standard,
    after: _Standard,
    first: FromOption = None,
    last: ToOption = None,
    community: CommunitiesOption = None,
    examples: Annotated[int, typer.Option(min=0, max=100, help=say("每条规则举几例", "examples of each rule"))] = 3,
    seconds: Annotated[
        float, typer.Option(min=1, help=say("复核一条要几秒", "seconds it takes to review one finding"))
    ] = 30.0,
    workspace: WorkspaceOption = None,
    json: JsonOption = False,
) -> None:
    """Compare two standards on past messages."""
    from qunjian.runs.backtesting import backtest as run
    from qunjian.workspace import Workspace

    with progress() as told:
        result = run(
            Workspace.find(workspace), before, after,
            first=first.date() if first else None, last=last.date() if last else None,
            communities=tuple(community or ()) or None, examples=examples, seconds=seconds, progress=told,
        )  # fmt: skip
    if json:
        emit(result)
        return
    _print(result)


def _print(result: Backtest) -> None:
    typer.echo(f"{shown(result.before)} → {shown(result.after)}")
    typer.echo(
        say(
            f"消息 {result.messages:,}：新增 {result.newly_hit:,}，消失 {result.newly_missed:,}，改等级 "
            f"{result.changed_severity:,}；每千条命中 {_rate(result.alarms_before)} → {_rate(result.alarms_after)}；"
            f"复核新增约需 {result.review_hours} 小时",
            f"{result.messages:,} messages: {result.newly_hit:,} new, {result.newly_missed:,} gone, "
            f"{result.changed_severity:,} of another severity; findings per 1,000 {_rate(result.alarms_before)} → "
            f"{_rate(result.alarms_after)}; reviewing the new ones takes about {result.review_hours} hours",
        )
    )
    for rule in result.rules:
        graver = (
            f"  {rule.severity_before} → {rule.severity_after}" if rule.severity_before != rule.severity_after else ""
        )
        typer.echo(f"{rule.rule}  {rule.before:,} → {rule.after:,}  +{rule.newly_hit:,} −{rule.newly_missed:,}{graver}")
        for sign, group in (("+", rule.examples_hit), ("−", rule.examples_missed)):
            for each in group:
                typer.echo(f"    {sign} {_shown(each)}")
    for community in result.communities:
        if community.newly_hit or community.newly_missed or community.changed_severity:
            change = f"+{community.newly_hit:,} −{community.newly_missed:,} / {community.messages:,}"
            typer.echo(f"{shown(community.community_id)}  {change}")
    if not result.rules:
        typer.echo(say("两份标准在这些消息上没有差别", "the two standards do not differ on these messages"))


def _shown(example: Example) -> str:
    text = say("（没有文字）", "(no text)") if example.text is None else example.text
    return shown(f"{example.community_id}  {text[:80]}").replace("\n", " ")


def _rate(value: float | None) -> str:
    return say("未知：没有消息", "unknown: no messages") if value is None else f"{value:.2f}"
