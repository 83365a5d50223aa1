"""Commands of the group `browse`: communities, members, messages."""

from __future__ import annotations

import datetime as dt
from typing import TYPE_CHECKING, Annotated, cast

import typer

from qunjian.cli.console import (
    LANGUAGE,
    CommunitiesOption,
    FromOption,
    JsonOption,
    ToOption,
    WorkspaceOption,
    emit_lines,
    local,
    say,
    shown,
)
from qunjian.model.errors import BadInputError
from qunjian.model.language import Phrase

if TYPE_CHECKING:
    from qunjian.workspace import Workspace


def register(app: typer.Typer) -> None:
    """Add this group's commands to the command line."""
    app.command(
        "communities",
        help=say(
            "列出社群；--counts 列出平台自己统计的数（企业微信群聊数据统计）。\n\n例：qunjian communities --json",
            "List the communities; --counts: what the platform itself counts (WeCom statistics).\n\n"
            "Example: qunjian communities --json",
        ),
    )(communities)
    app.command(
        "members",
        help=say(
            "列出发过言的成员；沉默成员只给人数，要名单须写明用途；--consents 列出谁同意、谁不同意会话存档。\n\n"
            "例：qunjian members --community qq:12345\n\n例：qunjian members --silent --purpose 退群前回访",
            "List who spoke; silent members are a count, and listing them needs a purpose; --consents: who agreed to "
            "WeCom's archive and who refused.\n\n"
            "Example: qunjian members --community qq:12345\n\n"
            "Example: qunjian members --silent --purpose 'call before they leave'",
        ),
    )(members)
    app.command(
        "messages",
        help=say(
            "查看消息。\n\n例：qunjian messages --community qq:12345 --from 2026-11-01 --contains 加微信\n\n"
            "例：qunjian messages --around 4711 --context 10",
            "Show messages.\n\nExample: qunjian messages --community qq:12345 --from 2026-11-01 --contains refund\n\n"
            "Example: qunjian messages --around 4711 --context 10",
        ),
    )(messages)


def communities(
    counts: Annotated[
        bool,
        typer.Option(
            "--counts",
            help=say("平台自己统计的数，累计的给出与上一次之差", "the platform's own counts, totals with their change"),
        ),
    ] = False,
    workspace: WorkspaceOption = None,
    json: JsonOption = False,
) -> None:
    """List the communities, or what their platform counts of them."""
    from qunjian.runs import browsing
    from qunjian.workspace import Workspace

    if counts:
        _counts(Workspace.find(workspace), json=json)
        return

    rows = browsing.communities(Workspace.find(workspace))
    if json:
        emit_lines(rows)
        return
    for row in rows:
        members = "—" if row["members"] is None else f"{row['members']:,}"
        first, last = row["first"], row["last"]
        span = (
            f"{first:%Y-%m-%d} … {last:%Y-%m-%d}"
            if isinstance(first, dt.datetime) and isinstance(last, dt.datetime)
            else ""
        )
        typer.echo(
            f"{shown(row['id'])}  {shown(row['name'])}  "
            + say(
                f"消息 {row['messages']:,}  发言账号 {row['accounts']:,}  成员 {members}",
                f"messages {row['messages']:,}  accounts {row['accounts']:,}  members {members}",
            )
            + f"  {span}"
        )
    if not rows:
        typer.echo(
            say("还没有社群。下一步：qunjian import 导出文件", "no communities yet. Next: qunjian import FILES"),
            err=True,
        )


