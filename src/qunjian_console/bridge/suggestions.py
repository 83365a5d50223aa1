"""What a rule made from a message could begin with, masked as every page masks messages."""

from __future__ import annotations

import datetime as dt
from typing import TYPE_CHECKING

import msgspec

from qunjian.runs.contexts import Key
from qunjian.runs.suggesting import Phrased, suggest
from qunjian_console.bridge.masking import masked_text
from qunjian_console.bridge.reading import reading

if TYPE_CHECKING:
    from collections.abc import Sequence

__all__ = ["Phrased", "Suggestion", "suggestions"]

_DAYS = 28


class Suggestion(msgspec.Struct, frozen=True):
    """Phrases with how often they stand, masked messages like and unlike, and the keys of those that are shown."""

    phrases: tuple[Phrased, ...]
    like: tuple[str, ...]
    unlike: tuple[str, ...]
    shown: tuple[Key, ...]


def suggestions(text: str, communities: Sequence[str] | None) -> Suggestion:
    """Return suggestions from the last weeks before the newest message, from the communities a reader sees."""
    with reading() as at:
        newest = at.session.connection.execute("SELECT epoch_us(max(sent_at)) FROM message").fetchall()
        micros = newest[0][0] or 0
        since = dt.datetime.fromtimestamp(micros / 1e6, dt.UTC) - dt.timedelta(days=_DAYS)
        found = suggest(at.session, text, since=since, communities=communities)
    return Suggestion(
        found.phrases, tuple(masked_text(each.text) for each in found.like),
        tuple(masked_text(each.text) for each in found.unlike),
        tuple(each.key for each in (*found.like, *found.unlike)),
    )  # fmt: skip
