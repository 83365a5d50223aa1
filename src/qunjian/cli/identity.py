"""Commands of the group `identity`: suggest, accept, refuse, undo, list, doubles."""

from __future__ import annotations

import getpass
from typing import TYPE_CHECKING, Annotated

import typer

from qunjian.cli.console import LANGUAGE, JsonOption, WorkspaceOption, emit, emit_lines, say, shown
from qunjian.model.language import Phrase

if TYPE_CHECKING:
    from qunjian.model.decisions import Identity

_HELP = {
    "suggest": say(
        "建议哪些账号可能是同一个人，附证据和强弱；由人决定。\n\n例：qunjian identity suggest",
        "Suggest which accounts may be one person, with evidence and its strength; people decide.\n\n"
        "Example: qunjian identity suggest",
    ),
    "accept": say(
        "认定是同一个人：写建议编号，或两个账号。\n\n例：qunjian identity accept 3fa9c1d2",
        "Decide that two accounts are one person: a suggestion's id, or two accounts.\n\n"
        "Example: qunjian identity accept 3fa9c1d2",
    ),
    "refuse": say(
        "认定不是同一个人：以后不再建议。\n\n例：qunjian identity refuse 3fa9c1d2",
        "Decide that two accounts are not one person: never suggested again.\n\n"
        "Example: qunjian identity refuse 3fa9c1d2",
    ),
    "undo": say(
        "撤销一项决定。\n\n例：qunjian identity undo id-1a2b3c4d",
        "Take a decision back.\n\nExample: qunjian identity undo id-1a2b3c4d",
    ),
    "list": say(
        "列出有效的决定和由此得到的人。\n\n例：qunjian identity list",
        "List the decisions that stand, and the persons they make.\n\nExample: qunjian identity list",
    ),
    "doubles": say(
        "列出疑似重复：两份导出在同一时刻带来相同内容，账号或编号却不同。\n\n例：qunjian identity doubles",
        "List suspected doubles: equal messages at one instant that two exports brought under different accounts or "
        "ids.\n\nExample: qunjian identity doubles",
    ),
}
_STRENGTHS = {"strong": Phrase("强", "strong"), "medium": Phrase("中", "medium"), "weak": Phrase("弱", "weak")}
_EVIDENCE = {
    "same_email": Phrase("邮箱相同", "same e-mail"),
    "same_id": Phrase("各来源的账号编号相同", "same id in both sources"),
    "same_messages": Phrase("{n} 条消息同时同文", "{n} equal messages at the same instants"),
    "same_name": Phrase("{n} 个曾用名相同", "{n} names in common"),
    "same_community": Phrase("同在 {n} 个社群", "both in {n} groups"),
}
_ACTS = {"accept": Phrase("同一个人", "one person"), "refuse": Phrase("不是同一个人", "not one person")}
PairArgument = Annotated[
    list[str],
    typer.Argument(
        metavar="ID|ACCOUNT ACCOUNT", help=say("建议编号，或两个账号", "a suggestion's id, or two accounts")
    ),
]
ByOption = Annotated[str, typer.Option("--by", help=say("谁决定的（默认当前用户）", "who decides (default: the user)"))]
NoteOption = Annotated[str, typer.Option("--note", help=say("备注", "a note"))]


def register(app: typer.Typer) -> None:
    """Add this group's commands to the command line."""
    group = typer.Typer(no_args_is_help=True, help=say("账号与人：谁是同一个人", "Accounts and persons: who is who"))
    for name, command in (
        ("suggest", suggest), ("accept", accept), ("refuse", refuse), ("undo", undo), ("list", list_),
        ("doubles", doubles),
    ):  # fmt: skip
        group.command(name, help=_HELP[name])(command)
    app.add_typer(group, name="identity")


