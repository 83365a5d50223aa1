"""Joins the parsed slices of many small documents into one outcome."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pyarrow as pa

from qunjian.sources.reader import Outcome, Part

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from qunjian.sources.reader import Parsed


def joined(parsed: Iterable[tuple[int, Parsed]]) -> Outcome:
    """Return one outcome of (document, parsed) in order."""
    facts: dict[str, list[pa.RecordBatch]] = {"messages": [], "membership": []}
    states: dict[str, list[pa.RecordBatch]] = {}
    parts: list[Part] = []
    for document, one in parsed:
        for name, batch in (("messages", one.messages), ("membership", one.membership)):
            if batch is not None and batch.num_rows:
                facts[name].append(batch)
        for name, batch in one.states.items():
            states.setdefault(name, []).append(batch)
        parts.append(part_of(document, one))
    messages, membership = (_one(batches) if batches else None for batches in facts.values())
    return Outcome(messages, membership, {name: _one(batches) for name, batches in states.items()}, tuple(parts))


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
