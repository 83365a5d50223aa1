"""The console's commands, joined to `qunjian` by an entry point: serve, audit verify, worker."""

from __future__ import annotations

from importlib.util import find_spec
from pathlib import Path
from typing import Annotated

import typer

from qunjian.cli.console import LANGUAGE, JsonOption, WorkspaceOption, emit, say, shown


def register(app: typer.Typer) -> None:
    """Add this group's commands to the command line."""
    app.command(
        "serve",
        help=say(
            "在浏览器里打开控制台。"
            "\n\n准备数据库和静态文件，同时启动网页和后台任务，并打开浏览器。"
            "\n\n例：qunjian serve -w 我的工作区",
            "Open the console in the browser.\n\nPrepares the database and static files, starts web and worker "
            "together, opens the browser.\n\nExample: qunjian serve -w my-workspace",
        ),
    )(serve)
    audit = typer.Typer(no_args_is_help=True, help=say("控制台的审计记录。", "The console's audit log."))
    audit.command(
        "verify",
        help=say(
            "校验审计记录：改动、删除、调换、插入、截尾、没有密钥的重写都会发现。有问题时退出码 1。"
            "\n\n例：qunjian audit verify -w 我的工作区",
            "Verify the audit log: edits, deletions, swaps, insertions, a cut tail and a rewrite without the key are "
            "found; exit code 1 when anything is wrong.\n\nExample: qunjian audit verify -w my-workspace",
        ),
    )(verify)
    app.add_typer(audit, name="audit")


def serve(
    workspace: WorkspaceOption = None,
    host: Annotated[str, typer.Option(help=say("监听地址", "the address to listen on"))] = "127.0.0.1",
    port: Annotated[int, typer.Option(min=1, max=65535, help=say("端口", "the port"))] = 8710,
    browser: Annotated[bool, typer.Option("--browser/--no-browser", help=say("打开浏览器", "open the browser"))] = True,
) -> None:
    """Prepare everything and run web and worker until interrupted."""
    _require_extra()
    from qunjian_console.serving.supervising import serve as run

    run(_folder(workspace), host, port, browser=browser, tell=lambda said: typer.echo(said.said(LANGUAGE)))


def _require_extra() -> None:
    if find_spec("django") is None or find_spec("granian") is None:
        from qunjian.model.errors import BadInputError
        from qunjian.model.language import Phrase

        raise BadInputError(
            Phrase("没有安装网页控制台", "the web console is not installed"),
            todo=Phrase("安装：pip install 'qunjian[console]'", "install it: pip install 'qunjian[console]'"),
        )


def _folder(option: Path | None) -> Path:
    """Return the workspace meant; `serve` makes the one that is named, when there is none."""
    from qunjian.workspace import MARKER, Workspace

    if option is not None and not (option / MARKER).exists():
        return Workspace.create(option).root
    return Workspace.find(option).root


def verify(workspace: WorkspaceOption = None, json: JsonOption = False) -> None:
    """Verify the audit log and say what is wrong."""
    _require_extra()
    from qunjian.workspace import Workspace
    from qunjian_console.config.environment import load, prepare

    opened = Workspace.find(workspace)
    prepare(opened.root, opened.settings.zone)
    load()
    from django.utils import translation

    from qunjian_console.audit.verifying import verify as check

    with translation.override("zh-hans" if LANGUAGE == "zh" else "en"):
        verdict = check()
        problems = [str(problem) for problem in verdict.problems]
    if json:
        emit({"entries": verdict.entries, "erased": verdict.erased, "checkpoints": verdict.checkpoints,
              "problems": problems, "untold": verdict.untold})  # fmt: skip
    else:
        for problem in problems:
            typer.echo(shown(problem))
        if verdict.untold:
            typer.echo(say(f"另有 {verdict.untold} 处", f"and {verdict.untold} more"))
        typer.echo(
            say(
                f"审计记录 {verdict.entries:,} 条，检查点 {verdict.checkpoints:,} 个，"
                f"已删除的个人信息 {verdict.erased:,} 处：" + ("完好" if verdict.sound else "有问题"),
                f"{verdict.entries:,} audit entries, {verdict.checkpoints:,} checkpoints, {verdict.erased:,} personal "
                "parts erased: " + ("sound" if verdict.sound else "NOT sound"),
            )
        )
    if not verdict.sound:
        raise typer.Exit(1)
