"""What draws the engine's charts, tables and scores in a page: its scripts, specifications, tones and words."""

from __future__ import annotations

import hashlib

from qunjian.assessment.scorecard import STATUS_TITLES
from qunjian.reports.charts import specs
from qunjian.reports.parts.cells import score_tone
from qunjian.reports.render_html import packaged
from qunjian.reports.vega import bundle, bundle_name

__all__ = ["STATUS_TITLES", "drawing_state", "score_tone", "scripts", "specs"]
_OWN = ("charts.js", "tables.js")


def scripts() -> dict[str, str]:
    """Return every script by the name a page loads it under."""
    return {"vega.js": bundle(), **{name: packaged(name) for name in _OWN}}


def drawing_state() -> str:
    """Return what the scripts depend on: another state, other scripts."""
    return bundle_name() + hashlib.sha256("".join(map(packaged, _OWN)).encode()).hexdigest()
