"""Which communities an import may bring: any, only those on record, or only new ones."""

from __future__ import annotations

from typing import TYPE_CHECKING, Literal

from qunjian.model.errors import BadInputError, UnknownNameError
from qunjian.model.language import Phrase

if TYPE_CHECKING:
    from collections.abc import Collection

Into = Literal["auto", "append", "new"]


def require_admitted(into: Into, brought: Collection[str], known: Collection[str]) -> None:
    """Refuse an import that brings a community it may not: nothing of it is kept."""
    if into == "append":
        for community in sorted(set(brought) - set(known)):
            raise UnknownNameError(
                Phrase("已有社群（--append 只往已有社群里加）", "community on record (--append adds to those only)"),
                community,
                known,
            )
    if into == "new" and (again := sorted(set(brought) & set(known))):
        raise BadInputError(
            Phrase(
                f"--new 只收没见过的社群，这些已经有了：{'、'.join(again[:5])}",
                f"--new takes only communities not seen before; these are on record: {', '.join(again[:5])}",
            ),
            todo=Phrase("要往里加，用 --append 或 --auto", "to add to them, use --append or --auto"),
        )
