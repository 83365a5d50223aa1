"""Ranks scorecards among their like, by what the intervals allow; where they allow every place there is no rank."""

from __future__ import annotations

from typing import TYPE_CHECKING

import msgspec

from qunjian.assessment.scorecard import Rank, Scorecard
from qunjian.model.language import Phrase

if TYPE_CHECKING:
    from collections.abc import Sequence

LEAST_LIKE = 3


def rank(cards: Sequence[Scorecard]) -> tuple[Scorecard, ...]:
    """Return the cards in the given order, each with its rank among like ones or the reason it has none."""
    groups: dict[str, list[Scorecard]] = {}
    for card in cards:
        if card.score.status == "scored" and not _veto_awaits(card):
            groups.setdefault(card.like, []).append(card)
    return tuple(_placed(card, groups.get(card.like, [])) for card in cards)


def _veto_awaits(card: Scorecard) -> bool:
    return bool(card.vetoes) and not any(veto.confirmed for veto in card.vetoes)


def _placed(card: Scorecard, like: Sequence[Scorecard]) -> Scorecard:
    why = _unranked(card, len(like))
    if why is not None:
        return msgspec.structs.replace(card, rank=None, unranked=why)
    own = card.score
    value, low, high = own.value or 0.0, own.low or 0.0, own.high or 0.0
    others = [each.score for each in like if each.subject != card.subject]
    best = 1 + sum((other.low or 0.0) > high for other in others)
    worst = len(like) - sum((other.high or 0.0) < low for other in others)
    if best == 1 and worst == len(like):
        why = Phrase("与同类的区间都重叠，排名没有意义", "its interval overlaps all others: a rank says nothing")
        return msgspec.structs.replace(card, rank=None, unranked=why)
    place = 1 + sum((other.value or 0.0) > value for other in others)
    return msgspec.structs.replace(card, rank=Rank(place, len(like), best, worst, card.like), unranked=Phrase("", ""))


def _unranked(card: Scorecard, like: int) -> Phrase | None:
    if card.score.status != "scored":
        return card.score.because
    if _veto_awaits(card):
        return Phrase("有致命问题待复核，复核前不排名", "a critical finding awaits review: no rank before that")
    if like < LEAST_LIKE:
        return Phrase(f"同类可评的不足 {LEAST_LIKE} 个", f"fewer than {LEAST_LIKE} of its kind can be scored")
    return None
