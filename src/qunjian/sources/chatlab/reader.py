"""Reads the ChatLab format 0.0.2, JSON and JSON Lines."""

from __future__ import annotations

import datetime as dt
import re
from typing import TYPE_CHECKING, Any

import msgspec

from qunjian.model.capabilities import Capabilities
from qunjian.model.language import Phrase
from qunjian.model.records import Reject
from qunjian.sources.chatlab.records import Header, Line, Meta
from qunjian.sources.drafts import community_draft, message_draft, roster_draft
from qunjian.sources.encodings import Utf8Stream
from qunjian.sources.json_records import Decoder, places
from qunjian.sources.json_stream import MalformedError, Walker, json_lines, late_header, not_whole
from qunjian.sources.pieces import joined
from qunjian.sources.reader import Options, Outcome, Parsed, Slice
from qunjian.sources.times import LATEST
from qunjian.text.late import late

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from qunjian.sources.document import Document

_MEMBERS, _MESSAGES = ("members",), ("messages",)
_TARGETS = frozenset({_MEMBERS, _MESSAGES})
KINDS = {
    0: "text", 1: "image", 2: "voice", 3: "video", 4: "file", 5: "sticker", 7: "link", 8: "location", 20: "red_packet",
    21: "red_packet", 22: "system", 23: "system", 24: "link", 25: "text", 26: "forward", 27: "card", 80: "system",
    81: "recall", 99: "other",
}  # fmt: skip
_ROLES = {"owner": "owner", "admin": "admin", "bot": "bot", "staff": "staff"}
_DECODER = Decoder(Line)
_PLATFORM = late(r"[^a-z0-9_]+")


class _Context(msgspec.Struct):
    """What a slice needs to know: the header, whether the document is JSON Lines, which array, cut short or not."""

    header: Header
    lines: bool
    members: bool = False
    broken: bool = False


class ChatLabReader:
    """ChatLab 0.0.2."""

    format_id = "chatlab"
    title = Phrase("ChatLab 0.0.2（JSON、JSONL）", "ChatLab 0.0.2 (JSON, JSONL)")
    capabilities = Capabilities(
        {
            "message_ids": "partly", "replies": "yes", "threads": "no", "reactions": "no", "mentions": "no",
            "roles": "yes", "joins": "no", "leaves": "no", "roster": "partly", "reads": "no", "edits": "no",
            "recalls": "partly", "media": "yes", "accounts": "yes",
        }
    )  # fmt: skip

    def sniff(self, head: bytes, name: str) -> int:
        if b'"chatlab"' not in head:
            return 0
        begin = b"\n".join(line for line in head[:4096].split(b"\n") if not line.startswith(b"#")).lstrip()
        if re.match(rb'\{\s*"_type"\s*:\s*"header"', begin) and b'"chatlab"' in begin:
            return 98
        return 95 if begin.startswith(b"{") and re.search(rb'"chatlab"\s*:\s*\{[^}]*"version"', head) else 0

    def slices(self, document: Document, options: Options) -> Iterator[Slice]:
        head = document.head(4096)
        stream = Utf8Stream(document, options.encoding)
        if b'"_type"' in head.replace(b"\0", b""):
            yield from self._lines(document, stream, options)
            return
        walker = Walker(stream, _TARGETS, options.slice_bytes)
        late: Header | None = None
        try:
            for block in walker.blocks():
                header = _header(block.context)
                if header.meta is None:  # keys in another order: the header stands after the messages
                    late = late or _header(late_header(document, options, _TARGETS))
                    header = late
                context = _Context(header, False, block.path == _MEMBERS, block.broken)
                packed = msgspec.json.encode(context)
                yield Slice(block.first, block.data, packed, document.name, stream.take_cleaned())
        except MalformedError:
            raise not_whole(document, "ChatLab JSON") from None

    def _lines(self, document: Document, stream: Utf8Stream, options: Options) -> Iterator[Slice]:
        context = b""
        for first, data in json_lines(stream, options.slice_bytes):
            if not context:
                found = next((line for line in data.split(b"\n") if line.strip() and not line.startswith(b"#")), b"")
                if not found:
                    continue
                context = msgspec.json.encode(_Context(_header(found), True))
            yield Slice(first, data, context, document.name, stream.take_cleaned())

    def parse(self, piece: Slice, options: Options) -> Parsed:
        context = msgspec.json.decode(piece.context, type=_Context)
        meta = context.header.meta or Meta()
        cleaned = dict(piece.cleaned)
        if context.lines:
            records, rejects = _DECODER.lines(piece.data, piece.first, cleaned)
        else:
            records, rejects = _DECODER.elements(piece.data, piece.first, cleaned, broken=context.broken)
        members = [one for one in records if one.line == "member" or context.members]
        placed = zip(places(records, piece.first), records, strict=False)
        said = [pair for pair in placed if pair[1].line in ("", "message") and not context.members]
        platform = _PLATFORM.sub("_", meta.platform.lower()) or "chatlab"
        community = options.community or f"{platform}:{meta.group if meta.group is not None else meta.name or 'chat'}"
        messages, late = _timed(said)
        rejects = [*rejects, *late]
        parsed = Parsed(read=len(messages) + len(rejects), rejects=tuple(rejects), cleaned=cleaned)
        if messages:
            columns, parsed.unknown_kinds = _message_columns(messages, platform)
            shared = {"scope": community, "platform": platform, "community_id": community, "channel_id": ""}
            parsed.messages = message_draft({**shared, **columns, "zone": options.zone}, len(messages))
        if members:
            parsed.states["roster"] = _roster(members, meta, platform, community)
        if piece.first == 1:
            parsed.states["community"] = community_draft(platform, {community: meta.name}, options.zone)
        if (stamp := context.header.chatlab) is not None and stamp.exported_at and _fits(_micros(stamp.exported_at)):
            parsed.export_stamp = dt.datetime.fromtimestamp(_micros(stamp.exported_at) / 1e6, dt.UTC)
        return parsed

    def parse_many(self, pieces: Sequence[tuple[int, Slice]], options: Options) -> Outcome:
        return joined((document, self.parse(piece, options)) for document, piece in pieces)


