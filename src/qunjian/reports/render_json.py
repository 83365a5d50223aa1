"""Writes a report as JSON: the Report value itself, keys in a fixed order."""

from __future__ import annotations

from typing import TYPE_CHECKING

import msgspec

if TYPE_CHECKING:
    from qunjian.reports.report import Report


def render_json(report: Report) -> bytes:
    """Return the report as one indented JSON document in UTF-8."""
    return msgspec.json.format(msgspec.json.encode(report), indent=1) + b"\n"
