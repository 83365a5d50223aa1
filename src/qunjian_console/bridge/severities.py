"""The severities of findings, gravest first, in the engine's own words."""

from __future__ import annotations

from qunjian.model.records import SEVERITY_TITLES
from qunjian_console.language import say

TITLES = {name: say(title.zh, title.en.capitalize()) for name, title in SEVERITY_TITLES.items()}
