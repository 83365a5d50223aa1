"""How well each rule does: hits, precision from reviews, overlap, silence, drift; from places and days."""

from __future__ import annotations

import datetime as dt
from collections import Counter, defaultdict
from typing import TYPE_CHECKING

import msgspec
import numpy as np

from qunjian.insight.anomaly import anomalies
from qunjian.insight.records import Daily
from qunjian.statistics.intervals import wilson

if TYPE_CHECKING:
    from collections.abc import Mapping

# A message: its scope and id.
Place = tuple[str, str]
_OVERLAPS = 3
_LEAST_SHARED = 0.1
_DAYS = 7


class Verdicts(msgspec.Struct, frozen=True):
    """What people said of findings of one rule."""

    confirmed: int = 0
    refuted: int = 0
    unsure: int = 0


class Overlap(msgspec.Struct, frozen=True):
    """How many findings of a rule another rule also gives, as a share of the rule's own."""

    rule: str
    shared: int
    share: float


class Week(msgspec.Struct, frozen=True):
    """One week by its Monday: messages, hits, and hits per 1,000 messages."""

    first: dt.date
    messages: int
    hits: int
    per_1000: float | None


class Drift(msgspec.Struct, frozen=True):
    """A whole week in which a rule hit otherwise than in the weeks before it; `hits` for as many messages as usual."""

    first: dt.date
    hits: int
    expected: float
    q: float


class Health(msgspec.Struct, frozen=True):
    """How one rule did. `most_per_1000`: of a rule that never hit, the rate it hardly exceeds (rule of three, 95 %)."""

    hits: int
    accounts: int
    per_1000: float | None
    low: float | None
    high: float | None
    verdicts: Verdicts
    precision: float | None
    precision_low: float | None
    precision_high: float | None
    overlaps: tuple[Overlap, ...]
    most_per_1000: float | None
    weeks: tuple[Week, ...]
    drift: tuple[Drift, ...]


class Observed(msgspec.Struct, frozen=True):
    """What one rule was seen to do: the places of its hits, their accounts, their days, and the messages it read."""

    places: frozenset[Place]
    accounts: int
    days: Counter[dt.date]
    messages: int
    verdicts: Verdicts = Verdicts()


def health(observed: Mapping[str, Observed], daily: Mapping[dt.date, int]) -> dict[str, Health]:
    """Return how each rule did; `daily`: messages by local day, of all that was read."""
    shared = _shared({rule: each.places for rule, each in observed.items()})
    weeks = _weeks(daily)
    drifts = _drifts({rule: each.days for rule, each in observed.items() if each.days}, weeks)
    return {
        rule: _of(each, shared.get(rule, ()), _rates(each.days, weeks), drifts.get(rule, ()))
        for rule, each in observed.items()
    }


def _of(each: Observed, overlaps: tuple[Overlap, ...], weeks: tuple[Week, ...], drift: tuple[Drift, ...]) -> Health:
    hits, n, said = len(each.places), each.messages, each.verdicts
    judged = said.confirmed + said.refuted
    low, high = (float(end) for end in wilson(said.confirmed, judged)) if judged else (0.0, 0.0)
    few, many = (float(end) * 1000 for end in wilson(min(hits, n), n)) if n else (0.0, 0.0)
    return Health(
        hits, each.accounts,
        hits / n * 1000 if n else None, few if n else None, many if n else None,
        said, said.confirmed / judged if judged else None, low if judged else None, high if judged else None,
        overlaps, min(3 / n, 1.0) * 1000 if n and not hits else None, weeks, drift,
    )  # fmt: skip


def _shared(places: Mapping[str, frozenset[Place]]) -> dict[str, tuple[Overlap, ...]]:
    """Return for each rule those that give at least a tenth of its findings too, the most first."""
    by_place: defaultdict[Place, list[str]] = defaultdict(list)
    for rule, own in places.items():
        for place in own:
            by_place[place].append(rule)
    both: Counter[tuple[str, str]] = Counter()
    for rules in by_place.values():
        both.update((one, other) for one in rules for other in rules if one != other)
    found: defaultdict[str, list[Overlap]] = defaultdict(list)
    for (one, other), count in both.items():
        share = count / len(places[one])
        if share >= _LEAST_SHARED:
            found[one].append(Overlap(other, count, share))
    return {
        rule: tuple(sorted(each, key=lambda overlap: (-overlap.shared, overlap.rule))[:_OVERLAPS])
        for rule, each in found.items()
    }


def _weeks(daily: Mapping[dt.date, int]) -> dict[dt.date, int]:
    """Return the messages of every whole week between the first and the last day, by its Monday."""
    if not daily:
        return {}
    first, last = min(daily), max(daily)
    monday = first + dt.timedelta(days=-first.weekday() % _DAYS)
    weeks: dict[dt.date, int] = {}
    while monday + dt.timedelta(days=_DAYS - 1) <= last:
        weeks[monday] = sum(daily.get(monday + dt.timedelta(days=day), 0) for day in range(_DAYS))
        monday += dt.timedelta(days=_DAYS)
    return weeks


def _rates(days: Mapping[dt.date, int], weeks: Mapping[dt.date, int]) -> tuple[Week, ...]:
    hits: Counter[dt.date] = Counter()
    for day, count in days.items():
        hits[day - dt.timedelta(days=day.weekday())] += count
    return tuple(
        Week(monday, messages, hits[monday], hits[monday] / messages * 1000 if messages else None)
        for monday, messages in weeks.items()
    )


def _drifts(days: Mapping[str, Mapping[dt.date, int]], weeks: Mapping[dt.date, int]) -> dict[str, tuple[Drift, ...]]:
    """Return the weeks that depart, by the one anomaly test, from hits brought to as many messages as usual a week."""
    spoken = [messages for messages in weeks.values() if messages]
    if not spoken:
        return {}
    usual = sum(spoken) / len(spoken)
    mondays = list(weeks)
    series = [Daily(rule, "posts", mondays[0], _level(own, weeks, usual)) for rule, own in sorted(days.items())]
    found: defaultdict[str, list[Drift]] = defaultdict(list)
    for each in anomalies(series, mondays):
        found[each.community_id].append(Drift(each.first, each.observed, each.expected, each.q))
    return {rule: tuple(each) for rule, each in found.items()}


def _level(own: Mapping[dt.date, int], weeks: Mapping[dt.date, int], usual: float) -> np.ndarray:
    """Return a rule's hits by day, each week's brought to as many messages as usual; a week of silence stays empty."""
    counts = [
        round(own.get(monday + dt.timedelta(days=day), 0) * usual / messages) if messages else 0
        for monday, messages in weeks.items()
        for day in range(_DAYS)
    ]
    return np.array(counts, dtype=np.int64)
