"""Reads QQ Chat Exporter's workbook: the sheet of messages, also when someone saved it as CSV."""

from __future__ import annotations

import csv
import io
from pathlib import PurePosixPath
from typing import TYPE_CHECKING

import msgspec

from qunjian.model.capabilities import Capabilities
from qunjian.model.errors import BadInputError, LimitError, UnknownNameError
from qunjian.model.language import Phrase
from qunjian.model.records import Reject
from qunjian.sources.encodings import Utf8Stream
from qunjian.sources.json_stream import MAX_RECORD
from qunjian.sources.mapping.slicing import workbook_rows
from qunjian.sources.pieces import joined
from qunjian.sources.qq.accounts import PLATFORM, TITLE_ROLES, account_id, named
from qunjian.sources.qq.exporter import exported_times, read_words
from qunjian.sources.qq.notices import read_notice
from qunjian.sources.qq.rows import PRIVATE_WARNING, SYSTEM_NAME, Instant, Rows, Said, Seen, communities
from qunjian.sources.reader import Options, Outcome, Parsed, Slice
from qunjian.text.late import late

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from qunjian.sources.document import Document

_SHEET = "聊天记录"
_BOOKS = (".xlsx", ".xls")
_COLUMNS = {
    "time": ("时间",), "name": ("发送者",), "number": ("发送者QQ号", "发送者QQ", "QQ号"), "title": ("群头衔",),
    "kind": ("消息类型",), "words": ("消息内容", "内容"), "recalled": ("是否撤回",),
}  # fmt: skip
_HEADER = late(r'\A"?序号"?[,\t;]"?时间"?[,\t;]"?发送者"?[,\t;]')
_SYSTEM = frozenset({"系统消息", "system"})
_NOBODY = frozenset({"未知用户", "未知", SYSTEM_NAME})


class QceSheetReader:
    """QQ Chat Exporter, XLSX or CSV."""

    format_id = "qce_sheet"
    title = Phrase("QQ Chat Exporter 的表格（XLSX、CSV）", "QQ Chat Exporter workbook (XLSX, CSV)")
    capabilities = Capabilities(
        {
            "message_ids": "no", "replies": "no", "threads": "no", "reactions": "no", "mentions": "no",
            "roles": "partly", "joins": "partly", "leaves": "partly", "roster": "no", "reads": "no", "edits": "no",
            "recalls": "yes", "media": "partly", "accounts": "partly",
        }
    )  # fmt: skip

    def sniff(self, head: bytes, name: str) -> int:
        first = head.split(b"\n", 1)[0].decode("utf-8", "ignore")
        if _HEADER.match(first) and "是否撤回" in first:
            return 94
        # Where its headings cannot be seen, only the exporter's way of naming files tells a workbook.
        packed = PurePosixPath(name).suffix.lower() in _BOOKS and (head.startswith(b"PK") or "\t" in first)
        return 80 if packed and named(name).kind else 0

    def slices(self, document: Document, options: Options) -> Iterator[Slice]:
        if document.name.lower().endswith(_BOOKS):
            yield from _sliced(self._book(document), document, options)
            return
        stream = Utf8Stream(document, options.encoding)
        text = io.StringIO(_whole(stream, document), newline="")
        first = text.readline()
        text.seek(0)
        mark = max(",\t;", key=first.count)
        try:
            yield from _sliced(csv.reader(text, delimiter=mark), document, options, stream.take_cleaned())
        except csv.Error as error:
            raise _unreadable(document.name) from error

    def _book(self, document: Document) -> Iterator[list[str]]:
        try:
            for cells in workbook_rows(document, _SHEET):
                yield [cell or "" for cell in cells]
        except UnknownNameError:
            for cells in workbook_rows(document):
                yield [cell or "" for cell in cells]

    def parse(self, piece: Slice, options: Options) -> Parsed:
        at = msgspec.json.decode(piece.context, type=dict[str, int])
        file = named(piece.name)
        parsed = Parsed(cleaned=dict(piece.cleaned))
        if file.kind in ("friend", "temp") and options.community is None:
            if piece.first <= 2:
                parsed.warnings = (PRIVATE_WARNING,)
            return parsed
        community = options.community or f"{PLATFORM}:{file.number or file.stem}"
        table = [msgspec.json.decode(line, type=list[str]) for line in piece.data.split(b"\n") if line]
        lines = [{what: row[place] if place < len(row) else "" for what, place in at.items()} for row in table]
        whens = exported_times([cells.get("time", "").strip() or None for cells in lines], options.zone)
        rows, rejects = Rows(me=options.me), list[Reject]()
        for number, (row, cells, when) in enumerate(zip(table, lines, whens, strict=True), piece.first):
            if when is None:
                reason = "bad_time" if cells.get("time", "").strip() else "no_time"
                rejects.append(Reject(reason, number, " | ".join(row)[:80]))
            else:
                _add(cells, when, community, rows)
        if piece.first <= 2:
            parsed.states = communities(PLATFORM, {community: file.name or file.stem}, options.zone)
        states = parsed.states
        rows.fill(parsed, options.zone, rejects)
        parsed.states = {**states, **parsed.states}
        return parsed

    def parse_many(self, pieces: Sequence[tuple[int, Slice]], options: Options) -> Outcome:
        return joined((document, self.parse(piece, options)) for document, piece in pieces)


