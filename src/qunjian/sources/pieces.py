"""Joins the parsed slices of many small documents into one outcome."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pyarrow as pa

from qunjian.sources.drafts import Draft, built
from qunjian.sources.reader import Outcome, Part

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from qunjian.sources.reader import Parsed


def joined(parsed: Iterable[tuple[int, Parsed]]) -> Outcome:
    """Return one outcome of (document, parsed) in order."""
    parts: list[Part] = []
    messages, membership = _Rows(), _Rows()
    states: dict[str, _Rows] = {}
    for document, one in parsed:
        parts.append(part_of(document, one))
        messages.add(one.messages, one.cleaned)
        membership.add(one.membership, one.cleaned)
        for name, rows in one.states.items():
            states.setdefault(name, _Rows()).add(rows, one.cleaned)
    made = {name: rows.built() for name, rows in states.items()}
    return Outcome(
        messages.built(), membership.built(), {name: batch for name, batch in made.items() if batch}, tuple(parts)
    )


class _Rows:
    """Rows of one kind, slice by slice, and for each slice what counts what is cleaned in it."""

    def __init__(self) -> None:
        self._rows: list[pa.RecordBatch | Draft] = []
        self._cleaned: list[dict[str, int]] = []

    def add(self, rows: pa.RecordBatch | Draft | None, cleaned: dict[str, int]) -> None:
        if rows is not None and rows.num_rows:
            self._rows.append(rows)
            self._cleaned.append(cleaned)

    def built(self) -> pa.RecordBatch | None:
        return built(self._rows, self._cleaned)


def together(outcomes: Sequence[Outcome]) -> Outcome:
    """Return several outcomes as one, in order."""
    states: dict[str, list[pa.RecordBatch]] = {}
    for outcome in outcomes:
        for name, batch in outcome.states.items():
            states.setdefault(name, []).append(batch)
    messages = [one.messages for one in outcomes if one.messages is not None]
    membership = [one.membership for one in outcomes if one.membership is not None]
    return Outcome(
        _one(messages) if messages else None,
        _one(membership) if membership else None,
        {name: _one(batches) for name, batches in states.items()},
        tuple(part for outcome in outcomes for part in outcome.parts),
    )


def _one(batches: list[pa.RecordBatch]) -> pa.RecordBatch:
    return batches[0] if len(batches) == 1 else pa.concat_batches(batches)


def part_of(document: int, one: Parsed) -> Part:
    """Return the counts of one parsed slice."""
    return Part(
        document,
        one.messages.num_rows if one.messages is not None else 0,
        one.membership.num_rows if one.membership is not None else 0,
        one.read, one.rejects, one.cleaned, one.unknown_kinds, one.export_stamp, one.warnings, one.promises,
        {name: batch.num_rows for name, batch in one.states.items()},
        capabilities=one.capabilities,
    )  # fmt: skip
