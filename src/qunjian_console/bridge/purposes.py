"""Why, on which basis and how long the workspace may hold people's words."""

from __future__ import annotations

import msgspec

from qunjian_console.bridge.opening import workspace


class Purpose(msgspec.Struct, frozen=True):
    """What the workspace's settings say."""

    purpose: str = ""
    legal_basis: str = ""
    notice: str = ""
    retention_days: int = 0


def stated() -> Purpose:
    """Return what is stated now."""
    settings = workspace().settings
    return Purpose(settings.purpose, settings.legal_basis, settings.notice, settings.retention_days)


def state(purpose: Purpose) -> None:
    """State it anew."""
    opened = workspace()
    opened.resettle(msgspec.structs.replace(opened.settings, **msgspec.structs.asdict(purpose)))
