"""Commands of the group `importing`: import, imports, undo, erase."""

from __future__ import annotations

import re
import sys
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from qunjian.cli.console import (
    LANGUAGE,
    JsonOption,
    WorkspaceOption,
    emit,
    emit_lines,
    local,
    patience,
    progress,
    say,
    shown,
)
from qunjian.cli.import_report import numbers, reason
from qunjian.model.errors import BadInputError
from qunjian.model.language import Phrase, alone
from qunjian.model.records import UNREADABLE_FILE

if TYPE_CHECKING:
    from qunjian.lake.records import DocumentCounts, ImportCounts
    from qunjian.runs.admitting import Into
    from qunjian.runs.erasing import Erased
    from qunjian.runs.importing import Wish
    from qunjian.runs.watching import Told, Watch
    from qunjian.workspace import Workspace

_NUMBER = re.compile(r"\d+")


def register(app: typer.Typer) -> None:
    """Add this group's commands to the command line."""
    app.command(
        "import",
        help=say(
            "导入聊天导出：文件、目录、通配符、zip/tar/gz/zst。重复导入不会重复计数。"
            "读不了的文件只拒绝它自己，其余照常导入（退出码 2）；读到的全被拒绝时也是 2。\n\n"
            "例：qunjian import 导出/ --zone Asia/Shanghai\n\n"
            "例：qunjian import 群.txt --as 我的格式.yaml --dry-run\n\n"
            "例：qunjian import --watch 导出/ --append\n\n"
            "例：qunjian import --from-url https://collector.example.com/api/v1",
            "Import chat exports: files, folders, globs, zip/tar/gz/zst. Importing twice counts nothing twice. "
            "A file that cannot be read is rejected alone, and the others are imported (exit code 2, as when all that "
            "was read was rejected).\n\n"
            "Example: qunjian import exports/ --zone Asia/Shanghai\n\n"
            "Example: qunjian import group.txt --as my-format.yaml --dry-run\n\n"
            "Example: qunjian import --watch exports/ --append\n\n"
            "Example: qunjian import --from-url https://collector.example.com/api/v1",
        ),
    )(import_)
    app.command(
        "imports",
        help=say(
            "列出导入；给出编号则显示那次导入的完整报告：每个文件读到、保留、重复、拒绝多少，为什么。\n\n"
            "例：qunjian imports\n\n例：qunjian imports 20261120-093000-1a2b3c4d",
            "List the imports; with an id, show its whole report: what each file held, what was kept, what was not "
            "and why.\n\nExample: qunjian imports\n\nExample: qunjian imports 20261120-093000-1a2b3c4d",
        ),
    )(imports)
    app.command(
        "undo",
        help=say(
            "撤销一次导入；别的导入也有的消息仍在。\n\n例：qunjian undo 20261120-093000-1a2b3c4d",
            "Undo an import; what other imports brought too stays.\n\nExample: qunjian undo 20261120-093000-1a2b3c4d",
        ),
    )(undo)
    app.command(
        "erase",
        help=say(
            "彻底删除一个账号的全部数据，不可撤销；以后的导入也不会再带回。\n\n"
            "例：qunjian erase telegram:user1234 --yes",
            "Erase all of an account's data for good; later imports will not bring it back.\n\n"
            "Example: qunjian erase telegram:user1234 --yes",
        ),
    )(erase)


