"""Commands of the group `inspecting`: inspect, findings, check."""

from __future__ import annotations

import datetime as dt
import sys
from itertools import islice
from typing import TYPE_CHECKING, Annotated
from zoneinfo import ZoneInfo

import msgspec
import typer

from qunjian.cli.console import (
    LANGUAGE,
    CommunitiesOption,
    FromOption,
    JsonOption,
    ToOption,
    WorkspaceOption,
    emit,
    emit_lines,
    local,
    patience,
    progress,
    say,
    shown,
)
from qunjian.model.errors import BadInputError, UnknownNameError, WorkspaceError
from qunjian.model.language import Phrase
from qunjian.model.records import SEVERITIES, SEVERITY_TITLES

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from qunjian.model.records import Severity
    from qunjian.runs.checking import Checker, CheckResult
    from qunjian.runs.findings import FindingRow
    from qunjian.runs.inspecting import Inspection

_FEW = 5  # so many rules are named that did not fire for one reason
_LINES_AT_ONCE = 4096

StandardOption = Annotated[
    str | None,
    typer.Option(
        "--standard",
        metavar=say("名称|文件", "NAME|FILE"),
        help=say("运营标准（默认现行标准，否则通用标准）", "the standard (default: the one in force, else general)"),
    ),
]  # fmt: skip


def register(app: typer.Typer) -> None:
    """Add this group's commands to the command line."""
    app.command(
        help=say(
            "按标准质检工作区里的消息，结果作为一次质检保存。\n\n"
            "例：qunjian inspect --standard general --from 2026-11-16",
            "Inspect the workspace's messages under a standard; the findings are kept as one run.\n\n"
            "Example: qunjian inspect --standard general --from 2026-11-16",
        )
    )(inspect)
    app.command(
        help=say(
            "列出质检发现的问题（文字已打码，命中处在【】内）。\n\n例：qunjian findings --severity critical",
            "List findings (text masked, hits between 【 and 】).\n\nExample: qunjian findings --severity critical",
        )
    )(findings)
    app.command(
        help=say(
            "检查几段文字：哪条规则命中、在哪里、为什么。不给文字则逐行读标准输入。\n\n"
            "例：qunjian check '加我微信 abc12345' --explain",
            "Check texts: which rule fires, where, why. Without texts, lines are read from standard input.\n\n"
            "Example: qunjian check '加我微信 abc12345' --explain",
        )
    )(check)


def inspect(
    workspace: WorkspaceOption = None,
    standard: StandardOption = None,
    first: FromOption = None,
    last: ToOption = None,
    community: CommunitiesOption = None,
    fail_on: Annotated[
        str | None,
        typer.Option(
            "--fail-on",
            metavar="|".join(SEVERITIES),
            help=say("有这一级或更重的问题时以 1 退出", "exit with 1 when a finding is this grave or graver"),
        ),
    ] = None,
    media: Annotated[
        bool,
        typer.Option(
            "--media/--no-media",
            help=say("先读还没读过的图片和文件（不读的如实计数）", "first read pictures and files not read yet"),
        ),
    ] = True,
    ocr: Annotated[
        bool, typer.Option("--ocr", help=say("并识别图片里的文字（要装 qunjian\\[ocr]）", "also read text in pictures"))
    ] = False,
    json: JsonOption = False,
) -> None:
    """Inspect a workspace."""
    from qunjian.runs.inspecting import Media
    from qunjian.runs.inspecting import inspect as run
    from qunjian.workspace import Workspace

    severity = _severity(fail_on)
    opened = Workspace.find(workspace)
    opened.patience = patience()
    with progress() as listener:
        found = run(
            opened,
            standard,
            first=first.date() if first else None,
            last=last.date() if last else None,
            communities=community,
            media=Media(media, ocr),
            progress=listener,
        )
    if json:
        emit(found)
    else:
        _print_inspection(found)
    if severity is not None and found.reached(severity):
        raise typer.Exit(1)


