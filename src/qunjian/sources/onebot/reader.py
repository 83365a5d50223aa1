"""Reads logs of OneBot 11 and 12 events: one JSON object a line, any number of groups in one file."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pyarrow as pa

from qunjian.model.capabilities import Capabilities
from qunjian.model.language import Phrase
from qunjian.model.records import Reject
from qunjian.sources.encodings import Utf8Stream
from qunjian.sources.json_records import Decoder, places
from qunjian.sources.json_stream import json_lines
from qunjian.sources.onebot.notices import Place, add_notice
from qunjian.sources.onebot.records import Event
from qunjian.sources.onebot.segments import from_codes, told
from qunjian.sources.pieces import joined
from qunjian.sources.qq.accounts import PLATFORM, account_id
from qunjian.sources.qq.rows import Instant, Rows, Said, Seen, communities, epoch
from qunjian.sources.reader import Options, Outcome, Parsed, Slice
from qunjian.text.late import late

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from qunjian.sources.document import Document

_DECODER = Decoder(Event)
_ELEVEN = late(rb'"post_type"\s*:\s*"(?:message|message_sent|notice|request|meta_event)"')
_TWELVE = late(rb'"type"\s*:\s*"(?:message|notice|request|meta)"')
_ROLES = frozenset({"owner", "admin"})
_NOT_ID = late(r"[^a-z0-9_]+")


class OneBotReader:
    """OneBot 11 and 12 event logs."""

    format_id = "onebot"
    title = Phrase("OneBot 11/12 事件日志（JSONL）", "OneBot 11/12 event log (JSONL)")
    capabilities = Capabilities(
        {
            "message_ids": "yes", "replies": "yes", "threads": "no", "reactions": "no", "mentions": "yes",
            "roles": "yes", "joins": "yes", "leaves": "yes", "roster": "partly", "reads": "no", "edits": "no",
            "recalls": "yes", "media": "yes", "accounts": "yes",
        }
    )  # fmt: skip

    def sniff(self, head: bytes, name: str) -> int:
        first = next((line for line in head.split(b"\n") if line.strip() and not line.startswith(b"#")), b"").strip()
        if not first.startswith(b"{") or b'"time"' not in first:
            return 0
        if _ELEVEN.search(first) and b'"self_id"' in first:
            return 95
        known = b'"detail_type"' in first and (b'"self"' in first or b'"self_id"' in first)
        return 92 if known and _TWELVE.search(first) else 0

    def slices(self, document: Document, options: Options) -> Iterator[Slice]:
        stream = Utf8Stream(document, options.encoding)
        for first, data in json_lines(stream, options.slice_bytes):
            yield Slice(first, data, b"", document.name, stream.take_cleaned())

    def parse(self, piece: Slice, options: Options) -> Parsed:
        parsed = Parsed(cleaned=dict(piece.cleaned))
        events, rejects = _DECODER.lines(piece.data, piece.first, parsed.cleaned)
        rows, names = Rows(), dict[str, dict[str, str]]()
        for at, event in zip(places(events, piece.first), events, strict=False):
            if (reject := _take(event, at, options, rows, names, parsed.unknown_kinds)) is not None:
                rejects.append(reject)
        rows.fill(parsed, options.zone, rejects)
        states = [communities(platform, found, options.zone) for platform, found in names.items()]
        batches = [state["community"] for state in states if state]
        if batches:
            parsed.states["community"] = pa.concat_batches(batches)
        return parsed

    def parse_many(self, pieces: Sequence[tuple[int, Slice]], options: Options) -> Outcome:
        return joined((document, self.parse(piece, options)) for document, piece in pieces)


def _take(
    event: Event, at: int, options: Options, rows: Rows, names: dict[str, dict[str, str]], unknown: dict[str, int]
) -> Reject | None:
    """Add one event's rows; what is of no group (heartbeats, requests, private talks) is passed over."""
    posted = event.post_type or event.type or ""
    speech = posted in ("message", "message_sent")
    private = speech and (event.message_type or event.detail_type) != "group"
    if (not speech and posted != "notice") or private or event.group_id in (None, "", 0, "0"):
        return Reject("not_an_event", at, posted[:80]) if not posted else None
    when = epoch(event.time)
    if when is None:
        shown = event.raw_message or event.alt_message or event.notice_type or event.detail_type or ""
        return Reject("no_time" if event.time is None else "bad_time", at, " ".join(shown.split())[:80])
    platform = _platform(event)
    community = options.community or f"{platform}:{event.group_id}"
    if not speech:
        add_notice(event, Place(when, community, platform), rows, unknown)
    else:
        _say(event, when, community, platform, rows, unknown)
    if event.group_name:
        names.setdefault(platform, {})[community] = event.group_name
    return None


def _platform(event: Event) -> str:
    said = (event.myself.platform if event.myself else None) or event.platform or PLATFORM
    return PLATFORM if said == PLATFORM else _NOT_ID.sub("_", said.lower()) or PLATFORM


def _say(event: Event, when: Instant, community: str, platform: str, rows: Rows, unknown: dict[str, int]) -> None:
    message = event.message
    if message is None:
        message = event.raw_message or event.alt_message or ""
    said = told(from_codes(message) if isinstance(message, str) else message, unknown)
    sender = event.sender
    name = ((sender.card or sender.nickname) if sender else None) or event.user_name or None
    native = event.user_id if event.user_id not in (None, "") else sender.user_id if sender else None
    who = account_id(native, name, platform)
    rows.said.append(
        Said(
            when, community, who, name, said.kind, said.text,
            None if event.message_id in (None, "", 0) else str(event.message_id), said.reply_to,
            [f"{platform}:{one}" for one in said.mentions] or None, None, said.attachments or None, None, platform,
        )
    )  # fmt: skip
    if sender is not None and sender.role in _ROLES and who is not None:
        rows.seen.append(Seen(when, community, who, name, sender.role, platform))
