"""Finds messages that call everyone at once: @所有人, @all, @everyone and their like."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from qunjian.text.folding import Folded

if TYPE_CHECKING:
    import pyarrow as pa

# Read on folded text (small letters, simplified characters, ASCII @). Latin names must end there: @allen is a person,
# help@all.example an address.
_CALL = re.compile(
    r"(?<![a-z0-9._%+-])@\**"
    r"(?:所有人|全体成员|全体人员|全员|(?:all|everyone|everybody|channel|here|room)(?![a-z0-9_-])(?!\.[a-z0-9]))"
    r"|<!(?:channel|everyone|here)(?:\|[^>]*)?>"
)


def calls_everyone(texts: pa.StringArray) -> list[bool]:
    """Return for each text whether it calls everyone."""
    folded = Folded(texts)
    return [_CALL.search(folded.row(row)) is not None for row in range(folded.rows)]
