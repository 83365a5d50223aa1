"""The communities of the workspace, by id and name."""

from __future__ import annotations

from qunjian_console.bridge.surveys import survey


def community_names() -> dict[str, str]:
    """Return every community the lake knows, the liveliest first, with the name an export gave it."""
    return {each.community_id: each.name for each in survey().communities}
