"""Turns sums into values: ratios, intervals, quantiles, and the reason wherever there is no value."""

from __future__ import annotations

from typing import TYPE_CHECKING

import msgspec
import numpy as np
import pyarrow as pa

from qunjian.model.capabilities import Capabilities
from qunjian.model.schemas import INDICATOR_VALUE
from qunjian.statistics.concentration import gini_from_ranks
from qunjian.statistics.intervals import mean, wilson
from qunjian.statistics.survival import censored_quantile

if TYPE_CHECKING:
    from collections.abc import Mapping

    from numpy.typing import NDArray

    from qunjian.indicators.asked import Asked
    from qunjian.indicators.record import Indicator

    Floats = NDArray[np.float64]

# Floats are rounded before they are stored: the last digits of a sum may differ between engines and runs.
DIGITS = 12
MICROSECONDS = 1e6


class Answer(msgspec.Struct):
    """One column per asked row; NaN where there is none. `reason`: a code where there is no value, else empty."""

    value: Floats
    numerator: Floats
    denominator: Floats
    n: NDArray[np.int64]
    low: Floats
    high: Floats
    reason: NDArray[np.str_]


def finish(
    indicator: Indicator, facts: pa.Table, asked: Asked, capabilities: Mapping[str, Capabilities] | None
) -> pa.Table:
    """Return the INDICATOR_VALUE rows of one indicator: every asked row, then the parts of a breakdown."""
    size = len(asked.row_record)
    missing = np.full(size, np.nan)
    answer = Answer(
        missing.copy(), missing.copy(), missing.copy(), np.zeros(size, np.int64), missing.copy(), missing.copy(),
        reasons(indicator, asked, capabilities),
    )  # fmt: skip
    if indicator.shape == "wait":
        _waits(indicator, facts, answer)
    elif indicator.parts:
        _whole(facts, indicator, answer)
    else:
        sums = _Sums(facts, asked)
        {"count": _count, "share": _share, "ratio": _ratio, "mean": _mean, "gini": _gini}[indicator.shape](
            indicator, sums, answer
        )
    _settle(indicator, asked, answer)
    rows = _rows(indicator, asked, answer)
    return pa.concat_tables([rows, _parts(indicator, facts, asked, answer)]) if indicator.parts else rows


class _Sums:
    """The facts of every asked row: zero where there is no row, NaN where the engine gave null."""

    def __init__(self, facts: pa.Table, asked: Asked) -> None:
        self.facts, self.asked = facts, asked
        self.slot = facts["slot"].to_numpy()

    def __getitem__(self, name: str) -> Floats:
        if name == "observed_days":
            days = self.asked.recorded - np.maximum(self.asked.first, self.asked.record_first)
            return np.maximum(days, 0).astype(np.float64)
        column = np.zeros(len(self.asked.row_record))
        column[self.slot] = self.facts[name].cast(pa.float64()).to_numpy(zero_copy_only=False)
        return column


def reasons(indicator: Indicator, asked: Asked, capabilities: Mapping[str, Capabilities] | None) -> NDArray[np.str_]:
    """Return for each asked row why it cannot be known whatever the sums say; empty where it can."""
    found = np.full(len(asked.row_record), "", dtype="<U24")
    if indicator.look_back:
        found[asked.record_first > asked.first - indicator.look_back] = "history_too_short"
    if capabilities is not None:
        nothing = Capabilities()
        lacks = [_lacks(indicator, capabilities.get(one.community_id, nothing)) for one in asked.records]
        lacking = np.array(lacks, dtype="<U24")[asked.row_record]
        found = np.where(lacking != "", lacking, found)
    found[(asked.recorded <= asked.first) | (asked.after <= asked.record_first)] = "outside_record"
    return found


def _lacks(indicator: Indicator, known: Capabilities) -> str:
    for field in indicator.needs:
        if known.knows(field) == "no":
            return f"no_{field}"
    if indicator.needs_any and all(known.knows(field) == "no" for field in indicator.needs_any):
        return f"no_{indicator.needs_any[0]}"
    return ""


def _count(indicator: Indicator, sums: _Sums, answer: Answer) -> None:
    answer.value = sums[indicator.numerator]
    of = sums[indicator.denominator] if indicator.denominator else np.abs(answer.value)
    answer.n = np.nan_to_num(of).astype(np.int64)


def _divide(indicator: Indicator, sums: _Sums, answer: Answer) -> None:
    answer.numerator, answer.denominator = sums[indicator.numerator], sums[indicator.denominator]
    with np.errstate(divide="ignore", invalid="ignore"):
        answer.value = np.where(answer.denominator > 0, answer.numerator / answer.denominator, np.nan)
    answer.n = np.nan_to_num(answer.denominator).astype(np.int64)
    empty = (answer.denominator == 0) & ~np.isnan(answer.numerator) & (answer.reason == "")
    answer.reason[empty] = indicator.empty


def _ratio(indicator: Indicator, sums: _Sums, answer: Answer) -> None:
    _divide(indicator, sums, answer)


def _share(indicator: Indicator, sums: _Sums, answer: Answer) -> None:
    _divide(indicator, sums, answer)
    inside = np.minimum(answer.numerator, answer.denominator)  # a recorded size may lag behind who spoke
    answer.low, answer.high = wilson(inside, answer.denominator)


def _mean(indicator: Indicator, sums: _Sums, answer: Answer) -> None:
    _divide(indicator, sums, answer)
    answer.low, answer.high = mean(answer.numerator, sums[indicator.squares], answer.denominator)


