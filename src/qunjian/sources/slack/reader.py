"""Reads Slack: the day files, users.json and channels.json of an export, and logs of raw events, one a line."""

from __future__ import annotations

import datetime as dt
from typing import TYPE_CHECKING, Any, Literal

import msgspec

from qunjian.model.capabilities import Capabilities
from qunjian.model.errors import BadInputError
from qunjian.model.language import Phrase
from qunjian.model.schemas import CHANNEL
from qunjian.sources.columns import community_batch, membership_batch, message_batch, roster_batch, state_batch
from qunjian.sources.encodings import Utf8Stream, checked_encoding, utf8_head
from qunjian.sources.json_records import Decoder
from qunjian.sources.json_stream import MalformedError, Walker, json_lines
from qunjian.sources.pieces import joined
from qunjian.sources.reader import Options, Outcome, Parsed, Slice
from qunjian.sources.slack.export import Place, is_private, place_of
from qunjian.sources.slack.records import Channel, Record, User
from qunjian.sources.slack.rows import EventRow, MessageRow, rows_of
from qunjian.text.cleaning import merge
from qunjian.text.late import late

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from qunjian.sources.document import Document

What = Literal["day", "events", "users", "channels"]
_TARGETS: frozenset[tuple[str, ...]] = frozenset({()})
_TS = late(rb'"(?:event_)?ts"\s*:\s*"[0-9]{9,11}\.[0-9]{6}"')
_MESSAGE = late(rb'"type"\s*:\s*"message"')
_CHANNEL = late(rb'"channel"\s*:\s*"[CGD][A-Z0-9]{5,}"')
_USER = late(rb'"id"\s*:\s*"[UW][A-Z0-9]{5,}"')
_ROOM = late(rb'"id"\s*:\s*"[CG][A-Z0-9]{5,}"')
_RECORD, _USERS, _CHANNELS = Decoder(Record), Decoder(User), Decoder(Channel)


class _Context(msgspec.Struct):
    """What a slice needs to know: what the document is, where its messages belong, whether it is cut short."""

    what: What
    place: Place
    broken: bool = False


class SlackReader:
    """Slack export archive and raw event lines."""

    format_id = "slack"
    title = Phrase("Slack 导出压缩包与事件日志", "Slack export archive and event log")
    capabilities = Capabilities(
        {
            "message_ids": "yes", "replies": "partly", "threads": "yes", "reactions": "yes", "mentions": "yes",
            "roles": "partly", "joins": "yes", "leaves": "yes", "roster": "partly", "reads": "no", "edits": "partly",
            "recalls": "partly", "media": "yes", "accounts": "yes",
        }
    )  # fmt: skip

    def sniff(self, head: bytes, name: str) -> int:
        what = _what(head)
        return 0 if what is None else 90 if what in ("day", "events") else 85

    def slices(self, document: Document, options: Options) -> Iterator[Slice]:
        head = utf8_head(document.head(), checked_encoding(options.encoding))
        what = _what(head) or ("day" if head.lstrip().startswith(b"[") else "events")
        if what == "day" and is_private(document.name):
            return
        root = 2 if what == "day" else 1
        place = place_of(document, head, options.community, events=what == "events", root=root)
        stream = Utf8Stream(document, options.encoding)
        if what == "events":
            context = msgspec.json.encode(_Context(what, place))
            for first, data in json_lines(stream, options.slice_bytes):
                yield Slice(first, data, context, document.name, stream.take_cleaned())
            return
        try:
            for block in Walker(stream, _TARGETS, options.slice_bytes).blocks():
                context = msgspec.json.encode(_Context(what, place, block.broken))
                yield Slice(block.first, block.data, context, document.name, stream.take_cleaned())
        except MalformedError:
            raise BadInputError(
                Phrase("不是完整的 Slack JSON", "not a whole Slack JSON file"),
                where=document.name,
                todo=Phrase("请重新导出", "export it again"),
            ) from None

    def parse(self, piece: Slice, options: Options) -> Parsed:
        context = msgspec.json.decode(piece.context, type=_Context)
        if context.what == "users":
            return _users(piece, context)
        if context.what == "channels":
            return _channels(piece, context)
        cleaned = dict(piece.cleaned)
        if context.what == "events":
            records, rejects = _RECORD.lines(piece.data, piece.first, cleaned)
        else:
            records, rejects = _RECORD.elements(piece.data, piece.first, cleaned, broken=context.broken)
        place = context.place
        rows = rows_of(records, piece.first, place.channel)
        rejects.extend(rows.rejects)
        read = len(rows.messages) + len(rows.events) + len(rejects)
        parsed = Parsed(read=read, rejects=tuple(rejects), cleaned=cleaned, unknown_kinds=rows.unknown)
        if rows.messages:
            columns = _columns(rows.messages, place, options)
            parsed.messages, found = message_batch(columns, len(rows.messages))
            merge(cleaned, found)
        if rows.events:
            columns = _columns(rows.events, place, options)
            parsed.membership, found = membership_batch(columns, len(rows.events))
            merge(cleaned, found)
        if bots := {row.account_id: row.name_then for row in rows.messages if row.bot and row.account_id}:
            parsed.states["roster"] = _roster(place.community, [(who, name, "bot") for who, name in bots.items()])
        if piece.first == 1:
            parsed.states["community"] = community_batch("slack", {place.community: place.name}, options.zone)
        if context.what == "events" and rows.newest is not None:
            parsed.export_stamp = dt.datetime.fromtimestamp(rows.newest / 1e6, dt.UTC)
        return parsed

    def parse_many(self, pieces: Sequence[tuple[int, Slice]], options: Options) -> Outcome:
        return joined((document, self.parse(piece, options)) for document, piece in pieces)


