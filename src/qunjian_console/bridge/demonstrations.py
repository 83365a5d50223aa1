"""Fills an empty workspace with the demo."""

from __future__ import annotations

from typing import TYPE_CHECKING

import msgspec

from qunjian.runs.demonstrating import demonstrate_in
from qunjian_console.bridge.opening import workspace

if TYPE_CHECKING:
    from qunjian.model.progress import Progress
    from qunjian_console.language import Language


class Filled(msgspec.Struct, frozen=True):
    """What the demo brought."""

    messages: int
    communities: int
    findings: int


def fill_with_demo(language: Language, progress: Progress) -> Filled:
    """Generate the invented world, import it, inspect it, write its report."""
    made = demonstrate_in(workspace(), language, progress)
    return Filled(
        made.imported.total.kept, len(made.imported.communities), sum(made.inspection.findings["severity"].values())
    )


def empty() -> bool:
    """Return whether nothing was imported yet."""
    return not workspace().lake.acts("import")
