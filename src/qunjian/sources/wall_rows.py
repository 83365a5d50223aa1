"""Rows of text logs, of people known by name and wall-clock times, and the batches many documents become."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import msgspec
import pyarrow as pa

from qunjian.model.persons import is_exporter
from qunjian.model.records import Reject
from qunjian.model.schemas import COMMUNITY
from qunjian.sources.columns import membership_batch, message_batch, state_batch
from qunjian.sources.reader import Outcome, Parsed, Part
from qunjian.sources.times import utc_of_wall
from qunjian.text.cleaning import merge

if TYPE_CHECKING:
    import datetime as dt
    from collections.abc import Sequence

    from qunjian.sources.reader import Options


class MessageRow(msgspec.Struct):
    """One message; system lines have no author. `wall_time`: microseconds of the wall clock as written."""

    wall_time: int
    account_id: str | None
    name_then: str | None
    kind: str
    text: str
    mentions: list[str] | None = None
    attachments: list[dict[str, Any]] | None = None


class EventRow(msgspec.Struct):
    """One membership event."""

    wall_time: int
    account_id: str | None
    name_then: str | None
    kind: str
    actor_id: str | None = None
    detail: str | None = None
    by_exporter: bool = False  # the line says that whoever made the export did it


class Rows(msgspec.Struct):
    """What a slice held; `marks`: how many messages said that they were edited."""

    messages: list[MessageRow] = []
    events: list[EventRow] = []
    rejects: list[Reject] = []
    marks: int = 0


class Held(msgspec.Struct):
    """One slice's rows, whose community they are of and what it is called (empty: the slice does not say)."""

    document: int
    rows: Rows
    community: str
    name: str = ""
    cleaned: dict[str, int] = {}
    warnings: tuple[str, ...] = ()
    export_stamp: dt.datetime | None = None


def outcome(platform: str, held: Sequence[Held], options: Options) -> Outcome:
    """Return the rows of some slices as one batch per fact; what was cleaned is counted on the first slice."""
    cleaned: dict[str, int] = {}
    messages = membership = None
    zone = options.zone
    if options.me is not None:
        _name_exporter(held, options.me.account(platform), options.me.name)
    said = [row for one in held for row in one.rows.messages]
    if said:
        of = [one.community for one in held for _ in one.rows.messages]
        messages, found = message_batch(_columns(platform, said, of, zone), len(said))
        merge(cleaned, found)
    events = [row for one in held for row in one.rows.events]
    if events:
        of = [one.community for one in held for _ in one.rows.events]
        membership, found = membership_batch(_columns(platform, events, of, zone), len(events))
        merge(cleaned, found)
    parts: list[Part] = []
    for n, one in enumerate(held):
        clean = dict(one.cleaned)
        if n == 0:
            merge(clean, cleaned)
        rows = one.rows
        counts = len(rows.messages), len(rows.events)
        parts.append(
            Part(
                one.document, *counts, sum(counts) + len(rows.rejects), tuple(rows.rejects), clean,
                export_stamp=one.export_stamp, warnings=one.warnings, states={"community": 1} if one.name else {},
            )
        )  # fmt: skip
    return Outcome(messages, membership, _states(platform, held, zone), tuple(parts))


def _name_exporter(held: Sequence[Held], account: str, name: str | None) -> None:
    """Put an account in the place of whoever made the exports."""
    rows: list[MessageRow | EventRow] = []
    for one in held:
        rows += one.rows.messages
        rows += one.rows.events
    for row in rows:
        if row.name_then is not None and (row.account_id is None or is_exporter(row.account_id)):
            row.account_id, row.name_then = account, name
    for event in (event for one in held for event in one.rows.events if event.by_exporter):
        event.actor_id = account


def alone(held: Outcome) -> Parsed:
    """Return the outcome of a single slice as what that slice held."""
    (part,) = held.parts
    return Parsed(
        held.messages, held.membership, held.states, part.read, part.rejects, dict(part.cleaned),
        export_stamp=part.export_stamp, warnings=part.warnings,
    )  # fmt: skip


def _states(platform: str, held: Sequence[Held], zone: str | None) -> dict[str, pa.RecordBatch]:
    named = [one for one in held if one.name]
    if not named:
        return {}
    columns: dict[str, Any] = {
        "platform": platform, "community_id": [one.community for one in named], "name": [one.name for one in named],
        "zone": zone,
    }  # fmt: skip
    return {"community": state_batch(COMMUNITY, columns, len(named))}


def _columns(
    platform: str, rows: Sequence[MessageRow] | Sequence[EventRow], communities: list[str], zone: str | None
) -> dict[str, Any]:
    columns: dict[str, Any] = {name: [getattr(row, name) for row in rows] for name in rows[0].__struct_fields__}
    for name in ("mentions", "attachments"):
        if name in columns and not any(columns[name]):
            columns[name] = None
    one = communities[0] if len(set(communities)) == 1 else communities
    columns |= {
        "sent_at": utc_of_wall(pa.array(columns["wall_time"], pa.int64()), zone), "platform": platform,
        "scope": one, "community_id": one, "channel_id": "", "zone": zone,
    }  # fmt: skip
    return columns
