"""Reads logs of IRC channels: irssi, WeeChat, ZNC, EnergyMech, Eggdrop and the public archives written like them."""

from __future__ import annotations

import re
from functools import lru_cache
from itertools import islice
from typing import TYPE_CHECKING

import msgspec

from qunjian.model.capabilities import Capabilities
from qunjian.model.language import Phrase
from qunjian.model.records import Reject
from qunjian.sources.encodings import Utf8Stream, checked_encoding, utf8_head
from qunjian.sources.irc.heads import HEAD, channel_of, day_mark, day_named, written_day
from qunjian.sources.irc.lines import PLATFORM, of_columns, of_line
from qunjian.sources.json_records import excerpt
from qunjian.sources.json_stream import json_lines
from qunjian.sources.mapping.inputs import as_text
from qunjian.sources.reader import Options, Outcome, Parsed, Slice
from qunjian.sources.wall_rows import EventRow, Held, MessageRow, Rows, alone, outcome
from qunjian.text.late import late

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from qunjian.sources.document import Document
    from qunjian.sources.irc.lines import Said

_MENTION = late(r"([^\s:,<>]{2,30})[:,] ")
_COPY = late(r"\.(?:ascii|tok)\.txt$")
_MARKED = late(rb"(?m)^.{0,12}--- [^\n]{0,60}$")
_LOOKED_AT = 200
_UNNAMED = (
    "文件没有说是哪个频道：请用 --community 指定，或让文件名含 #频道名 / the file does not say which channel it is: "
    "use --community, or name the file after the #channel"
)


class At(msgspec.Struct, frozen=True):
    """Where a slice begins: the channel, the day (begin, µs) and the time of day of the line before (µs)."""

    channel: str
    sure: bool = True
    day: int | None = None
    clock: int = 0


class IrcReader:
    """Log of an IRC channel."""

    format_id = "irc"
    title = Phrase(
        "IRC 频道日志（irssi、WeeChat、ZNC、Eggdrop 等）", "IRC channel logs (irssi, WeeChat, ZNC, Eggdrop …)"
    )
    capabilities = Capabilities(
        {"mentions": "partly", "joins": "yes", "leaves": "yes", "message_ids": "no", "replies": "no", "accounts": "no"}
    )

    def sniff(self, head: bytes, name: str) -> int:
        if _COPY.search(name):  # research sets keep a log's words once more beside it, in ASCII and cut into tokens
            return 0
        text = head[:32_768].decode("utf-8", "ignore").replace("\r\n", "\n")
        lines = [line for line in islice(text.split("\n"), _LOOKED_AT) if line.strip()]
        if len(head) >= 32_768 and len(lines) > 1:
            lines.pop()
        known = sum(day_mark(line)[0] or (line[:1] in "[0123456789=" and _known(line)) for line in lines)
        said = sum(_speaks(line) for line in lines)
        return 88 if said and known * 10 >= len(lines) * 8 else 0

    def slices(self, document: Document, options: Options) -> Iterator[Slice]:
        head = utf8_head(document.head(), checked_encoding(options.encoding)).decode("utf-8", "ignore")
        channel, sure = channel_of(document.name, head.replace("\r\n", "\n"))
        at = At(channel, sure, day_named(document.name))
        stream = Utf8Stream(document, options.encoding)
        before = b""
        for first, data in json_lines(stream, options.slice_bytes):
            at = _after(at, before) if before else at
            before = data
            if data.strip():
                yield Slice(first, data, msgspec.json.encode(at), document.name, stream.take_cleaned())

    def parse(self, piece: Slice, options: Options) -> Parsed:
        return alone(self.parse_many([(0, piece)], options))

    def parse_many(self, pieces: Sequence[tuple[int, Slice]], options: Options) -> Outcome:
        held = [_held(document, piece, options) for document, piece in pieces]
        return outcome(PLATFORM, held, options)


def _known(line: str) -> bool:
    found = HEAD.match(line)
    return line.startswith("=== ") if found is None else _said(line, found) is not None