def import_(
    paths: Annotated[
        list[Path] | None, typer.Argument(metavar="PATH…", help=say("导出文件或目录", "exports or folders"))
    ] = None,
    forced: Annotated[
        str | None,
        typer.Option(
            "--as", metavar="FORMAT|MAPPING.yaml", help=say("指定格式或映射文件", "the format or mapping file")
        ),
    ] = None,
    community: Annotated[
        str | None, typer.Option(metavar="ID", help=say("归入这个社群", "the community they belong to"))
    ] = None,
    zone: Annotated[
        str | None, typer.Option(help=say("时区，如 Asia/Shanghai", "time zone, such as Asia/Shanghai"))
    ] = None,
    me: Annotated[
        str | None,
        typer.Option(
            metavar="NAME_OR_ID",
            help=say(
                "导出里的“我”是谁：别人的导出里显示的名字或账号",
                "who 'You' is in the exports: the name or id that other people's exports show",
            ),
        ),
    ] = None,
    dry_run: Annotated[
        bool, typer.Option("--dry-run", help=say("只看会怎样解析，不写入", "show how it would be read; write nothing"))
    ] = False,
    append: Annotated[
        bool, typer.Option("--append", help=say("只往已有社群里加", "add to communities on record only"))
    ] = False,
    new: Annotated[
        bool, typer.Option("--new", help=say("只收没见过的社群", "only communities not seen before"))
    ] = False,
    auto: Annotated[bool, typer.Option("--auto", help=say("两者都可（默认）", "both (the default)"))] = False,
    folder: Annotated[
        Path | None,
        typer.Option(
            "--watch",
            metavar="DIR",
            help=say(
                "盯住导出程序写入的目录：写完才导入，同样内容只读一次",
                "a folder exporters write into: finished exports, once each",
            ),
        ),
    ] = None,
    once: Annotated[
        bool,
        typer.Option("--once", help=say("配合 --watch：看一遍就结束（定时任务）", "with --watch: look once and end")),
    ] = False,
    steady: Annotated[
        float,
        typer.Option(
            min=0, help=say("配合 --watch：文件几秒没变算写完", "with --watch: seconds a file must lie still")
        ),
    ] = 5.0,
    url: Annotated[
        str | None,
        typer.Option(
            "--from-url",
            metavar="URL",
            help=say(
                "从支持 ChatLab 拉取协议的地址拉新消息", "pull what is new from a source of ChatLab's pull contract"
            ),
        ),
    ] = None,
    sessions: Annotated[
        list[str] | None,
        typer.Option(
            "--session",
            metavar="ID_OR_NAME",
            help=say(
                "配合 --from-url：只拉这个会话，可写多次；缺省全部群",
                "with --from-url: only this conversation (repeatable); default: all groups",
            ),
        ),
    ] = None,
    token_env: Annotated[
        str | None,
        typer.Option(
            metavar="NAME",
            help=say(
                "配合 --from-url：令牌所在的环境变量（默认 QUNJIAN_PULL_TOKEN）",
                "with --from-url: the environment variable of the token (default QUNJIAN_PULL_TOKEN)",
            ),
        ),
    ] = None,
    token_file: Annotated[
        Path | None,
        typer.Option(metavar="FILE", help=say("配合 --from-url：令牌所在的文件", "with --from-url: the token's file")),
    ] = None,
    allow_private: Annotated[
        bool,
        typer.Option(
            "--allow-private", help=say("配合 --from-url：允许内网或本机", "with --from-url: allow private addresses")
        ),
    ] = False,
    plain_http: Annotated[
        bool,
        typer.Option(
            "--plain-http",
            help=say("配合 --from-url：允许不加密的 http", "with --from-url: allow http, which is not encrypted"),
        ),
    ] = False,
    workspace: WorkspaceOption = None,
    json: JsonOption = False,
) -> None:
    """Import exports, or show how they would be read."""
    from qunjian.cli.previewing import print_preview
    from qunjian.runs.importing import Wish, import_files
    from qunjian.runs.previewing import preview_files
    from qunjian.runs.watching import Watch
    from qunjian.workspace import Workspace

    sources = bool(paths) + (folder is not None) + (url is not None)
    if append + new + auto > 1 or sources != 1 or (dry_run and not paths):
        raise BadInputError(
            Phrase("选项不能这样一起用", "these options do not go together"),
            todo=Phrase(
                "导出文件、--watch 目录、--from-url 地址只写一种；--append、--new、--auto 至多一个；--dry-run 只配文件",
                "name exports, --watch DIR or --from-url URL; at most one of --append, --new, --auto; --dry-run is for "
                "exports",
            ),
        )
    into: Into = "append" if append else "new" if new else "auto"
    wish = Wish(tuple(paths or ()), forced, community, zone, into=into, me=me)
    if dry_run:
        previews = preview_files(Workspace.find_any(workspace), wish)
        if json:
            emit_lines(previews)
        else:
            for one in previews:
                print_preview(one)
        return
    opened = Workspace.find(workspace)
    opened.patience = patience()
    if folder is not None:
        _watch(opened, wish, Watch(folder, steady, once=once), json)
        return
    if url is not None:
        from qunjian.cli.pulling import pull_from

        pull_from(
            opened, wish, url, tuple(sessions or ()), token=(token_env, str(token_file) if token_file else None),
            private=allow_private, plain=plain_http, json=json,
        )  # fmt: skip
        return
    with progress() as listen:
        counts = import_files(opened, wish, listen)
    if json:
        emit(import_document(counts))
    else:
        print_import(counts, opened.settings.zone)
    if UNREADABLE_FILE in counts.total.rejected or counts.total.fruitless:
        raise typer.Exit(2)