def members(
    community: CommunitiesOption = None,
    silent: Annotated[
        bool,
        typer.Option(
            "--silent", help=say("列出从未发言的成员（须写 --purpose）", "list who never spoke (needs --purpose)")
        ),
    ] = False,
    purpose: Annotated[
        str, typer.Option(help=say("查看名单的用途，会记录", "what the list is for; it is logged"))
    ] = "",
    consents: Annotated[
        bool,
        typer.Option("--consents", help=say("谁同意、谁不同意会话存档", "who agreed to WeCom's archive, who refused")),
    ] = False,
    workspace: WorkspaceOption = None,
    json: JsonOption = False,
) -> None:
    """List the members who spoke, or, for a stated purpose, those who never did; or who agreed to the archive."""
    from qunjian.runs import browsing
    from qunjian.workspace import Workspace

    opened, chosen = Workspace.find(workspace), tuple(community or ())
    if consents:
        _consents(opened, chosen, json=json)
        return
    if silent:
        if not purpose.strip():
            raise BadInputError(
                Phrase("沉默成员名单涉及个人，须说明用途", "a list of silent members names people and needs a purpose"),
                todo=Phrase("加上 --purpose 说明用途（会记录）", "add --purpose (it is logged)"),
            )
        browsing.log_access(opened, "silent members: " + (", ".join(chosen) or "all"), purpose)
    rows = browsing.members(opened, chosen, silent=silent)
    if json:
        emit_lines(rows)
        return
    for row in rows:
        typer.echo(
            f"{shown(row['community'])}  {shown(row['account'])}  {shown(row['name'])}  {shown(row['role'] or '')}  "
            + say(f"消息 {row['messages']:,}", f"messages {row['messages']:,}")
            + _consent(row["consent"])
        )
    if not rows:
        typer.echo(say("没有符合条件的成员", "no such members"), err=True)
    if not silent and (quiet := browsing.member_count(opened, chosen, silent=True)):
        typer.echo(say(f"另有 {quiet:,} 名成员从未发言", f"{quiet:,} listed members never spoke"))


_MEASURES = {
    "members": Phrase("成员", "members"), "members_spoken": Phrase("发过言的成员", "members who spoke"),
    "groups": Phrase("群", "groups"), "groups_spoken": Phrase("有人发言的群", "groups with messages"),
    "groups_migrated": Phrase("迁移来的群", "groups migrated"),
    "messages": Phrase("消息", "messages"), "new_members": Phrase("新增成员", "new members"),
    "new_groups": Phrase("新增群", "new groups"),
}  # fmt: skip


def _counts(workspace: Workspace, *, json: bool) -> None:
    from qunjian.runs import platform_notes

    rows = platform_notes.counts(workspace)
    if json:
        emit_lines(rows)
        return
    for row in rows:
        value, change, days = row["value"], row["change"], row["days"]
        measure = _MEASURES[str(row["measure"])].said(LANGUAGE) if row["measure"] in _MEASURES else row["measure"]
        line = f"{shown(row['community'])}  {row['at']:%Y-%m-%d %H:%M}Z  {measure} "
        if not row["cumulative"] and days is None:
            line += say(f"查询的那几天共 {value:,}", f"{value:,} in the days asked for")
        elif not row["cumulative"]:
            line += say(f"当天 {value:,}", f"{value:,} that day")
        elif change is None:
            line += say(f"累计 {value:,}（首次）", f"{value:,} in all (first count)")
        else:
            line += say(f"累计 {value:,}，{days:g} 天 {change:+,}", f"{value:,} in all, {change:+,} in {days:g} days")
        typer.echo(line)
    if not rows:
        typer.echo(
            say(
                "没有平台自己统计的数：把企业微信“群聊数据统计”的应答存成 JSON 导入即可",
                "no counts by a platform: import the answers of WeCom's group statistics as JSON",
            )
        )


