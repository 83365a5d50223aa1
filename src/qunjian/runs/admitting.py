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


def require_within(only: Collection[str], brought: Collection[str]) -> None:
    """Refuse an import that brings a community its person may not bring: nothing of it is kept."""
    if beyond := sorted(set(brought) - set(only)):
        raise BadInputError(
            Phrase(
                f"这些社群不在导入者的范围内：{'、'.join(beyond[:5])}",
                f"these communities are outside the scope of who imports: {', '.join(beyond[:5])}",
            ),
            todo=Phrase("请由能看到它们的人导入", "let somebody import them who sees them"),
        )
