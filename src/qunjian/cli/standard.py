"""Commands of the group `standard`: list, show, validate, test, diff, schema, export, import."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from qunjian.cli.backtesting import HELP as BACKTEST
from qunjian.cli.backtesting import backtest
from qunjian.cli.console import LANGUAGE, JsonOption, WorkspaceOption, emit, emit_lines, progress, say, shown
from qunjian.cli.rule_health import HELP as HEALTH
from qunjian.cli.rule_health import health
from qunjian.model.errors import UnknownNameError, WorkspaceError
from qunjian.model.language import Phrase

if TYPE_CHECKING:
    from collections.abc import Sequence

    from qunjian.model.problems import Problem
    from qunjian.runs.rule_book import BookImport
    from qunjian.runs.rule_samples import SampleResult
    from qunjian.standards.editions import Edition
    from qunjian.standards.rules import Rule

_HELP = {
    "list": say(
        "列出能用的标准。\n\n例：qunjian standard list",
        "List the standards there are.\n\nExample: qunjian standard list",
    ),
    "show": say(
        "显示一份标准：目标、指标、规则、职责、评分表。\n\n例：qunjian standard show general",
        "Show a standard: goals, indicators, rules, duties, scorecard.\n\nExample: qunjian standard show general",
    ),
    "validate": say(
        "检查标准与规则文件，指出文件、行号和最接近的名字；不给文件则检查全部。\n\n"
        "例：qunjian standard validate 我们的标准.yaml",
        "Check standards and rule files: file, line, nearest valid name; without files, all of them.\n\n"
        "Example: qunjian standard validate ours.yaml",
    ),
    "test": say(
        "运行规则里的样例：该命中的要命中，不该命中的要放行；有不符时以 2 退出。\n\n"
        "例：qunjian standard test general --rule advertising.absolute_terms",
        "Run the samples in the rules: what must hit hits, what must pass passes; exits with 2 when one does not.\n\n"
        "Example: qunjian standard test general --rule advertising.absolute_terms",
    ),
    "diff": say(
        "用文字说明两份标准的差别。\n\n例：qunjian standard diff general mother_baby",
        "Say in words how two standards differ.\n\nExample: qunjian standard diff general mother_baby",
    ),
    "schema": say(
        "打印标准（或规则）文件的 JSON Schema，供编辑器校验。\n\n例：qunjian standard schema rule > rule.schema.json",
        "Print the JSON Schema of standard (or rule) files, for editors.\n\n"
        "Example: qunjian standard schema rule > rule.schema.json",
    ),
    "export": say(
        "把一份标准用到的全部规则写成 Excel 表，改完再用 import 收回。\n\n"
        "例：qunjian standard export general rules.xlsx",
        "Write all rules a standard uses as an Excel sheet; edit it, then take it back with import.\n\n"
        "Example: qunjian standard export general rules.xlsx",
    ),
    "import": say(
        "把现有的词表、评分表、事实表变成一份标准。可读 xlsx、csv；说明看懂了什么、没看懂什么。\n\n"
        "例：qunjian standard import 敏感词.xlsx 评分表.xlsx -o 我们的标准.yaml",
        "Turn the sheets you have into a standard. Banned words, scorecards, facts, as xlsx or csv; it says what was "
        "understood and what was not.\n\nExample: qunjian standard import words.xlsx scorecard.xlsx -o ours.yaml",
    ),
}
StandardName = Annotated[
    str,
    typer.Argument(metavar=say("名称|文件", "NAME|FILE"), help=say("标准的名称或文件", "name or file of a standard")),
]


def register(app: typer.Typer) -> None:
    """Add this group's commands to the command line."""
    group = typer.Typer(no_args_is_help=True, help=say("运营标准与规则", "Standards and their rules"))
    for name, command in (
        ("list", list_), ("show", show), ("validate", validate), ("test", run_tests), ("diff", diff),
        ("schema", schema), ("export", export), ("import", import_),
    ):  # fmt: skip
        group.command(name, help=_HELP[name])(command)
    group.command("backtest", help=BACKTEST)(backtest)
    group.command("health", help=HEALTH)(health)
    app.add_typer(group, name="standard")


