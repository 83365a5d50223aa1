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
    app.command(
        "backup",
        help=say(
            "备份工作区和控制台的数据库，可以边用边做；密钥不在里面，用 --keys 另存到别处。"
            "\n\n例：qunjian backup -w 我的工作区 -o /mnt/备份 --keys /mnt/另一处/密钥.json",
            "Back up workspace and database, also while in use; keys are not in it: write them elsewhere with --keys."
            "\n\nExample: qunjian backup -w my-workspace -o /mnt/backups --keys /mnt/elsewhere/keys.json",
        ),
    )(backup)
    app.command(
        "restore",
        help=say(
            "校验并恢复备份：到新目录，或替换工作区（旧状态留在其中的 before-restore-* 里）。损坏的备份会被拒绝。"
            "\n\n例：qunjian restore 某.backup.zip --to 新目录 --keys 密钥.json",
            "Check a backup and restore it: into a new folder, or over a workspace (the old state stays in its "
            "before-restore-* folder). Damaged backups are refused."
            "\n\nExample: qunjian restore some.backup.zip --to new --keys keys.json",
        ),
    )(restore)


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


def backup(
    workspace: WorkspaceOption = None,
    to: Annotated[
        Path | None,
        typer.Option("-o", "--to", help=say("放到哪个目录（默认工作区的 backups）", "the folder (default: backups)")),
    ] = None,
    keys: Annotated[Path | None, typer.Option(help=say("把密钥写到这个文件", "write the keys to this file"))] = None,
    json: JsonOption = False,
) -> None:
    """Write a backup, and the keys where that is asked."""
    import os

    from qunjian.workspace import Workspace
    from qunjian_console.bridge.backups import backup_folder, keys_of, make_backup, write_keys

    opened = Workspace.find(workspace)
    made = make_backup(opened.root, to or backup_folder(opened.root), opened.clock())
    if keys is not None:
        keys.parent.mkdir(parents=True, exist_ok=True)
        handle = os.open(keys, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600)
        with os.fdopen(handle, "wb") as out:
            out.write(write_keys(keys_of(opened.root)))
    if json:
        emit({"path": made.path, "bytes": made.size, "made": made.manifest.made.isoformat(),
              "messages": made.manifest.standing.messages, "audit_entries": made.manifest.standing.audit_entries,
              "keys": str(keys) if keys else None})  # fmt: skip
        return
    standing = made.manifest.standing
    typer.echo(
        say(f"备份：{made.path}（{standing.messages:,} 条消息，{standing.audit_entries:,} 条审计记录）",
            f"backup: {made.path} ({standing.messages:,} messages, {standing.audit_entries:,} audit entries)")
    )  # fmt: skip
    if keys is None:
        typer.echo(say("密钥不在里面：另用 --keys 存一次，放在别处", "no keys in it: write them elsewhere with --keys"))


def restore(
    path: Annotated[Path, typer.Argument(metavar="BACKUP", help=say("备份文件", "the backup"))],
    to: Annotated[Path | None, typer.Option(help=say("恢复到这个新目录", "restore into this new folder"))] = None,
    replace: Annotated[
        bool, typer.Option("--replace", help=say("替换 -w 的工作区", "replace the workspace of -w"))
    ] = False,
    workspace: WorkspaceOption = None,
    keys: Annotated[Path | None, typer.Option(help=say("密钥文件", "the file of keys"))] = None,
    json: JsonOption = False,
) -> None:
    """Check a backup; restore it where a folder is named or a workspace is to be replaced."""
    from qunjian.model.errors import BadInputError
    from qunjian.model.language import Phrase
    from qunjian.workspace import Workspace
    from qunjian_console.bridge.backups import check_backup, keys_of, read_keys
    from qunjian_console.bridge.restoring import restore_new, restore_over

    if to is not None and replace:
        raise BadInputError(Phrase("--to 和 --replace 只能用一个", "use either --to or --replace"))
    if to is None and not replace:
        manifest = check_backup(path)
        told = {"sound": True, "made": manifest.made.isoformat(), "messages": manifest.standing.messages,
                "audit_entries": manifest.standing.audit_entries, "files": len(manifest.files)}  # fmt: skip
        if json:
            emit(told)
        else:
            typer.echo(say("备份完好；用 --to 或 --replace 恢复", "the backup is sound; restore: --to or --replace"))
        return
    given = read_keys(keys) if keys is not None else None
    if to is not None:
        done = restore_new(path, to, given or {})
    else:
        opened = Workspace.find(workspace)
        done = restore_over(path, opened.root, given or keys_of(opened.root), opened.clock())
    if json:
        emit({"path": done.path, "made": done.made.isoformat(), "messages": done.messages,
              "audit_entries": done.audit_entries, "old": done.old})  # fmt: skip
        return
    typer.echo(
        say(f"已恢复到 {done.path}：{done.messages:,} 条消息，{done.audit_entries:,} 条审计记录，数目与备份时相符",
            f"restored into {done.path}: {done.messages:,} messages, {done.audit_entries:,} audit entries, as then")
    )  # fmt: skip
    if done.old:
        typer.echo(say(f"原来的状态在 {done.old}", f"the old state is in {done.old}"))
    typer.echo(say("接着用 qunjian audit verify 校验审计链", "then check the audit chain: qunjian audit verify"))