def _whole(stream: Utf8Stream, document: Document) -> str:
    data = bytearray()
    for chunk in stream:
        data += chunk
        if len(data) > MAX_RECORD * 4:
            raise LimitError(
                Phrase("表格超过 256 MB", "the table is larger than 256 MB"),
                where=document.name,
                todo=Phrase("请改用 JSON 导出", "export JSON instead"),
            )
    return data.decode("utf-8", "replace").replace("\0", "")


def _sliced(
    rows: Iterator[list[str]], document: Document, options: Options, cleaned: dict[str, int] | None = None
) -> Iterator[Slice]:
    """Yield the rows under the header in slices, each row a line of JSON; a row counts as a line."""
    header = [cell.strip().lstrip("\ufeff") for cell in next(rows, [])]
    at = {
        what: next(header.index(name) for name in names if name in header)
        for what, names in _COLUMNS.items()
        if any(name in header for name in names)
    }
    if not {"time", "name", "words"} <= set(at):
        if not any(header):
            return
        raise _unreadable(document.name)
    context = msgspec.json.encode(at)
    lines: list[bytes] = []
    number, size = 2, 0
    for row in rows:
        lines.append(msgspec.json.encode(row))
        size += len(lines[-1])
        if size > options.slice_bytes:
            yield Slice(number, b"\n".join(lines), context, document.name, cleaned or {})
            number, lines, size, cleaned = number + len(lines), [], 0, None
    if lines:
        yield Slice(number, b"\n".join(lines), context, document.name, cleaned or {})


def _unreadable(name: str) -> BadInputError:
    return BadInputError(
        Phrase("不是 QQ Chat Exporter 的聊天记录表", "not QQ Chat Exporter's table of messages"),
        where=name,
        todo=Phrase(
            "表头应有“时间、发送者、消息内容”；请重新导出", "its header has 时间, 发送者, 消息内容; export it again"
        ),
    )


def _add(cells: dict[str, str], when: Instant, community: str, rows: Rows) -> None:
    said, kind_said = cells.get("words", ""), cells.get("kind", "").strip()
    native = cells.get("number", "").strip()
    name = cells.get("name", "").strip()
    recalled = cells.get("recalled", "").strip() == "是"
    if not recalled and (kind_said in _SYSTEM or (name in _NOBODY and native in ("", "0"))):
        rows.add_notice(read_notice(said), said, when, community)
        return
    shown = None if name in ("", native) or name in _NOBODY else name
    who = account_id(native, shown)
    kind, words, attachments = read_words(said, kind_said, [])
    kind = "recall" if recalled else kind
    rows.said.append(Said(when, community, who, shown, kind, words, attachments=attachments))
    role = TITLE_ROLES.get(cells.get("title", "").strip())
    if role is not None and who is not None:
        rows.seen.append(Seen(when, community, who, shown, role))