def _watch(workspace: Workspace, wish: Wish, wanted: Watch, json: bool) -> None:
    """Watch a folder until Ctrl+C, or look once."""
    from qunjian.runs.watching import watch

    def tell(told: Told) -> None:
        if json:
            document = import_document(told.counts) if told.counts else None
            emit({"name": told.name, "state": told.state, "import": document, "why": told.why})
        elif told.counts is not None:
            typer.echo(shown(told.name))
            print_import(told.counts, workspace.settings.zone)
        elif told.why is not None:
            typer.echo(say("没有导入：", "not imported: ") + shown(told.why.said(LANGUAGE)), err=True)
        else:
            typer.echo(shown(told.name) + say("：内容已导入过，跳过", ": imported before, left alone"))

    if not json and not wanted.once:
        typer.echo(
            say(f"盯住 {shown(wanted.folder)}，Ctrl+C 结束", f"watching {shown(wanted.folder)}; Ctrl+C ends it"),
            err=True,
        )
    try:
        refused = watch(workspace, wish, wanted, tell)
    except KeyboardInterrupt:
        typer.echo(say("已停止；未写完的下次再看", "stopped; what was unfinished waits for the next time"), err=True)
        return
    if refused:
        raise typer.Exit(2)


def import_document(counts: ImportCounts) -> dict[str, object]:
    """Return what `import --json` prints."""
    formats = sorted({line.format for line in counts.documents if line.counts.read})
    return {
        "import_id": counts.act_id,
        "format": formats[0] if len(formats) == 1 else "mixed" if formats else None,
        "formats": formats,
        "files": len(counts.documents),
        "read": counts.total.read,
        "kept": counts.total.kept,
        "duplicate": counts.total.duplicate,
        "edited": counts.total.edited,
        "rejected": counts.total.rejected,
        "events": counts.total.events,
        "listed": counts.total.listed,
        "communities": counts.communities,
        "first": counts.total.first,
        "last": counts.total.last,
        "warnings": _warnings(counts),
        "documents": [_line(line) for line in counts.documents],
    }


def _line(line: DocumentCounts) -> dict[str, object]:
    return {
        "name": line.name,
        "format": line.format,
        "zone": line.zone,
        "zone_basis": line.zone_basis,
        "confidence": line.confidence,
        "doubts": line.doubts,
        "order": line.order,
        "digest": line.digest,
        "read": line.counts.read,
        "kept": line.counts.kept,
        "duplicate": line.counts.duplicate,
        "edited": line.counts.edited,
        "rejected": line.counts.rejected,
        "events": line.counts.events,
        "listed": line.counts.listed,
        "rejects": [{"reason": reason, "at": at, "excerpt": excerpt} for reason, at, excerpt in line.rejects],
        "cleaned": line.cleaned,
        "unknown_kinds": line.unknown_kinds,
        "communities": line.communities,
        "first": line.counts.first,
        "last": line.counts.last,
        "warnings": line.warnings,
    }


def _warnings(counts: ImportCounts) -> list[str]:
    """Return all warnings, those of documents with their name; equal ones of many documents as one."""
    told: dict[str, list[str]] = {}
    for line in counts.documents:
        for warning in line.warnings:
            told.setdefault(warning, []).append(line.name)
    said = list(counts.warnings)
    for warning, names in told.items():
        more = f" (+{len(names) - 1})" if len(names) > 1 else ""
        said.append(f"{names[0]}{more}: {warning}")
    return said


def print_import(counts: ImportCounts, zone: str) -> None:
    """Print what an import did, for a person; days are those of the workspace's zone."""
    typer.echo(say(f"导入 {counts.act_id}：", f"import {counts.act_id}: ") + numbers(counts.total))
    if counts.total.fruitless:
        typer.echo(
            say(
                "  一条也没有收下：读到的全部被拒绝；原因和位置见 ",
                "  nothing was kept: all that was read was rejected; why and where: ",
            )
            + f"qunjian imports {counts.act_id}"
        )
    for code, rows in counts.total.rejected.items():
        typer.echo(say("  拒绝：", "  rejected: ") + f"{reason(code)} {rows:,}")
    for name, community in list(counts.communities.items())[:30]:
        known = community.first and community.last
        span = (
            " … ".join(local(at, zone, "%Y-%m-%d") for at in (community.first, community.last) if at) if known else ""
        )
        typer.echo(f"  {shown(name)}  {numbers(community)}  {span}")
    if len(counts.communities) > 30:
        typer.echo(say(f"  …共 {len(counts.communities)} 个社群", f"  … {len(counts.communities)} communities in all"))
    for warning in _grouped_warnings(counts):
        typer.echo(say("  注意：", "  note: ") + shown(warning))


