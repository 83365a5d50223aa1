"""Cells that several parts share: scores with intervals, severities, signed changes."""

from __future__ import annotations

from typing import TYPE_CHECKING, TypeVar

from qunjian.model.records import SEVERITIES, SEVERITY_TITLES
from qunjian.reports.report import Cell, Table, Tone
from qunjian.reports.words import NONE, SEVERITY_TONES

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from qunjian.assessment.scorecard import Score, Scorecard
    from qunjian.insight.records import Change
    from qunjian.reports.report import Column
    from qunjian.reports.words import Words

Entry = TypeVar("Entry")

PASS = 80.0
POOR = 60.0


def text(value: str, tone: Tone = "plain", link: str = "") -> Cell:
    """Return a cell of text."""
    return Cell(value, value, tone, link)


def count(value: int | None, words: Words, tone: Tone = "plain") -> Cell:
    """Return a cell of a whole number."""
    return Cell(value, words.number(value), tone)


def listing(
    key: str,
    title: str,
    columns: tuple[Column, ...],
    entries: Sequence[Entry],
    row: Callable[[Entry], tuple[Cell, ...]],
    *,
    most: int,
    note: str = "",
    folded: bool = False,
) -> Table | None:
    """Return a table with a row for each of the first entries, and how many there are in all; none without entries."""
    if not entries:
        return None
    rows = tuple(row(each) for each in entries[:most])
    return Table(key, title, columns, rows, note, len(entries) if len(entries) > most else None, folded)


def score_tone(value: float | None) -> Tone:
    """Return the tone of a score: good from the pass mark on, bad below 60."""
    if value is None:
        return "muted"
    return "good" if value >= PASS else "warn" if value >= POOR else "bad"


def score_cell(score: Score, words: Words) -> Cell:
    """Return a score's cell: its number with the interval, or the word for why there is none."""
    if score.status != "scored" or score.value is None:
        return Cell(None, words.score(score), "muted")
    low, high = score.low, score.high
    if low is not None and high is not None and high - low < 0.05:
        low = high = None
    return Cell(round(score.value, 1), words.score(score), score_tone(score.value), low=low, high=high)


def rank_cell(card: Scorecard, words: Words) -> Cell:
    """Return a rank as the places its interval allows, or nothing."""
    if card.rank is None:
        return Cell(None, NONE, "muted")
    best, worst = card.rank.best, card.rank.worst
    places = str(best) if best == worst else f"{best}–{worst}"
    return Cell(card.rank.place, f"{places} / {card.rank.of}")


def severity_cell(severity: str, words: Words) -> Cell:
    """Return a severity with its tone; it sorts by gravity."""
    title = words.said(SEVERITY_TITLES[severity])
    return Cell(SEVERITIES.index(severity), title, SEVERITY_TONES[severity])


def signed(value: float | None, unit: str, words: Words) -> str:
    """Return a difference with its sign; shares in percentage points."""
    if value is None:
        return NONE
    sign = "+" if value > 0 else "−" if value < 0 else "±"
    if unit == "share":
        return f"{sign}{abs(100 * value):.1f} {words.say('个百分点', 'pp')}"
    return f"{sign}{words.measured(abs(value), unit)}"


def since(change: str, words: Words) -> str:
    """Return a difference with what it is taken from."""
    return words.say(f"比上期 {change}", f"{change} vs. the period before")


def change_interval(change: Change, unit: str, words: Words) -> str:
    """Return the interval of a difference."""
    if change.low is None or change.high is None:
        return ""
    return f"[{signed(change.low, unit, words)}, {signed(change.high, unit, words)}]"
