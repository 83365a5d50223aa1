"""Which findings are put aside, why, by whom, until when: applied when findings are read, never by leaving them out."""

from __future__ import annotations

from typing import TYPE_CHECKING

from qunjian.model.decisions import Silence

if TYPE_CHECKING:
    import datetime as dt
    from collections.abc import Iterable, Mapping

    from qunjian.standards.schema import Standard


def silence_for(
    silences: Iterable[Silence], rule: str, community_id: str, account_id: str | None, today: dt.date
) -> Silence | None:
    """Return the silence in force that covers a finding: the narrowest, then the one that expires last."""
    covering = [
        silence
        for silence in silences
        if silence.rule == rule
        and silence.expires >= today
        and silence.community_id in (None, community_id)
        and silence.account_id in (None, account_id)
    ]
    return max(
        covering,
        key=lambda silence: (
            silence.account_id is not None,
            silence.community_id is not None,
            silence.expires,
            silence.reason,
        ),
        default=None,
    )


def standing_silences(standard: Standard, tags: Mapping[str, tuple[str, ...]]) -> tuple[Silence, ...]:
    """Return the exceptions a standard makes as silences, one per community (`tags`: the tags of every community)."""
    return tuple(
        Silence(each.rule, each.reason, each.owner, each.expires, community_id=community)
        for each in standard.rules.exceptions
        for community in sorted(set(each.communities) | {c for c, its in tags.items() if set(its) & set(each.tags)})
    )
