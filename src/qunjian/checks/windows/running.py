"""Runs the window rules of one inspection over one session."""

from __future__ import annotations

import datetime as dt
import hashlib
import itertools
from typing import TYPE_CHECKING

import pyarrow as pa

from qunjian.checks.windows import conditional, eligible
from qunjian.checks.windows.contract import SENDER, Found, Hit, WindowKind, WindowReport
from qunjian.checks.windows.kinds import WINDOW_KINDS
from qunjian.model.schemas import FINDING, SPAN

if TYPE_CHECKING:
    from collections.abc import Sequence

    from qunjian.checks.windows.contract import WindowContext, WindowRule
    from qunjian.checks.windows.gathering import Gatherer

# What can be searched for: the kinds a rule file names, and rules of any kind with conditions on earlier messages.
_SEARCHES: dict[str, WindowKind] = {**WINDOW_KINDS, conditional.NAME: conditional.CONDITIONAL}
_HIT = pa.schema([
    ("place", pa.int64()), ("scope", pa.string()), ("message_id", pa.string()), ("of_sender", pa.bool_()),
    ("concerns", pa.string()), ("related", pa.list_(pa.string())), ("detail", pa.string()),
    ("confidence", pa.float64()), ("spans", pa.list_(SPAN)), ("transformations", pa.list_(pa.string())),
])  # fmt: skip
_MESSAGES = """
SELECT h.place, m.scope, m.message_id, m.content_hash, m.platform, m.community_id, m.channel_id,
       CASE WHEN h.of_sender THEN m.account_id ELSE h.concerns END AS account_id, m.sent_at,
       h.confidence, h.related, h.detail, h.spans, h.transformations
FROM window_hit h JOIN message m ON m.scope = h.scope AND m.message_id = h.message_id
ORDER BY m.sent_at, m.scope, m.message_id, h.place
"""


__all__ = ["WINDOW_KINDS", "found_in_windows", "gatherers", "inspect_windows", "longest_look_back", "reads_texts"]


def reads_texts(rule: WindowRule) -> bool:
    """Return whether the rule's search takes something from the texts while the message checks read them."""
    return _SEARCHES[rule.kind].gather is not None


def longest_look_back(rules: Sequence[WindowRule], context: WindowContext) -> dt.timedelta:
    """Return how far before the judged span messages are read, and how far after a late message findings may change."""
    return max((_SEARCHES[rule.kind].look_back(rule, context) for rule in rules), default=dt.timedelta())


def inspect_windows(rules: Sequence[WindowRule], context: WindowContext) -> WindowReport:
    """Return the findings of all window rules, in the order of time, and what could not be judged."""
    return reported(found_in_windows(rules, context), context)


def found_in_windows(rules: Sequence[WindowRule], context: WindowContext) -> list[Found]:
    """Return what the searches of these rules find; rules that search alike share one search."""
    return [each for same in _alike(rules) for each in _SEARCHES[same[0].kind].find(same, context)]


def gatherers(rules: Sequence[WindowRule]) -> tuple[Gatherer, ...]:
    """Return what takes from the texts what the searches of these rules need."""
    makers = ((_SEARCHES[same[0].kind].gather, same) for same in _alike(rules))
    return tuple(gather(same) for gather, same in makers if gather is not None)


def reported(found: Sequence[Found], context: WindowContext) -> WindowReport:
    """Return what was found as rows of FINDING, in the order of time, whatever the order of the searches."""
    found = sorted(found, key=lambda each: (_SEARCHES[each.rule.kind].find.__module__, each.rule.rule))
    hits = [(each.rule, hit) for each in found for hit in each.hits]
    unknown = tuple(unknown for each in found for unknown in each.unknown)
    return WindowReport(_findings(hits, context), unknown)


def _alike(rules: Sequence[WindowRule]) -> list[list[WindowRule]]:
    by_search = sorted(rules, key=lambda rule: (_SEARCHES[rule.kind].find.__module__, rule.rule))
    return [list(same) for _, same in itertools.groupby(by_search, key=lambda rule: _SEARCHES[rule.kind].find)]


def _findings(hits: list[tuple[WindowRule, Hit]], context: WindowContext) -> pa.Table:
    """Return rows of FINDING: what the message view knows of each message, joined to what its rule says."""
    if not hits:
        return FINDING.empty_table()
    rows = [
        (place, hit.scope, hit.message_id, hit.account_id == SENDER, hit.account_id, list(hit.related), hit.detail,
         hit.confidence, [{"start": start, "end": end} for start, end in hit.spans], list(hit.transformations))
        for place, (_, hit) in enumerate(hits)
    ]  # fmt: skip
    columns = [pa.array(column, field.type) for column, field in zip(zip(*rows, strict=True), _HIT, strict=True)]
    eligible.register(context, "window_hit", pa.table(columns, _HIT))
    known = context.session.arrow(_MESSAGES)
    rules = [hits[place][0] for place in known["place"].to_pylist()]
    said = {
        "standard": [context.standard] * len(rules),
        "version": [context.version] * len(rules),
        "rule": [rule.rule for rule in rules],
        "severity": [rule.severity for rule in rules],
        "category": [rule.category for rule in rules],
        "check": [rule.check or rule.kind for rule in rules],
        "basis": [rule.basis for rule in rules],
        "hint": [rule.hint for rule in rules],
    }
    keys = zip(
        said["rule"], *(known[name].to_pylist() for name in ("scope", "message_id", "content_hash")), strict=True
    )
    said["finding_id"] = [_finding_id(context, *key) for key in keys]
    table = [
        pa.array(said[field.name], field.type) if field.name in said else known[field.name].cast(field.type)
        for field in FINDING
    ]
    return pa.table(table, FINDING)


def _finding_id(context: WindowContext, rule: str, scope: str, message_id: str, content_hash: bytes) -> str:
    """Return the stable id of a finding."""
    head = "\0".join((context.standard, context.version, rule, scope, message_id)).encode()
    return hashlib.blake2b(head + b"\0" + content_hash, digest_size=16).hexdigest()