def _consents(workspace: Workspace, chosen: tuple[str, ...], *, json: bool) -> None:
    from qunjian.runs import platform_notes

    rows = platform_notes.consents(workspace, chosen)
    if json:
        emit_lines(rows)
        return
    for row in rows:
        typer.echo(
            f"{shown(row['account'])}  {shown(row['name'] or '')}  {row['since']:%Y-%m-%d %H:%M}Z"
            + _consent(row["consent"])
            + (
                say(f"  不同意期间存有消息 {row['unconsented']:,}", f"  messages while refused {row['unconsented']:,}")
                if row["unconsented"]
                else ""
            )
        )
    kept = sum(row["unconsented"] for row in rows)
    if not rows:
        typer.echo(
            say(
                "导入的数据里没有同意或不同意会话存档的记录", "nothing imported notes consent to an archive of messages"
            )
        )
    elif kept:
        typer.echo(
            say(
                f"不同意期间仍存有 {kept:,} 条消息：撤回同意的，应停止处理并删除（个人信息保护法第十五条、"
                "第四十七条）；删除用 qunjian erase 账号",
                f"{kept:,} messages stand from times of refusal: where consent is withdrawn they are to be deleted "
                "(PIPL arts. 15, 47), with qunjian erase ACCOUNT",
            )
        )


def _consent(noted: object) -> str:
    """Return what is noted of an account's consent to WeCom's archive of messages."""
    if noted is None:
        return ""
    return (
        say("  同意会话存档", "  agreed to the archive")
        if noted == "agreed"
        else say("  不同意会话存档", "  refused the archive")
    )


def messages(
    community: CommunitiesOption = None,
    account: Annotated[list[str] | None, typer.Option(metavar="ID", help=say("发言账号", "the sender"))] = None,
    channel: Annotated[list[str] | None, typer.Option(metavar="ID", help=say("频道", "the channel"))] = None,
    kind: Annotated[list[str] | None, typer.Option(help=say("消息类型，如 text", "the kind, such as text"))] = None,
    first: FromOption = None,
    last: ToOption = None,
    contains: Annotated[str | None, typer.Option(help=say("包含的文字", "words it holds"))] = None,
    around: Annotated[
        str | None, typer.Option(metavar="MESSAGE", help=say("这条消息及其前后", "this message and its neighbours"))
    ] = None,
    context: Annotated[int, typer.Option(min=0, max=1000, help=say("前后各几条", "neighbours on each side"))] = 5,
    limit: Annotated[int, typer.Option(min=0, help=say("最多几条，0 为不限", "at most; 0: all"))] = 100,
    workspace: WorkspaceOption = None,
    json: JsonOption = False,
) -> None:
    """Show messages, oldest first."""
    from qunjian.runs import browsing
    from qunjian.workspace import Workspace

    filters = browsing.Filters(
        communities=tuple(community or ()),
        accounts=tuple(account or ()),
        channels=tuple(channel or ()),
        kinds=tuple(kind or ()),
        first=first.date() if first else None,
        last=last.date() if last else None,
        contains=contains,
        around=around,
        context=context,
        limit=limit or None,
    )
    opened = Workspace.find(workspace)
    if filters.first and filters.last and filters.last < filters.first:
        raise BadInputError(
            Phrase(
                f"结束日 {filters.last} 早于开始日 {filters.first}", f"the end {filters.last} is before {filters.first}"
            )
        )
    rows = browsing.messages(opened, filters)
    if json:
        emit_lines(rows)
        return
    count = 0
    for row in rows:
        count += 1
        mark = "→ " if row.get("centre") else "  "
        words = shown(row["text"] or "").replace("\n", "⏎")
        at = local(cast("dt.datetime", row["sent_at"]), opened.settings.zone, "%Y-%m-%d %H:%M:%S")
        typer.echo(
            f"{mark}{at}  {shown(row['message_id'])}  "
            f"{shown(row['name_then'] or row['account_id'] or '')}  [{row['kind']}] {words}"
        )
    if not count:
        typer.echo(say("没有符合条件的消息", "no such messages"), err=True)
    elif count == limit and around is None:
        typer.echo(
            say(f"最多列 {limit} 条；要看全部加 --limit 0", f"at most {limit} are listed; --limit 0 shows all"),
            err=True,
        )
