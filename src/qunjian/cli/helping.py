"""The words around commands, in the language of the terminal: help pages, and what is wrong with a call."""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Any

from qunjian.cli.console import LANGUAGE, say
from qunjian.model.errors import BadInputError, UnknownNameError
from qunjian.model.language import Phrase

_FIRST_SENTENCE = re.compile(r".*?[。；]|.*?[.;](?=\s|$)|.*", re.S)
# By the types of pydantic's errors, which Typer reads values with.
_WRONG_VALUE = {
    "int_parsing": Phrase("应是整数", "should be a whole number"),
    "float_parsing": Phrase("应是数字", "should be a number"),
    "bool_parsing": Phrase("应是 true 或 false", "should be true or false"),
    "greater_than_equal": Phrase("太小，最小 {ge}", "is too small, the least is {ge}"),
    "less_than_equal": Phrase("太大，最大 {le}", "is too large, the most is {le}"),
    "enum": Phrase("应是其中之一：{expected}", "should be one of: {expected}"),
    "literal_error": Phrase("应是其中之一：{expected}", "should be one of: {expected}"),
}


# Typer brings a click of its own and makes none of its classes public: commands and errors are known by what they hold.
def in_own_words(command: Any) -> None:
    """Let a command and all under it give help in the language of the terminal; lists show one sentence of each."""
    from typer import rich_utils

    if LANGUAGE == "zh":
        rich_utils.ARGUMENTS_PANEL_TITLE = "参数"
        rich_utils.OPTIONS_PANEL_TITLE = "选项"
        rich_utils.COMMANDS_PANEL_TITLE = "命令"
        rich_utils.DEFAULT_STRING = "[默认：{}]"
        rich_utils.REQUIRED_LONG_STRING = "[必填]"
    _reword(command)


def _reword(command: Any) -> None:
    made = command.get_help_option

    def help_option(context: Any) -> Any:
        option = made(context)
        option.help = say("显示这一页", "show this page")
        return option

    def usage(context: Any, formatter: Any) -> None:
        words = " ".join(command.collect_usage_pieces(context))
        formatter.write_usage(context.command_path, words, prefix=say("用法：", "Usage: "))

    command.get_help_option, command.format_usage = help_option, usage
    for parameter in command.params:
        if parameter.name == "install_completion":
            parameter.help = say("给当前的 shell 装上命令补全", "install completion for this shell")
        elif parameter.name == "show_completion":
            parameter.help = say("显示当前 shell 的补全脚本", "show this shell's completion script")
    for child in getattr(command, "commands", {}).values():
        if child.help and not child.short_help:
            found = _FIRST_SENTENCE.match(child.help.strip())
            child.short_help = found[0].strip("；; \n") if found else child.help
        _reword(child)


def usage_error(error: Any) -> BadInputError | None:
    """Return what is wrong with a call as one sentence; None: the error is none of calling."""
    context = getattr(error, "ctx", None)
    if not hasattr(error, "format_message"):
        return None
    path = context.command_path if context is not None else "qunjian"
    known = context.command if context is not None else None
    message = str(error.format_message()).rstrip(".")
    if hasattr(error, "option_name") and hasattr(error, "possibilities"):
        options = [name for each in getattr(known, "params", ()) for name in each.opts]
        return UnknownNameError(Phrase("选项", "option"), error.option_name, options, where=path)
    if (named := re.match(r"No such command '(.*?)'", message)) is not None:
        commands: Mapping[str, Any] = getattr(known, "commands", {})
        return UnknownNameError(Phrase("命令", "command"), named[1], commands, where=path)
    what = _what(error, message)
    return BadInputError(what, where=path, todo=Phrase(f"用法见 {path} -h", f"see {path} -h"))


def is_bare(error: Any) -> bool:
    """Return whether a group was called without a command: its help has been shown already."""
    return type(error).__name__ == "NoArgsIsHelpError"


def _what(error: Any, message: str) -> Phrase:
    parameter = getattr(error, "param", None)
    if (extra := re.match(r"Got unexpected extra arguments?(?:\(s\))? \((.*)\)", message)) is not None:
        return Phrase(f"“{extra[1]}”是多出来的参数", f"'{extra[1]}' is one argument too many")
    if (lacking := re.match(r"Option '(.*?)' requires an argument", message)) is not None:
        return Phrase(f"{lacking[1]} 后面缺少值", f"{lacking[1]} needs a value")
    if parameter is None:
        return Phrase(message, message)
    name = parameter.opts[0] if parameter.param_type_name == "option" else (parameter.metavar or parameter.name.upper())
    if type(error).__name__ == "MissingParameter":
        return Phrase(f"缺少 {name}", f"{name} is missing")
    if "%Y-%m-%d" in message:
        return Phrase(f"{name} 应是日期，如 2026-11-16", f"{name} should be a day such as 2026-11-16")
    if (among := re.search(r"is not one of (.*)", message)) is not None:
        return Phrase(f"{name} 应是其中之一：{among[1]}", f"{name} should be one of: {among[1]}")
    for wrong in getattr(error.__cause__, "errors", list)()[:1]:
        said = _WRONG_VALUE.get(wrong["type"])
        if said is not None:
            more = wrong.get("ctx", {})
            return Phrase(
                f"{name} 的值“{wrong['input']}”{said.zh.format_map(more)}",
                f"the value '{wrong['input']}' of {name} {said.en.format_map(more)}",
            )
    return Phrase(f"{name}：{message}", f"{name}: {message}")
