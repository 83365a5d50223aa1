"""Commands of the group `judge`: allow, run, list, revoke: a language model as an assistant, off unless allowed."""

from __future__ import annotations

import os
from typing import Annotated

import msgspec
import typer

from qunjian.cli.console import JsonOption, WorkspaceOption, emit, emit_lines, say, shown
from qunjian.model.language import Phrase

_HELP = {
    "allow": say(
        "登记接收方：登记之后 judge run 才会把打码的消息发出去。\n\n"
        "例：qunjian judge allow --endpoint https://llm.example.com/v1 --model qwen-plus --purpose 核对承诺 "
        "--basis 个人信息保护法第十三条第一款第二项 --by 王芳",
        "Record the recipient; only then judge run sends masked messages.\n\n"
        "Example: qunjian judge allow --endpoint https://llm.example.com/v1 --model qwen-plus --purpose ... "
        "--basis ... --by Wang",
    ),
    "run": say(
        "请模型按标准的 judge 条目看运营人员的消息（打码后逐条发送），把疑点记成待人回答的问题。"
        "接口密钥放在环境变量 QUNJIAN_JUDGE_KEY。\n\n例：qunjian judge run --most 50 --calls 60",
        "Let the model read messages of staff (masked, one at a time) by the standard's judge criteria; what it doubts "
        "becomes a question to a person. The key is read from QUNJIAN_JUDGE_KEY.\n\n"
        "Example: qunjian judge run --most 50 --calls 60",
    ),
    "list": say(
        "列出模型提过的问题。\n\n例：qunjian judge list --json",
        "List the questions the model raised.\n\nExample: qunjian judge list --json",
    ),
    "revoke": say(
        "撤销接收方：此后什么也不再发出。\n\n例：qunjian judge revoke --by 王芳",
        "Revoke the recipient: nothing is sent from then on.\n\nExample: qunjian judge revoke --by Wang",
    ),
}
ByOption = Annotated[str, typer.Option("--by", metavar=say("姓名", "NAME"), help=say("谁决定的", "who decides"))]


def register(app: typer.Typer) -> None:
    """Add this group's commands to the command line."""
    group = typer.Typer(no_args_is_help=True, help=say("大模型助手（默认关闭）", "A language model's help (off)"))
    for name, command in (("allow", allow), ("run", run), ("list", list_), ("revoke", revoke)):
        group.command(name, help=_HELP[name])(command)
    app.add_typer(group, name="judge")


def allow(
    endpoint: Annotated[str, typer.Option("--endpoint", metavar="URL", help=say("接口地址", "address"))],
    model: Annotated[str, typer.Option("--model", help=say("模型名", "name of the model"))],
    purpose: Annotated[str, typer.Option("--purpose", help=say("目的", "purpose"))],
    basis: Annotated[str, typer.Option("--basis", help=say("合法性基础", "legal basis"))],
    by: ByOption,
    workspace: WorkspaceOption = None,
    json: JsonOption = False,
) -> None:
    """Record who may be sent masked messages."""
    from qunjian.runs.judge_recipients import record
    from qunjian.workspace import Workspace

    entry = record(Workspace.find(workspace), "allow", endpoint, model, purpose, basis, by)
    if json:
        emit(msgspec.to_builtins(entry))
        return
    typer.echo(
        shown(
            say(
                f"已登记：{entry.endpoint}（{entry.model}）。请在告知成员的说明里写明这个接收方。",
                f"Recorded: {entry.endpoint} ({entry.model}). Name this recipient in what members are told.",
            )
        )
    )


def revoke(by: ByOption, workspace: WorkspaceOption = None, json: JsonOption = False) -> None:
    """Revoke the recipient."""
    from qunjian.model.errors import BadInputError
    from qunjian.runs.judge_recipients import in_force, record
    from qunjian.workspace import Workspace

    home = Workspace.find(workspace)
    known = in_force(home)
    if known is None:
        raise BadInputError(Phrase("没有登记过接收方", "no recipient is recorded"))
    entry = record(home, "revoke", known.endpoint, known.model, known.purpose, known.legal_basis, by)
    if json:
        emit(msgspec.to_builtins(entry))
    else:
        typer.echo(shown(say(f"已撤销：{entry.endpoint}", f"Revoked: {entry.endpoint}")))


def run(
    most: Annotated[int, typer.Option("--most", min=1, help=say("至多看多少条消息", "messages at most"))] = 50,
    calls: Annotated[int, typer.Option("--calls", min=1, help=say("至多调用多少次", "calls at most"))] = 100,
    characters: Annotated[
        int, typer.Option("--characters", min=1, help=say("至多发出多少字", "characters sent at most"))
    ] = 400_000,
    cost: Annotated[float | None, typer.Option("--cost", min=0, help=say("花费上限", "limit of cost"))] = None,
    price: Annotated[
        float, typer.Option("--price", min=0, help=say("每千字价格，用来算花费", "price per 1,000 characters sent"))
    ] = 0.0,
    standard: Annotated[str | None, typer.Option("--standard", "-s", help=say("标准", "the standard"))] = None,
    workspace: WorkspaceOption = None,
    json: JsonOption = False,
) -> None:
    """Ask the model about messages of staff."""
    from qunjian.model.errors import BadInputError
    from qunjian.runs.judge_calls import Budget
    from qunjian.runs.judging import judge
    from qunjian.workspace import Workspace

    if cost is not None and not price:
        raise BadInputError(Phrase("写了 --cost 也要写 --price", "--cost needs --price"), where="--cost")
    budget = Budget(calls, characters, cost, price)
    done = judge(
        Workspace.find(workspace), budget, standard=standard, most=most, key=os.environ.get("QUNJIAN_JUDGE_KEY", "")
    )
    if json:
        emit(msgspec.to_builtins(done))
        return
    missing = "、".join(f"{reason} {count}" for reason, count in sorted(done.unanswered.items()))
    typer.echo(
        say(
            f"看了 {done.messages} 条：新问 {done.asked} 条，缓存 {done.from_cache} 条，"
            f"没有可用回答 {sum(done.unanswered.values())} 条{f'（{missing}）' if missing else ''}；"
            f"发出 {done.characters} 字，花费 {done.cost:g}",
            f"{done.messages} messages: {done.asked} asked, {done.from_cache} from the cache, "
            f"{sum(done.unanswered.values())} without a usable answer{f' ({missing})' if missing else ''}; "
            f"{done.characters} characters sent, cost {done.cost:g}",
        )
    )
    if done.stopped:
        typer.echo(say("预算用完，已停下", "The budget is spent; stopped"))
    typer.echo(
        say(
            f"提出 {len(done.raised)} 个问题，等人回答，不扣分。用 qunjian judge list 查看",
            f"{len(done.raised)} questions for a person; they are no findings. See: qunjian judge list",
        )
    )


def list_(workspace: WorkspaceOption = None, json: JsonOption = False) -> None:
    """List the questions raised so far."""
    from qunjian.runs.judging import raised_before
    from qunjian.workspace import Workspace

    rows = raised_before(Workspace.find(workspace))
    if json:
        emit_lines(msgspec.to_builtins(each) for each in rows)
        return
    for each in rows:
        typer.echo(shown(f"{each.criterion}  {each.community_id}  {each.scope}#{each.message_id}  {each.reason}"))
    if not rows:
        typer.echo(say("还没有问题", "no questions yet"))
