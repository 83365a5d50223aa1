"""How a member writes: turns one plain sentence into that member's own way of putting it."""

from __future__ import annotations

from typing import TYPE_CHECKING

from qunjian.runs.demo.chance import some
from qunjian.runs.demo.records import Voice

if TYPE_CHECKING:
    import random

    from qunjian.runs.demo.script import Habits


def draw_voice(habits: Habits, chance: random.Random) -> Voice:
    """Return a voice of this community's kind that its owner keeps for good."""
    return Voice(
        openers=some(chance, habits.openers, 1, 4),
        tails=some(chance, habits.tails, 1, 4),
        emoji=some(chance, habits.emoji, 1, 5),
        opener_rate=chance.choice((0.0, 0.08, 0.2, 0.35)),
        tail_rate=habits.tail_rate * chance.choice((0.0, 0.6, 1.0, 2.0)),
        emoji_rate=habits.emoji_rate * chance.choice((0.0, 0.4, 1.0, 2.2)),
        slip_rate=chance.choice((0.0, 0.0, 0.01, 0.04)),
        stop=chance.choice(habits.stops),
        comma=chance.choice(habits.commas),
        laugh=chance.choice(habits.laughs),
        wordy=chance.uniform(0.0, 1.0),
    )


def voiced(text: str, voice: Voice, habits: Habits, chance: random.Random) -> str:
    """Return the text as that member would type it."""
    said = text.replace("哈哈", voice.laugh)
    body, ending = (said[:-1], said[-1]) if said and said[-1] in "。！？!?" else (said, "")
    if voice.wordy < 0.25 and "，" in body and chance.random() < 0.4:
        clauses = body.split("，")
        body = "，".join(clauses[: max(1, len(clauses) // 2)])
    if voice.comma != "，":
        body = body.replace("，", voice.comma)
    if chance.random() < voice.slip_rate * 10:
        body = _slip(body, habits.slips, chance)
    if ending == "。":
        ending = voice.stop
    if voice.openers and chance.random() < voice.opener_rate:
        body = chance.choice(voice.openers) + body
    if ending != "？" and voice.tails and chance.random() < voice.tail_rate:
        body, ending = body + chance.choice(voice.tails), "" if ending == "。" else ending
    if voice.emoji and chance.random() < voice.emoji_rate:
        ending += chance.choice(voice.emoji) * (2 if chance.random() < 0.15 else 1)
    return body + ending


def _slip(text: str, slips: dict[str, str], chance: random.Random) -> str:
    """Return the text with one word mistyped, if it holds one that people mistype."""
    possible = [word for word in slips if word in text]
    if not possible:
        return text
    word = chance.choice(possible)
    return text.replace(word, slips[word], 1)