def _what(head: bytes) -> What | None:
    """Return which of Slack's files a head is of."""
    begin = head[:4096].lstrip()
    if begin.startswith(b"{"):
        line = begin.partition(b"\n")[0]
        lines = b'"type"' in line and _TS.search(head) and _CHANNEL.search(head)
        return "events" if lines and line.rstrip()[1:2] != b"" and _MESSAGE.search(head) else None
    if not begin.startswith(b"["):
        return None
    if _MESSAGE.search(head) and _TS.search(head):
        return "day"
    if _USER.search(head[:4096]) and b'"team_id"' in head and b'"profile"' in head:
        return "users"
    return "channels" if _ROOM.search(head[:4096]) and b'"creator"' in head and b'"members"' in head else None


def _columns(rows: Sequence[MessageRow] | Sequence[EventRow], place: Place, options: Options) -> dict[str, Any]:
    """Return the columns of rows: their own fields, and where they stand."""
    columns: dict[str, Any] = {
        name: [getattr(row, name) for row in rows]
        for name in rows[0].__struct_fields__
        if name not in ("channel", "bot")
    }
    for name in ("reply_to", "thread_id", "mentions", "reactions", "attachments", "edited_at"):
        if name in columns and not any(columns[name]):
            columns[name] = None
    channels = [row.channel for row in rows]
    columns |= {
        "platform": "slack", "community_id": place.community, "channel_id": channels,
        # A time is the name of a message in its channel only.
        "scope": [f"{place.community}/{channel}" if channel else place.community for channel in channels],
    }  # fmt: skip
    if options.zone:
        columns["zone"] = options.zone
    return columns


def _roster(community: str, members: Sequence[tuple[str, str | None, str]]) -> Any:
    columns: dict[str, Any] = {
        "platform": "slack", "community_id": community, "account_id": [who for who, _, _ in members],
        "name": [name for _, name, _ in members], "role": [role for _, _, role in members],
        "complete": [False] * len(members),
    }  # fmt: skip
    return roster_batch(columns, len(members))


def _users(piece: Slice, context: _Context) -> Parsed:
    """Return the roster of users.json, without the accounts that were switched off."""
    cleaned = dict(piece.cleaned)
    users, rejects = _USERS.elements(piece.data, piece.first, cleaned, broken=context.broken)
    members: list[tuple[str, str | None, str]] = []
    for one in users:
        role = "owner" if one.is_owner or one.is_primary_owner else "admin" if one.is_admin else "member"
        shown = one.profile.display_name or one.profile.real_name if one.profile else None
        if not one.deleted:
            members.append((f"slack:{one.id}", shown or one.real_name or one.name, "bot" if one.is_bot else role))
    parsed = Parsed(read=len(rejects), rejects=tuple(rejects), cleaned=cleaned)
    if members:
        parsed.states["roster"] = _roster(context.place.community, members)
    if changed := max((one.updated or 0 for one in users), default=0):
        parsed.export_stamp = dt.datetime.fromtimestamp(max(0, min(changed, 4_102_444_799)), dt.UTC)
    return parsed


def _channels(piece: Slice, context: _Context) -> Parsed:
    cleaned = dict(piece.cleaned)
    found, rejects = _CHANNELS.elements(piece.data, piece.first, cleaned, broken=context.broken)
    parsed = Parsed(read=len(rejects), rejects=tuple(rejects), cleaned=cleaned)
    if found:
        columns: dict[str, Any] = {
            "community_id": context.place.community, "channel_id": [one.id for one in found],
            "name": [one.name for one in found],
        }  # fmt: skip
        parsed.states["channel"] = state_batch(CHANNEL, columns, len(found))
    return parsed
