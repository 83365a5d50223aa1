"""The command `standard health`: how each rule does on past messages."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from qunjian.cli.console import (
    LANGUAGE,
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
    from qunjian.runs.rule_health import Report, RuleHealth

HELP = say(
    "规则体检：用一份标准把历史消息查一遍，什么都不写入；每条规则的命中、每千条命中、查准率、与别的规则的重叠、"
    "从不命中的规则、每周走势。\n\n例：qunjian standard health general --from 2026-10-01 --verdicts 复核.csv",
    "How the rules do: a standard over past messages, nothing written: hits, hits per 1,000, precision, overlap with "
    "other rules, rules that never hit, weeks that depart.\n\n"
    "Example: qunjian standard health general --from 2026-10-01 --verdicts reviewed.csv",
)


def health(
    standard: Annotated[
        str | None,
        typer.Argument(metavar="[NAME|FILE]", help=say("标准（默认现行标准）", "the standard in force, if none")),
    ] = None,
    first: FromOption = None,
    last: ToOption = None,
    community: CommunitiesOption = None,
    verdicts: Annotated[
        Path | None,
        typer.Option(
            metavar="FILE",
            help=say(
                "复核结论表（CSV、TSV、XLSX）：消息编号、规则、结论", "a table of verdicts: message_id, rule, verdict"
            ),
        ),
    ] = None,
    workspace: WorkspaceOption = None,
    json: JsonOption = False,
) -> None:
    """Say how each rule does."""
    from qunjian.runs.rule_health import rule_health
    from qunjian.workspace import Workspace

    with progress() as told:
        report = rule_health(
            Workspace.find(workspace), standard, first=first.date() if first else None,
            last=last.date() if last else None, communities=tuple(community or ()) or None, verdicts=verdicts,
            progress=told,
        )  # fmt: skip
    if json:
        emit(report)
        return
    _print(report)


def _print(report: Report) -> None:
    days = f"{report.first} … {report.last}" if report.first else say("没有消息", "no messages")
    hitting = [rule for rule in report.rules if rule.health.hits]
    typer.echo(f"{shown(report.standard)}  {days}")
    typer.echo(
        say(
            f"能读的消息 {report.messages:,}，{len(hitting)} 条规则有命中，{len(report.rules) - len(hitting)} 条没有；"
            f"用上的复核结论 {report.verdicts_used:,}，对不上命中的 {report.verdicts_unused:,}"
            + (f"，看不懂的行 {report.rows_left_out:,}" if report.rows_left_out else ""),
            f"{report.messages:,} messages with text; {len(hitting)} rules hit, {len(report.rules) - len(hitting)} did "
            f"not; verdicts used {report.verdicts_used:,}, that fit no hit {report.verdicts_unused:,}"
            + (f", rows not understood {report.rows_left_out:,}" if report.rows_left_out else ""),
        )
    )
    for rule in hitting:
        _print_rule(rule)
    _print_silent([rule for rule in report.rules if not rule.health.hits])


def _print_rule(rule: RuleHealth) -> None:
    found = rule.health
    trial = say("（试行）", " (trial)") if rule.lifecycle == "trial" else ""
    typer.echo(f"{rule.rule}{trial}  {rule.name.said(LANGUAGE)}  {rule.severity}")
    typer.echo(
        say(
            f"    命中 {found.hits:,}（{found.accounts:,} 个账号），每千条 {_rate(found.per_1000)}"
            f"（{_rate(found.low)}–{_rate(found.high)}），查准率 {_precision(rule)}",
            f"    {found.hits:,} hits ({found.accounts:,} accounts), {_rate(found.per_1000)} per 1,000 "
            f"({_rate(found.low)}–{_rate(found.high)}), precision {_precision(rule)}",
        )
    )
    for each in found.overlaps:
        typer.echo(
            say(
                f"    其中 {each.shared:,} 条（{each.share:.0%}）{each.rule} 也命中",
                f"    {each.shared:,} of them ({each.share:.0%}) also by {each.rule}",
            )
        )
    for drift in found.drift:
        typer.echo(
            say(
                f"    {drift.first} 起的一周不同往常：按平常的消息量折合 {drift.hits:,} 条，"
                f"之前每周 {drift.expected:.1f}（q={drift.q:.2g}）",
                f"    the week of {drift.first} departs: {drift.hits:,} at the usual number of messages, "
                f"{drift.expected:.1f} a week before (q={drift.q:.2g})",
            )
        )


def _print_silent(rules: list[RuleHealth]) -> None:
    if not rules:
        return
    typer.echo(
        say("没有命中的规则（真实命中率的 95% 上限，每千条）：", "Never hit (95 % limit of the rate per 1,000):")
    )
    for rule in rules:
        limit = rule.health.most_per_1000
        told = say("未知：没有它能读的消息", "unknown: no messages it reads") if limit is None else f"≤ {limit:.3g}"
        lacking = (
            say(f"；{rule.unknown} 个社群的来源不能判断", f"; sources of {rule.unknown} communities cannot tell")
            if rule.unknown
            else ""
        )
        typer.echo(f"    {rule.rule}  {rule.name.said(LANGUAGE)}  {told}{lacking}")


def _precision(rule: RuleHealth) -> str:
    found = rule.health
    if found.precision is None:
        because = rule.because.said(LANGUAGE) if rule.because else ""
        return say(f"未知：{because}", f"unknown: {because}")
    n = found.verdicts.confirmed + found.verdicts.refuted
    return f"{found.precision:.2f}（{found.precision_low:.2f}–{found.precision_high:.2f}，n={n}）"


def _rate(value: float | None) -> str:
    return say("未知", "unknown") if value is None else f"{value:.3g}"
