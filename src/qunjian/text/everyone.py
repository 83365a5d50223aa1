"""Finds messages that call everyone at once: @所有人, @all, @everyone and their like."""

from __future__ import annotations

import re
from functools import cache
from typing import TYPE_CHECKING

from qunjian.text.folding import Folded

if TYPE_CHECKING:
    from collections.abc import Sequence

    import pyarrow as pa

# Read on folded text (small letters, simplified characters, ASCII @). Latin names must end there: @allen is a person,
# help@all.example an address. Which names call everyone differs by platform; IRC has no such call, and in talk about
# code @channel is a variable.
_CALLS = {
    "slack": ("channel", "here", "everyone"),
    "discord": ("everyone", "here"),
    "zulip": ("all", "everyone", "channel", "stream", "topic"),
    "matrix": ("room",),
    "irc": (),
}
_USUAL = ("all", "everyone")
_CHINESE = "所有人|全体成员|全体人员|全员"


@cache
def _pattern(platform: str) -> re.Pattern[str]:
    names = _CALLS.get(platform, _USUAL)
    if not names and platform in _CALLS:
        return re.compile(r"(?!)")
    latin = "|".join(names)
    return re.compile(
        rf"(?<![a-z0-9._%+-])@/?\**(?:{_CHINESE}|(?:{latin})(?![a-z0-9_-])(?!\.[a-z0-9]))"
        r"|<!(?:channel|everyone|here)(?:\|[^>]*)?>"
    )


def calls_everyone(texts: pa.StringArray, platforms: Sequence[str]) -> list[bool]:
    """Return for each text whether it calls everyone, as its platform understands it."""
    folded = Folded(texts)
    return [
        _pattern(platform).search(folded.row(row)) is not None
        for row, platform in zip(range(folded.rows), platforms, strict=True)
    ]
