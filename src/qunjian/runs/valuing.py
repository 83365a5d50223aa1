"""Use case: what messages are worth, measure by measure, each with the words that made it."""

from __future__ import annotations

import datetime as dt
import heapq
from contextlib import closing
from typing import TYPE_CHECKING, Literal, get_args
from zoneinfo import ZoneInfo

import msgspec
import numpy as np

from qunjian.conversations.weighing import weighed
from qunjian.engines.arrow import spare_pandas
from qunjian.model.errors import UnknownNameError
from qunjian.model.language import Phrase
from qunjian.model.periods import local_span
from qunjian.runs.inspection import chosen_edition, surroundings
from qunjian.runs.measuring import chosen, community_names
from qunjian.text.masking import excerpt, mask_text
from qunjian.text.substance import FILLERS
from qunjian.text.terms import named

if TYPE_CHECKING:
    from collections.abc import Collection, Sequence
    from pathlib import Path

    from numpy.typing import NDArray

    from qunjian.conversations.weighing import Weighed
    from qunjian.standards.schema import Standard
    from qunjian.workspace import Workspace

Measure = Literal["information", "relevance", "usefulness", "filler"]
MEASURES: tuple[Measure, ...] = get_args(Measure)
_PIECES = 5
_EXCERPT = 60


class Valued(msgspec.Struct, frozen=True):
    """One message and what it is worth; null is unknown, and `unknown` says why.

    Whose it is stands in the message, not here: value is of content. `excerpt`, `new` and `own_words` are masked.
    """

    community_id: str
    scope: str
    message_id: str
    sent_at: dt.datetime
    kind: str
    excerpt: str
    characters: int
    numbers: int
    dates: int
    links: int
    question: bool
    filler: str
    information: float | None
    novel: float | None
    new: tuple[str, ...]
    relevance: float | None
    topics: dict[str, tuple[str, ...]]
    own: float | None
    own_words: tuple[str, ...]
    people: int | None
    thanks: int | None
    reactions: int | None
    expected: float | None
    usefulness: float | None
    unknown: dict[str, Phrase]


class Values(msgspec.Struct, frozen=True):
    """The messages asked for, the most telling first, and the names of their communities."""

    messages: tuple[Valued, ...]
    names: dict[str, str]


_SHORT = Phrase("之前的记录不足 200 条，或没有可比的词", "fewer than 200 messages before it, or no terms to compare")
_YOUNG = Phrase(
    "记录结束时还不到一天，或来源不记录回复与表情回应",
    "younger than a day when the record ends, or the source records neither replies nor reactions",
)


def run(
    workspace: Workspace,
    *,
    by: str = "information",
    most: int = 20,
    communities: Sequence[str] = (),
    first: dt.date | None = None,
    last: dt.date | None = None,
    standard: str | Path | None = None,
) -> Values:
    """Return the `most` messages of the local days [first, last] that weigh most by one measure; unknown ones never."""
    if by not in MEASURES:
        raise UnknownNameError(Phrase("衡量", "measure"), by, MEASURES)
    spare_pandas()
    with closing(workspace.lake.session()) as session:
        decisions = workspace.decisions()
        edition = chosen_edition(workspace, standard, decisions, workspace.clock().date())
        around = surroundings(session, edition, decisions, workspace.settings.zone)
        names = community_names(session)
        asked = set(chosen(names, communities) or names)
        spans = {one: local_span(first, last, zone) for one, zone in around.zones.items() if one in asked}
        now = workspace.clock()
        shifts = {one: _shift(around.zones[one], now) for one in spans}
        capabilities = workspace.lake.all_capabilities(session)
        answering = [
            one for one in spans
            if one in capabilities and any(capabilities[one].knows(field) != "no" for field in ("replies", "reactions"))
        ]  # fmt: skip
        kept = _Kept(by, most)
        topics = {topic.id: topic.terms for topic in edition.standard.topics}
        for batch in weighed(session, topics, shifts, answering):
            kept.look(batch, spans, edition.standard)
        return Values(kept.best(), names)


def _shift(zone: str, now: dt.datetime) -> int:
    """Return how far a zone's clock is ahead today; an hour of the day is told by it, summer time or not."""
    offset = now.astimezone(ZoneInfo(zone)).utcoffset() or dt.timedelta()
    return round(offset.total_seconds() * 1e6)