def list_(workspace: WorkspaceOption = None, json: JsonOption = False) -> None:
    """List the standards."""
    from qunjian.runs.standards import open_all
    from qunjian.standards.loading import library

    folders = _folders(workspace)
    shipped = {path.stem for path in library().glob("*.yaml")}
    rows = [
        {
            "id": each.standard.id,
            "name": each.standard.name.phrase.said(LANGUAGE),
            "version": each.version,
            "extends": each.standard.extends,
            "rules": len(each.rules),
            "indicators": len(each.standard.indicators),
            "shipped": each.standard.id in shipped,
        }
        for each in open_all(folders)
    ]
    if json:
        emit_lines(rows)
        return
    for row in rows:
        parent = say(f"，继承 {row['extends']}", f", extends {row['extends']}") if row["extends"] else ""
        typer.echo(f"{row['id']}  {row['name']}")
        typer.echo(
            say(
                f"    版本 {row['version']}，{row['rules']} 条规则，{row['indicators']} 个指标{parent}",
                f"    version {row['version']}, {row['rules']} rules, {row['indicators']} indicators{parent}",
            )
        )


def show(standard: StandardName = "general", workspace: WorkspaceOption = None, json: JsonOption = False) -> None:
    """Show a standard."""
    from qunjian.runs.standards import open_edition

    edition = open_edition(standard, _folders(workspace))
    if json:
        document = edition.standard.model_dump(mode="json", by_alias=True)
        emit({**document, "version": edition.version, "rules": [_rule(rule) for rule in edition.rules]})
        return
    _print_standard(edition)


def validate(
    file: Annotated[
        list[Path] | None, typer.Argument(help=say("标准、规则文件或文件夹", "standards, rule files or folders"))
    ] = None,
    workspace: WorkspaceOption = None,
    json: JsonOption = False,
) -> None:
    """Check standards and rule files."""
    from qunjian.runs.rule_files import validate as run

    found = run(file or (), _folders(workspace))
    if json:
        problems = [_problem(problem) for problem in found.problems]
        emit({"ok": not problems, "standards": found.standards, "rules": found.rules, "problems": problems})
    else:
        for problem in found.problems:
            typer.echo(shown(problem.sentence(LANGUAGE)), err=True)
        typer.echo(
            say(
                f"{found.standards} 份标准、{found.rules} 条规则，{len(found.problems)} 处问题",
                f"{found.standards} standards, {found.rules} rules, {len(found.problems)} problems",
            )
        )
    if found.problems:
        raise typer.Exit(2)


def run_tests(
    standard: StandardName = "general",
    rule: Annotated[
        list[str] | None, typer.Option("--rule", metavar="ID", help=say("只测这条规则（可重复）", "only this rule"))
    ] = None,
    workspace: WorkspaceOption = None,
    json: JsonOption = False,
) -> None:
    """Run the samples of the rules."""
    from qunjian.runs.rule_samples import run_samples
    from qunjian.runs.standards import open_edition

    edition = open_edition(standard, _folders(workspace))
    with progress() as listener:
        rules = _chosen(edition, rule)
        results = run_samples(rules, listener)
    wrong = [each for each in results if not each.right]
    if json:
        emit(
            {
                "standard": edition.standard.id, "version": edition.version, "rules": len(rules),
                "samples": len(results), "wrong": [_sample(each) for each in wrong],
            }
        )  # fmt: skip
    else:
        for each in wrong:
            should = (
                say("应命中而未命中", "should hit, does not")
                if each.expected
                else say("不应命中而命中", "should pass, hits")
            )
            because = f"（{each.because.said(LANGUAGE)}）" if each.because.zh else ""
            typer.echo(shown(f"{each.rule}  {should} #{each.number}：{each.sample}{because}"))
        typer.echo(
            say(
                f"{len(rules)} 条规则，{len(results)} 条样例，{len(wrong)} 条不符",
                f"{len(rules)} rules, {len(results)} samples, {len(wrong)} wrong",
            )
        )
    if wrong:
        raise typer.Exit(2)


