"""Searches messages for a page: the newest first, masked, hits and findings marked."""

from __future__ import annotations

import msgspec

from qunjian.model.schemas import KINDS
from qunjian.runs.browsing import Filters
from qunjian.runs.message_search import After, find
from qunjian_console.bridge.conversations import Line, lines_of
from qunjian_console.bridge.opening import workspace
from qunjian_console.bridge.reading import reading

__all__ = ["KINDS", "After", "Filters", "Page", "search"]


class Page(msgspec.Struct, frozen=True):
    """One page of hits; `after`: where the next one begins, None at the end."""

    lines: tuple[Line, ...]
    after: After | None


def search(filters: Filters, *, after: After | None = None, whole: bool = False) -> Page:
    """Return the messages that are wanted, older than `after`."""
    zone = workspace().settings.zone
    with reading() as at:
        hits = find(at.session, filters, zone, after=after, run=at.newest_run)
        lines = lines_of(hits.messages, at, at.newest_run, whole=whole, words=filters.contains or "")
    last = hits.messages[-1] if hits.more else None
    return Page(lines, After(last.sent_at, last.scope, last.message_id) if last else None)
