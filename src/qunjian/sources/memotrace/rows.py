"""Turns the rows of MemoTrace's tables into rows of a talk."""

from __future__ import annotations

import html
from typing import TYPE_CHECKING

import pyarrow as pa

from qunjian.model.records import Reject
from qunjian.sources.times import LATEST, utc_of_wall, wall_times
from qunjian.sources.wechat.kinds import kind_named, kind_of
from qunjian.sources.wechat.rows import EXPORTER, NOBODY, Row, server_id
from qunjian.sources.wechat.tables import cells
from qunjian.text.late import late_re2

if TYPE_CHECKING:
    from collections.abc import Sequence

    from qunjian.sources.memotrace.talks import Talk

FULL = frozenset({"localid", "talkerid", "type", "subtype", "issender", "createtime", "strcontent"})
CHAT = frozenset({"消息id", "类型", "发送人", "时间", "内容"})
_CHAT_HEADS = ("时间", "消息id", "类型", "发送人", "内容", "昵称")
_FORMS = ("%Y-%m-%d %H:%M:%S", "%Y-%m-%d %H:%M", "%Y/%m/%d %H:%M:%S", "%Y/%m/%d %H:%M")
_TITLE = late_re2(r"(?s)<title>(.*?)</title>")
_MEDIA = frozenset({"image", "voice", "video", "sticker"})


class Table:
    """The columns of one table by their plain headings."""

    def __init__(self, heads: Sequence[str]) -> None:
        self._at = {head: place for place, head in reversed(list(enumerate(heads))) if head}
        self.width = len(heads)

    def cell(self, row: Sequence[str], name: str) -> str:
        """Return a cell, empty where the row has none."""
        place = self._at.get(name, -1)
        return row[place].strip() if 0 <= place < len(row) else ""

    def last(self, names: frozenset[str]) -> int:
        """Return the place of the last of some columns."""
        return max(self._at[name] for name in names if name in self._at)


def full_rows(
    data: bytes, first: int, heads: list[str], talk: Talk, cleaned: dict[str, int], unknown: dict[str, int]
) -> tuple[list[Row], list[Reject]]:
    """Return the rows of the full table: times as epochs, senders by id."""
    table = Table(heads)
    needed = table.last(FULL)
    rows: list[Row] = []
    rejects: list[Reject] = []
    for line, row in cells(data, cleaned):
        number = first + line
        if number == 1:
            continue
        if len(row) == table.width + 1 and not _epoch(table.cell(row, "createtime")):
            row = row[1:]  # the index that pandas writes in front of every row, without a heading
        if len(row) <= needed:
            rejects.append(Reject("short_row", number, ",".join(row)[:80]))
            continue
        stamp = table.cell(row, "createtime")
        sent = _epoch(stamp)
        if sent is None:
            rejects.append(Reject("bad_time" if stamp else "no_time", number, stamp[:40]))
            continue
        rows.append(_full_row(table, row, number, sent, talk, unknown))
    return rows, rejects


def _epoch(written: str) -> int | None:
    """Return microseconds of an epoch in seconds or milliseconds; WeChat is younger than 10⁹ seconds."""
    if not written.isdecimal() or len(written) > 15:
        return None
    stamp = int(written)
    micros = stamp * (1_000 if stamp >= 10**11 else 1_000_000)
    return micros if stamp >= 10**9 and micros < LATEST else None


def _code(written: str) -> int | None:
    return int(written) if written.isdecimal() and len(written) <= 20 else None


def _full_row(table: Table, row: Sequence[str], number: int, sent: int, talk: Talk, unknown: dict[str, int]) -> Row:
    written, sub = table.cell(row, "type"), table.cell(row, "subtype")
    code, below = _code(written), _code(sub)
    kind = None if code is None else kind_of(code, below or 0)
    if kind is None:
        named = f"{written}/{sub}" if sub not in ("", "0") else written
        unknown[named] = unknown.get(named, 0) + 1
    kind = kind or "other"
    given = table.cell(row, "talkerid")
    where = talk.id if talk.native or not given or given.isdecimal() else given
    sender = table.cell(row, "sender")
    name = table.cell(row, "nickname") or table.cell(row, "remark")
    if sender in NOBODY or sender == where:
        sender = ""
        name = name or (EXPORTER if table.cell(row, "issender") == "1" else "")
    if kind == "system":
        name = name if sender else ""
    text = table.cell(row, "strcontent")
    if kind != "system":
        text = readable(text, kind)
    return Row(number, where, sent, kind, text, None, None, sender or None, name or None)


def readable(text: str, kind: str) -> str:
    """Return what a person wrote or shared; of stored XML only the title, of media nothing."""
    if kind in _MEDIA and text.startswith(("<", "[", "【")):
        return ""
    if not text.lstrip().startswith("<"):
        return text
    found = _TITLE.search(text)
    return html.unescape(found[1]).removeprefix("<![CDATA[").removesuffix("]]>").strip() if found else ""


def chat_rows(
    data: bytes, first: int, heads: list[str], talk: Talk, zone: str | None, cleaned: dict[str, int],
    unknown: dict[str, int],
) -> tuple[list[Row], list[Reject]]:  # fmt: skip
    """Return the rows of the table of one talk: times of the wall clock, senders by name."""
    table = Table(heads)
    needed = table.last(CHAT)
    # Columns, not a list of rows: hundreds of thousands of small lists keep the garbage collector busy.
    numbers: list[int] = []
    columns: tuple[list[str], ...] = tuple([] for _ in _CHAT_HEADS)
    rejects: list[Reject] = []
    for line, row in cells(data, cleaned):
        if first + line == 1:
            continue
        if len(row) <= needed:
            rejects.append(Reject("short_row", first + line, ",".join(row)[:80]))
            continue
        numbers.append(first + line)
        for column, head in zip(columns, _CHAT_HEADS, strict=True):
            column.append(table.cell(row, head))
    wall, _ = wall_times(pa.array(columns[0], pa.string()), _FORMS)
    walls, sent = wall.to_pylist(), utc_of_wall(wall, zone).to_pylist()
    rows: list[Row] = []
    for number, local, utc, stamp, *row in zip(numbers, walls, sent, *columns, strict=True):
        if local is None:
            rejects.append(Reject("bad_time" if stamp else "no_time", number, stamp[:40]))
        else:
            rows.append(_chat_row(row, number, local, utc, talk, unknown))
    return rows, rejects


def _chat_row(row: Sequence[str], number: int, wall: int, sent: int, talk: Talk, unknown: dict[str, int]) -> Row:
    native, written, sender, text, nickname = row
    kind = kind_of(int(written)) if written.isdecimal() and len(written) < 18 else kind_named(written)
    if kind is None:
        unknown[written] = unknown.get(written, 0) + 1
    # The nickname is the person's own; the sender's column may hold what the exporter calls them.
    name: str | None = nickname or sender
    if name in NOBODY or kind == "system":
        name = None
    if kind != "system":
        text = readable(text, kind or "other")
    return Row(number, talk.id, sent, kind or "other", text, wall, server_id(native), None, name)