def _gini(indicator: Indicator, sums: _Sums, answer: Answer) -> None:
    people = sums[indicator.denominator]
    answer.value = gini_from_ranks(sums[indicator.numerator], sums[indicator.squares], sums["speakers"], people)
    answer.n = np.nan_to_num(people).astype(np.int64)
    answer.reason[np.isnan(answer.value) & ~np.isnan(people) & (answer.reason == "")] = indicator.empty


def _waits(indicator: Indicator, facts: pa.Table, answer: Answer) -> None:
    """Estimate the quantile of each asked row; `facts` holds one row per question, null where staff is unknown."""
    facts = facts.sort_by("slot")
    slot = facts["slot"].to_numpy()
    waited = facts[indicator.numerator].cast(pa.float64()).to_numpy(zero_copy_only=False) / MICROSECONDS
    censored = facts["censored"].to_numpy(zero_copy_only=False)
    edges = np.flatnonzero(np.diff(slot)) + 1
    known = np.zeros(len(answer.value), dtype=bool)
    for rows in np.split(np.arange(len(slot)), edges) if len(slot) else []:
        here = rows[~np.isnan(waited[rows])]
        at = slot[rows[0]]
        known[at] = True
        if not len(here):
            continue
        found = censored_quantile(waited[here], censored[here].astype(bool), indicator.quantile)
        answer.value[at], answer.low[at], answer.high[at], answer.n[at] = found.value, found.low, found.high, found.n
    answer.reason[(answer.reason == "") & known & (answer.n == 0)] = indicator.empty
    answer.reason[(answer.reason == "") & known & np.isnan(answer.value)] = "too_many_open"


def _whole(facts: pa.Table, indicator: Indicator, answer: Answer) -> None:
    slot = facts["slot"].to_numpy()
    weights = facts[indicator.denominator].to_numpy()
    if indicator.shape == "words":  # every part repeats the number of texts read
        answer.value = np.zeros(len(answer.value))
        answer.value[slot] = weights
    else:
        answer.value = np.bincount(slot, weights=weights, minlength=len(answer.value)).astype(np.float64)
    answer.n = answer.value.astype(np.int64)


def _settle(indicator: Indicator, asked: Asked, answer: Answer) -> None:
    """Give every row either a value or a reason, never both and never neither."""
    if indicator.observe_days:
        whole = asked.record_last - 1
        early = (asked.after - 1 + indicator.observe_days > whole) & (answer.reason == indicator.empty)
        answer.reason[early] = "not_yet_observed"
    answer.reason[np.isnan(answer.value) & (answer.reason == "")] = indicator.absent
    without = answer.reason != ""
    for column in (answer.value, answer.numerator, answer.denominator, answer.low, answer.high):
        column[without] = np.nan
    answer.n[without & (answer.reason != "too_many_open")] = 0


def _rows(indicator: Indicator, asked: Asked, answer: Answer) -> pa.Table:
    size = len(asked.row_record)
    return _table(
        indicator, asked, np.arange(size),
        value=_floats(answer.value), numerator=_floats(answer.numerator), denominator=_floats(answer.denominator),
        n=pa.array(answer.n), low=_floats(answer.low), high=_floats(answer.high),
        unknown=pa.array(answer.reason.astype(object), pa.string(), mask=answer.reason == ""),
        part=pa.nulls(size, pa.string()),
    )  # fmt: skip


def _parts(indicator: Indicator, facts: pa.Table, asked: Asked, answer: Answer) -> pa.Table:
    order = ("slot", "ascending"), ("part", "ascending")
    known = answer.reason[facts["slot"].to_numpy()] == ""
    named = facts["part"].is_valid().to_numpy()
    facts = facts.filter(pa.array(known & named)).sort_by(list(order))
    slot, size = facts["slot"].to_numpy(), facts.num_rows
    none = pa.nulls(size, pa.float64())
    return _table(
        indicator, asked, slot,
        value=facts[indicator.numerator].cast(pa.float64()).combine_chunks(), numerator=none, denominator=none,
        n=pa.array(answer.n[slot]), low=none, high=none, unknown=pa.nulls(size, pa.string()),
        part=facts["part"].combine_chunks(),
    )  # fmt: skip


def _floats(column: Floats) -> pa.Array:
    return pa.array(np.round(column, DIGITS), mask=np.isnan(column))


def _table(indicator: Indicator, asked: Asked, slot: NDArray[np.int64], **columns: pa.Array) -> pa.Table:
    """Return rows of INDICATOR_VALUE for the asked rows `slot`; the columns every indicator shares are added here."""
    names = pa.array([one.community_id for one in asked.records], pa.string())
    periods = pa.array([one.name for one in asked.periods], pa.string())
    by = asked.periods[0].by if asked.periods else "day"
    shared = {
        "indicator": pa.repeat(pa.scalar(indicator.id), len(slot)),
        "community_id": names.take(pa.array(asked.row_record[slot])),
        "account_id": pa.nulls(len(slot), pa.string()),
        "by": pa.repeat(pa.scalar(by), len(slot)),
        "period": periods.take(pa.array(asked.row_period[slot])),
        "starts": asked.starts.take(pa.array(slot)),
        "unfinished": asked.unfinished.take(pa.array(slot)),
    }
    return pa.table({**shared, **columns}).select(INDICATOR_VALUE.names).cast(INDICATOR_VALUE)