def suggest(workspace: WorkspaceOption = None, json: JsonOption = False) -> None:
    """Suggest which accounts may be one person."""
    from qunjian.runs.identities import suggestions
    from qunjian.workspace import Workspace

    found = suggestions(Workspace.find(workspace))
    if json:
        emit_lines(
            {
                "id": one.suggestion.id,
                "strength": one.suggestion.strength,
                "accounts": one.suggestion.accounts,
                "names": one.names,
                "evidence": one.suggestion.evidence,
            }
            for one in found
        )
        return
    if not found:
        typer.echo(say("没有建议", "nothing to suggest"))
    for one in found:
        reasons = say("，", ", ").join(
            _EVIDENCE[each.kind].fill(n=each.count).said(LANGUAGE) for each in one.suggestion.evidence
        )
        typer.echo(f"{one.suggestion.id}  {_STRENGTHS[one.suggestion.strength].said(LANGUAGE)}  {reasons}")
        for account, names in zip(one.suggestion.accounts, one.names, strict=True):
            typer.echo(f"    {shown(account)}  {shown(say('、', ', ').join(names[:5]))}")


def accept(
    pair: PairArgument, by: ByOption = "", note: NoteOption = "", workspace: WorkspaceOption = None,
    json: JsonOption = False,
) -> None:  # fmt: skip
    """Decide that two accounts are one person."""
    from qunjian.runs import identities
    from qunjian.workspace import Workspace

    _print(identities.accept(Workspace.find(workspace), pair, by=by or _user(), note=note), json)


def refuse(
    pair: PairArgument, by: ByOption = "", note: NoteOption = "", workspace: WorkspaceOption = None,
    json: JsonOption = False,
) -> None:  # fmt: skip
    """Decide that two accounts are not one person."""
    from qunjian.runs import identities
    from qunjian.workspace import Workspace

    _print(identities.refuse(Workspace.find(workspace), pair, by=by or _user(), note=note), json)


def undo(
    decision: Annotated[str, typer.Argument(metavar="DECISION_ID", help=say("决定编号", "the decision's id"))],
    by: ByOption = "",
    note: NoteOption = "",
    workspace: WorkspaceOption = None,
    json: JsonOption = False,
) -> None:
    """Take a decision back."""
    from qunjian.runs import identities
    from qunjian.workspace import Workspace

    entry = identities.undo(Workspace.find(workspace), decision, by=by or _user(), note=note)
    if json:
        emit(entry)
        return
    typer.echo(say(f"已撤销 {decision}", f"took {decision} back"))


def list_(workspace: WorkspaceOption = None, json: JsonOption = False) -> None:
    """List the decisions that stand."""
    from qunjian.runs.identities import decisions
    from qunjian.workspace import Workspace

    people, entries = decisions(Workspace.find(workspace))
    if json:
        emit({"persons": people, "decisions": entries})
        return
    for group in people:
        typer.echo(say("同一个人：", "one person: ") + "  ".join(map(shown, group)))
    for entry in entries:
        _print(entry, False)
    if not entries:
        typer.echo(say("还没有决定", "nothing is decided yet"))


def doubles(workspace: WorkspaceOption = None, json: JsonOption = False) -> None:
    """List suspected doubles."""
    from qunjian.runs.identities import suspected_doubles
    from qunjian.workspace import Workspace

    found = suspected_doubles(Workspace.find(workspace))
    if json:
        emit_lines(found)
        return
    if not found:
        typer.echo(say("没有疑似重复", "no suspected doubles"))
    for one in found:
        who = shown(one.one) if one.one == one.other else f"{shown(one.one)} / {shown(one.other)}"
        typer.echo(
            f"{shown(one.community_id)}  "
            + say(f"{one.messages:,} 条", f"{one.messages:,} messages")
            + f"  {who}  {one.first:%Y-%m-%d} … {one.last:%Y-%m-%d}"
            + (say("  两份的时间一粗一细", "  told less finely by one export") if one.rounded else "")
        )


def _print(entry: Identity, json: bool) -> None:
    if json:
        emit(entry)
        return
    typer.echo(
        f"{entry.id}  {_ACTS[entry.act].said(LANGUAGE)}  {'  '.join(map(shown, entry.accounts))}  "
        f"{shown(entry.by)}  {entry.at:%Y-%m-%d}  {shown(entry.note)}".rstrip()
    )


def _user() -> str:
    try:
        return getpass.getuser()
    except (OSError, KeyError):
        return ""
