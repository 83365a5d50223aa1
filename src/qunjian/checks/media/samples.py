"""Turns the samples of a rule on media into what reading real files would give."""

from __future__ import annotations

from typing import TYPE_CHECKING

from qunjian.checks.media.contract import Attached, Listed
from qunjian.checks.media.pictures import Parameters
from qunjian.checks.registry import parameters_of
from qunjian.media.codes import Code
from qunjian.media.likeness import read_likeness
from qunjian.media.reading import Reading

if TYPE_CHECKING:
    from collections.abc import Iterable

    from qunjian.standards.rules import Line, Rule

_PROGRAM = "!"


def media_of(line: Line) -> list[Attached]:
    """Return the attachments of a line of a sample; a name that begins with "!" is that of a program's content."""
    attached = [
        Attached(0, "file", name.removeprefix(_PROGRAM), Reading("exe") if name.startswith(_PROGRAM) else None)
        for name in line.attachments
    ]
    attached += [Attached(0, "image", "", Reading("png", codes=(Code("qr", code),))) for code in line.codes]
    attached += [Attached(0, "image", "", Reading("png", likeness=read_likeness(each))) for each in line.pictures]
    return [Attached(number, each.kind, each.name, each.reading) for number, each in enumerate(attached)]


def lists_of_examples(rules: Iterable[Rule]) -> dict[str, tuple[Listed, ...]]:
    """Return the lists that the rules' own examples make."""
    lists: dict[str, tuple[Listed, ...]] = {}
    for rule in rules:
        parameters = parameters_of(rule)
        if isinstance(parameters, Parameters):
            bits = [read_likeness(each) for each in parameters.examples]
            lists[parameters.list] = tuple(Listed(each) for each in bits if each is not None)
    return lists
