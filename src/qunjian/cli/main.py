"""The entry point: gathers the command groups, and turns every error a person can cause into one sentence."""

from __future__ import annotations

import os
import sys
from functools import cache
from importlib import import_module
from typing import Annotated

import typer

from qunjian import __version__
from qunjian.cli.console import LANGUAGE, say
from qunjian.cli.helping import in_own_words, is_bare, usage_error
from qunjian.model.errors import QunjianError
from qunjian.model.mishaps import storage_error

# numpy's own threads are of no use here, and a process that runs threads cannot fork its workers.
os.environ.setdefault("OPENBLAS_NUM_THREADS", "1")
# Arrow's own allocator keeps what it freed, 20 MB in each process, beside what Python's and numpy's keep.
os.environ.setdefault("ARROW_DEFAULT_MEMORY_POOL", "system")

# The commands of each group, in the order of the help page. Each module has `register(app)`; a command named here loads
# its own group alone, because building all of them costs more than many a command does.
GROUPS: dict[str, tuple[str, ...]] = {
    "workspace": ("init",),
    "importing": ("import", "imports", "undo", "erase"),
    "registering": ("register",),
    "identity": ("identity",),
    "formats": ("formats",),
    "browse": ("communities", "members", "messages"),
    "exporting": ("export",),
    "inspecting": ("inspect", "findings", "check"),
    "questions": ("questions",),
    "media": ("media",),
    "measuring": ("indicators", "measure"),
    "starting": ("starters",),
    "valuing": ("value",),
    "reporting": ("report",),
    "integrity": ("integrity",),
    "standard": ("standard",),
    "judge": ("judge",),
    "models": ("model",),
    "demo": ("demo",),
    "doctor": ("doctor",),
}


def _print_version(wanted: bool) -> None:
    if wanted:
        typer.echo(f"qunjian {__version__}")
        raise typer.Exit


def _root(
    version: Annotated[
        bool,
        typer.Option("--version", callback=_print_version, is_eager=True, help=say("显示版本", "show the version")),
    ] = False,
) -> None:
    pass


@cache  # called again in one process, it would build every command once more
def command_line(group: str | None = None) -> typer.Typer:
    """Return the whole command line, or only one group of its commands."""
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
    app.callback()(_root)
    for name in (group,) if group else GROUPS:
        import_module(f"qunjian.cli.{name}").register(app)
    if group is None:
        from importlib.metadata import entry_points

        for point in entry_points(group="qunjian.commands"):
            try:
                point.load()(app)
            except ImportError as error:  # a part half removed must not take the other commands with it
                typer.echo(
                    say(
                        f"附加命令“{point.name}”不能用（{error}），其余照常；重新安装它，或把它卸载",
                        f"the added command '{point.name}' cannot be used ({error}), all others can; install it "
                        "again, or remove it",
                    ),
                    err=True,
                )
    return app


def _group_asked() -> str | None:
    """Return the group of the command that is called, or nothing where all must be known: help, a slip, a plug-in."""
    asked = sys.argv[1] if len(sys.argv) > 1 else ""
    return next((name for name, commands in GROUPS.items() if asked in commands), None)


def main() -> None:
    """Run the command line; exit codes: 0 done, 1 `--fail-on` met, 2 bad input, 3 an error of ours."""
    for stream in (sys.stdout, sys.stderr):
        if hasattr(stream, "reconfigure"):
            stream.reconfigure(encoding="utf-8", errors="backslashreplace")
    command = typer.main.get_command(command_line(_group_asked()))
    if len(sys.argv) < 3 or not {"-h", "--help"}.isdisjoint(sys.argv):
        in_own_words(command)
    try:
        ended = command(standalone_mode=False)
        raise SystemExit(ended if isinstance(ended, int) else 0)
    except QunjianError as error:
        typer.echo(error.sentence(LANGUAGE), err=True)
        raise SystemExit(error.exit_code) from None
    except typer.Abort:
        raise SystemExit(130) from None
    except BrokenPipeError:
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        raise SystemExit(0) from None
    except Exception as error:
        if is_bare(error):
            raise SystemExit(2) from None
        told = usage_error(error) or storage_error(error)
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
