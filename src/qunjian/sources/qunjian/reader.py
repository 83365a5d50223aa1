"""Reads Qunjian's own exports: what left a workspace as JSON Lines, CSV or Parquet comes back as it was."""

from __future__ import annotations

import datetime as dt
import re
from itertools import islice
from typing import TYPE_CHECKING, Any

import msgspec
import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from qunjian.model.capabilities import FIELDS, Answer, Capabilities, Field
from qunjian.model.errors import BadInputError
from qunjian.model.language import Phrase
from qunjian.model.records import Reject
from qunjian.model.schemas import STATES
from qunjian.sources.columns import membership_batch, message_batch, state_batch
from qunjian.sources.discord_csv.rows import row_cuts, rows
from qunjian.sources.encodings import Utf8Stream
from qunjian.sources.json_records import Decoder, places
from qunjian.sources.json_stream import json_lines
from qunjian.sources.mapping.inputs import as_text
from qunjian.sources.pieces import joined
from qunjian.sources.qunjian.layout import COLUMNS, EXPORT, FORMAT_ID, HEAD, RECORDS, VERSION, unescaped
from qunjian.sources.qunjian.parquet import MAGIC, parquet_slices, stored_rows
from qunjian.sources.qunjian.typed import Columns
from qunjian.sources.reader import Options, Outcome, Parsed, Slice
from qunjian.text.cleaning import merge
from qunjian.text.late import late

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence

    from qunjian.sources.document import Document

_LINES = late(rb'\{\s*"record"\s*:\s*"export"\s*,\s*"format"\s*:\s*"qunjian (\d{1,6})"')
_TABLE = late(rb"(?:^|\n)\"?export\"?,\"?qunjian (\d{1,6})\"?,")
_NUMBERED = r"^(~[0-9a-f]{32})\.[0-9]+$"


class _Context(msgspec.Struct):
    """How a slice is written: lines, table or stored; a table's columns; whether the file ends inside a row."""

    form: str
    names: list[str] = []
    broken: bool = False


def _json_type(field: pa.Field) -> Any:
    """Return what a field may be in JSON; a number written as text stays a text."""
    if pa.types.is_list(field.type):
        return list[Any] | None
    if field.name == "capabilities":
        return dict[str, str] | str | None
    return {pa.bool_(): bool | None, pa.int64(): int | None}.get(field.type, str | None)


_Line = msgspec.defstruct("_Line", [(field.name, _json_type(field), None) for field in COLUMNS], gc=False)
_DECODER: Decoder[Any] = Decoder(_Line)


class QunjianReader:
    """Qunjian's own exports."""

    format_id = FORMAT_ID
    title = Phrase("群鉴自己的导出（JSON Lines、CSV、Parquet）", "Qunjian's own export (JSON Lines, CSV, Parquet)")
    # What the form can carry; what a file's own sources knew stands in the file, for each community.
    capabilities = Capabilities({field: "no" if field == "reads" else "yes" for field in FIELDS})

    def sniff(self, head: bytes, name: str) -> int:
        if head.startswith(MAGIC):
            return 99 if b"qunjian " in head[:4096] else 0
        if _LINES.match(head.lstrip()):
            return 99
        return 99 if _heading(head)[:5] == HEAD.split(",") else 0

    def slices(self, document: Document, options: Options) -> Iterator[Slice]:
        if document.head(4) == MAGIC:
            context = msgspec.json.encode(_Context("stored"))
            for first, data in parquet_slices(document, options.slice_bytes):
                yield Slice(first, data, context, document.name)
            return
        stream = Utf8Stream(document, options.encoding)
        head = b"".join(_some(Utf8Stream(document, options.encoding)))
        if _heading(head)[:1] == ["record"]:
            yield from _table_slices(document, stream, options, head)
            return
        _check_version(_LINES.match(head.lstrip()), document)
        context = msgspec.json.encode(_Context("lines"))
        for first, data in json_lines(stream, options.slice_bytes):
            yield Slice(first, data, context, document.name, stream.take_cleaned())

    def parse(self, piece: Slice, options: Options) -> Parsed:
        context = msgspec.json.decode(piece.context, type=_Context)
        cleaned = dict(piece.cleaned)
        if context.form == "stored":
            columns, at, rejects = stored_rows(piece)
        elif context.form == "table":
            columns, at, rejects = _table_rows(piece, context, cleaned)
        else:
            columns, at, rejects = _line_rows(piece, cleaned)
        return _parsed(columns, at, rejects, cleaned, options)

    def parse_many(self, pieces: Sequence[tuple[int, Slice]], options: Options) -> Outcome:
        return joined((document, self.parse(piece, options)) for document, piece in pieces)


# -- the three forms ------------------------------------------------------------------------------------------
def _some(stream: Utf8Stream) -> Iterator[bytes]:
    for chunk in stream:
        yield chunk[:65_536]
        return


def _heading(head: bytes) -> list[str]:
    line = head.split(b"\n", 1)[0].decode("utf-8", "replace")
    return [name.strip().strip('"') for name in line.split(",")]


def _check_version(found: re.Match[bytes] | None, document: Document) -> None:
    if found is not None and int(found.group(1)) > VERSION:
        raise BadInputError(
            Phrase("这份导出出自更新的群鉴", "a newer Qunjian made this export"),
            where=document.name,
            todo=Phrase("请升级后再导入", "update, then import it"),
        )