def _grouped_warnings(counts: ImportCounts, most: int = 30) -> list[str]:
    """Return the warnings for a person: those that differ in a number only as one line, the worst documents named."""
    groups: dict[str, list[tuple[int, str, str]]] = {}
    for line in counts.documents:
        for warning in line.warnings:
            text = alone(warning, LANGUAGE)
            number = _NUMBER.search(text)
            groups.setdefault(_NUMBER.sub("#", text), []).append((int(number[0]) if number else 0, line.name, text))
    said = [text for one in counts.warnings if _NUMBER.sub("#", text := alone(one, LANGUAGE)) not in groups]
    for group in groups.values():
        if len(group) == 1:
            said.append(f"{group[0][1]}: {group[0][2]}")
            continue
        group.sort(key=lambda found: -found[0])
        total = f"{sum(number for number, _, _ in group):,}"
        worst = say("、", ", ").join(f"{name} ({number:,})" if number else name for number, name, _ in group[:3])
        text = _NUMBER.sub(total, group[0][2], count=1)
        said.append(say(f"{text}（{len(group)} 个文件，如 {worst}）", f"{text} ({len(group)} files, such as {worst})"))
    return said[:most] + ([f"… {len(said) - most}"] if len(said) > most else [])


def imports(
    import_id: Annotated[
        str | None,
        typer.Argument(metavar="IMPORT_ID", help=say("导入编号，缺省列出全部", "an import's id; default: all")),
    ] = None,
    workspace: WorkspaceOption = None,
    json: JsonOption = False,
) -> None:
    """List the imports, undone ones too, or show the whole report of one."""
    from qunjian.cli.import_report import print_report
    from qunjian.engines.arrow import spare_pandas
    from qunjian.workspace import Workspace

    spare_pandas()
    opened = Workspace.find(workspace)
    lake = opened.lake
    visible = lake.visible()
    if import_id is not None:
        made, report = lake.import_report(import_id)
        state = "undone" if import_id in visible.hidden else "visible"
        if json:
            emit({**import_document(report), "at": made.at, "state": state})
        else:
            print_report(made, report, opened.settings.zone, undone=state == "undone")
        return
    rows = []
    for act in visible.acts:
        if act.kind == "import":
            total = act.counts.get("total")
            counts = total if isinstance(total, dict) else {}
            state = "undone" if act.act_id in visible.hidden else "visible"
            rows.append(
                {"import_id": act.act_id, "at": act.at, "state": state, "files": act.counts.get("files"),
                 "formats": act.counts.get("formats"), "paths": act.parameters.get("paths"),
                 **{key: counts.get(key) for key in _TOTALS},
                 "communities": sorted(_keys(act.counts.get("communities")))}
            )  # fmt: skip
    if json:
        emit_lines(rows)
        return
    for row in rows:
        reasons = row["rejected"]
        rejected = sum(reasons.values()) if isinstance(reasons, dict) else 0
        undone = say("  已撤销", "  undone") if row["state"] == "undone" else ""
        typer.echo(
            f"{row['import_id']}  "
            + say(
                f"{row['files']} 个文件，读到 {row['read']}，保留 {row['kept']}，重复 {row['duplicate']}，"
                f"拒绝 {rejected}",
                f"{row['files']} files, read {row['read']}, kept {row['kept']}, duplicate {row['duplicate']}, "
                f"rejected {rejected}",
            )
            + undone
        )
    if not rows:
        typer.echo(
            say("还没有导入。下一步：qunjian import 导出文件", "no imports yet. Next: qunjian import FILES"), err=True
        )


_TOTALS = ("read", "kept", "duplicate", "edited", "rejected", "first", "last")


def _keys(value: object) -> list[str]:
    return list(value) if isinstance(value, dict) else []


def undo(
    import_id: Annotated[str, typer.Argument(metavar="IMPORT_ID", help=say("导入编号", "the import's id"))],
    workspace: WorkspaceOption = None,
    json: JsonOption = False,
) -> None:
    """Undo an import."""
    from qunjian.engines.arrow import spare_pandas
    from qunjian.workspace import Workspace

    spare_pandas()
    opened = Workspace.find(workspace)
    opened.patience = patience()
    counts = opened.lake.undo(import_id)
    if json:
        emit({"undo_id": counts.act_id, "import_id": import_id, "removed": counts.removed, "copied": counts.copied})
        return
    typer.echo(
        say(
            f"已撤销 {import_id}：移除 {counts.removed:,} 条，另有 {counts.copied:,} 条别的导入也有，保留",
            f"undid {import_id}: {counts.removed:,} rows removed, {counts.copied:,} kept for other imports",
        )
    )


