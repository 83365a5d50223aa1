"""Turns Slack's markup into the text people saw: mentions, channels, links, escaped signs."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from qunjian.text.late import late

if TYPE_CHECKING:
    from collections.abc import Sequence

    from qunjian.sources.slack.records import Card

_ANGLE = late(r"<([^<>\n]+)>")
_MENTION = late(r"<@([A-Z0-9]+)(?:\|[^>]*)?>")
_ESCAPED = {"&lt;": "<", "&gt;": ">", "&amp;": "&"}
_ENTITY = late("&(?:lt|gt|amp);")


def mentions(text: str) -> list[str] | None:
    """Return the accounts a text mentions."""
    if "<@" not in text:
        return None
    found = list(dict.fromkeys(f"slack:{native}" for native in _MENTION.findall(text)))
    return found or None


def plain(text: str) -> str:
    """Return the text as shown; a link keeps its address beside its words, for what it hides is evidence."""
    if "<" in text:
        text = _ANGLE.sub(_shown, text)
    if "&" in text:
        text = _ENTITY.sub(lambda hit: _ESCAPED[hit[0]], text)
    return text


def _shown(hit: re.Match[str]) -> str:
    inner = hit[1]
    target, bar, label = inner.partition("|")
    if target.startswith("@"):
        return f"@{label or target[1:]}".replace("@@", "@")
    if target.startswith("#"):
        return f"#{label or target[1:]}"
    if target.startswith("!"):
        word = target[1:].partition("^")[0]
        return label or f"@{word}" if word not in ("here", "channel", "everyone") else f"@{word}"
    if not bar or label in target:
        return target.removeprefix("mailto:")
    return f"{label} ({target})"


def of_cards(cards: Sequence[Card] | None) -> str:
    """Return the words of a bot's cards, for messages that have no text of their own."""
    shown: list[str] = []
    for card in cards or ():
        words = [part for part in (card.pretext, card.title, card.text) if part]
        shown.append("\n".join(words) or card.fallback or "")
    return "\n".join(part for part in shown if part)
