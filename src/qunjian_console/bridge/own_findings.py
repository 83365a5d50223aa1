"""What inspections found in the messages of some accounts, and whether the standard was announced to their person."""

from __future__ import annotations

import datetime as dt
from typing import TYPE_CHECKING
from zoneinfo import ZoneInfo

import msgspec

from qunjian.assessment.operators import announced
from qunjian.model.periods import period_of
from qunjian_console.bridge.conversations import Key
from qunjian_console.bridge.opening import workspace
from qunjian_console.bridge.reading import reading

if TYPE_CHECKING:
    from collections.abc import Iterable

MOST = 200
_COLUMNS = "finding_id, rule, severity, community_id, scope, message_id, account_id, sent_at, standard"


class OwnFinding(msgspec.Struct, frozen=True):
    """One finding in somebody's own message."""

    finding_id: str
    rule: str
    severity: str
    community_id: str
    scope: str
    message_id: str
    account_id: str
    sent_at: dt.datetime
    standard: str

    @property
    def key(self) -> Key:
        """Return the key of the message."""
        return Key(self.community_id, self.scope, self.message_id)


class Week(msgspec.Struct, frozen=True):
    """The findings of one week, at most MOST, and the standard the inspection used."""

    first: dt.date
    last: dt.date
    standard: str
    version: str
    findings: tuple[OwnFinding, ...]
    messages: int


def own_week(accounts: Iterable[str], day: dt.date | None = None) -> Week | None:
    """Return the week of a day, else the newest with messages of theirs; None before any inspection or message."""
    own, zone = sorted(accounts), workspace().settings.zone
    with reading() as at:
        act = at.visible.get(at.newest_run) if at.newest_run else None
        if act is None or not own:
            return None
        run = at.session.connection.execute
        if day is None:
            newest = run("SELECT max(epoch_us(sent_at)) FROM message WHERE account_id = ANY(?)", [own]).fetchone()
            if newest is None or newest[0] is None:
                return None
            day = dt.datetime.fromtimestamp(newest[0] / 1e6, ZoneInfo(zone)).date()
        week = period_of(day, "week")
        starts, ends = week.bounds(zone)
        within = "account_id = ANY(?) AND sent_at >= ? AND sent_at < ?"
        rows = at.session.arrow(
            f"SELECT {_COLUMNS} FROM finding WHERE act_id = ? AND {within} ORDER BY sent_at DESC LIMIT {MOST}",  # noqa: S608
            [act.act_id, own, starts, ends],
        ).to_pylist()
        counted = run(f"SELECT count(*) FROM message WHERE {within}", [own, starts, ends]).fetchone()  # noqa: S608
    last = week.after - dt.timedelta(days=1)
    found = tuple(msgspec.convert(row, OwnFinding) for row in rows)
    return Week(
        week.first,
        last,
        str(act.parameters["standard"]),
        str(act.parameters["version"]),
        found,
        int(counted[0]) if counted else 0,
    )


def own_finding(finding: str) -> OwnFinding | None:
    """Return a finding of the newest inspection by its id."""
    with reading() as at:
        if at.newest_run is None:
            return None
        query = f"SELECT {_COLUMNS} FROM finding WHERE act_id = ? AND finding_id = ?"  # noqa: S608
        rows = at.session.arrow(query, [at.newest_run, finding]).to_pylist()
    return msgspec.convert(rows[0], OwnFinding) if rows and rows[0]["account_id"] else None


def was_announced(standard: str, version: str, person: str, first: dt.date) -> bool:
    """Return whether a version of a standard counts for a person in a period that begins that day."""
    return bool(person) and announced(workspace().decisions(), standard, version, person, first)
