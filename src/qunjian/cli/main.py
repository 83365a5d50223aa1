"""The entry point: gathers the command groups, and turns every error a person can cause into one sentence."""

from __future__ import annotations

import os
import sys
from functools import cache
from importlib import import_module
from importlib.metadata import entry_points
from typing import Annotated

import typer

from qunjian import __version__
from qunjian.cli.console import LANGUAGE, say
from qunjian.model.errors import QunjianError
from qunjian.model.mishaps import storage_error

# numpy's own threads are of no use here, and a process that runs threads cannot fork its workers.
os.environ.setdefault("OPENBLAS_NUM_THREADS", "1")

# Order is the order of the help page. Each module has `register(app)`.
GROUPS = (
    "workspace", "importing", "registering", "identity", "formats", "browse", "exporting", "inspecting", "questions",
    "measuring",
    "reporting", "integrity", "standard", "judge", "models", "demo", "doctor",
)  # fmt: skip

app = typer.Typer(
    name="qunjian",
    no_args_is_help=True,
    add_completion=True,
    pretty_exceptions_enable=False,
    rich_markup_mode="rich",
    help=say(
        "群鉴：社群运营质检。把聊天导出变成有证据、有区间、有标准可依的质检报告。",
        "Qunjian: quality inspection for community operations. Chat exports in, an inspected, scored, explained "
        "report out.",
    ),
    context_settings={"help_option_names": ["-h", "--help"]},
)


def _print_version(wanted: bool) -> None:
    if wanted:
        typer.echo(f"qunjian {__version__}")
        raise typer.Exit


@app.callback()
def _root(
    version: Annotated[
        bool,
        typer.Option("--version", callback=_print_version, is_eager=True, help=say("显示版本", "show the version")),
    ] = False,
) -> None:
    pass


@cache  # called again in one process, it would add every command once more
def _assemble() -> None:
    for name in GROUPS:
        import_module(f"qunjian.cli.{name}").register(app)
    for point in entry_points(group="qunjian.commands"):
        point.load()(app)


def main() -> None:
    """Run the command line; exit codes: 0 done, 1 `--fail-on` met, 2 bad input, 3 an error of ours."""
    for stream in (sys.stdout, sys.stderr):
        if hasattr(stream, "reconfigure"):
            stream.reconfigure(encoding="utf-8", errors="backslashreplace")
    _assemble()
    try:
        app()
    except QunjianError as error:
        typer.echo(error.sentence(LANGUAGE), err=True)
        raise SystemExit(error.exit_code) from None
    except BrokenPipeError:
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        raise SystemExit(0) from None
    except Exception as error:
        told = storage_error(error)
        if told is not None and not os.environ.get("QUNJIAN_DEBUG"):
            typer.echo(told.sentence(LANGUAGE), err=True)
            raise SystemExit(told.exit_code) from None
        if os.environ.get("QUNJIAN_DEBUG"):
            raise
        typer.echo(
            say(
                f"程序内部错误（{type(error).__name__}：{error}）。请设 QUNJIAN_DEBUG=1 重试并把输出发给维护者",
                f"internal error ({type(error).__name__}: {error}). Set QUNJIAN_DEBUG=1, run again and send the "
                "output to the maintainers",
            ),
            err=True,
        )
        raise SystemExit(3) from None
