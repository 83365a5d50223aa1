"""Which files of a table hold rows of given acts, and whether every row of those files is one: their names tell."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from qunjian.lake.tables import files

if TYPE_CHECKING:
    from collections.abc import Sequence
    from pathlib import Path

    from qunjian.lake.visibility import Visible

# What Acting.new_file and Acting.new_rewrite write: the act, for a rewrite the table, and a number.
_NAME = re.compile(r"(\d{8}-\d{6}-[0-9a-f]{8})-(?:([a-z_]+)-)?\d+\.parquet")


def holding(root: Path, table: str, visible: Visible, acts: Sequence[str]) -> tuple[list[str], bool]:
    """Return the files of a table that may hold rows of these visible acts, and whether they hold no others.

    An act's own file holds its rows alone. A file made by a compaction holds what was visible then, and so only what
    is visible now unless an act was hidden since; of any other file nothing is known. To compare every row with
    hundreds of acts costs a report a tenth of its time.
    """
    wanted, whole = set(acts), _compactions(visible)
    found, only = [], True
    for path in files(root, table):
        name = _NAME.fullmatch(path.replace("\\", "/").rsplit("/", 1)[-1])
        if name is None or name[2] is not None:
            found.append(path)
            only = only and name is not None and name[1] in whole
        elif name[1] in wanted:
            found.append(path)
    return found, only


def _compactions(visible: Visible) -> set[str]:
    """Return the compactions since which no act was hidden."""
    found: set[str] = set()
    for act in reversed(visible.acts):
        if act.hides:
            break
        if act.kind == "compact":
            found.add(act.act_id)
    return found
