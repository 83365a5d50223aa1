"""Turns the rows of chatlog's CSV into rows of a talk."""

from __future__ import annotations

import pyarrow as pa
import pyarrow.compute as pc

from qunjian.model.records import Reject
from qunjian.sources.chatlog.shown import is_system, shown
from qunjian.sources.times import utc_of_wall, wall_times
from qunjian.sources.wechat.rows import NOBODY, Row
from qunjian.sources.wechat.tables import cells

HEADS = ("time", "sendername", "sender", "talkername", "talker", "content")
_FORMS = ("%Y-%m-%d %H:%M:%S", "%Y-%m-%dT%H:%M:%S%z", "%Y-%m-%d %H:%M")


def table_rows(
    data: bytes, first: int, heads: list[str], zone: str | None, cleaned: dict[str, int]
) -> tuple[list[Row], list[Reject], dict[str, str]]:
    """Return the rows, the rejects and the names of the talks."""
    at = [heads.index(name) for name in HEADS]
    widest = max(at)
    # Columns, not a list of rows: hundreds of thousands of small lists keep the garbage collector busy.
    numbers: list[int] = []
    columns: tuple[list[str], ...] = tuple([] for _ in HEADS)
    rejects: list[Reject] = []
    fill = [(column.append, place) for column, place in zip(columns, at, strict=True)]
    for line, row in cells(data, cleaned):
        number = first + line
        if number == 1:
            continue
        if len(row) <= widest:
            rejects.append(Reject("short_row", number, ",".join(row)[:80]))
            continue
        numbers.append(number)
        for append, place in fill:
            append(row[place])
    wall, east = wall_times(pc.utf8_trim_whitespace(pa.array(columns[0], pa.string())), _FORMS)
    walls, sent = wall.to_pylist(), utc_of_wall(wall, zone).to_pylist()
    offsets = east.to_pylist() if east is not None else [None] * len(numbers)
    rows: list[Row] = []
    names: dict[str, str] = {}
    for number, local, utc, offset, written, name, sender, talk_name, talk, content in zip(
        numbers, walls, sent, offsets, *columns, strict=True
    ):
        if local is None:
            rejects.append(Reject("bad_time", number, written[:40]))
        elif not talk:
            rejects.append(Reject("no_talker", number, content[:80]))
        else:
            names.setdefault(talk, talk_name)
            at_utc = utc if offset is None else local - offset * 1_000_000
            rows.append(_row(number, talk, at_utc, local, sender, name, content.replace("\r\n", "\n")))
    return rows, rejects, names


def _row(number: int, talk: str, sent: int, wall: int, sender: str, name: str, content: str) -> Row:
    native = None if sender in NOBODY or sender == "我" else sender
    known = name or (sender if sender == "我" else None)
    if is_system(sender, name, talk, content):
        native = None if native == talk else native
        return Row(number, talk, sent, "system", content, wall, None, native, known)
    kind, text, reply, held = shown(content, wall)
    return Row(number, talk, sent, kind, text, wall, None, native, known, reply=reply, attachments=held)
