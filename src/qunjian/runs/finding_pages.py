"""Use case: findings of one inspection page by page: filtered, sorted, counted, each with whether it is still open."""

from __future__ import annotations

import datetime as dt
from threading import Lock
from typing import TYPE_CHECKING, Any, Literal

import msgspec
import pyarrow as pa

from qunjian.lake.views import literal, quoted
from qunjian.model.periods import local_span
from qunjian.model.records import Severity
from qunjian.runs.contexts import Found, Spoken, spoken_with, standing_at

if TYPE_CHECKING:
    from qunjian.engines.local import Session
    from qunjian.model.decisions import Review, Silence

# open: nobody decided on it and it is not put aside.
State = Literal["open", "silenced", "confirmed", "refuted", "unsure"]
STATES: tuple[State, ...] = ("open", "silenced", "confirmed", "refuted", "unsure")
Sort = Literal["gravest", "newest", "oldest", "surest"]
SORTS: tuple[Sort, ...] = ("gravest", "newest", "oldest", "surest")
_ORDERS: dict[str, str] = {
    "gravest": "grade, sent_at DESC, finding_id",
    "newest": "sent_at DESC, finding_id",
    "oldest": "sent_at, finding_id",
    "surest": "confidence DESC, grade, sent_at DESC, finding_id",
}
# What lists, counts and sorts need; what only the page of one finding shows is read for that one.
_HELD = (
    'finding_id, rule, severity, "check", scope, message_id, content_hash, community_id, account_id, sent_at, spans, '
    "transformations, confidence"
)
_GRADE = "list_position(['critical', 'major', 'minor', 'notice'], severity)::UTINYINT AS grade"
_REST = "standard, version, category, channel_id, basis, hint, detail"
_HOLDING = Lock()  # sessions beside each other share their tables: two that begin one at once would collide
_SAID = pa.schema([("finding_id", pa.string()), ("verdict", pa.string())])


class Standing(msgspec.Struct, frozen=True):
    """What was decided up to a day: silences and reviews."""

    silences: tuple[Silence, ...]
    reviews: tuple[Review, ...]
    today: dt.date


class Wanted(msgspec.Struct, frozen=True):
    """Which findings are wanted; empty: all. `first` and `last`: local days on which the message was sent."""

    severities: tuple[str, ...] = ()
    rules: tuple[str, ...] = ()
    communities: tuple[str, ...] = ()
    account: str = ""
    first: dt.date | None = None
    last: dt.date | None = None
    states: tuple[str, ...] = ()
    finding_id: str = ""


class Row(msgspec.Struct, frozen=True):
    """One finding, where it stands, and its message as it is now (None where the message is gone)."""

    finding_id: str
    rule: str
    severity: Severity
    scope: str
    message_id: str
    community_id: str
    account_id: str | None
    sent_at: dt.datetime
    transformations: tuple[str, ...]
    confidence: float
    state: State
    message: Spoken | None


class Rest(msgspec.Struct, frozen=True):
    """What else an inspection wrote of a finding."""

    standard: str
    version: str
    category: str
    channel_id: str | None
    basis: str
    hint: str
    detail: str | None


class Tally(msgspec.Struct, frozen=True):
    """How many findings of one rule in one community stand in each state."""

    community_id: str
    rule: str
    severity: Severity
    state: State
    findings: int


def hold(session: Session, run: str) -> str:
    """Hold the findings of a run in memory for as long as the session lives; returns the name of the table."""
    held = quoted(f"held_{run}")
    with _HOLDING:
        session.connection.execute(
            f"CREATE TABLE IF NOT EXISTS {held} AS "  # noqa: S608
            f"SELECT {_HELD}, {_GRADE} FROM finding WHERE act_id = {literal(run)}"
        )
    return held


