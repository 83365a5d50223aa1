"""Writes one community in the ChatLab format 0.0.2 (JSON Lines), and counts what that format cannot carry."""

from __future__ import annotations

from typing import TYPE_CHECKING, BinaryIO

import msgspec

from qunjian import __version__
from qunjian.runs.export_forms import write_lines
from qunjian.runs.export_rows import batches, relation
from qunjian.sources.chatlab.reader import KINDS

if TYPE_CHECKING:
    import datetime as dt
    from collections.abc import Iterator

    import pyarrow as pa

    from qunjian.engines.local import Session

_NUMBERS = {kind: number for number, kind in reversed(KINDS.items())}
_TYPES = " ".join(f"WHEN '{kind}' THEN {number}" for kind, number in sorted(_NUMBERS.items()))
# ids stand without their platform; an account known by its name alone has none.
_ID = (
    "CASE WHEN {0} IS NULL OR starts_with({0}, '{1}:name:') THEN '' "
    "WHEN starts_with({0}, '{1}:') THEN {0}[{2}:] ELSE {0} END"
)
_NAME = "coalesce({name}, CASE WHEN starts_with({account}, '{platform}:name:') THEN {account}[{after}:] END)"

# What is lost, as a condition on the rows of a record.
_LOST: dict[str, dict[str, str]] = {
    "message": {
        "channel_id": "channel_id <> ''",
        "scope": "scope <> community_id",
        "sent_at": "epoch_us(sent_at) % 1000000 <> 0",
        "wall_time": "wall_time IS NOT NULL",
        "zone": "zone IS NOT NULL",
        "thread_id": "thread_id IS NOT NULL",
        "mentions": "len(mentions) > 0",
        "reactions": "len(reactions) > 0",
        "attachments": "len(attachments) > 0",
        "forwarded_from": "forwarded_from IS NOT NULL",
        "edited_at": "edited_at IS NOT NULL",
    },
    "membership": {"record": "true"},
    "size_snapshot": {"record": "true"},
    "platform_count": {"record": "true"},
    "channel": {"record": "true"},
    "community": {"zone": "zone IS NOT NULL"},
    "roster": {
        "joined_at": "joined_at IS NOT NULL",
        "left_at": "left_at IS NOT NULL",
        "scene": "scene IS NOT NULL",
        "inviter": "inviter IS NOT NULL",
        "complete": "complete",
    },
}


def lost(session: Session, community: str) -> dict[str, int]:
    """Return how many values of which field the format drops: {"message.reactions": 12}."""
    found: dict[str, int] = {}
    for record, fields in _LOST.items():
        source, values = relation(record, community=community)
        counts = ", ".join(f"count(*) FILTER ({condition})" for condition in fields.values())
        row = session.connection.execute(f"SELECT {counts} {source}", values).fetchone() or ()
        for name, number in zip(fields, row, strict=False):
            if number:
                found[record if name == "record" else f"{record}.{name}"] = int(number)
    return found


def header(session: Session, community: str, observed_at: dt.datetime | None) -> tuple[bytes, str]:
    """Return the first line of the file, and the platform."""
    platform = community.split(":", 1)[0]
    name = session.connection.execute("SELECT name FROM community WHERE community_id = ?", [community]).fetchone()
    meta = {"name": (name[0] if name else None) or "", "platform": platform, "type": "group"}
    if ":" in community:
        meta["groupId"] = community.split(":", 1)[1]
    stamp: dict[str, object] = {"version": "0.0.2", "generator": f"qunjian {__version__}"}
    if observed_at is not None:
        stamp["exportedAt"] = int(observed_at.timestamp())
    return msgspec.json.encode({"_type": "header", "chatlab": stamp, "meta": meta}) + b"\n", platform


class ChatLab:
    """The lines of one community's file."""

    def __init__(self, session: Session, out: BinaryIO, platform: str) -> None:
        self._connection = session.connection.cursor()
        self._out = out
        quoted, after = platform.replace("'", "''"), len(platform) + 2

        def native(column: str) -> str:
            return _ID.format(column, quoted, after)

        def name(column: str) -> str:
            return _NAME.format(name=column, account="account_id", platform=quoted, after=len(platform) + 7)

        self._selects = {
            "roster": (
                f"to_json({{'_type': 'member', 'platformId': {native('account_id')}, 'accountName': {name('name')}, "
                "'roles': CASE WHEN role IS NULL OR role = 'member' THEN NULL ELSE [{'id': role}] END})"
            ),
            "message": (
                f"to_json({{'_type': 'message', 'sender': {native('account_id')}, 'accountName': {name('name_then')}, "
                f"'timestamp': epoch_us(sent_at) // 1000000, 'type': CASE kind {_TYPES} ELSE 99 END, 'content': text, "
                "'platformMessageId': message_id, 'replyToMessageId': reply_to})"
            ),
        }

    def write(self, record: str, batch: pa.RecordBatch) -> None:
        """Add members or messages."""
        write_lines(self._connection, self._out, batch, self._selects[record])

    def close(self) -> None:
        """End the file; the stream stays open."""
        self._connection.close()


def rows(session: Session, community: str) -> Iterator[tuple[str, pa.RecordBatch]]:
    """Yield what the format carries of a community, members first."""
    for record in ("roster", "message"):
        for batch in batches(session, record, community=community):
            yield record, batch