def diff(
    before: StandardName, after: StandardName, workspace: WorkspaceOption = None, json: JsonOption = False
) -> None:
    """Say how two standards differ."""
    from qunjian.runs.standards import open_edition
    from qunjian.standards.comparing import compare

    folders = _folders(workspace)
    changes = compare(open_edition(before, folders), open_edition(after, folders))
    if json:
        emit_lines({"kind": each.kind, "id": each.id, "zh": each.said.zh, "en": each.said.en} for each in changes)
        return
    for each in changes:
        typer.echo(shown(each.said.said(LANGUAGE)))
    if not changes:
        typer.echo(say("两份标准没有差别", "the two standards do not differ"))


def schema(
    what: Annotated[
        str, typer.Argument(metavar="standard|rule", help=say("哪种文件", "which kind of file"))
    ] = "standard",
    json: JsonOption = False,
) -> None:
    """Print a JSON Schema (the output is JSON with or without --json)."""
    from qunjian.standards.rules import Rule
    from qunjian.standards.schema import Standard

    schemas = {"standard": Standard.model_json_schema, "rule": Rule.model_json_schema}
    if what not in schemas:
        raise UnknownNameError(Phrase("文件种类", "kind of file"), what, schemas)
    emit(schemas[what](by_alias=True))


def export(
    standard: StandardName,
    file: Annotated[Path, typer.Argument(metavar="FILE.xlsx", help=say("写到哪个文件", "the file to write"))],
    force: Annotated[bool, typer.Option("--force", help=say("覆盖已有文件", "overwrite an existing file"))] = False,
    workspace: WorkspaceOption = None,
    json: JsonOption = False,
) -> None:
    """Write the rules of a standard as a sheet."""
    from qunjian.runs.rule_book import export_rules

    count = export_rules(standard, file, _folders(workspace), force=force)
    if json:
        emit({"file": str(file), "rules": count})
        return
    typer.echo(
        shown(
            say(
                f"已把 {count} 条规则写到 {file}；改完运行 qunjian standard import {file}",
                f"Wrote {count} rules to {file}; when edited, run qunjian standard import {file}",
            )
        )
    )


def import_(
    sheet: Annotated[list[Path], typer.Argument(help=say("词表、评分表（xlsx、csv）", "sheets (xlsx, csv)"))],
    output: Annotated[
        Path | None,
        typer.Option("--output", "-o", metavar="FILE", help=say("写到哪个标准文件", "the standard file to write")),
    ] = None,
    name: Annotated[str, typer.Option("--name", help=say("标准的名称", "name of the standard"))] = "",
    force: Annotated[bool, typer.Option("--force", help=say("覆盖已有文件", "overwrite existing files"))] = False,
    workspace: WorkspaceOption = None,
    json: JsonOption = False,
) -> None:
    """Turn sheets into a standard; a sheet of rules that was exported goes back into rule files."""
    from qunjian.runs.rule_book import import_rules, rule_grid
    from qunjian.runs.sheet_import import import_sheets

    folders = _folders(workspace)
    grid = rule_grid(sheet[0]) if len(sheet) == 1 and sheet[0].is_file() else None
    if grid is not None:
        home = output.parent if output else folders[0] if folders else Path()
        _say_rules(import_rules(grid, home, folders, force=force), json=json)
        return
    made = import_sheets(sheet, output or (folders[0] if folders else Path()) / "imported.yaml", name=name, force=force)
    notes = [{"kind": each.kind, "where": each.where, "said": each.said.said(LANGUAGE)} for each in made.notes]
    if json:
        emit(
            {
                "standard": made.standard, "version": made.version, "written": made.written, "words": made.words,
                "rules": made.rules, "items": made.items, "facts": made.facts, "notes": notes,
            }
        )  # fmt: skip
        return
    heads = {
        "understood": say("看懂了", "understood"), "assumed": say("按假设处理", "assumed"),
        "skipped": say("没看懂或未收", "not taken"),
    }  # fmt: skip
    for kind, head in heads.items():
        for note in (note for note in notes if note["kind"] == kind):
            typer.echo(shown(f"{head}  {note['where']}  {note['said']}"))
    typer.echo(
        say(
            f"写成标准 {made.standard}（{made.version}）："
            f"{made.words} 个词、{made.rules} 条规则、{made.items} 个评分项、{made.facts} 条事实\n"
            f"    {made.written[0]}\n"
            "请把规则里的样例换成群里真实的说法，再运行 qunjian standard test",
            f"Wrote the standard {made.standard} ({made.version}): {made.words} words, {made.rules} rules, "
            f"{made.items} scoring items, {made.facts} facts\n    {made.written[0]}\n"
            "Replace the rules' samples by real messages, then run qunjian standard test",
        )
    )


