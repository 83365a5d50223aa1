"""Window checks in plain Python, one message after another: what the set-based ones must agree with."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator
from typing import Any

Row = dict[str, Any]


def ordered(rows: list[Row]) -> list[Row]:
    return sorted(rows, key=lambda row: (row["sent_at"], row["scope"], row["message_id"]))


def flood(rows: list[Row], messages: int, seconds: int) -> Iterator[tuple[str, list[str]]]:
    for community in {row["community_id"] for row in rows}:
        for account in {row["account_id"] for row in rows}:
            own = [row for row in ordered(rows) if (row["community_id"], row["account_id"]) == (community, account)]
            already = False
            for place, row in enumerate(own):
                last = own[max(0, place - messages + 1) : place + 1]
                full = len(last) == messages and row["sent_at"] - last[0]["sent_at"] <= dt.timedelta(seconds=seconds)
                if full and not already:
                    yield row["message_id"], [each["message_id"] for each in last[:-1]]
                already = full


def repeats(
    rows: list[Row], group: tuple[str, ...], *, times: int, minutes: int, accounts: int, communities: int
) -> Iterator[tuple[str, list[str]]]:
    keys = {tuple(row[name] for name in (*group, "text")) for row in rows}
    for key in keys:
        own = [row for row in ordered(rows) if tuple(row[name] for name in (*group, "text")) == key]
        already = False
        for place, row in enumerate(own):
            near = [
                each for each in own[: place + 1] if row["sent_at"] - each["sent_at"] <= dt.timedelta(minutes=minutes)
            ]
            full = (
                len(near) >= times
                and len({each["account_id"] for each in near}) >= accounts
                and len({each["community_id"] for each in near}) >= communities
            )
            if full and not already:
                yield row["message_id"], [each["message_id"] for each in near[:-1]]
            already = full
