"""Time zones by their names."""

from __future__ import annotations

from qunjian.workspace import check_zone
from qunjian_console.bridge.errors import Phrase, QunjianError
from qunjian_console.bridge.opening import workspace

COMMON = (
    "Asia/Shanghai", "Asia/Hong_Kong", "Asia/Taipei", "Asia/Singapore", "Asia/Tokyo", "Asia/Seoul", "Asia/Kolkata",
    "Europe/London", "Europe/Berlin", "Europe/Moscow", "America/New_York", "America/Chicago", "America/Los_Angeles",
    "Australia/Sydney", "UTC",
)  # fmt: skip


def zone_fault(name: str) -> Phrase | None:
    """Return what is wrong with a name of a zone, with the nearest right one."""
    try:
        check_zone(name)
    except QunjianError as error:
        return Phrase(error.sentence("zh"), error.sentence("en"))
    return None


def default_zone() -> str:
    """Return the zone of times that are written without one."""
    return workspace().settings.zone
