"""Turns matches into rows of FINDING: one row per rule and message, with all its spans, and a stable id."""

from __future__ import annotations

import hashlib
from typing import TYPE_CHECKING

import msgspec
import pyarrow as pa

from qunjian.model.schemas import FINDING

if TYPE_CHECKING:
    from collections.abc import Sequence

    from qunjian.checks.contract import Match, MessageContext
    from qunjian.standards.rules import Rule

# The columns of a batch that inspection reads; more do no harm.
COLUMNS = (
    "scope", "message_id", "platform", "community_id", "channel_id", "account_id", "sent_at", "kind", "text",
    "content_hash",
)  # fmt: skip
_COPIED = tuple(name for name in COLUMNS if name not in ("kind", "text"))


class Found(msgspec.Struct, frozen=True):
    """The matches of one rule in one row of a batch."""

    row: int
    rule: Rule
    matches: tuple[Match, ...]


def finding_id(standard: str, version: str, rule: str, scope: str, message_id: str, content_hash: bytes) -> str:
    """Return the id that is the same whenever the same rule of the same version meets the same content."""
    head = "\0".join((standard, version, rule, scope, message_id)).encode()
    return hashlib.blake2b(head + b"\0" + content_hash, digest_size=16).hexdigest()


def findings_of(batch: pa.RecordBatch, found: Sequence[Found], context: MessageContext) -> pa.RecordBatch:
    """Return the rows of FINDING for what was found in a batch."""
    if not found:
        return pa.RecordBatch.from_arrays([pa.array([], field.type) for field in FINDING], schema=FINDING)
    rows = pa.array([each.row for each in found], pa.int64())
    copied = {name: batch.column(name).take(rows) for name in _COPIED}
    keys = zip(
        (each.rule.id for each in found),
        *(copied[name].to_pylist() for name in ("scope", "message_id", "content_hash")),
        strict=True,
    )
    best = [max(each.matches, key=lambda match: match.confidence) for each in found]
    said: dict[str, list[object]] = {
        "finding_id": [finding_id(context.standard, context.version, *key) for key in keys],
        "standard": [context.standard] * len(found),
        "version": [context.version] * len(found),
        "rule": [each.rule.id for each in found],
        "severity": [each.rule.severity for each in found],
        "category": [each.rule.category for each in found],
        "check": [each.rule.detect.kind for each in found],
        "spans": [[{"start": s, "end": e} for s, e in merged_spans(each.matches)] for each in found],
        "transformations": [list(match.transformations) for match in best],
        "confidence": [match.confidence for match in best],
        "basis": [each.rule.citation for each in found],
        "hint": [each.rule.hint.zh for each in found],
        "related": [[] for _ in found],
        "detail": ["、".join(dict.fromkeys(match.detail for match in each.matches if match.detail)) for each in found],
    }
    columns = [
        pa.array(said[field.name], field.type) if field.name in said else copied[field.name].cast(field.type)
        for field in FINDING
    ]
    return pa.RecordBatch.from_arrays(columns, schema=FINDING)


def merged_spans(matches: Sequence[Match]) -> list[tuple[int, int]]:
    """Return the spans in order, those that overlap as one."""
    merged: list[tuple[int, int]] = []
    # What was found in media has no place in the text.
    for start, end in sorted((match.start, match.end) for match in matches if match.end > match.start):
        if merged and start < merged[-1][1]:
            merged[-1] = merged[-1][0], max(end, merged[-1][1])
        else:
            merged.append((start, end))
    return merged