def _speaks(line: str) -> bool:
    """Return whether a line is unlike anything but a line of IRC."""
    found = HEAD.match(line)
    if found is None:
        return line.startswith("=== ") and (one := of_line(line)) is not None and one.event
    rest = line[found.end() :]
    if found["gap"] == "\t":
        return "\t" in rest
    return rest.startswith(("<", "-!- ", "*** ")) or ((one := of_line(rest)) is not None and one.event)


def _said(line: str, head: re.Match[str]) -> Said | None:
    rest = line[head.end() :]
    if head["gap"] == "\t":
        mark, tab, text = rest.partition("\t")
        return of_columns(mark, text) if tab else None
    return of_line(rest)


@lru_cache(maxsize=8192)
def _clock(hour: str, minute: str, second: str | None) -> int | None:
    """Return the time of day in microseconds."""
    h, m, s = int(hour), int(minute), int(second or 0)
    return ((h * 60 + m) * 60 + min(s, 59)) * 1_000_000 if h < 24 and m < 60 and s <= 60 else None


def _after(at: At, data: bytes) -> At:
    """Return where the slice after these lines begins."""
    day, clock = at.day, at.clock
    for hit in _MARKED.finditer(data):
        marks, said = day_mark(hit[0].decode("utf-8", "replace").rstrip("\r"))
        if marks and b"Log closed" not in hit[0]:
            day, clock = said, 0
    end = len(data)
    while end > 0:
        begin = data.rfind(b"\n", 0, end - 1) + 1
        line = data[begin : min(end, begin + 120)].decode("utf-8", "replace").rstrip("\r\n")
        if day_mark(line)[0]:
            break
        found = HEAD.match(line)
        if found is not None and (time := _clock(found["h"], found["m"], found["s"])) is not None:
            clock = time
            day = (written_day(found["date"]) or day) if found["date"] else day
            break
        end = begin
    return msgspec.structs.replace(at, day=day, clock=clock)


def _held(document: int, piece: Slice, options: Options) -> Held:
    at = msgspec.json.decode(piece.context, type=At)
    cleaned = dict(piece.cleaned)
    text = as_text(piece.data, cleaned).replace("\r\n", "\n")
    rows = _rows(text, piece.first, at)
    community = options.community or f"{PLATFORM}:{at.channel}"
    if piece.first != 1:
        return Held(document, rows, community, cleaned=cleaned)
    doubts = () if at.sure or options.community else (_UNNAMED,)
    return Held(document, rows, community, at.channel, cleaned, doubts)


def _rows(text: str, first: int, at: At) -> Rows:
    rows = Rows()
    day, clock = at.day, at.clock
    for number, line in enumerate(text.split("\n"), first):
        head = HEAD.match(line)
        if head is None:
            said = of_line(line) if line.startswith("=== ") else None
            time: int | None = clock
        else:
            date, hour, minute, second, _ = head.groups()
            said, time = _said(line, head), _clock(hour, minute, second)
            clock = clock if time is None else time
            if date and time is not None:
                day = written_day(date) or day
        if said is not None and time is not None and day is not None:
            _add(rows, day + time, said)
        elif said is None:
            if not line or line.isspace():
                continue
            marks, said_day = day_mark(line)
            if not marks:
                rows.rejects.append(_reject("no_rule", number, line))
            elif "Log closed" not in line:
                day, clock = said_day, 0
        else:
            rows.rejects.append(_reject("bad_time" if time is None else "no_date", number, line))
    return rows


def _reject(reason: str, number: int, line: str) -> Reject:
    return Reject(reason, number, excerpt(line.encode("utf-8", "replace")))


def _add(rows: Rows, wall: int, said: Said) -> None:
    who = f"{PLATFORM}:name:{said.who}" if said.who else None
    if said.event:
        by = f"{PLATFORM}:name:{said.by}" if said.by else None
        rows.events.append(EventRow(wall, who, said.who, said.kind, by, said.detail))
        return
    called = _MENTION.match(said.text) if said.kind == "text" else None
    mentions = [f"{PLATFORM}:name:{called[1]}"] if called else None
    rows.messages.append(MessageRow(wall, who, said.who, said.kind, said.text, mentions))
