"""Cuts chatlog's text into messages: a head line "name(id) 01-02 15:04:05", the content, an empty line."""

from __future__ import annotations

import re
from pathlib import PurePosixPath
from typing import TYPE_CHECKING

import pyarrow as pa

from qunjian.model.errors import LimitError
from qunjian.model.language import Phrase
from qunjian.model.records import Reject
from qunjian.sources.chatlog.shown import is_system, person, shown, years_in
from qunjian.sources.json_stream import MAX_RECORD
from qunjian.sources.mapping.inputs import as_text
from qunjian.sources.times import utc_of_wall, wall_times
from qunjian.sources.wechat.rows import EXPORTER, NOBODY, Row
from qunjian.text.late import late

if TYPE_CHECKING:
    from collections.abc import Iterator

    from qunjian.sources.encodings import Utf8Stream

_TIME = r"(?P<time>(?:(?:[0-9]{4}-)?[0-9]{2}-[0-9]{2} )?[0-9]{2}:[0-9]{2}:[0-9]{2})"
_HEAD = late(rf"(?:\A|\n\r?\n)(?P<who>[^\n]*?) {_TIME}\r?(?=\n|\Z)")
# Behind the sender, where talks are mixed: "[name(id@chatroom)]".
_ROOM_END = ("chatroom]", "chatroom)]")
_SURE = late(r"\((?:wxid_\w+|我|[A-Za-z][\w\-]{5,19}|\d+@openim)\)")
_TALK = late(r"[A-Za-z0-9_\-]+@(?:im\.)?chatroom")
_DATES = late(r"[\s_\-（(]*(?:20\d\d(?:-\d\d-\d\d)?[\s_\-~至)）]*)+$")
NO_YEAR = (
    "时间没有写年份：按跨年的时间范围重新导出，或在文件名里写上日期（如 2025-06-01） / "
    "times without a year: export a range over two years, or put the date (2025-06-01) into the file's name"
)


def looks_like_text(head: bytes) -> bool:
    """Return whether the head of a document starts with a head line, and some head line has an id."""
    text = head.decode("utf-8", "ignore").lstrip("\ufeff")
    first = _HEAD.match(text)
    return first is not None and any(_SURE.search(hit["who"]) for hit in _HEAD.finditer(text))


def time_length(head: bytes) -> int:
    """Return how long the times of a document are: one export writes all of them alike; 0: any length will do."""
    first = _HEAD.match(head.decode("utf-8", "ignore").lstrip("\ufeff"))
    return len(first["time"]) if first is not None else 0


def _heads(text: str, length: int) -> Iterator[re.Match[str]]:
    """Yield the head lines; "see you at 09:00:00" after an empty line is none where times have dates."""
    return (hit for hit in _HEAD.finditer(text) if length in (0, len(hit["time"])))


def text_slices(stream: Utf8Stream, size: int, length: int, name: str) -> Iterator[tuple[int, bytes]]:
    """Yield (number of the first line, whole messages) of about `size` bytes."""
    rest, line = b"", 1
    for chunk in stream:
        rest += chunk
        while len(rest) > size and (cut := _message_start(rest, size, length)):
            yield line, rest[:cut]
            line += rest.count(b"\n", 0, cut)
            rest = rest[cut:]
        if len(rest) > MAX_RECORD:
            raise LimitError(Phrase("64 MB 内没有一条消息的开头", "no message starts within 64 MB"), where=name)
    if rest.strip():
        yield line, rest


_BREAK = late(rb"\n\r?\n")


def _message_start(data: bytes, after: int, length: int) -> int:
    """Return the place of the first head line after `after` that is all there, or 0."""
    for hit in _BREAK.finditer(data, max(after - 3, 0)):
        end = data.find(b"\n", hit.end())
        if end < 0:
            return 0
        if next(_heads(data[hit.end() : end].decode("utf-8", "replace"), length), None) is not None:
            return hit.end()
    return 0


def text_rows(
    data: bytes, first: int, document: str, length: int, zone: str | None, cleaned: dict[str, int]
) -> tuple[list[Row], list[Reject], dict[str, str], tuple[str, ...]]:
    """Return the rows, the rejects, the names of the talks, and warnings."""
    text = as_text(data, cleaned)
    hits = list(_heads(text, length))
    rejects: list[Reject] = []
    before = text[: hits[0].start()] if hits else text
    if before.strip():
        rejects.append(Reject("before_first_message", first, " ".join(before.split())[:80]))
    year, date = years_in(PurePosixPath(document).stem)
    written = [_dated(hit["time"], year, date) for hit in hits]
    wall, _ = wall_times(pa.array(written, pa.string()), ("%Y-%m-%d %H:%M:%S",))
    walls, sent = wall.to_pylist(), utc_of_wall(wall, zone).to_pylist()
    ends = [*(hit.start() for hit in hits[1:]), len(text)][: len(hits)]
    names: dict[str, str] = {}
    rows: list[Row] = []
    line, place = first, 0
    for hit, end, full, local, utc in zip(hits, ends, written, walls, sent, strict=True):
        line += text.count("\n", place, hit.start("who"))
        place = hit.start("who")
        if local is None:
            reason = "no_year" if full is None else "bad_time"
            rejects.append(Reject(reason, line, hit["time"]))
            continue
        who, room = _apart(hit["who"])
        talk, talk_name = _talk(room, document)
        names.setdefault(talk, talk_name)
        content = text[hit.end() : end].replace("\r\n", "\n").removeprefix("\n").rstrip("\r\n")
        rows.append(_row(line, talk, utc, local, who, content))
    warnings = (NO_YEAR,) if any(one.reason == "no_year" for one in rejects) else ()
    return rows, rejects, names, warnings


def _row(number: int, talk: str, sent: int, wall: int, who: str, content: str) -> Row:
    name, native = person(who)
    native = None if (native or "") in NOBODY or native == EXPORTER else native
    if is_system(native, name, talk, content):
        nobody = (name or "") in NOBODY
        native = None if native == talk else native
        return Row(number, talk, sent, "system", content, wall, None, native, None if nobody else name)
    kind, text, reply, held = shown(content, wall)
    return Row(number, talk, sent, kind, text, wall, None, native, name, reply=reply, attachments=held)


def _apart(written: str) -> tuple[str, str]:
    """Return (sender, talk) of what stands before the time."""
    if written.endswith(_ROOM_END) and (place := f" {written}".find(" [")) >= 0:
        return written[:place].strip(), written[place + 1 : -1]
    return written.strip(), ""


def _dated(written: str, year: str | None, date: str | None) -> str | None:
    """Return a whole date and time; chatlog leaves out the year, or the date, that all its messages share."""
    if len(written) > 14:
        return written
    if len(written) > 8:
        return f"{year}-{written}" if year else None
    return f"{date} {written}" if date else None


def _talk(room: str, document: str) -> tuple[str, str]:
    """Return (id, name) of the talk: from the head line, else from the file's name."""
    if room:
        name, native = person(room)
        return native or name or room, name or ""
    stem = PurePosixPath(document).stem
    if (found := _TALK.search(stem)) is not None:
        return found[0], ""
    name = _DATES.sub("", stem).strip() or stem
    return name, name
