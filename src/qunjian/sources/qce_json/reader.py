"""Reads QQ Chat Exporter's JSON: one file, or a folder of a manifest and chunks of JSON Lines."""

from __future__ import annotations

from pathlib import PurePosixPath
from typing import TYPE_CHECKING

import msgspec

from qunjian.model.capabilities import Capabilities
from qunjian.model.language import Phrase
from qunjian.sources.encodings import Utf8Stream, checked_encoding, utf8_head
from qunjian.sources.exporter import Me
from qunjian.sources.json_records import Decoder
from qunjian.sources.json_stream import MalformedError, Walker, json_lines, late_header, not_whole
from qunjian.sources.pieces import joined
from qunjian.sources.qce_json.messages import add_messages, stamp_of
from qunjian.sources.qce_json.records import ChatInfo, Chunk, Header, Record
from qunjian.sources.qq.accounts import PLATFORM, named
from qunjian.sources.qq.rows import PRIVATE_WARNING, Rows, communities
from qunjian.sources.reader import Options, Outcome, Parsed, Slice
from qunjian.text.late import late

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from qunjian.sources.document import Document

_MESSAGES, _CHUNKS, _PARTS = ("messages",), ("chunked", "chunks"), ("chunks", "*", "messages")
_TARGETS = frozenset({_MESSAGES, _CHUNKS, _PARTS})
_NAME = late(rb'"name"\s*:\s*"QQ ?Chat ?Exporter')
_WHOLE = late(rb'\A\s*\{\s*"(?:metadata|chatInfo|chunkInfo|statistics|messages)"\s*:')
# The first line of a chunk is one message, whole or longer than what is looked at.
_LINE = late(rb'\A\s*\{"(?:id|seq|messageId|timestamp)"\s*:')
_PRIVATE = frozenset({"private", "friend", "temp"})
_RECORDS, _ENTRIES = Decoder(Record), Decoder(Chunk)


class _Context(msgspec.Struct):
    """What a slice needs to know: the header, what the records are, whether the document ends inside the last."""

    header: Header
    what: str = "messages"
    broken: bool = False


class QceJsonReader:
    """QQ Chat Exporter, JSON and chunked JSON Lines."""

    format_id = "qce_json"
    title = Phrase("QQ Chat Exporter 的 JSON 与分块 JSONL", "QQ Chat Exporter JSON and chunked JSONL")
    capabilities = Capabilities(
        {
            "message_ids": "yes", "replies": "yes", "threads": "no", "reactions": "no", "mentions": "partly",
            "roles": "partly", "joins": "partly", "leaves": "partly", "roster": "no", "reads": "no", "edits": "no",
            "recalls": "yes", "media": "yes", "accounts": "yes",
        }
    )  # fmt: skip

    def sniff(self, head: bytes, name: str) -> int:
        if _WHOLE.match(head):
            if b'"chatInfo"' not in head and b'"chunkInfo"' not in head:
                return 0
            if _NAME.search(head):
                return 97
            return 75 if b'"messages"' in head or b'"chunked"' in head else 0
        if not _LINE.match(head):
            return 0
        keys = (b'"sender":', b'"content":', b'"elements":', b'"recalled":')
        return 90 if all(key in head.replace(b": ", b":") for key in keys) else 0

    def slices(self, document: Document, options: Options) -> Iterator[Slice]:
        head = utf8_head(document.head(4096), checked_encoding(options.encoding))
        stream = Utf8Stream(document, options.encoding)
        if _LINE.match(head) and not _WHOLE.match(head):
            context = msgspec.json.encode(_Context(Header(), "lines"))
            for first, data in json_lines(stream, options.slice_bytes):
                yield Slice(first, data, context, document.name, stream.take_cleaned())
            return
        walker = Walker(stream, _TARGETS, options.slice_bytes)
        late: Header | None = None
        try:
            for block in walker.blocks():
                header = _header(msgspec.json.encode(walker.header) if block.path == _CHUNKS else block.context)
                if header.chat is None:  # keys in another order: the header stands after the messages
                    late = late or _header(late_header(document, options, _TARGETS))
                    header = late
                what = "chunks" if block.path == _CHUNKS else "messages"
                packed = msgspec.json.encode(_Context(header, what, block.broken))
                yield Slice(block.first, block.data, packed, document.name, stream.take_cleaned())
        except MalformedError:
            raise not_whole(document, "QQ Chat Exporter JSON") from None

    def parse(self, piece: Slice, options: Options) -> Parsed:
        context = msgspec.json.decode(piece.context, type=_Context)
        chat = context.header.chat or ChatInfo()
        parsed = Parsed(cleaned=dict(piece.cleaned))
        if _private(chat, piece.name) and options.community is None:
            if piece.first == 1:
                parsed.warnings = (PRIVATE_WARNING,)
            return parsed
        community = options.community or _community(chat, piece.name)
        if context.header.metadata is not None:
            parsed.export_stamp = stamp_of(context.header.metadata.exported, options.zone)
        if piece.first == 1 and context.what != "lines":
            parsed.states = communities(PLATFORM, {community: chat.name or ""}, options.zone)
        if context.what == "chunks":
            entries, _ = _ENTRIES.elements(piece.data, piece.first, parsed.cleaned, broken=context.broken)
            parsed.promises = _promised(entries, piece.name)
            return parsed
        if context.what == "lines":
            records, rejects = _RECORDS.lines(piece.data, piece.first, parsed.cleaned)
        else:
            records, rejects = _RECORDS.elements(piece.data, piece.first, parsed.cleaned, broken=context.broken)
        rows = Rows(me=options.me or _exporter(chat))
        rejects = [
            *rejects,
            *add_messages(records, piece.first, community, options.zone, rows, parsed.unknown_kinds),
        ]
        states = parsed.states
        rows.fill(parsed, options.zone, rejects)
        parsed.states = {**states, **parsed.states}
        return parsed

    def parse_many(self, pieces: Sequence[tuple[int, Slice]], options: Options) -> Outcome:
        return joined((document, self.parse(piece, options)) for document, piece in pieces)


def _header(raw: bytes) -> Header:
    try:
        return msgspec.json.decode(raw, type=Header, strict=False)
    except (msgspec.DecodeError, UnicodeDecodeError):
        return Header(chat=ChatInfo())


def _exporter(chat: ChatInfo) -> Me | None:
    """Return whose export it is: later versions say so in the header."""
    native = next((str(each) for each in (chat.self_uin, chat.self_uid) if each not in (None, "", "0", 0)), None)
    return Me(chat.self_name or None, native) if native or chat.self_name else None


def _private(chat: ChatInfo, document: str) -> bool:
    return chat.type in _PRIVATE or (not chat.type and named(document).kind in ("friend", "temp"))


def _community(chat: ChatInfo, document: str) -> str:
    """Return the community: by the group's number in the header or in the file's name, else by name."""
    for native in (chat.peer_uin, chat.peer_uid):
        if native not in (None, "", "0", 0) and str(native).isdecimal():
            return f"{PLATFORM}:{native}"
    file = named(document)
    if file.number is not None:
        return f"{PLATFORM}:{file.number}"
    chunked = PurePosixPath(document).parent.name == "chunks" or PurePosixPath(document).name == "manifest.json"
    return f"{PLATFORM}:{file.stem if chunked or not chat.name else chat.name}"


def _promised(entries: list[Chunk], document: str) -> dict[str, int]:
    """Return how many messages the manifest promises of each chunk, by the chunk's whole name."""
    folder = PurePosixPath(document).parent
    return {
        str(folder / (one.path or one.name)): one.count for one in entries if (one.path or one.name) and one.count > 0
    }
