"""What every command shares: the language, the workspace option, JSON output, progress, and errors as one sentence."""

from __future__ import annotations

import datetime as dt
import os
import sys
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any
from zoneinfo import ZoneInfo

import msgspec
import typer

from qunjian.model.language import Phrase, preferred_language

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from qunjian.lake.lock import Patience
    from qunjian.model.progress import Progress

LANGUAGE = preferred_language()


def say(zh: str, en: str) -> str:
    """Return the text in the language of the person at the terminal."""
    return zh if LANGUAGE == "zh" else en


WorkspaceOption = Annotated[
    Path | None,
    typer.Option(
        "--workspace",
        "-w",
        metavar="DIR",
        help=say(
            "工作区目录（默认取 QUNJIAN_WORKSPACE，再取上级最近的工作区）",
            "workspace folder (default: QUNJIAN_WORKSPACE, else the nearest workspace above)",
        ),
    ),
]
CommunitiesOption = Annotated[
    list[str] | None,
    typer.Option("--community", metavar="ID", help=say("只看这些社群（可重复）", "only these communities")),
]
FromOption = Annotated[
    dt.datetime | None,
    typer.Option("--from", formats=["%Y-%m-%d"], help=say("第一天（当地日期）", "first local day")),
]
ToOption = Annotated[
    dt.datetime | None,
    typer.Option("--to", formats=["%Y-%m-%d"], help=say("最后一天（含）", "last local day (included)")),
]
JsonOption = Annotated[
    bool, typer.Option("--json", help=say("输出 JSON（列表为每行一个对象）", "print JSON (lists: one object per line)"))
]


def local(at: dt.datetime, zone: str, form: str) -> str:
    """Return an instant as the clocks of a zone show it."""
    return at.astimezone(ZoneInfo(zone)).strftime(form)


def _plain(value: object) -> Any:
    if isinstance(value, Path):
        return str(value)
    raise NotImplementedError(type(value))


_ENCODER = msgspec.json.Encoder(enc_hook=_plain, order="deterministic")


def emit(document: object) -> None:
    """Print one JSON document."""
    sys.stdout.buffer.write(_ENCODER.encode(document) + b"\n")
    sys.stdout.buffer.flush()


def emit_lines(rows: Iterable[object]) -> None:
    """Print one JSON object per line."""
    for row in rows:
        sys.stdout.buffer.write(_ENCODER.encode(row) + b"\n")
    sys.stdout.buffer.flush()


def shown(text: object) -> str:
    """Return text that is safe to print on a terminal: control and bidirectional characters as visible escapes."""
    return "".join(c if c.isprintable() or c == "\n" else c.encode("unicode_escape").decode("ascii") for c in str(text))


def patience() -> Patience:
    """Return how long to wait for another writer: ten minutes, or QUNJIAN_WAIT seconds; the wait is told on stderr."""
    from qunjian.lake.lock import Patience

    try:
        seconds = float(os.environ.get("QUNJIAN_WAIT", "600"))
    except ValueError:
        seconds = 600.0
    return Patience(seconds, lambda said: typer.echo(said.said(LANGUAGE), err=True))


@contextmanager
def progress() -> Iterator[Progress]:
    """Yield a listener that draws a bar on stderr after a second of work; silent when stderr is no terminal."""
    if not sys.stderr.isatty():
        from qunjian.model.progress import silent

        yield silent
        return
    from rich.console import Console
    from rich.progress import BarColumn, MofNCompleteColumn, TextColumn, TimeElapsedColumn
    from rich.progress import Progress as Bar

    bar = Bar(
        TextColumn("{task.description}"), BarColumn(), MofNCompleteColumn(), TimeElapsedColumn(),
        console=Console(stderr=True), transient=True,
    )  # fmt: skip
    tasks: dict[str, Any] = {}
    began = dt.datetime.now(dt.UTC)

    def listen(step: Phrase, done: int, total: int | None = None) -> None:
        name = step.said(LANGUAGE)
        if not bar.live.is_started and (dt.datetime.now(dt.UTC) - began).total_seconds() >= 1:
            bar.start()
        if name not in tasks:
            tasks[name] = bar.add_task(name, total=total)
        bar.update(tasks[name], completed=done, total=total)

    try:
        yield listen
    finally:
        bar.stop()
