"""Use case: compare two inspections: which findings are new, which are gone, by rule and community, and why."""

from __future__ import annotations

import datetime as dt
from typing import TYPE_CHECKING, Any, Literal

import msgspec

from qunjian.lake.views import literal
from qunjian.model.errors import UnknownNameError
from qunjian.model.language import Phrase
from qunjian.model.records import Severity
from qunjian.runs.finding_pages import hold

if TYPE_CHECKING:
    from qunjian.engines.local import Session
    from qunjian.lake.visibility import Visible
    from qunjian.model.records import Act

# data: the message came, went or was edited between the two; reach: only one of them looked at its days or community;
# standard: the same message, another edition; around: both alike, so other messages, duties or silences around it.
Why = Literal["data", "reach", "standard", "around"]
WHY: tuple[Why, ...] = ("data", "reach", "standard", "around")


class Change(msgspec.Struct, frozen=True):
    """So many findings of a rule in a community that only one of the two inspections has, for one reason."""

    community_id: str
    rule: str
    severity: Severity
    why: Why
    findings: int


class Side(msgspec.Struct, frozen=True):
    """One of the two inspections."""

    run: str
    at: dt.datetime
    standard: str
    version: str
    findings: int


class Comparison(msgspec.Struct, frozen=True):
    """What only the newer has, what only the older has, and how many both have."""

    old: Side
    new: Side
    appeared: tuple[Change, ...]
    gone: tuple[Change, ...]
    kept: int


_KEY = ("rule", "community_id", "scope", "message_id", "content_hash")
# `m.act_id` is the act that brought the message as it stands: younger than the other run, it is new data to it.
_WHY = """
CASE WHEN m.message_id IS NULL OR list_contains($acts, m.act_id) THEN 'data'
    WHEN coalesce(f.sent_at < $first::TIMESTAMPTZ, false) OR coalesce(f.sent_at >= $after::TIMESTAMPTZ, false)
        OR NOT coalesce(list_contains($communities, f.community_id), true) THEN 'reach'
    WHEN $edited THEN 'standard' ELSE 'around' END
"""


def compare(
    session: Session, visible: Visible, old: str, new: str, communities: tuple[str, ...] | None = None
) -> Comparison:
    """Compare two inspections of the lake, in these communities (None: in all)."""
    one, other = _act(visible, old), _act(visible, new)
    appeared, gone = _only(session, visible, other, one, communities), _only(session, visible, one, other, communities)
    found = {act.act_id: _count(session, act.act_id, communities) for act in (one, other)}
    kept = found[new] - sum(each.findings for each in appeared)
    return Comparison(_side(one, found[old]), _side(other, found[new]), appeared, gone, kept)


def _only(
    session: Session, visible: Visible, of: Act, beside: Act, communities: tuple[str, ...] | None
) -> tuple[Change, ...]:
    """Return what `of` has and `beside` has not."""
    order = [act.act_id for act in visible.acts]
    asked = beside.parameters
    same = " AND ".join(f"o.{name} = f.{name}" for name in _KEY)
    there = " AND ".join(f"m.{name} = f.{name}" for name in _KEY[1:])
    session.connection.execute(
        f"CREATE OR REPLACE TEMP TABLE lone AS SELECT f.* FROM {hold(session, of.act_id)} f "  # noqa: S608
        f"ANTI JOIN {hold(session, beside.act_id)} o ON {same} WHERE {_within(communities)}"
    )
    values: dict[str, Any] = {
        "acts": order[order.index(beside.act_id) :], "first": asked.get("first"), "after": asked.get("after"),
        "communities": asked.get("communities"),
        "edited": (of.parameters["standard"], of.parameters["version"]) != (asked["standard"], asked["version"]),
    }  # fmt: skip
    bounds = "m.sent_at BETWEEN (SELECT min(sent_at) FROM lone) AND (SELECT max(sent_at) FROM lone)"
    rows = session.connection.execute(
        f"SELECT * FROM (SELECT f.community_id, f.rule, f.severity, {_WHY} AS why, count(*) AS findings "  # noqa: S608
        f"FROM lone f LEFT JOIN (SELECT * FROM message m WHERE {bounds}) m ON {there} GROUP BY ALL) "
        "ORDER BY list_position(['critical', 'major', 'minor', 'notice'], severity), findings DESC, 1, 2, 4",
        values,
    ).fetchall()
    return tuple(Change(*row) for row in rows)


def _within(communities: tuple[str, ...] | None) -> str:
    if communities is None:
        return "true"
    return f"f.community_id IN ({', '.join(map(literal, communities))})" if communities else "false"


def _count(session: Session, run: str, communities: tuple[str, ...] | None) -> int:
    query = f"SELECT count(*) FROM {hold(session, run)} f WHERE {_within(communities)}"  # noqa: S608
    (found,) = session.connection.execute(query).fetchone() or (0,)
    return int(found)


def _side(act: Act, findings: int) -> Side:
    return Side(act.act_id, act.at, str(act.parameters["standard"]), str(act.parameters["version"]), findings)


def _act(visible: Visible, run: str) -> Act:
    known = visible.of("inspect")
    act = visible.get(run)
    if act is None or run not in known:
        raise UnknownNameError(Phrase("质检", "inspection"), run, known)
    return act
