"""Service person by person where several share a community: each question goes to whoever it can be put down to.

An answered question is the answerer's; an open one belongs to whoever was alone on shift when its clock began, and to
nobody when several or none were: those count in the community's own figure only.
"""

from __future__ import annotations

import datetime as dt
from typing import TYPE_CHECKING

import numpy as np

from qunjian.conversations.duty import duty_calendar
from qunjian.conversations.knowledge import link_knowledge, observed_until
from qunjian.conversations.pairing import paired
from qunjian.indicators.finishing import DIGITS, MICROSECONDS
from qunjian.model.capabilities import Capabilities
from qunjian.model.records import Value
from qunjian.statistics.intervals import wilson
from qunjian.statistics.survival import censored_quantile

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence

    import pyarrow as pa

    from qunjian.engines.local import Session
    from qunjian.model.decisions import Duty
    from qunjian.model.periods import Period

QUANTILES = {"first_response_median": 0.5, "first_response_p90": 0.9}
RATE = "response_rate"
_Waits = list[tuple[float, bool]]


def service_by_person(
    session: Session,
    duties: Sequence[Duty],
    period: Period,
    *,
    zones: Mapping[str, str],
    now: dt.datetime,
    capabilities: Mapping[str, Capabilities],
    bots: Iterable[tuple[str, str]] = (),
) -> dict[tuple[str, str], dict[str, Value]]:
    """Return the service values by (community, person) of the duties given, over one period."""
    if not duties:
        return {}
    communities = sorted({duty.community_id for duty in duties})
    spans = {one: period.bounds(zones[one]) for one in communities}
    first, after = min(span[0] for span in spans.values()), max(span[1] for span in spans.values())
    observed = {one: min(at, now) for one, at in observed_until(session).items() if one in spans}
    calendar = duty_calendar(duties, zones, first, max([after, *observed.values()]))
    rows = paired(session, calendar, observed, bots=bots, communities=communities, first=first, after=after)
    waits = _by_person(rows, spans)
    return {
        (duty.community_id, duty.person): {
            value.indicator: value
            for value in _values(
                waits.get((duty.community_id, duty.person), []),
                (duty.community_id, period, spans[duty.community_id], observed.get(duty.community_id, now)),
                link_knowledge(capabilities.get(duty.community_id, Capabilities())) != "no",
            )
        }
        for duty in duties
    }


def _by_person(rows: pa.Table, spans: Mapping[str, tuple[dt.datetime, dt.datetime]]) -> dict[tuple[str, str], _Waits]:
    found: dict[tuple[str, str], _Waits] = {}
    names = ("community_id", "person", "clock_from", "waited_us", "censored")
    for community, person, begun, waited, censored in zip(*(rows[name].to_pylist() for name in names), strict=True):
        starts, ends = spans[community]
        if person is not None and starts <= begun < ends:
            found.setdefault((community, person), []).append((waited / MICROSECONDS, censored))
    return found


def _values(
    waits: _Waits, place: tuple[str, Period, tuple[dt.datetime, dt.datetime], dt.datetime], linked: bool
) -> list[Value]:
    community, period, (starts, ends), seen = place

    def value(indicator: str, **more: float | int | str | None) -> Value:
        shared = (indicator, community, period.by, period.name, starts)
        return Value(*shared, unfinished=ends > seen, **more)  # type: ignore[arg-type]

    if not linked or not waits:
        why = "no_questions" if linked else "no_replies"
        return [value(name, unknown=why) for name in (*QUANTILES, RATE)]
    waited, censored = np.array([one[0] for one in waits]), np.array([one[1] for one in waits])
    found = []
    for name, quantile in QUANTILES.items():
        got = censored_quantile(waited, censored, quantile)
        if np.isnan(got.value):
            found.append(value(name, n=got.n, unknown="too_many_open"))
        else:
            found.append(value(name, value=_known(got.value), low=_known(got.low), high=_known(got.high), n=got.n))
    answered = int((~censored).sum())
    low, high = wilson(answered, len(waits))
    found.append(
        value(
            RATE,
            value=round(answered / len(waits), DIGITS),
            numerator=answered,
            denominator=len(waits),
            n=len(waits),
            low=_known(low),
            high=_known(high),
        )
    )
    return found


def _known(number: object) -> float | None:
    known = float(number)  # type: ignore[arg-type]
    return None if np.isnan(known) else round(known, DIGITS)