def _header(raw: bytes) -> Header:
    try:
        return msgspec.json.decode(raw, type=Header, strict=False)
    except (msgspec.DecodeError, UnicodeDecodeError):
        return Header()


def _micros(stamp: float) -> int:
    """Return microseconds; some producers write milliseconds; past all time for what is no number of our age."""
    if not abs(stamp) < 1e17:
        return LATEST
    return int(stamp * 1_000) if abs(stamp) >= 1e11 else int(stamp * 1_000_000)


def _fits(micros: int) -> bool:
    return 0 < micros < LATEST  # producers write 0 for a time they do not know


def _timed(records: list[tuple[int, Line]]) -> tuple[list[Line], list[Reject]]:
    good: list[Line] = []
    rejects: list[Reject] = []
    for at, one in records:
        stamp = one.timestamp
        if stamp is None:
            rejects.append(Reject("no_time", at, (one.content or "")[:80]))
        elif not _fits(_micros(stamp)):
            rejects.append(Reject("bad_time", at, str(stamp)[:40]))
        elif one.sender is None and one.account is None and one.nickname is None:
            rejects.append(Reject("no_sender", at, (one.content or "")[:80]))
        else:
            good.append(one)
    return good, rejects


def _message_columns(records: list[Line], platform: str) -> tuple[dict[str, Any], dict[str, int]]:
    unknown: dict[str, int] = {}
    for one in records:
        if one.type not in KINDS:
            unknown[str(one.type)] = unknown.get(str(one.type), 0) + 1
    replies = [None if one.reply_to is None else str(one.reply_to) for one in records]
    return {
        "message_id": [str(one.id) if one.id not in (None, "") else None for one in records],
        "sent_at": [_micros(one.timestamp or 0) for one in records],
        "account_id": [_account(platform, one.sender, one.nickname or one.account) for one in records],
        "name_then": [one.nickname or one.account for one in records],
        "kind": [KINDS.get(one.type, "other") for one in records],
        "text": [one.content or "" for one in records],
        "reply_to": replies if any(replies) else None,
    }, unknown


def _account(platform: str, native: str | int | None, name: str | None) -> str | None:
    if native not in (None, ""):
        return f"{platform}:{native}"
    return f"{platform}:name:{name}" if name else None


def _roster(members: list[Line], meta: Meta, platform: str, community: str) -> Any:
    owner = None if meta.owner is None else str(meta.owner)
    columns = {
        "platform": platform,
        "community_id": community,
        "account_id": [_account(platform, one.member, one.nickname or one.account) for one in members],
        "name": [one.nickname or one.account for one in members],
        "role": ["owner" if owner is not None and str(one.member) == owner else _role(one) for one in members],
        "complete": [False] * len(members),
    }
    return roster_draft(columns, len(members))


def _role(one: Line) -> str:
    roles = {_ROLES.get(role.id) for role in one.roles or ()}
    return next((role for role in ("owner", "admin", "staff", "bot") if role in roles), "member")
