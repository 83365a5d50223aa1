"""Reads the JSON files of DiscordChatExporter: one channel or thread each."""

from __future__ import annotations

import datetime as dt
from typing import TYPE_CHECKING, Any

import msgspec

from qunjian.model.capabilities import Capabilities
from qunjian.model.errors import BadInputError
from qunjian.model.language import Phrase
from qunjian.sources.discord.messages import account, called, is_event, membership_columns, message_columns, timed, utc
from qunjian.sources.discord.records import Channel, Guild, Header, Record
from qunjian.sources.drafts import channel_draft, community_draft, membership_draft, message_draft, roster_draft
from qunjian.sources.encodings import Utf8Stream
from qunjian.sources.json_records import Decoder
from qunjian.sources.json_stream import MalformedError, Walker
from qunjian.sources.pieces import joined
from qunjian.sources.reader import Options, Outcome, Parsed, Slice
from qunjian.text.late import late

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from qunjian.sources.document import Document

_TARGETS = frozenset({("messages",)})
_BEGIN = late(rb'\A\s*\{\s*"guild"\s*:\s*\{')
_DECODER = Decoder(Record)


class _Context(msgspec.Struct):
    """What a slice needs to know: the header, whether the document is cut short."""

    header: Header
    broken: bool = False


class DiscordReader:
    """DiscordChatExporter JSON."""

    format_id = "discord"
    title = Phrase("DiscordChatExporter 导出（JSON）", "DiscordChatExporter (JSON)")
    capabilities = Capabilities(
        {
            "message_ids": "yes", "replies": "yes", "threads": "partly", "reactions": "yes", "mentions": "yes",
            "roles": "partly", "joins": "partly", "leaves": "no", "roster": "no", "reads": "no", "edits": "partly",
            "recalls": "no", "media": "yes", "accounts": "yes",
        }
    )  # fmt: skip

    def sniff(self, head: bytes, name: str) -> int:
        if _BEGIN.match(head) is None or b'"channel"' not in head[:16_384]:
            return 0
        return 95 if b'"dateRange"' in head or b'"messages"' in head else 60

    def slices(self, document: Document, options: Options) -> Iterator[Slice]:
        stream = Utf8Stream(document, options.encoding)
        try:
            for block in Walker(stream, _TARGETS, options.slice_bytes).blocks():
                context = msgspec.json.encode(_Context(_header(block.context), block.broken))
                yield Slice(block.first, block.data, context, document.name, stream.take_cleaned())
        except MalformedError:
            raise BadInputError(
                Phrase("不是完整的 DiscordChatExporter JSON", "not a whole DiscordChatExporter JSON file"),
                where=document.name,
                todo=Phrase("请重新导出", "export it again"),
            ) from None

    def parse(self, piece: Slice, options: Options) -> Parsed:
        context = msgspec.json.decode(piece.context, type=_Context)
        guild, channel = context.header.guild or Guild(), context.header.channel or Channel()
        cleaned = dict(piece.cleaned)
        records, rejects = _DECODER.elements(piece.data, piece.first, cleaned, broken=context.broken)
        rows, late = timed(records, piece.first)
        rejects.extend(late)
        community = options.community or _community(guild, channel)
        shared: dict[str, Any] = {
            "scope": "discord", "platform": "discord", "community_id": community,
            "channel_id": "" if channel.id is None else str(channel.id),
        }  # fmt: skip
        if options.zone:
            shared["zone"] = options.zone
        spoken = [row for row in rows if not is_event(row[0])]
        events = [row for row in rows if is_event(row[0])]
        parsed = Parsed(read=len(rows) + len(rejects), rejects=tuple(rejects), cleaned=cleaned)
        if spoken:
            columns, parsed.unknown_kinds = message_columns(spoken)
            if "Thread" in str(channel.type):
                columns["thread_id"] = shared["channel_id"]
            parsed.messages = message_draft({**shared, **columns}, len(spoken))
        if events:
            parsed.membership = membership_draft({**shared, **membership_columns(events)}, len(events))
        parsed.states = _states(piece, community, guild, channel, spoken, options.zone)
        if (exported := utc(context.header.exported_at)) is not None:
            parsed.export_stamp = dt.datetime.fromtimestamp(exported / 1e6, dt.UTC)
        return parsed

    def parse_many(self, pieces: Sequence[tuple[int, Slice]], options: Options) -> Outcome:
        return joined((document, self.parse(piece, options)) for document, piece in pieces)


def _header(raw: bytes) -> Header:
    try:
        return msgspec.json.decode(raw, type=Header, strict=False)
    except (msgspec.DecodeError, UnicodeDecodeError):
        return Header()


def _community(guild: Guild, channel: Channel) -> str:
    """Return the server, or the channel itself for talks outside of servers."""
    native = guild.id if str(guild.id) not in ("None", "0", "") else channel.id
    return f"discord:{native if native is not None else guild.name or 'server'}"


def _states(
    piece: Slice, community: str, guild: Guild, channel: Channel, rows: Sequence[tuple[Record, int]], zone: str | None
) -> dict[str, Any]:
    """Return the names of the server and of the channel once, and the bots met."""
    states: dict[str, Any] = {}
    bots = {account(one.author): called(one.author) for one, _ in rows if one.author is not None and one.author.is_bot}
    bots.pop(None, None)
    if bots:
        columns: dict[str, Any] = {
            "platform": "discord", "community_id": community, "account_id": list(bots), "name": list(bots.values()),
            "role": "bot", "complete": [False] * len(bots),
        }  # fmt: skip
        states["roster"] = roster_draft(columns, len(bots))
    if piece.first == 1:
        outside = str(guild.id) in ("None", "0", "")
        name = channel.name if outside else guild.name
        states["community"] = community_draft("discord", {community: name or ""}, zone)
        if channel.id is not None:
            shown = " / ".join(part for part in (channel.category, channel.name) if part)
            states["channel"] = channel_draft(community, str(channel.id), shown)
    return states
