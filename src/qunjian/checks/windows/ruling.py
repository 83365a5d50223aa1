"""Makes window rules of written ones, and tries them on the short conversations that are their samples."""

from __future__ import annotations

import hashlib
from typing import TYPE_CHECKING

import pyarrow as pa

from qunjian.checks.registry import parameters_of
from qunjian.checks.windows.contract import WindowContext, WindowRule
from qunjian.checks.windows.running import inspect_windows
from qunjian.engines.local import Session
from qunjian.model.decisions import Decisions, Duty
from qunjian.model.schemas import MESSAGE
from qunjian.standards.rules import SAMPLE_ZONE

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from qunjian.model.records import Severity
    from qunjian.standards.rules import Line, Rule


def window_rule(
    rule: Rule, *, severity: Severity | None = None, tags: Mapping[str, tuple[str, ...]] | None = None
) -> WindowRule:
    """Return the window rule of a written one; `tags`: of every community, for a rule that is for some tags only."""
    communities = None
    if rule.scope.tags:
        wanted = set(rule.scope.tags)
        communities = tuple(sorted(name for name, its in (tags or {}).items() if wanted & set(its)))
    return WindowRule(
        rule=rule.id,
        severity=severity or rule.severity,
        category=rule.category,
        kind=rule.detect.kind,
        parameters=parameters_of(rule),
        basis=rule.citation,
        hint=rule.hint.zh,
        kinds=tuple(rule.scope.kinds),
        roles=tuple(rule.scope.roles),
        exempt_roles=tuple(rule.scope.exempt_roles),
        communities=communities,
    )


def fires_on(rule: Rule, lines: Sequence[Line]) -> bool:
    """Return whether a window rule finds anything in a short conversation; whoever is staff there is on duty."""
    session = Session()
    try:
        session.connection.register("sample_lines", _messages(lines))
        session.connection.execute("CREATE TABLE message AS SELECT * FROM sample_lines")
        communities = sorted({line.community for line in lines})
        staff = sorted({line.by for line in lines if line.role == "staff"} | _addressed_strangers(lines))
        context = WindowContext(
            session,
            standard="sample",
            version="",
            zones=dict.fromkeys(communities, SAMPLE_ZONE),
            roles={(line.community, line.by): line.role for line in lines},
            decisions=Decisions(
                duties=tuple(Duty(each, person, (person,)) for each in communities for person in staff)
            ),
        )
        ruled = window_rule(rule, tags=dict.fromkeys(communities, tuple(rule.scope.tags)))
        return bool(inspect_windows([ruled], context).findings.num_rows)
    finally:
        session.close()


def _addressed_strangers(lines: Sequence[Line]) -> set[str]:
    """Return who is mentioned but never speaks: in a sample of unanswered questions, the staff."""
    return {each for line in lines for each in line.mentions} - {line.by for line in lines}


def _messages(lines: Sequence[Line]) -> pa.Table:
    rows = [
        {
            "scope": line.community, "message_id": f"{place:04}", "platform": "sample", "community_id": line.community,
            "sent_at": line.instant, "account_id": line.by, "name_then": line.by, "kind": line.kind, "text": line.text,
            "reply_to": f"{line.reply_to:04}" if line.reply_to else None, "mentions": list(line.mentions),
            "content_hash": hashlib.blake2b(line.text.encode(), digest_size=16).digest(),
        }
        for place, line in enumerate(lines, start=1)
    ]  # fmt: skip
    return pa.Table.from_pylist([dict.fromkeys(MESSAGE.names) | row for row in rows], MESSAGE)
