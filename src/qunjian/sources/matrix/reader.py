"""Reads a room exported as JSON by Element."""

from __future__ import annotations

from pathlib import PurePosixPath
from typing import TYPE_CHECKING, Any

import msgspec

from qunjian.model.capabilities import Capabilities
from qunjian.model.language import Phrase
from qunjian.sources.columns import community_batch, membership_batch, message_batch, roster_batch
from qunjian.sources.encodings import Utf8Stream, checked_encoding, utf8_head
from qunjian.sources.json_records import Decoder
from qunjian.sources.json_stream import MalformedError, Walker, not_whole
from qunjian.sources.matrix.records import Event
from qunjian.sources.matrix.relations import Beside, Gathered
from qunjian.sources.matrix.rows import PLATFORM, UNREADABLE, EventRow, MessageRow, Rows
from qunjian.sources.pieces import joined
from qunjian.sources.reader import Options, Outcome, Parsed, Slice
from qunjian.text.cleaning import merge
from qunjian.text.late import late

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from qunjian.sources.document import Document

_TARGETS = frozenset({("messages",)})
_DECODER = Decoder(Event)
_ROOM = late(rb'"room_id"\s*:\s*"(![^"\\]+)"')
_ENCRYPTED = (
    "有消息导出时没能解密，只知道谁在什么时候发过；请在能看到这些消息的设备上重新导出 / some messages could not be "
    "decrypted by the exporting client: only who sent them and when is known; export on a device that can read them"
)


class Header(msgspec.Struct):
    """What stands before the events."""

    room_name: str | None = None


class _Context(msgspec.Struct):
    """What a slice needs to know."""

    room: str
    name: str
    broken: bool
    beside: Beside


class MatrixReader:
    """Element room export."""

    format_id = "matrix"
    title = Phrase("Matrix（Element 导出的 JSON）", "Matrix (JSON exported by Element)")
    capabilities = Capabilities(
        {
            "message_ids": "yes", "replies": "yes", "threads": "yes", "reactions": "partly", "mentions": "yes",
            "roles": "partly", "joins": "yes", "leaves": "yes", "roster": "no", "reads": "no", "edits": "yes",
            "recalls": "yes", "media": "yes", "accounts": "yes",
        }
    )  # fmt: skip

    def sniff(self, head: bytes, name: str) -> int:
        if not head.lstrip().startswith(b"{"):
            return 0
        begin = head[:8192]
        return 95 if b'"room_name"' in begin and (b'"room_creator"' in begin or b'"exported_by"' in begin) else 0

    def slices(self, document: Document, options: Options) -> Iterator[Slice]:
        try:
            yield from self._sliced(document, options)
        except MalformedError:
            raise not_whole(document, "Matrix JSON") from None

    def _sliced(self, document: Document, options: Options) -> Iterator[Slice]:
        head = utf8_head(document.head(), checked_encoding(options.encoding))
        found = _ROOM.search(head)
        gathered = Gathered()
        for block in Walker(Utf8Stream(document, options.encoding), _TARGETS, options.slice_bytes).blocks():
            gathered.add(_DECODER.elements(block.data, block.first, {}, broken=block.broken)[0])
        gathered.settle()
        stream = Utf8Stream(document, options.encoding)
        for block in Walker(stream, _TARGETS, options.slice_bytes).blocks():
            name = _header(block.context).room_name or ""
            native = found[1].decode("utf-8", "replace") if found else name or PurePosixPath(document.name).stem
            room = options.community or f"{PLATFORM}:{native}"
            context = _Context(room, name, block.broken, gathered.of(block.data))
            begin = stream.stored(block.begin)
            encoded = msgspec.json.encode(context)
            yield Slice(block.first, block.data, encoded, document.name, stream.take_cleaned(), begin)

    def parse(self, piece: Slice, options: Options) -> Parsed:
        context = msgspec.json.decode(piece.context, type=_Context)
        cleaned = dict(piece.cleaned)
        events, rejects = _DECODER.elements(piece.data, piece.first, cleaned, broken=context.broken)
        rows = Rows(context.beside)
        rows.add(events, piece.first)
        rejects.extend(rows.rejects)
        read = len(rows.messages) + len(rows.events) + len(rejects)
        parsed = Parsed(read=read, rejects=tuple(rejects), cleaned=cleaned, unknown_kinds=rows.unknown)
        if rows.messages:
            parsed.messages, more = message_batch(_columns(rows.messages, context.room), len(rows.messages))
            merge(cleaned, more)
        if rows.events:
            parsed.membership, more = membership_batch(_columns(rows.events, context.room), len(rows.events))
            merge(cleaned, more)
        if rows.roles:
            columns: dict[str, Any] = {
                "platform": PLATFORM,
                "community_id": context.room,
                "account_id": [who for who, _, _ in rows.roles],
                "role": [role for _, role, _ in rows.roles],
                "observed_at": [at for _, _, at in rows.roles],
                "complete": [False] * len(rows.roles),
            }
            parsed.states["roster"] = roster_batch(columns, len(rows.roles))
        if piece.first == 1:
            parsed.states["community"] = community_batch(PLATFORM, {context.room: context.name}, options.zone)
        if UNREADABLE in rows.unknown:
            parsed.warnings = (_ENCRYPTED,)
        return parsed

    def parse_many(self, pieces: Sequence[tuple[int, Slice]], options: Options) -> Outcome:
        return joined((document, self.parse(piece, options)) for document, piece in pieces)


def _header(context: bytes) -> Header:
    try:
        return msgspec.json.decode(context, type=Header)
    except (msgspec.DecodeError, UnicodeDecodeError):
        return Header()


def _columns(rows: Sequence[MessageRow] | Sequence[EventRow], room: str) -> dict[str, Any]:
    """Return the columns of rows; an event's id is unique everywhere."""
    columns: dict[str, Any] = {name: [getattr(row, name) for row in rows] for name in rows[0].__struct_fields__}
    for name in ("reply_to", "thread_id", "mentions", "reactions", "attachments", "edited_at"):
        if name in columns and not any(columns[name]):
            columns[name] = None
    return columns | {"platform": PLATFORM, "community_id": room, "channel_id": "", "scope": PLATFORM}