def erase(
    account: Annotated[str, typer.Argument(metavar="ACCOUNT", help=say("账号", "the account"))],
    yes: Annotated[bool, typer.Option("--yes", "-y", help=say("不再确认", "do not ask"))] = False,
    keep_quotes: Annotated[
        bool,
        typer.Option(
            "--keep-quotes",
            help=say(
                "他人消息里只遮去“@名字”，不遮名字和引文（名字是常用词时用）",
                "in other people's texts mask only '@name', not names and quotes (when the name is a common word)",
            ),
        ),
    ] = False,
    reports: Annotated[
        bool,
        typer.Option("--reports", help=say("一并删除 reports 里已有的报告", "delete the reports written so far, too")),
    ] = False,
    workspace: WorkspaceOption = None,
    json: JsonOption = False,
) -> None:
    """Erase an account for good."""
    from qunjian.runs.erasing import erase_account, find_account
    from qunjian.workspace import Workspace

    opened = Workspace.find(workspace)
    opened.patience = patience()
    account_id = find_account(opened, account)
    if not yes and not json and sys.stdin.isatty():  # programs that call this have nobody to ask
        _print_traces(opened.lake.traces(account_id, quotes=not keep_quotes).quoted)
        typer.confirm(
            say(
                f"彻底删除 {shown(account_id)} 的全部数据？不可撤销", f"Erase all data of {shown(account_id)} for good?"
            ),
            abort=True,
        )
    erased = erase_account(opened, account_id, quotes=not keep_quotes, reports=reports)
    if json:
        emit(_erasure(erased))
    else:
        _print_erasure(erased)


def _print_traces(quoted: dict[str, int]) -> None:
    """Say which names would be masked in how many texts of others: a name that is a common word shows here."""
    for name, texts in quoted.items():
        if texts:
            typer.echo(
                say(
                    f"将在 {texts:,} 条他人消息中遮去“{shown(name)}”（是常用词就改用 --keep-quotes）",
                    f"'{shown(name)}' will be masked in {texts:,} texts of others (a common word? use --keep-quotes)",
                )
            )


def _erasure(erased: Erased) -> dict[str, object]:
    counts = erased.counts
    return {
        "erase_id": counts.act_id, "messages": counts.messages, "membership": counts.membership,
        "roster": counts.roster, "findings": counts.findings, "values": counts.values, "claims": counts.claims,
        "blotted": counts.blotted, "reports": erased.reports, "reports_deleted": erased.reports_deleted,
        "left": erased.left,
    }  # fmt: skip


def _print_erasure(erased: Erased) -> None:
    counts = erased.counts
    typer.echo(
        say(
            f"已删除：消息 {counts.messages:,}，进出 {counts.membership:,}，名册 {counts.roster:,}，"
            f"问题 {counts.findings:,}；他人记录中涂去 {counts.blotted:,} 处。条数不变，账号换成了查不回本人的编号",
            f"erased: {counts.messages:,} messages, {counts.membership:,} membership events, "
            f"{counts.roster:,} roster rows, {counts.findings:,} findings; blotted out of {counts.blotted:,} rows of "
            "others. Counts stay; the account became an id that leads nowhere",
        )
    )
    if erased.reports and erased.reports_deleted:
        typer.echo(say(f"已删除 {len(erased.reports)} 个旧报告", f"{len(erased.reports)} old reports deleted"))
    elif erased.reports:
        typer.echo(
            say(
                f"注意：{len(erased.reports)} 个旧报告里可能还有此人，请自行删除（或用 --reports）："
                f"{'、'.join(map(shown, erased.reports[:5]))}",
                f"note: {len(erased.reports)} old reports may still show the person; delete them yourself (or use "
                f"--reports): {', '.join(map(shown, erased.reports[:5]))}",
            )
        )
    if erased.left:
        typer.echo(
            say(
                f"注意：这些文件是你们自己的，仍写有此人，请自行处理：{'、'.join(map(shown, erased.left[:5]))}",
                f"note: these files are your own and still name the person: {', '.join(map(shown, erased.left[:5]))}",
            )
        )
