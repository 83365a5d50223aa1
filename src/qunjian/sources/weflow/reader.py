"""Reads WeFlow's and EchoTrace's JSON: a talk's header, its messages, in one variant the group's members."""

from __future__ import annotations

import datetime as dt
import re
from typing import TYPE_CHECKING, Any

import msgspec

from qunjian.model.capabilities import Capabilities
from qunjian.model.language import Phrase
from qunjian.sources.columns import roster_batch
from qunjian.sources.encodings import Utf8Stream
from qunjian.sources.json_records import Decoder
from qunjian.sources.json_stream import MalformedError, Walker, late_header, not_whole
from qunjian.sources.pieces import joined
from qunjian.sources.reader import Options, Outcome, Parsed, Slice
from qunjian.sources.wechat.rows import PLATFORM, PRIVATE_LEFT_OUT, account_of, batches, community_of, is_group, named
from qunjian.sources.weflow.records import Context, Header, Line, Session
from qunjian.sources.weflow.rows import weflow_rows
from qunjian.text.late import late

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from qunjian.sources.document import Document

_MESSAGES, _MEMBERS = ("messages",), ("groupMembers",)
_TARGETS = frozenset({_MESSAGES, _MEMBERS})
_DECODER = Decoder(Line)
_BEGIN = late(rb'\{\s*"(?:weflow|session)"\s*:\s*\{')
_KEYS = (b'"createTime"', b'"isSend"')


class WeFlowReader:
    """WeFlow and EchoTrace JSON."""

    format_id = "weflow"
    title = Phrase("WeFlow、EchoTrace 导出的微信会话（JSON）", "WeChat talks exported by WeFlow or EchoTrace (JSON)")
    capabilities = Capabilities(
        {
            "message_ids": "partly", "replies": "partly", "threads": "no", "reactions": "no", "mentions": "partly",
            "roles": "no", "joins": "partly", "leaves": "no", "roster": "partly", "reads": "no", "edits": "no",
            "recalls": "partly", "media": "yes", "accounts": "yes",
        }
    )  # fmt: skip

    def sniff(self, head: bytes, name: str) -> int:
        begin = head.lstrip()
        if not begin.startswith(b"{"):
            return 0
        if begin.startswith(b"{") and re.match(rb'\{\s*"weflow"\s*:', begin) and b'"session"' in head:
            return 96
        if b'"session"' not in head or not all(key in head for key in _KEYS):
            # An avatar written into the header can push the messages out of sight.
            return 60 if re.match(rb'\{\s*"session"\s*:\s*\{\s*"(?:wxid|username|accountId)"', begin) else 0
        return 93 if _BEGIN.match(begin) or b'"formattedTime"' in head else 70

    def slices(self, document: Document, options: Options) -> Iterator[Slice]:
        stream = Utf8Stream(document, options.encoding)
        late: Header | None = None
        try:
            for block in Walker(stream, _TARGETS, options.slice_bytes).blocks():
                header = _header(block.context)
                if header.session is None:  # keys in another order: the talk stands after its messages
                    late = late or _header(late_header(document, options, _TARGETS))
                    header = late
                session = header.session or Session()
                group = is_group(session.id) or session.type in ("群聊", "group")
                private = options.community is None and header.session is not None and not group
                context = Context(header, block.path == _MEMBERS, block.broken, private)
                data = b"" if private else block.data
                packed = msgspec.json.encode(context)
                yield Slice(block.first, data, packed, document.name, stream.take_cleaned())
                if private:
                    return
        except MalformedError:
            raise not_whole(document, "WeFlow JSON") from None

    def parse(self, piece: Slice, options: Options) -> Parsed:
        context = msgspec.json.decode(piece.context, type=Context)
        session = context.header.session or Session()
        cleaned = dict(piece.cleaned)
        if context.private:
            return Parsed(cleaned=cleaned, warnings=(PRIVATE_LEFT_OUT,))
        records, rejects = _DECODER.elements(piece.data, piece.first, cleaned, broken=context.broken)
        if context.members:
            parsed = Parsed(read=len(rejects), rejects=tuple(rejects), cleaned=cleaned)
            if records:
                parsed.states["roster"] = _roster(records, session, options)
        else:
            unknown: dict[str, int] = {}
            rows, late = weflow_rows(records, piece.first, context.header, session.id, unknown)
            parsed = batches(rows, [*rejects, *late], options, cleaned)
            parsed.unknown_kinds = unknown
            if piece.first == 1:
                parsed.states.update(named({session.id: session.name}, options))
        parsed.export_stamp = _stamp(context.header)
        return parsed

    def parse_many(self, pieces: Sequence[tuple[int, Slice]], options: Options) -> Outcome:
        return joined((document, self.parse(piece, options)) for document, piece in pieces)


def _header(raw: bytes) -> Header:
    try:
        return msgspec.json.decode(raw, type=Header, strict=False)
    except (msgspec.DecodeError, UnicodeDecodeError):
        return Header()


def _stamp(header: Header) -> dt.datetime | None:
    written = header.weflow.exported_at if header.weflow is not None else None
    try:
        if isinstance(written, (int, float)):
            return dt.datetime.fromtimestamp(written / 1_000 if written >= 1e11 else written, dt.UTC)
        if isinstance(written, str):
            at = dt.datetime.fromisoformat(written)
            return at.astimezone(dt.UTC) if at.tzinfo is not None else None
    except (ValueError, OverflowError, OSError):
        return None
    return None


def _roster(members: Sequence[Line], session: Session, options: Options) -> Any:
    """Return the members; the list holds whoever spoke, so it is no proof of who is in the group now."""
    known = [one for one in members if one.account_id]
    columns = {
        "platform": PLATFORM,
        "community_id": community_of(session.id, options),
        "account_id": [account_of(one.account_id, None) for one in known],
        "name": [one.group_nickname or one.nickname or one.display_name for one in known],
        "role": ["member"] * len(known),
        "complete": [False] * len(known),
    }
    return roster_batch(columns, len(known))