class Judged:
    """The findings of one inspection with their state: open, silenced, or what a person said of them.

    They are held in memory by the session, for as long as it lives; a second `Judged` of the run is made at once.
    """

    def __init__(self, session: Session, run: str, standing: Standing, zone: str) -> None:
        self._session, self._run, self._zone = session, run, zone
        connection = session.connection
        held = hold(session, run)
        said = _said(standing)
        verdict, join = ("s.verdict", "LEFT JOIN said_of s USING (finding_id)") if said.num_rows else ("NULL", "")
        connection.register("said_of", said)
        connection.execute(
            f"CREATE OR REPLACE TEMP VIEW judged AS SELECT f.*, f.rowid AS place, coalesce({verdict}, "  # noqa: S608
            f"CASE WHEN {_silenced(standing)} THEN 'silenced' ELSE 'open' END) AS state FROM {held} f {join}"
        )

    def rest(self, finding_id: str) -> Rest | None:
        """Return what else was written of a finding."""
        query = f"SELECT {_REST} FROM finding WHERE act_id = ? AND finding_id = ? LIMIT 1"  # noqa: S608
        found = self._session.arrow(query, [self._run, finding_id]).to_pylist()
        return Rest(**found[0]) if found else None

    def count(self, wanted: Wanted) -> int:
        """Return how many there are."""
        where, values = self._where(wanted)
        found = self._session.temporary(f"SELECT count(*) AS n FROM judged WHERE {where}", values)  # noqa: S608
        return int(found.column("n")[0].as_py())

    def rows(self, wanted: Wanted, *, sort: Sort = "gravest", first: int = 0, most: int = 50) -> list[Row]:
        """Return the findings from the number `first` on, each with its message."""
        where, values = self._where(wanted)
        limit = f"LIMIT {int(most)} OFFSET {int(first)}"
        order = f"SELECT place FROM judged WHERE {where} ORDER BY {_ORDERS[sort]} {limit}"  # noqa: S608
        places = self._session.temporary(order, values).column("place").to_pylist()
        if not places:
            return []
        chosen = ", ".join(map(str, places))
        query = f"SELECT {_HELD}, place, state FROM judged WHERE place IN ({chosen})"  # noqa: S608
        found = {row["place"]: row for row in self._session.temporary(query).to_pylist()}
        messages = {(row["scope"], row["message_id"]): row for row in standing_at(self._session, list(found.values()))}
        rows = (found[place] for place in places)
        return [_row(row, messages.get((row["scope"], row["message_id"]))) for row in rows]

    def tallies(self, wanted: Wanted) -> list[Tally]:
        """Return the counts by community, rule and state."""
        where, values = self._where(wanted)
        query = (
            "SELECT community_id, rule, severity, state, count(*) AS findings FROM judged "  # noqa: S608
            f"WHERE {where} GROUP BY ALL ORDER BY ALL"
        )
        return [Tally(**row) for row in self._session.temporary(query, values).to_pylist()]

    def _where(self, wanted: Wanted) -> tuple[str, list[object]]:
        start, end = local_span(wanted.first, wanted.last, self._zone)
        conditions, values = ["true"], list[object]()
        for condition, value in (
            ("list_contains(?, community_id)", list(wanted.communities)),
            ("list_contains(?, severity)", list(wanted.severities)),
            ("list_contains(?, rule)", list(wanted.rules)),
            ("list_contains(?, state)", list(wanted.states)),
            ("account_id = ?", wanted.account),
            ("finding_id = ?", wanted.finding_id),
            ("sent_at >= ?", start),
            ("sent_at < ?", end),
        ):
            if value:
                conditions.append(condition)
                values.append(value)
        return " AND ".join(conditions), values


def _silenced(standing: Standing) -> str:
    """Return the condition in SQL that a finding is put aside."""
    everywhere, narrow = set[str](), ["false"]
    for each in standing.silences:
        if each.expires < standing.today:
            continue
        if each.community_id is None and each.account_id is None:
            everywhere.add(each.rule)
            continue
        scope = (("rule", each.rule), ("community_id", each.community_id), ("account_id", each.account_id))
        parts = [f"f.{name} = {literal(value)}" for name, value in scope if value is not None]
        narrow.append(f"coalesce({' AND '.join(parts)}, false)")
    if everywhere:
        narrow.append(f"f.rule IN ({', '.join(map(literal, sorted(everywhere)))})")
    return " OR ".join(narrow)


def _said(standing: Standing) -> pa.Table:
    last = {each.finding_id: each.verdict for each in sorted(standing.reviews, key=lambda each: each.at)}
    rows = [{"finding_id": name, "verdict": verdict} for name, verdict in last.items()]
    return pa.Table.from_pylist(rows, schema=_SAID)


def _row(row: dict[str, Any], message: dict[str, Any] | None) -> Row:
    spoken = None
    if message is not None:
        same = row["content_hash"] == message["content_hash"]
        spans = tuple((span["start"], span["end"]) for span in row["spans"] or () if same)
        found = Found(
            row["finding_id"], row["rule"], row["severity"], tuple(span for span in spans if span[0] < span[1]),
            tuple(row["transformations"] or ()), row["confidence"], row["check"],
        )  # fmt: skip
        spoken = spoken_with(message, (found,))
    return Row(
        row["finding_id"], row["rule"], row["severity"], row["scope"], row["message_id"], row["community_id"],
        row["account_id"], row["sent_at"], tuple(row["transformations"] or ()), row["confidence"], row["state"], spoken,
    )  # fmt: skip
