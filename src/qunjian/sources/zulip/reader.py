"""Reads a Zulip organisation's export: realm.json and the message files beside it."""

from __future__ import annotations

import datetime as dt
import re
from typing import TYPE_CHECKING, Any, Literal

import msgspec

from qunjian.model.capabilities import Capabilities
from qunjian.model.errors import BadInputError
from qunjian.model.language import Phrase
from qunjian.sources.columns import community_batch, membership_batch, message_batch, roster_batch
from qunjian.sources.encodings import Utf8Stream, checked_encoding, utf8_head
from qunjian.sources.json_records import Decoder
from qunjian.sources.json_stream import Block, MalformedError, Walker, not_whole
from qunjian.sources.pieces import joined
from qunjian.sources.reader import Options, Outcome, Parsed, Slice
from qunjian.sources.zulip.export import Export, export_of
from qunjian.sources.zulip.records import Audit, Message, Subscription
from qunjian.sources.zulip.rows import PLATFORM, Place, community_of, messages_of, passages_of, roster_of
from qunjian.text.cleaning import merge

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from qunjian.sources.document import Document

What = Literal["messages", "audit", "roster", "streams"]
_MESSAGES = re.compile(rb'\A\s*\{\s*"zerver_(?:message|usermessage)"\s*:')
_REALM = re.compile(rb'"zerver_(?:realm|userprofile|stream|recipient|client|defaultstream)"\s*:')
_TABLES: dict[str, What] = {
    "zerver_message": "messages", "zerver_realmauditlog": "audit", "zerver_subscription": "roster",
}  # fmt: skip
_TARGETS = frozenset((name,) for name in _TABLES)
_DECODERS: dict[str, Decoder[Any]] = {
    "messages": Decoder(Message), "audit": Decoder(Audit), "roster": Decoder(Subscription),
}  # fmt: skip
_NUMBER = re.compile(rb'"(?:id|sender|user_profile|modified_user)"\s*:\s*(\d+)')


class _Context(msgspec.Struct):
    """What a slice needs to know: what its rows are, and of the export what they need."""

    what: What
    place: Place
    broken: bool = False
    names: dict[str, str] = {}
    newest: int = 0


class ZulipReader:
    """Zulip organisation export."""

    format_id = "zulip"
    title = Phrase(
        "Zulip 组织导出（realm.json 与 messages-*.json）", "Zulip organisation export (realm.json, messages-*.json)"
    )
    capabilities = Capabilities(
        {
            "message_ids": "yes", "replies": "partly", "threads": "yes", "reactions": "yes", "mentions": "yes",
            "roles": "yes", "joins": "yes", "leaves": "yes", "roster": "yes", "reads": "no", "edits": "yes",
            "recalls": "no", "media": "yes", "accounts": "yes",
        }
    )  # fmt: skip

    def sniff(self, head: bytes, name: str) -> int:
        if not head.lstrip().startswith(b"{"):
            return 0
        return 97 if _MESSAGES.match(head) else 93 if _REALM.search(head) else 0

    def slices(self, document: Document, options: Options) -> Iterator[Slice]:
        head = utf8_head(document.head(), checked_encoding(options.encoding))
        source: Document | None = document
        if _MESSAGES.match(head):
            folder = document.name.rpartition("/")[0]
            source = document.beside(f"{folder}/realm.json" if folder else "realm.json")
        if source is None:
            raise BadInputError(
                Phrase(
                    "旁边没有 realm.json，分不清频道消息与私聊",
                    "without realm.json channels and private talks look alike",
                ),
                where=document.name,
                todo=Phrase(
                    "请导入整个导出（tar.gz 或解开的目录）", "import the whole export (the tar.gz or its folder)"
                ),
            )
        try:
            yield from _sliced(document, options, export_of(source), whole=source is document)
        except MalformedError:
            raise not_whole(document, "Zulip JSON") from None

    def parse(self, piece: Slice, options: Options) -> Parsed:
        context = msgspec.json.decode(piece.context, type=_Context)
        cleaned = dict(piece.cleaned)
        parsed = Parsed(cleaned=cleaned)
        if context.what == "streams":
            parsed.states["community"] = community_batch(PLATFORM, context.names, options.zone)
            parsed.export_stamp = _stamp(context.newest)
            return parsed
        decoder = _DECODERS[context.what]
        records, rejects = decoder.elements(piece.data, piece.first, cleaned, broken=context.broken)
        if context.what == "messages":
            rows = messages_of(records, piece.first, context.place)
            rejects.extend(rows.rejects)
        else:
            rows = (passages_of if context.what == "audit" else roster_of)(records, context.place)
        if rows.rows:
            _fill(parsed, context.what, rows.columns(), len(rows.rows), options)
        newest = max(
            (row[name] or 0 for row in rows.rows for name in ("sent_at", "edited_at") if name in row), default=0
        )
        parsed.export_stamp = _stamp(max(newest, context.newest))
        counted = 0 if context.what == "roster" else len(rows.rows)
        parsed.read, parsed.rejects = counted + len(rejects), tuple(rejects)
        return parsed

    def parse_many(self, pieces: Sequence[tuple[int, Slice]], options: Options) -> Outcome:
        return joined((document, self.parse(piece, options)) for document, piece in pieces)


def _stamp(newest: int) -> dt.datetime | None:
    return dt.datetime.fromtimestamp(newest / 1e6, dt.UTC) if newest else None


def _fill(parsed: Parsed, what: What, columns: dict[str, Any], rows: int, options: Options) -> None:
    """Put the rows where they belong."""
    if what == "roster":
        parsed.states["roster"] = roster_batch(columns, rows)
    elif what == "messages":
        parsed.messages, found = message_batch(columns, rows)
        merge(parsed.cleaned, found)
    else:
        parsed.membership, found = membership_batch(columns, rows)
        merge(parsed.cleaned, found)


def _sliced(document: Document, options: Options, export: Export, *, whole: bool) -> Iterator[Slice]:
    """Yield the streams of realm.json, and the slices of every table that is read."""
    if whole:
        forced = options.community
        names = {forced: export.name} if forced else {
            community_of(export.realm, stream): name for stream, name in export.streams.items()
        }  # fmt: skip
        context = _Context("streams", Place(export.realm), names=names, newest=export.newest)
        yield Slice(1, b"", msgspec.json.encode(context), document.name)
    stream = Utf8Stream(document, options.encoding)
    for block in Walker(stream, _TARGETS, options.slice_bytes).blocks():
        context = _context(block, export, options)
        begin = stream.stored(block.begin)
        yield Slice(block.first, block.data, msgspec.json.encode(context), document.name, stream.take_cleaned(), begin)


def _context(block: Block, export: Export, options: Options) -> _Context:
    """Return what the rows of a block need: only the people and reactions whose numbers stand in it."""
    numbers = {int(found) for found in _NUMBER.findall(block.data) if len(found) < 16}
    place = Place(
        export.realm,
        export.stream_of,
        {one: export.people[one] for one in numbers & export.people.keys()},
        {one: export.reactions[one] for one in numbers & export.reactions.keys()},
        options.community,
    )
    return _Context(_TABLES[block.path[0]], place, block.broken, newest=export.newest)
