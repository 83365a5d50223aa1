"""Reads Wetrace Plus's standard JSON, version 1."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, TypeVar

import msgspec
import pyarrow as pa

from qunjian.model.capabilities import Capabilities
from qunjian.model.errors import BadInputError
from qunjian.model.language import Phrase
from qunjian.model.records import Reject
from qunjian.sources.encodings import Utf8Stream
from qunjian.sources.json_records import Decoder, places
from qunjian.sources.json_stream import MalformedError, Walker
from qunjian.sources.pieces import joined
from qunjian.sources.reader import Options, Outcome, Parsed, Slice
from qunjian.sources.times import utc_of_wall, wall_times
from qunjian.sources.wechat.kinds import kind_of
from qunjian.sources.wechat.rows import EXPORTER, NOBODY, PRIVATE_LEFT_OUT, Row, batches, is_group, named, server_id
from qunjian.sources.wetrace.records import Account, Context, Conversation, Header, Message
from qunjian.text.late import late

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from qunjian.sources.document import Document

T = TypeVar("T")
_TARGETS = frozenset({("conversations", "*", "messages")})
_DECODER = Decoder(Message)
_MARK = late(rb'"format"\s*:\s*"wetrace-plus"', re.IGNORECASE)
_FORMS = (
    "%Y-%m-%dT%H:%M:%S%z", "%Y-%m-%dT%H:%M:%S.%f%z", "%Y-%m-%d %H:%M:%S", "%Y-%m-%d %H:%M", "%Y/%m/%d %H:%M:%S",
    "%Y/%m/%d %H:%M", "epoch",
)  # fmt: skip
_STRANGE = "Wetrace 版本不是 1，按版本 1 读 / not version 1 of the format; read as version 1"


class WetraceReader:
    """Wetrace Plus JSON."""

    format_id = "wetrace"
    title = Phrase("Wetrace Plus 标准 JSON（微信）", "Wetrace Plus standard JSON (WeChat)")
    capabilities = Capabilities(
        {
            "message_ids": "partly", "replies": "no", "threads": "no", "reactions": "no", "mentions": "no",
            "roles": "no", "joins": "partly", "leaves": "no", "roster": "no", "reads": "no", "edits": "no",
            "recalls": "partly", "media": "yes", "accounts": "yes",
        }
    )  # fmt: skip

    def sniff(self, head: bytes, name: str) -> int:
        return 97 if head.lstrip().startswith(b"{") and _MARK.search(head) else 0

    def slices(self, document: Document, options: Options) -> Iterator[Slice]:
        stream = Utf8Stream(document, options.encoding)
        walker = Walker(stream, _TARGETS, options.slice_bytes)
        try:
            for block in walker.blocks():
                talk = _decoded(block.context, Conversation)
                header = _decoded(msgspec.json.encode(walker.header), Header)
                group = is_group(talk.id or "") or (talk.type or "").lower() == "group"
                private = options.community is None and not group
                if private and block.first > 1:
                    continue
                context = Context(
                    talk, header.account or Account(), block.broken, private, header.version not in (None, 1, "1")
                )
                data = b"" if private else block.data
                packed = msgspec.json.encode(context)
                yield Slice(block.first, data, packed, document.name, stream.take_cleaned())
        except MalformedError:
            raise BadInputError(
                Phrase("不是完整的 Wetrace Plus JSON", "not a whole Wetrace Plus JSON file"),
                where=document.name,
                todo=Phrase("请重新导出", "export it again"),
            ) from None

    def parse(self, piece: Slice, options: Options) -> Parsed:
        context = msgspec.json.decode(piece.context, type=Context)
        cleaned = dict(piece.cleaned)
        strange = (_STRANGE,) if context.strange else ()
        if context.private:
            return Parsed(cleaned=cleaned, warnings=(PRIVATE_LEFT_OUT, *strange))
        records, rejects = _DECODER.elements(piece.data, piece.first, cleaned, broken=context.broken)
        unknown: dict[str, int] = {}
        talk = context.talk.id or context.talk.name or "chat"
        rows, late = _rows(records, piece.first, talk, context.account, options.zone, unknown)
        parsed = batches(rows, [*rejects, *late], options, cleaned, me=context.account.id or None)
        parsed.unknown_kinds = unknown
        parsed.warnings = strange
        if piece.first == 1:
            parsed.states.update(named({talk: context.talk.name or ""}, options))
        return parsed

    def parse_many(self, pieces: Sequence[tuple[int, Slice]], options: Options) -> Outcome:
        return joined((document, self.parse(piece, options)) for document, piece in pieces)


def _decoded(raw: bytes, kind: type[T]) -> T:
    try:
        return msgspec.json.decode(raw, type=kind, strict=False)
    except (msgspec.DecodeError, UnicodeDecodeError):
        return kind()


def _rows(
    records: Sequence[Message], first: int, talk: str, account: Account, zone: str | None, unknown: dict[str, int]
) -> tuple[list[Row], list[Reject]]:
    stamps = [one.timestamp if one.time in (None, "") else one.time for one in records]
    wall, east = wall_times(pa.array([None if at is None else str(at) for at in stamps], pa.string()), _FORMS)
    sent = utc_of_wall(wall, zone).to_pylist()
    offsets = east.to_pylist() if east is not None else [None] * len(records)
    rows: list[Row] = []
    rejects: list[Reject] = []
    times = zip(stamps, wall.to_pylist(), sent, offsets, strict=True)
    dated = zip(records, times, strict=True)
    for number, (one, (stamp, local, utc, offset)) in zip(places(records, first), dated, strict=False):
        if local is None:
            missing = stamp in (None, "")
            rejects.append(Reject("no_time" if missing else "bad_time", number, "" if missing else str(stamp)[:40]))
            continue
        # An epoch is no wall time: it says nothing of the exporter's zone.
        clock = local if isinstance(stamp, str) and not stamp.isdecimal() else None
        at = utc if offset is None else local - offset * 1_000_000
        rows.append(_row(one, number, talk, at, clock, account, unknown))
    return rows, rejects


def _row(
    one: Message, number: int, talk: str, sent: int, wall: int | None, account: Account, unknown: dict[str, int]
) -> Row:
    number_of = one.type if one.type is not None and one.type > 0 else 1
    kind = kind_of(number_of, one.subtype or 0)
    if kind is None:
        key = f"{number_of}/{one.subtype}" if one.subtype else str(number_of)
        unknown[key] = unknown.get(key, 0) + 1
    sender, name = one.sender_id or "", one.sender_name or ""
    if one.sent_by_exporter:
        sender, name = sender or account.id or "", name or account.name or ("" if sender else EXPORTER)
    if sender in NOBODY or sender == talk:
        sender = ""
        name = "" if kind == "system" else name
    return Row(
        number, talk, sent, kind or "other", one.content or "", wall, server_id(str(one.id or "")), sender or None,
        name or None,
    )  # fmt: skip
