"""Reads a Zulip organisation's export: realm.json and the message files beside it."""

from __future__ import annotations

import datetime as dt
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
from qunjian.sources.zulip.rows import (
    PLATFORM,
    Place,
    Rows,
    columns_of,
    community_of,
    messages_of,
    passages_of,
    roster_of,
)
from qunjian.text.cleaning import merge
from qunjian.text.late import late

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from qunjian.model.records import Reject
    from qunjian.sources.document import Document

What = Literal["messages", "audit", "roster", "streams"]
_MESSAGES = late(rb'\A\s*\{\s*"zerver_(?:message|usermessage)"\s*:')
_REALM = late(rb'"zerver_(?:realm|userprofile|stream|recipient|client|defaultstream)"\s*:')
_TABLES: dict[str, What] = {
    "zerver_message": "messages", "zerver_realmauditlog": "audit", "zerver_subscription": "roster",
}  # fmt: skip
_TARGETS = frozenset((name,) for name in _TABLES)
_DECODERS: dict[str, Decoder[Any]] = {
    "messages": Decoder(Message), "audit": Decoder(Audit), "roster": Decoder(Subscription),
}  # fmt: skip
_NUMBER = late(rb'"(?:id|sender|user_profile|modified_user)"\s*:\s*(\d+)')


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
        return _together([piece], options)[0]

    def parse_many(self, pieces: Sequence[tuple[int, Slice]], options: Options) -> Outcome:
        parsed = _together([piece for _, piece in pieces], options)
        return joined((document, one) for (document, _), one in zip(pieces, parsed, strict=True))


def _together(pieces: Sequence[Slice], options: Options) -> list[Parsed]:
    """Return what slices hold; messages of many small files become columns together."""
    parsed: list[Parsed] = []
    talk: list[tuple[Parsed, Rows]] = []
    for piece in pieces:
        context = msgspec.json.decode(piece.context, type=_Context)
        one = Parsed(cleaned=dict(piece.cleaned))
        parsed.append(one)
        if context.what == "streams":
            one.states["community"] = community_batch(PLATFORM, context.names, options.zone)
            one.export_stamp = _stamp(context.newest)
            continue
        rows, rejects = _rows(piece, context, one.cleaned)
        one.export_stamp = _stamp(max(rows.newest, context.newest))
        one.read = len(rejects) + (0 if context.what == "roster" else len(rows.rows))
        one.rejects = tuple(rejects)
        if context.what == "messages":
            talk.append((one, rows))
        elif rows.rows and context.what == "roster":
            one.states["roster"] = roster_batch(columns_of([rows]), len(rows.rows))
        elif rows.rows:
            one.membership, found = membership_batch(columns_of([rows]), len(rows.rows))
            merge(one.cleaned, found)
    if not _fill(talk):  # what was cleaned is told file by file
        for each in talk:
            _fill([each])
    return parsed


def _rows(piece: Slice, context: _Context, cleaned: dict[str, int]) -> tuple[Rows, list[Reject]]:
    decoder = _DECODERS[context.what]
    records, rejects = decoder.elements(piece.data, piece.first, cleaned, broken=context.broken)
    if context.what == "messages":
        rows = messages_of(records, piece.first, context.place)
    else:
        rows = (passages_of if context.what == "audit" else roster_of)(records, context.place)
    return rows, rejects + rows.rejects


def _fill(talk: Sequence[tuple[Parsed, Rows]]) -> bool:
    """Give every slice its messages; returns whether nothing had to be cleaned."""
    full = [(one, rows) for one, rows in talk if rows.rows]
    if not full:
        return True
    batch, found = message_batch(columns_of([rows for _, rows in full]), sum(len(rows.rows) for _, rows in full))
    if found and len(talk) > 1:
        return False
    start = 0
    for one, rows in full:
        merge(one.cleaned, found)
        one.messages = batch.slice(start, len(rows.rows))
        start += len(rows.rows)
    return True


def _stamp(newest: int) -> dt.datetime | None:
    return dt.datetime.fromtimestamp(newest / 1e6, dt.UTC) if newest else None


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