class _Kept:
    """The messages that weigh most so far."""

    def __init__(self, by: str, most: int) -> None:
        self._by, self._most = by, most
        self._heap: list[tuple[float, int, Valued]] = []
        self._seen = 0

    def look(
        self,
        batch: Weighed,
        spans: dict[str, tuple[dt.datetime | None, dt.datetime | None]],
        standard: Standard,
    ) -> None:
        """Keep of a batch what weighs more than the least that is kept; of equals the earlier."""
        weight = _weight(batch, self._by)
        weight[~_inside(batch, spans)] = np.nan
        found = np.flatnonzero(~np.isnan(weight))
        if self._most and len(found) > self._most:
            least = np.partition(weight[found], -self._most)[-self._most]
            found = found[weight[found] >= least]
        for row in found.tolist():
            self._seen += 1
            if self._most and len(self._heap) >= self._most and weight[row] <= self._heap[0][0]:
                continue
            entry = (float(weight[row]), -self._seen, _valued(batch, row, standard))
            if self._most and len(self._heap) >= self._most:
                heapq.heapreplace(self._heap, entry)
            else:
                heapq.heappush(self._heap, entry)

    def best(self) -> tuple[Valued, ...]:
        """Return what is kept, the heaviest first."""
        return tuple(entry[2] for entry in sorted(self._heap, key=lambda each: (-each[0], -each[1])))


def _weight(batch: Weighed, by: str) -> NDArray[np.float64]:
    if by == "filler":
        return np.where(batch.filler > 0, 1.0, np.nan)
    weight = {"information": batch.newness.information, "relevance": batch.relevance, "usefulness": batch.usefulness}[
        by
    ]
    return np.where(batch.filler < 0, np.nan, weight) if by != "usefulness" else weight.copy()


def _inside(batch: Weighed, spans: dict[str, tuple[dt.datetime | None, dt.datetime | None]]) -> NDArray[np.bool_]:
    communities = np.asarray(batch.rows["community_id"].to_numpy(zero_copy_only=False))
    sent = batch.rows["sent_at"].cast("int64").to_numpy()
    inside = np.zeros(len(sent), dtype=bool)
    for community, (first, after) in spans.items():
        here = communities == community
        here &= sent >= (first.timestamp() * 1e6 if first else -np.inf)
        inside |= here & (sent < (after.timestamp() * 1e6 if after else np.inf))
    return inside


def _number(value: float) -> float | None:
    return None if np.isnan(value) else round(float(value), 6)


def _pieces(found: Collection[str]) -> tuple[str, ...]:
    return tuple(mask_text(piece) for piece in list(found)[:_PIECES])


def _valued(batch: Weighed, row: int, standard: Standard) -> Valued:
    own, new = batch.substance, batch.newness
    told = {name: batch.rows[name][row].as_py() for name in
            ("community_id", "scope", "message_id", "sent_at", "kind", "text")}  # fmt: skip
    unsaid, usual = new.pieces(row, told["text"])
    known = not np.isnan(batch.usefulness[row])
    history = not np.isnan(new.information[row])
    unknown = {} if history else {"information": _SHORT}
    unknown |= {} if known else {"usefulness": _YOUNG}
    code = int(batch.filler[row])
    return Valued(
        told["community_id"], told["scope"], told["message_id"], told["sent_at"], told["kind"],
        excerpt(told["text"], (), around=_EXCERPT // 2, mask=True), int(own.characters[row]), int(own.numbers[row]),
        int(own.dates[row]), int(own.links[row]), bool(own.question[row]), FILLERS[code] if code > 0 else "",
        _number(new.information[row]), _number(new.novel[row]), _pieces(unsaid) if history else (),
        _number(batch.relevance[row]),
        {
            topic.id: named(told["text"], topic.terms)
            for topic in standard.topics
            if batch.topics[topic.id][row]
        },
        _number(new.own[row]), _pieces(usual) if history else (),
        int(batch.people[row]) if known else None, int(batch.thanks[row]) if known else None,
        int(batch.reactions[row]) if known else None,
        _number(batch.expected[row]), _number(batch.usefulness[row]), unknown,
    )  # fmt: skip