def _table_slices(document: Document, stream: Utf8Stream, options: Options, head: bytes) -> Iterator[Slice]:
    _check_version(_TABLE.search(head), document)
    names: list[str] = []
    for cut in row_cuts(stream, options.slice_bytes):
        first, data = cut.first, cut.data
        if not names:
            names = _heading(data)
            end = data.find(b"\n") + 1
            first, data = first + 1, data[end:] if end else b""
        if data:
            context = msgspec.json.encode(_Context("table", names, cut.broken))
            yield Slice(first, data, context, document.name, stream.take_cleaned())


def _table_rows(
    piece: Slice, context: _Context, cleaned: dict[str, int]
) -> tuple[dict[str, pa.Array], list[int], list[Reject]]:
    found, rejects = rows(as_text(piece.data, cleaned), piece.first, ",", broken=context.broken)
    width = len(context.names)
    rejects += [Reject("wrong_columns", row.at, " | ".join(row.cells)[:80]) for row in found if len(row.cells) != width]
    found = [row for row in found if len(row.cells) == width]
    cells = zip(*(row.cells for row in found), strict=True)
    columns = {
        name: unescaped(pa.array(column, pa.string())) for name, column in zip(context.names, cells, strict=False)
    }
    return columns, [row.at for row in found], rejects


def _line_rows(piece: Slice, cleaned: dict[str, int]) -> tuple[dict[str, pa.Array], list[int], list[Reject]]:
    found, rejects = _DECODER.lines(piece.data, piece.first, cleaned)
    columns: dict[str, pa.Array] = {}
    for field in COLUMNS:
        values = [getattr(one, field.name) for one in found]
        if any(value is not None for value in values):
            columns[field.name] = _column(field, values)
    return columns, list(islice(places(found, piece.first), len(found))), rejects


def _column(field: pa.Field, values: list[Any]) -> pa.Array:
    """Return a column as typed as JSON has it; lists that do not fit as their JSON texts."""
    kind = pa.string() if pa.types.is_timestamp(field.type) else field.type
    if field.name != "capabilities":
        try:
            return pa.array(values, kind)
        except (pa.ArrowException, UnicodeEncodeError, OverflowError):
            pass
    return pa.array([_text(value) for value in values], pa.string())


def _text(value: object) -> str | None:
    if isinstance(value, str):
        return value.encode("utf-8", "replace").decode()
    return None if value is None else msgspec.json.encode(value).decode()


# -- records --------------------------------------------------------------------------------------------------
def _parsed(
    columns: Mapping[str, pa.Array], at: list[int], rejects: list[Reject], cleaned: dict[str, int], options: Options
) -> Parsed:
    parsed = Parsed(cleaned=cleaned)
    places = np.array(at, dtype=np.int64)
    kinds = columns.get("record", pa.nulls(len(at), pa.string()))
    known = pa.array(list(RECORDS), pa.string())
    strange = pc.invert(pc.fill_null(pc.is_in(kinds, known), False)).to_numpy(zero_copy_only=False)
    rejects += [Reject("unknown_record", int(place)) for place in places[strange]]
    for record in pc.unique(kinds).to_pylist():
        if record not in RECORDS:
            continue
        mine = pc.fill_null(pc.equal(kinds, record), False)
        own = {name: column.filter(mine) for name, column in columns.items()}
        chosen = places[mine.to_numpy(zero_copy_only=False)]
        held = Columns(record, own, len(chosen))
        bad = np.flatnonzero(held.reasons != "")
        rejects += [Reject(str(held.reasons[row]), int(chosen[row])) for row in bad]
        arrays, count = held.good()
        if count:
            _take(parsed, record, arrays, count, options)
    parsed.rejects = tuple(sorted(rejects, key=lambda reject: reject.at))
    facts = [batch.num_rows for batch in (parsed.messages, parsed.membership) if batch is not None]
    parsed.read = sum(facts) + len(rejects)
    return parsed


def _take(parsed: Parsed, record: str, arrays: dict[str, Any], count: int, options: Options) -> None:
    if options.community is not None and "community_id" in arrays:
        arrays = {**arrays, "community_id": pa.repeat(pa.scalar(options.community), count)}
    if record == EXPORT:
        stamp = pc.max(arrays["observed_at"]).as_py()
        parsed.export_stamp = stamp if isinstance(stamp, dt.datetime) else None
        parsed.capabilities = _known(arrays)
    elif record in STATES:
        parsed.states[record] = state_batch(STATES[record], arrays, count)
    else:
        ids = arrays["message_id"]
        # The hash of a record was taken before the lake numbered its fingerprint.
        bare = pc.replace_substring_regex(ids, _NUMBERED, r"\1")
        make = message_batch if record == "message" else membership_batch
        batch, found = make({**arrays, "message_id": bare}, count)
        merge(parsed.cleaned, found)
        place = batch.schema.get_field_index("message_id")
        numbered = pc.match_substring_regex(ids, _NUMBERED)
        batch = batch.set_column(place, "message_id", pc.if_else(numbered, ids, batch.column(place)))
        setattr(parsed, "messages" if record == "message" else "membership", batch)


def _known(arrays: Mapping[str, pa.Array]) -> dict[str, dict[Field, Answer]]:
    """Return what each community's sources knew, as far as the file says."""
    found: dict[str, dict[Field, Answer]] = {}
    pairs = zip(arrays["community_id"].to_pylist(), arrays["capabilities"].to_pylist(), strict=True)
    for community, written in pairs:
        if community is None:
            continue
        try:
            found[community] = msgspec.json.decode(written or "{}", type=dict[Field, Answer])
        except (msgspec.DecodeError, RecursionError):
            found[community] = {}
    return found
