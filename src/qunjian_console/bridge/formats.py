"""The formats and mappings a file can be read by, under the names people know them by."""

from __future__ import annotations

from qunjian.model.language import Phrase, alone
from qunjian.runs.importing import own_mappings
from qunjian.sources.mapping.loading import shipped_mappings
from qunjian.sources.registry import FORMATS
from qunjian_console.bridge.errors import QunjianError
from qunjian_console.bridge.opening import workspace
from qunjian_console.language import current, say

_EXTRA = {"unknown": Phrase("认不出", "not recognised")}


def format_titles() -> dict[str, str]:
    """Return the title of every format and mapping by its id ("mapping:<id>" for mappings)."""
    titles = {name: reader.title for name, reader in FORMATS.items() if name != "mapping"} | _EXTRA
    try:
        mappings = (*shipped_mappings(), *own_mappings(workspace()))
    except QunjianError:  # a broken mapping of the team's own is told where it is used
        mappings = shipped_mappings()
    titles |= {f"mapping:{one.id}": Phrase(one.name.zh, one.name.en) for one in mappings}
    return {name: say(title.zh, title.en) for name, title in titles.items()}


def half(text: str) -> str:
    """Return the reader's half of a text the engine wrote as "中文 / English"."""
    return alone(text, current())