def findings(
    workspace: WorkspaceOption = None,
    run: Annotated[
        str | None, typer.Option("--run", help=say("哪次质检（默认最近一次）", "which run (default: newest)"))
    ] = None,
    rule: Annotated[
        str | None, typer.Option("--rule", metavar="ID", help=say("只看这条规则", "only this rule"))
    ] = None,
    severity: Annotated[
        str | None,
        typer.Option(
            "--severity",
            metavar="|".join(SEVERITIES),
            help=say("只看这一级（也可写 致命、严重、一般、提示）", "only this severity"),
        ),
    ] = None,
    community: Annotated[
        str | None, typer.Option("--community", help=say("只看这个社群", "only this community"))
    ] = None,
    account: Annotated[str | None, typer.Option("--account", help=say("只看这个账号", "only this account"))] = None,
    limit: Annotated[int | None, typer.Option("--limit", min=1, help=say("最多几条", "at most so many"))] = None,
    unmask: Annotated[
        bool,
        typer.Option(
            "--unmask",
            help=say(
                "原文和账号不打码（记入 access.jsonl）", "show words and accounts as they are (noted in access.jsonl)"
            ),
        ),
    ] = False,
    json: JsonOption = False,
) -> None:
    """List findings."""
    from qunjian.runs.findings import Filters, rule_names
    from qunjian.runs.findings import findings as read
    from qunjian.workspace import Workspace

    wanted = Filters(run, rule, _severity(severity), community, account, limit)
    opened = Workspace.find(workspace)
    rows = read(opened, wanted, unmask=unmask)
    if json:
        emit_lines(rows)
    else:
        _print_findings(rows, rule_names(opened, run), opened.settings.zone, unmask=unmask)


def check(
    text: Annotated[list[str] | None, typer.Argument(help=say("要检查的文字", "the texts"), show_default=False)] = None,
    workspace: WorkspaceOption = None,
    standard: StandardOption = None,
    role: Annotated[
        str, typer.Option("--role", metavar="owner|admin|staff|member|bot", help=say("发言者身份", "who says it"))
    ] = "member",
    explain: Annotated[
        bool, typer.Option("--explain", help=say("也说明每条规则为什么没有命中", "also why each rule did not fire"))
    ] = False,
    json: JsonOption = False,
) -> None:
    """Check texts."""
    from qunjian.model.schemas import ROLES
    from qunjian.runs.checking import Checker
    from qunjian.runs.inspection import chosen_edition
    from qunjian.workspace import Workspace

    if role not in ROLES:
        raise UnknownNameError(Phrase("身份", "role"), role, ROLES, where="--role")
    try:
        home = Workspace.find(workspace)
    except WorkspaceError:
        if workspace is not None:
            raise
        home = None
    decisions = home.decisions() if home else None
    zone = ZoneInfo(home.settings.zone if home else "Asia/Shanghai")
    now = (home.clock() if home else dt.datetime.now(dt.UTC)).astimezone(zone)
    checker = Checker(chosen_edition(home, standard, decisions, now.date()), now, LANGUAGE)
    for chunk in _chunks(text):
        for result in checker.check(chunk, role=role):
            _show_check(checker, result, role=role, explain=explain, json=json)


def _show_check(checker: Checker, result: CheckResult, *, role: str, explain: bool, json: bool) -> None:
    explained = checker.explain(result.text, role=role) if explain else None
    if json:
        document = msgspec.to_builtins(result)
        if explained is not None:
            document["explained"] = [
                {"rule": each.rule, "fired": each.fired, "why": each.why.said(LANGUAGE)} for each in explained
            ]
        emit(document)
        return
    typer.echo(shown(result.text))
    for found in result.findings:
        steps = f" [{', '.join(found.transformations)}]" if found.transformations else ""
        typer.echo(
            f"  {SEVERITY_TITLES[found.severity].said(LANGUAGE)}  {found.rule}  {found.name}  "
            f"{found.span[0]}–{found.span[1]} 「{shown(found.matched)}」{steps} {found.confidence:.2f}\n"
            f"        {found.basis}\n        {found.hint}"
        )
    if not result.findings:
        typer.echo(say("  没有命中", "  nothing fires"))
    reasons: dict[str, list[str]] = {}
    for each in explained or ():
        if not each.fired:
            reasons.setdefault(shown(each.why.said(LANGUAGE)), []).append(each.rule)
    for why, rules in sorted(reasons.items(), key=lambda each: len(each[1])):
        named = (
            ", ".join(rules) if len(rules) <= _FEW else say(f"另外 {len(rules)} 条规则", f"{len(rules)} other rules")
        )
        typer.echo(f"  – {named}: {why}")


