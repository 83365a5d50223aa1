"""Opens the workspace this console is for."""

from __future__ import annotations

from django.conf import settings

from qunjian.workspace import Workspace


def workspace() -> Workspace:
    """Return the workspace, its settings as they stand now."""
    return Workspace.open(settings.WORKSPACE)
