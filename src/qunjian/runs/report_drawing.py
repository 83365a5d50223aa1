"""Use case: a report as a value, to be rendered in any format and kept with what it rests on."""

from __future__ import annotations

from typing import TYPE_CHECKING

import msgspec

from qunjian.engines.arrow import spare_pandas
from qunjian.model.language import Phrase
from qunjian.model.progress import silent
from qunjian.reports.build import build, find_preset
from qunjian.reports.report import Report
from qunjian.runs.reporting import gather

if TYPE_CHECKING:
    from qunjian.model.progress import Progress
    from qunjian.runs.report_scope import Wish
    from qunjian.workspace import Workspace

_GATHER, _DRAW = Phrase("汇集数据", "gathering"), Phrase("绘制报告", "drawing")


class Drawn(msgspec.Struct, frozen=True):
    """A report, and what it rests on; `run` is None where the period was not inspected."""

    report: Report
    run: str | None
    communities: tuple[str, ...]
    messages: int
    findings: int


def draw(workspace: Workspace, wish: Wish, progress: Progress = silent) -> Drawn:
    """Return the report that is wished for as a value, to be rendered in any format."""
    find_preset(wish.preset)
    spare_pandas()
    progress(_GATHER, 0, 3)
    material = gather(workspace, wish)
    progress(_DRAW, 1, 3)
    report = build(wish.preset, material, wish.language)
    return Drawn(
        report, material.run, tuple(each.community_id for each in material.communities),
        sum(each.messages for each in material.communities), sum(tally.counted for tally in material.counts),
    )  # fmt: skip
