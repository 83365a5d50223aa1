"""Response pairs in plain Python, minute by minute and message by message: what the set-based ones must agree with."""

from __future__ import annotations

import datetime as dt
from typing import Any
from zoneinfo import ZoneInfo

from qunjian.model.decisions import Duty

Row = dict[str, Any]
MINUTE = dt.timedelta(minutes=1)


def on_shift(duty: Duty, zone: str, at: dt.datetime) -> bool:
    """The wall clock decides."""
    there = at.astimezone(ZoneInfo(zone))
    if not in_force(duty, zone, at):
        return False
    if not duty.shifts:
        return True
    return any(
        there.isoweekday() in shift.weekdays and shift.starts <= there.time() < shift.ends for shift in duty.shifts
    )


def in_force(duty: Duty, zone: str, at: dt.datetime) -> bool:
    day = at.astimezone(ZoneInfo(zone)).date()
    return (duty.starts or day) <= day <= (duty.ends or day)


def waited(duties: list[Duty], zone: str, start: dt.datetime, end: dt.datetime) -> int:
    """Count the duty minutes between two whole minutes one by one."""
    minutes = 0
    while start < end:
        minutes += any(on_shift(duty, zone, start) for duty in duties)
        start += MINUTE
    return minutes


def pairs(rows: list[Row], duties: list[Duty], zone: str, closings: set[str]) -> list[dict[str, Any]]:
    """Return the questions of one community and channel in order."""
    rows = sorted(rows, key=lambda row: (row["sent_at"], row["scope"], row["message_id"]))
    by_id = {row["message_id"]: row for row in rows}

    def staff(account: str, at: dt.datetime) -> bool:
        return any(account in duty.accounts and in_force(duty, zone, at) for duty in duties)

    def addressees(row: Row) -> set[str]:
        target = by_id.get(row["reply_to"])
        return {*row["mentions"], *([target["account_id"]] if target else [])}

    found: list[dict[str, Any]] = []
    for place, row in enumerate(rows):
        at, member = row["sent_at"], row["account_id"]
        if not _asks(row, staff, addressees, closings):
            continue
        before = None
        for earlier in rows[:place]:
            answers = staff(earlier["account_id"], earlier["sent_at"]) and member in addressees(earlier) - {
                earlier["account_id"]
            }
            asks = earlier["account_id"] == member and _asks(earlier, staff, addressees, closings)
            if answers or asks:
                before = (earlier["sent_at"], answers)
        if before is not None and not before[1] and at - before[0] <= dt.timedelta(hours=24):
            continue
        last = row
        for later in rows[place + 1 :]:
            if later["account_id"] != member or later["sent_at"] - last["sent_at"] > MINUTE:
                break
            last = later
        response = None
        for later in rows[place + 1 :]:
            if staff(later["account_id"], later["sent_at"]) and member in addressees(later) - {later["account_id"]}:
                response = later
                break
        end = response["sent_at"] if response else rows[-1]["sent_at"]
        state = "waiting"
        if response:
            by = [duty for duty in duties if response["account_id"] in duty.accounts]
            state = "answered" if any(on_shift(duty, zone, end) for duty in by) else "off_hours"
        found.append({
            "message_id": row["message_id"],
            "clock_from": last["sent_at"],
            "state": state,
            "response_id": response["message_id"] if response else None,
            "waited": waited(duties, zone, last["sent_at"], end),
        })  # fmt: skip
    return found


def _asks(row: Row, staff: Any, addressees: Any, closings: set[str]) -> bool:
    at = row["sent_at"]
    return (
        not staff(row["account_id"], at)
        and row["kind"] not in ("sticker", "system")
        and row["text"] not in closings
        and any(staff(each, at) for each in addressees(row))
    )