def _chunks(texts: list[str] | None) -> Iterator[list[str]]:
    """Return the texts to check, in handfuls; without arguments the lines of standard input."""
    lines: Iterable[str] = texts or ()
    if not texts:
        if sys.stdin.isatty():
            raise BadInputError(
                Phrase("没有要检查的文字", "there is no text to check"),
                todo=Phrase("写在命令后面，或由标准输入逐行给出", "write it after the command, or pipe lines in"),
            )
        lines = (line.decode("utf-8", "replace").rstrip("\r\n") for line in sys.stdin.buffer)
    source = iter(lines)
    while chunk := list(islice(source, _LINES_AT_ONCE)):
        yield chunk


def _severity(name: str | None) -> Severity | None:
    if name is None:
        return None
    for severity in SEVERITIES:
        if name in (severity, SEVERITY_TITLES[severity].zh):
            return severity
    every = [f"{severity} {SEVERITY_TITLES[severity].zh}" for severity in SEVERITIES]
    raise BadInputError(
        Phrase(f"没有名为“{name}”的严重程度", f"no severity is named '{name}'"),
        todo=Phrase("可写：" + "、".join(every), "write one of: " + ", ".join(SEVERITIES)),
    )


def _print_inspection(found: Inspection) -> None:
    typer.echo(
        say(
            f"质检 {found.run_id}：标准 {found.standard}（{found.version}），"
            f"消息 {found.messages} 条，其中可检 {found.coverage['inspected']} 条",
            f"Run {found.run_id}: standard {found.standard} ({found.version}), "
            f"{found.messages} messages, {found.coverage['inspected']} of them readable by rules",
        )
    )
    for severity in SEVERITIES:
        silenced = found.findings["silenced"].get(severity, 0)
        aside = say(f"（其中静默 {silenced}）", f" ({silenced} silenced)") if silenced else ""
        typer.echo(f"  {SEVERITY_TITLES[severity].said(LANGUAGE)}  {found.findings['severity'][severity]}{aside}")
    ranked = sorted(found.findings["rule"].items(), key=lambda each: (-each[1], each[0]))
    for rule, count in ranked[:20]:
        typer.echo(f"    {count:>7}  {rule}")
    _print_media(found)
    if not found.messages:
        typer.echo(
            say(
                "  工作区里还没有消息。下一步：qunjian import 导出文件", "  no messages yet. Next: qunjian import FILES"
            )
        )
    if len(ranked) > 20:
        typer.echo(say(f"    另有 {len(ranked) - 20} 条规则有命中", f"    and {len(ranked) - 20} more rules"))


def _print_media(found: Inspection) -> None:
    """Say how many pictures there were, how many were read, and why the others were not."""
    seen = sum(each.pictures for each in found.media.values())
    if not seen:
        return
    from qunjian.runs.media_words import reasons

    read = sum(each.read for each in found.media.values())
    codes = sum(each.with_codes for each in found.media.values())
    typer.echo(
        say(
            f"  图片 {seen} 张，读了 {read} 张，其中有码 {codes} 张",
            f"  {seen} pictures, {read} read, {codes} with codes",
        )
    )
    for count, why in reasons(each.unread for each in found.media.values()):
        typer.echo(say(f"    没有读 {count} 张：{why.zh}", f"    {count} not read: {why.en}"))


def _print_findings(rows: Iterable[FindingRow], names: dict[str, Phrase], zone: str, *, unmask: bool) -> None:
    from qunjian.text.masking import mask_account

    def who(account: str) -> str:
        return account if unmask else mask_account(account)

    count = 0
    for row in rows:
        count += 1
        named = f"  {names[row.rule].said(LANGUAGE)}" if row.rule in names else ""
        at = local(row.sent_at, zone, "%Y-%m-%d %H:%M")
        head = f"{SEVERITY_TITLES[row.severity].said(LANGUAGE)}  {row.rule}{named}  {at}  {row.community_id}"
        typer.echo(shown(f"{head}  {who(row.account_id) if row.account_id else '?'}"))
        typer.echo(shown(f"    {row.excerpt or row.detail}"))
        if row.silenced:
            typer.echo(
                say(
                    f"    已静默：{row.silenced.reason}（{row.silenced.owner}，至 {row.silenced.expires}）",
                    f"    silenced: {row.silenced.reason} ({row.silenced.owner}, until {row.silenced.expires})",
                )
            )
    if not count:
        typer.echo(say("没有符合条件的问题", "no such findings"))
