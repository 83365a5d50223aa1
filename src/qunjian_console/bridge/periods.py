"""The weeks a page can show, by their names (2026-W46)."""

from __future__ import annotations

from typing import TYPE_CHECKING
from zoneinfo import ZoneInfo

from qunjian.model.errors import BadInputError
from qunjian.model.periods import parse_period, period_of
from qunjian_console.bridge.opening import workspace
from qunjian_console.bridge.surveys import survey

if TYPE_CHECKING:
    from collections.abc import Collection

MOST_WEEKS = 26


def as_period(name: str | None) -> str | None:
    """Return the name of a week as it is written; None for anything that is no week."""
    try:
        period = parse_period(name or "")
    except BadInputError:
        return None
    return period.name if period.by == "week" else None


def weeks_of(communities: Collection[str]) -> list[str]:
    """Return the weeks from the last message of these communities back to the first, the newest first."""
    zone = ZoneInfo(workspace().settings.zone)
    known = [each for each in survey().communities if each.community_id in communities and each.first and each.last]
    if not known:
        return []
    first = min(each.first for each in known if each.first).astimezone(zone).date()
    week = period_of(max(each.last for each in known if each.last).astimezone(zone).date(), "week")
    found: list[str] = []
    while week.after > first and len(found) < MOST_WEEKS:
        found.append(week.name)
        week = week.previous()
    return found
