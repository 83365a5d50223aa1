"""The error tree: every error a person can cause says what, where and what to do, in both languages."""

from __future__ import annotations

from difflib import get_close_matches
from typing import TYPE_CHECKING

from qunjian.model.language import Phrase

if TYPE_CHECKING:
    from collections.abc import Iterable


class QunjianError(Exception):
    """Base of all errors shown to people as one sentence; `exit_code` is the command line's."""

    exit_code = 2

    def __init__(self, what: Phrase, *, where: str = "", todo: Phrase | None = None) -> None:
        super().__init__(what.en)
        self.what = what
        self.where = where
        self.todo = todo

    def sentence(self, language: str = "zh") -> str:
        """Return the whole message on one line: where, what, what to do."""
        zh = language == "zh"
        parts = [f"{self.where}{'：' if zh else ': '}" if self.where else "", self.what.zh if zh else self.what.en]
        if self.todo is not None:
            parts.append(("。" if zh else ". ") + (self.todo.zh if zh else self.todo.en))
        return "".join(parts)

    def __str__(self) -> str:
        return self.sentence("en")


class BadInputError(QunjianError):
    """A file, argument or setting that cannot be used as it is."""


class UnknownNameError(BadInputError):
    """A name that is not known, with the nearest valid ones."""

    def __init__(self, kind: Phrase, name: str, known: Iterable[str], *, where: str = "") -> None:
        self.name = name
        self.nearest = get_close_matches(name, sorted(known), n=3, cutoff=0.5)
        near = "、".join(self.nearest), ", ".join(self.nearest)
        todo = Phrase(f"最接近的是：{near[0]}", f"the nearest is: {near[1]}") if self.nearest else None
        super().__init__(
            Phrase(f"没有名为“{name}”的{kind.zh}", f"no {kind.en} is named '{name}'"), where=where, todo=todo
        )


class WorkspaceError(QunjianError):
    """A workspace that is missing, newer than this program, or damaged."""


class LockedError(QunjianError):
    """Another process is writing to the workspace."""


class StorageError(QunjianError):
    """The disk refused: it is full, faulty, read-only or not ours to write."""


class OutdatedError(QunjianError):
    """What was read is no longer what the workspace shows: another process wrote in between."""


class LimitError(BadInputError):
    """Input past a cap that protects the machine (size, depth, ratio)."""


class ConservationError(QunjianError):
    """Counts that do not add up: the act is stopped and nothing of it becomes visible."""

    exit_code = 3
