"""`qunjian demo`: a workspace full of invented communities, imported, inspected and reported."""

from __future__ import annotations

import webbrowser
from pathlib import Path
from typing import Annotated

import typer

from qunjian.cli.console import LANGUAGE, JsonOption, emit, progress, say, shown

_HELP = say(
    "生成演示工作区：五个编出来的中文社群、十二周、埋好的问题；导入、质检、出报告，并告诉你 HTML 在哪里。\n\n"
    "例：qunjian demo　qunjian demo 某目录 --seed 7 --effect 0.5　qunjian demo --force --open\n\n"
    "埋了什么写在目录里的 truths.json。",
    "Make a demo workspace: five invented Chinese communities, twelve weeks, planted faults; import, inspect, report, "
    "and say where the HTML lies.\n\nExamples: qunjian demo; qunjian demo DIR --seed 7 --effect 0.5; "
    "qunjian demo --force --open\n\nWhat is planted stands in truths.json in that folder.",
)


def register(app: typer.Typer) -> None:
    """Add this group's commands to the command line."""
    app.command("demo", help=_HELP)(demo)


def demo(
    folder: Annotated[Path, typer.Argument(metavar="[DIR]", help=say("放在哪个目录", "the folder to make"))] = Path(
        "demo"
    ),
    seed: Annotated[
        int | None, typer.Option(help=say("种子：同一个种子生成同样的文件", "seed: the same seed makes the same files"))
    ] = None,
    effect: Annotated[
        float, typer.Option(help=say("埋下问题的力度，0 到 1", "strength of what is planted, 0 to 1"))
    ] = 1.0,
    force: Annotated[
        bool, typer.Option("--force", help=say("重做已有的演示工作区", "make an existing demo workspace anew"))
    ] = False,
    browse: Annotated[
        bool, typer.Option("--open", help=say("做完用浏览器打开报告", "open the report in a browser"))
    ] = False,
    as_json: JsonOption = False,
) -> None:
    """Make the demo workspace and print what happened in words."""
    from qunjian.runs.demo.records import DEFAULT_SEED
    from qunjian.runs.demonstrating import demonstrate

    with progress() as listen:
        made = demonstrate(
            folder,
            seed=DEFAULT_SEED if seed is None else seed,
            effect=effect,
            force=force,
            language=LANGUAGE,
            progress=listen,
        )
    if as_json:
        emit(made.summary())
    else:
        for sentence in made.sentences():
            typer.echo(shown(sentence.said(LANGUAGE)))
    if browse and made.page is not None:
        webbrowser.open(made.page.resolve().as_uri())