def _say_rules(made: BookImport, *, json: bool) -> None:
    if json:
        emit(made)
        return
    for names, head in (
        (made.added, say("新增", "added")),
        (made.changed, say("改动", "changed")),
        (made.removed, say("删去", "removed")),
    ):
        for name in names:
            typer.echo(shown(f"{head}  {name}"))
    typer.echo(
        say(
            f"读到 {made.rules} 条规则，写了 {len(made.written)} 个文件"
            + ("；请运行 qunjian standard test" if made.written else "，没有改动"),
            f"{made.rules} rules read, {len(made.written)} files written"
            + ("; now run qunjian standard test" if made.written else ", nothing changed"),
        )
    )


def _folders(option: Path | None) -> tuple[Path, ...]:
    """Return the workspace's folder of standards; none outside a workspace, unless one was asked for."""
    from qunjian.workspace import Workspace

    try:
        return (Workspace.find(option).standards,)
    except WorkspaceError:
        if option is not None:
            raise
        return ()


def _chosen(edition: Edition, names: Sequence[str] | None) -> list[Rule]:
    known = {rule.id: rule for rule in edition.rules}
    for name in names or ():
        if name not in known:
            raise UnknownNameError(Phrase("规则", "rule"), name, known, where="--rule")
    return [known[name] for name in names] if names else list(edition.rules)


def _rule(rule: Rule) -> dict[str, object]:
    from qunjian.standards.citations import citation_in

    return {
        "id": rule.id, "name": rule.name.phrase.said(LANGUAGE), "severity": rule.severity, "category": rule.category,
        "check": rule.detect.kind, "basis": citation_in(LANGUAGE, rule.citation),
        "hint": rule.hint.phrase.said(LANGUAGE), "lifecycle": rule.lifecycle,
    }  # fmt: skip


def _problem(problem: Problem) -> dict[str, str]:
    todo = problem.todo.said(LANGUAGE) if problem.todo else ""
    return {"where": problem.where, "what": problem.what.said(LANGUAGE), "todo": todo}


def _sample(result: SampleResult) -> dict[str, object]:
    return {
        "rule": result.rule, "number": result.number, "expected": result.expected, "fired": result.fired,
        "sample": result.sample, "because": result.because.said(LANGUAGE),
    }  # fmt: skip


def _print_standard(edition: Edition) -> None:
    standard = edition.standard
    typer.echo(f"{standard.id}  {standard.name.phrase.said(LANGUAGE)}  {edition.version}")
    if standard.summary:
        typer.echo(f"    {standard.summary.phrase.said(LANGUAGE)}")
    typer.echo(say("目标", "Goals"))
    for goal in standard.goals:
        typer.echo(f"    {goal.name.phrase.said(LANGUAGE)}  ← {', '.join(goal.indicators)}")
    typer.echo(say("指标（目标值 / 底线 / 权重）", "Indicators (target / floor / weight)"))
    for aim in standard.indicators:
        bounds = f"{aim.target:g} / {aim.floor:g}" if aim.target is not None and aim.floor is not None else "–"
        mark = say("经验值", "experience value") if aim.evidence == "experience" and aim.target is not None else ""
        typer.echo(f"    {aim.part}  {aim.id}  {bounds} / {aim.weight}  {mark}")
    typer.echo(say("评分部分", "Parts of the score"))
    typer.echo("    " + "  ".join(f"{part} {weight}" for part, weight in standard.scorecard.parts.items()))
    typer.echo(say("职责", "Duties"))
    for duty in standard.duties:
        limits = [
            f"{word}={value}"
            for word in ("within_minutes", "share", "per_day", "per_week")
            if (value := getattr(duty, word)) is not None
        ]
        typer.echo(f"    {duty.name.phrase.said(LANGUAGE)}  {'  '.join(limits)}")
    typer.echo(say(f"规则（{len(edition.rules)} 条）", f"Rules ({len(edition.rules)})"))
    for rule in edition.rules:
        typer.echo(f"    {rule.severity:<8}  {rule.id}  {rule.name.phrase.said(LANGUAGE)}")
