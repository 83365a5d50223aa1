"""Findings as a file to download, masked."""

from __future__ import annotations

from typing import TYPE_CHECKING, Literal
from zoneinfo import ZoneInfo

from qunjian.runs.finding_sheets import SheetRow, write_csv, write_xlsx
from qunjian_console.bridge.conversations import line_of_row
from qunjian_console.bridge.opening import workspace
from qunjian_console.language import current

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

    from qunjian_console.bridge.inspections import Row

Form = Literal["csv", "xlsx"]


def sheet_of(
    rows: Iterable[Row], form: Form, rules: Mapping[str, str], communities: Mapping[str, str], states: Mapping[str, str]
) -> bytes:
    """Return the findings as a file, names and identifiers masked."""
    zone = ZoneInfo(workspace().settings.zone)
    cells = (_cells(row, zone, rules, communities, states) for row in rows)
    return write_csv(cells, current()) if form == "csv" else write_xlsx(cells, current())


def _cells(
    row: Row, zone: ZoneInfo, rules: Mapping[str, str], communities: Mapping[str, str], states: Mapping[str, str]
) -> SheetRow:
    line = line_of_row(row, dict(rules), whole=False)
    sign = line.signs[0]
    return SheetRow(
        f"{row.sent_at.astimezone(zone):%Y-%m-%d %H:%M}", str(sign.title), row.rule, str(sign.name),
        communities.get(row.community_id, row.community_id), line.name, line.account,
        "".join(f"【{part.text}】" if part.mark else part.text for part in line.parts),
        ", ".join(map(str, sign.steps)), round(row.confidence, 4), str(states[row.state]), row.finding_id,
    )  # fmt: skip
