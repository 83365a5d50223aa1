"""The register and the duty table as sheets of cells."""

from __future__ import annotations

from typing import TYPE_CHECKING

from qunjian.runs import decision_sheets
from qunjian.runs.decision_sheets import Fault, Name, Put, Sheet
from qunjian_console.bridge.opening import workspace

if TYPE_CHECKING:
    from collections.abc import Sequence

    from qunjian_console.language import Language

__all__ = ["Fault", "Name", "Put", "Sheet", "check", "communities_of", "put", "sheet"]


def sheet(name: Name, language: Language) -> Sheet:
    """Return a sheet as it stands."""
    return decision_sheets.read_sheet(workspace(), name, language)


def communities_of(rows: Sequence[Sequence[str]]) -> list[str]:
    """Return the id of the community each row is about."""
    return decision_sheets.communities_of(workspace(), rows)


def check(name: Name, rows: Sequence[Sequence[str]]) -> list[Fault]:
    """Return what is wrong, cell by cell."""
    return decision_sheets.check(workspace(), name, rows)


def put(name: Name, rows: Sequence[Sequence[str]], stamp: str) -> Put:
    """Put the sheet in the place of what stood; raises QunjianError when somebody changed it meanwhile."""
    return decision_sheets.put(workspace(), name, rows, stamp)
