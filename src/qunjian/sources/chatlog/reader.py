"""Reads what chatlog writes: JSON of messages, CSV and text, of one talk or of many."""

from __future__ import annotations

from typing import TYPE_CHECKING

import msgspec

from qunjian.model.capabilities import Capabilities
from qunjian.model.errors import BadInputError
from qunjian.model.language import Phrase
from qunjian.sources.chatlog.json_rows import json_rows
from qunjian.sources.chatlog.records import Context, Message
from qunjian.sources.chatlog.tables import HEADS, table_rows
from qunjian.sources.chatlog.text import looks_like_text, text_rows, text_slices, time_length
from qunjian.sources.encodings import Utf8Stream, utf8_head
from qunjian.sources.json_records import Decoder
from qunjian.sources.json_stream import MalformedError, Walker
from qunjian.sources.pieces import joined
from qunjian.sources.reader import Options, Outcome, Parsed, Slice
from qunjian.sources.wechat.rows import PRIVATE_LEFT_OUT, batches, is_group, named
from qunjian.sources.wechat.tables import first_row, table_slices

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from qunjian.model.records import Reject
    from qunjian.sources.document import Document
    from qunjian.sources.wechat.rows import Row

# The program itself writes a bare array; programs built on it wrap it in {"total": …, "items": […]}.
_TARGETS = frozenset({(), ("items",)})
_DECODER = Decoder(Message)


class ChatlogReader:
    """chatlog's JSON, CSV and text."""

    format_id = "chatlog"
    title = Phrase("chatlog 导出的微信记录（JSON、CSV、TXT）", "WeChat talks exported by chatlog (JSON, CSV, TXT)")
    capabilities = Capabilities(
        {
            "message_ids": "no", "replies": "partly", "threads": "no", "reactions": "no", "mentions": "no",
            "roles": "no", "joins": "partly", "leaves": "no", "roster": "no", "reads": "no", "edits": "no",
            "recalls": "partly", "media": "yes", "accounts": "yes",
        }
    )  # fmt: skip

    def sniff(self, head: bytes, name: str) -> int:
        begin = head[:512].lstrip()
        if begin.startswith((b"[", b"{")):
            if all(key in head for key in (b'"talker"', b'"talkerName"', b'"isSelf"', b'"senderName"', b'"seq"')):
                return 95
            return 0
        if set(HEADS) <= set(first_row(head)):
            return 92
        return 75 if looks_like_text(head) else 0

    def slices(self, document: Document, options: Options) -> Iterator[Slice]:
        head = utf8_head(document.head(), options.encoding)
        stream = Utf8Stream(document, options.encoding)
        if head.lstrip().startswith((b"[", b"{")):
            yield from self._json(document, stream, options)
            return
        heads = first_row(head)
        if set(HEADS) <= set(heads):
            context, cut = Context("table", heads=heads), table_slices(stream, options.slice_bytes, document.name)
        else:
            length = time_length(head)
            context = Context("text", time_length=length)
            cut = text_slices(stream, options.slice_bytes, length, document.name)
        packed = msgspec.json.encode(context)
        for first, data in cut:
            yield Slice(first, data, packed, document.name, stream.take_cleaned())

    def _json(self, document: Document, stream: Utf8Stream, options: Options) -> Iterator[Slice]:
        try:
            for block in Walker(stream, _TARGETS, options.slice_bytes).blocks():
                context = msgspec.json.encode(Context("json", block.broken))
                yield Slice(block.first, block.data, context, document.name, stream.take_cleaned())
        except MalformedError:
            raise BadInputError(
                Phrase("不是完整的 chatlog JSON", "not a whole chatlog JSON file"),
                where=document.name,
                todo=Phrase("请重新导出", "export it again"),
            ) from None

    def parse(self, piece: Slice, options: Options) -> Parsed:
        context = msgspec.json.decode(piece.context, type=Context)
        cleaned = dict(piece.cleaned)
        unknown: dict[str, int] = {}
        warnings: tuple[str, ...] = ()
        rows: list[Row]
        rejects: Sequence[Reject]
        if context.shape == "json":
            records, bad = _DECODER.elements(piece.data, piece.first, cleaned, broken=context.broken)
            rows, late = json_rows(records, piece.first, unknown)
            rejects = [*bad, *late]
            names = {one.talker: one.talker_name for one in records if one.talker}
            groups = {one.talker for one in records if one.is_chat_room or is_group(one.talker)}
        elif context.shape == "table":
            rows, rejects, names = table_rows(piece.data, piece.first, context.heads, options.zone, cleaned)
            groups = set(filter(is_group, names))
        else:
            rows, rejects, names, warnings = text_rows(
                piece.data, piece.first, piece.name, context.time_length, options.zone, cleaned
            )
            # A text of one talk does not say whether it is a group's.
            groups = set(names)
        if options.community is None and len(groups) < len(names):
            rows = [row for row in rows if row.talk in groups]
            names = {talk: name for talk, name in names.items() if talk in groups}
            warnings = (*warnings, PRIVATE_LEFT_OUT)
        parsed = batches(rows, rejects, options, cleaned, ids=True)
        parsed.unknown_kinds = unknown
        parsed.warnings = warnings
        parsed.states.update(named(names, options))
        return parsed

    def parse_many(self, pieces: Sequence[tuple[int, Slice]], options: Options) -> Outcome:
        return joined((document, self.parse(piece, options)) for document, piece in pieces)
