"""The table of the coverage part that says which registered groups are overdue, by how much, and who exports them."""

from __future__ import annotations

from typing import TYPE_CHECKING

from qunjian.insight.expected import LATE, expected
from qunjian.reports.parts.cells import text
from qunjian.reports.report import Cell, Column, Table
from qunjian.reports.words import NONE

if TYPE_CHECKING:
    from qunjian.insight.expected import Expected
    from qunjian.reports.context import Context

MOST_ROWS = 100


def overdue(context: Context) -> Table | None:
    """Return the table, or None when nothing is overdue."""
    words, material = context.words, context.material
    late = [one for one in expected(material.decisions.register, material.received, material.now) if one.state in LATE]
    if not late:
        return None
    return Table(
        "overdue",
        words.say("逾期未交的导出", "Overdue exports"),
        (
            Column("community", words.say("社群", "Group")),
            Column("state", words.say("状态", "State")),
            Column("every", words.say("约定周期（天）", "Agreed interval (days)"), "number"),
            Column("observed", words.say("记录到", "Recorded until"), "date"),
            Column("received", words.say("最近收到", "Last received"), "date"),
            Column("exporter", words.say("导出人", "Exporter")),
        ),
        tuple(
            (
                text(context.name(one.community_id)),
                text(_state(context, one), "warn" if one.state == "stale" else "bad"),
                Cell(one.every_days, NONE if one.every_days is None else str(one.every_days)),
                text(words.moment(one.observed)),
                text(words.moment(one.received)),
                text(context.colleagues(one.exporter) or NONE),
            )
            for one in late[:MOST_ROWS]
        ),
        note=words.say(
            "按登记表的约定，截至出报告时。“记录到”取导出文件自己的时间；没有时取最后一条消息，所以安静的群可能并非真的逾期。",
            "By the register, as of this report. 'Recorded until' is the export's own stamp, else its last message: a "
            "quiet group may look late without being so.",
        ),
        of=len(late) if len(late) > MOST_ROWS else None,
    )


def _state(context: Context, one: Expected) -> str:
    say = context.words.say
    if one.state == "never":
        return say("从未收到", "never received")
    if one.state == "stale":
        return say(f"文件已收到，记录早 {one.days_late} 天就断了", f"received, but ends {one.days_late} days early")
    return say(f"逾期 {one.days_late} 天", f"{one.days_late} days overdue")
