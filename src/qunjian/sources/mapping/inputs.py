"""Reads slices of tables, JSON, XML and text logs into columns of text, ready for the mapping's settings."""

from __future__ import annotations

import json
from itertools import islice
from typing import TYPE_CHECKING, Any, NamedTuple

import msgspec
import numpy as np
import pyarrow as pa
import pyarrow.compute as pc
import re2
from pyarrow import csv

from qunjian.model.records import Reject
from qunjian.sources.encodings import BAD_BYTES
from qunjian.sources.json_records import Decoder, excerpt, places
from qunjian.sources.mapping.values import Columns, template_fields

if TYPE_CHECKING:
    from collections.abc import Sequence

    from qunjian.sources.mapping.schema import Mapping
    from qunjian.sources.reader import Slice

RECORD = "record"
_MARK = "\0"


class Extract(msgspec.Struct):
    """The fields of the records of some slices: `rows` and `drop` per slice, `at` per record."""

    columns: Columns
    rows: list[int]
    drop: list[int]
    at: Any
    rejects: list[list[Reject]]
    cleaned: list[dict[str, int]]

    def piece_of(self) -> Any:
        """Return for every record which slice it is of."""
        return np.repeat(np.arange(len(self.rows)), self.rows)


def extract(mapping: Mapping, pieces: Sequence[Slice]) -> Extract:
    """Return the columns of all records in the slices."""
    if mapping.format == "log":
        found = _logs(mapping, pieces)
    elif mapping.format in ("json", "jsonl"):
        found = _json(mapping, pieces)
    elif mapping.format == "xml":
        found = _xml(mapping, pieces)
    else:
        found = _tables(mapping, pieces)
    if mapping.path is not None:
        _add_path(mapping.path, found, pieces)
    return found


def as_text(data: bytes, cleaned: dict[str, int]) -> str:
    """Return the text of bytes that should be UTF-8, bad ones replaced and counted."""
    try:
        return data.decode("utf-8")
    except UnicodeDecodeError:
        text = data.decode("utf-8", "replace")
        bad = text.count("\ufffd") - data.count(b"\xef\xbf\xbd")
        cleaned[BAD_BYTES] = cleaned.get(BAD_BYTES, 0) + bad
        return text


def _add_path(pattern: str, found: Extract, pieces: Sequence[Slice]) -> None:
    compiled = re2.compile(pattern)
    hits = [compiled.search(piece.name) for piece in pieces]
    for name in compiled.groupindex:
        values = pa.array([hit.group(name) if hit else None for hit in hits], pa.string())
        found.columns.columns[name] = values.take(pa.array(found.piece_of()))


# -- text logs ------------------------------------------------------------------------------------------------
def start_pattern(mapping: Mapping) -> str:
    """Return the pattern of a record's start anywhere in a text."""
    assert mapping.log is not None  # noqa: S101 (the schema says so)
    return f"(?m)^(?:{mapping.log.start})"


def _logs(mapping: Mapping, pieces: Sequence[Slice]) -> Extract:
    assert mapping.log is not None  # noqa: S101
    arrays: list[pa.Array] = []
    rows: list[int] = []
    drop: list[int] = []
    ats: list[Any] = []
    rejects: list[list[Reject]] = []
    cleaned: list[dict[str, int]] = []
    for piece in pieces:
        counts = dict(piece.cleaned)
        before, _, _ = _split(mapping, piece.context, 1, {})
        records, starts, refused = _split(mapping, piece.data, piece.first, counts)
        ats.append(np.concatenate((np.zeros(len(before), np.int64), piece.first + starts)))
        arrays += [before, records]
        rows.append(len(before) + len(records))
        drop.append(len(before))
        rejects.append(refused)
        cleaned.append(counts)
    records = pa.concat_arrays(arrays) if arrays else pa.array([], pa.string())
    columns = {RECORD: records}
    if "(?P<" in mapping.log.start:
        # Two short matches: capturing the body too would send RE2 through all of it the slow way.
        head = f"^(?:{mapping.log.start})"
        found = pc.extract_regex(records, head)
        columns |= {field.name: pc.struct_field(found, [field.name]) for field in found.type}
        columns["body"] = pc.replace_substring_regex(records, head, "", max_replacements=1)
    at = np.concatenate(ats) if ats else np.zeros(0, np.int64)
    return Extract(Columns(len(records), columns, closed=False), rows, drop, at, rejects, cleaned)


def _line_starts(records: pa.StringArray) -> Any:
    """Return how many newlines stand in the records before each."""
    _, offsets, data = records.buffers()
    if not len(records) or data is None:
        return np.zeros(len(records), np.int64)
    begins = np.frombuffer(offsets, np.int32)[records.offset : records.offset + len(records)]
    newlines = np.flatnonzero(np.frombuffer(data, np.uint8) == ord("\n"))
    places = np.searchsorted(newlines, begins)
    return places - places[0]


def _split(mapping: Mapping, data: bytes, first: int, counts: dict[str, int]) -> tuple[pa.Array, Any, list[Reject]]:
    """Return the records of a text, the lines before each of them, and what stands before the first."""
    assert mapping.log is not None  # noqa: S101
    if not data:
        return pa.array([], pa.string()), np.zeros(0, np.int64), []
    text = as_text(data, counts).replace("\r\n", "\n")
    if _MARK in text:
        counts["nul"] = counts.get("nul", 0) + text.count(_MARK)
        text = text.replace(_MARK, "")
    if not mapping.log.multiline:
        lines = pa.array([text]) if not text else pc.split_pattern(pa.array([text]), "\n").flatten()
        said = pc.match_substring_regex(lines, r"\S")
        return lines.filter(said), np.flatnonzero(said.to_numpy(zero_copy_only=False)), []
    marked = pc.replace_substring_regex(pa.array([text]), start_pattern(mapping), _MARK + r"\0")
    records = pc.split_pattern(marked, _MARK).flatten()
    preamble = records[0].as_py()
    rejects = [Reject("before_first_record", first, excerpt(preamble.encode()))] if preamble.strip(" \n\t\r*=-") else []
    records = records.slice(1)
    return records, preamble.count("\n") + _line_starts(records), rejects


# -- JSON -----------------------------------------------------------------------------------------------------
Place = tuple[str, tuple[str, ...]]
PARENT, TOP = "parent.", "top."


class Plan(NamedTuple):
    """How a mapping's JSON records are decoded: their type, and where in it each field stands."""

    record: type[Any]
    decoder: Decoder[Any]
    fields: dict[str, Place]
    children: Place | None


_PLANS: dict[str, Plan] = {}


def _json_plan(mapping: Mapping) -> Plan:
    """Return a decoder of just the keys the mapping uses, and for each field its attribute and the path below it."""
    if mapping.key not in _PLANS:
        _PLANS[mapping.key] = _planned(mapping)
    return _PLANS[mapping.key]


def _planned(mapping: Mapping) -> Plan:
    attributes: dict[str, str] = {}
    plan: dict[str, Place] = {}
    children = mapping.json_.children
    for name in sorted(used_fields(mapping) | ({children} if children else set())):
        if name.startswith("context."):
            continue
        top, *below = (name.removeprefix(PARENT).removeprefix(TOP) if children else name).split(".")
        attributes.setdefault(top, f"f{len(attributes)}")
        plan[name] = (attributes[top], tuple(below))
    fields = [(attribute, Any, None) for attribute in attributes.values()]
    names = {attribute: top for top, attribute in attributes.items()}
    record = msgspec.defstruct("Record", fields, rename=names)
    return Plan(record, Decoder(record), plan, plan.pop(children, None) if children else None)


def used_fields(mapping: Mapping) -> set[str]:
    """Return the names of all fields the mapping reads, but those its own patterns make."""
    specs = [*(spec for spec in dict(mapping.fields).values() if spec is not None), mapping.time]
    sources = [spec.source for spec in specs]
    sources += [spec.fallback for spec in specs if spec.fallback]
    sources += [many.source for many in (mapping.mentions, mapping.reactions, mapping.attachments) if many]
    sources += [rule.on for rule in mapping.rules if rule.on]
    if mapping.quote is not None:
        sources += [mapping.quote.author.source, mapping.quote.time.source]
    made: set[str] = {RECORD}
    for pattern in (mapping.path, *(rule.match for rule in mapping.rules)):
        made |= set(re2.compile(pattern).groupindex) if pattern else set()
    if mapping.log is not None:
        made |= set(re2.compile(mapping.log.start).groupindex) | {"body"}
    server = template_fields(mapping.server) if "{" in mapping.server else []
    return {name for source in sources for name in template_fields(source)}.union(server) - made


def _json(mapping: Mapping, pieces: Sequence[Slice]) -> Extract:
    plan = _json_plan(mapping)
    everything: list[Any] = []
    parents: list[Any] = []
    tops: list[Any] = []
    rows: list[int] = []
    ats: list[Any] = []
    rejects: list[list[Reject]] = []
    cleaned: list[dict[str, int]] = []
    contexts: list[dict[str, Any]] = []
    for piece in pieces:
        counts = dict(piece.cleaned)
        context, broken = _context(piece)
        if mapping.format == "jsonl":
            records, refused = plan.decoder.lines(piece.data, piece.first, counts)
        else:
            records, refused = plan.decoder.elements(piece.data, piece.first, counts, broken=broken)
        numbers = list(islice(places(records, piece.first), len(records)))
        if plan.children is not None:
            held = _with_children(plan, records, numbers)
            records, numbers, refused = held.records, held.numbers, [*refused, *held.rejects]
            parents += held.parents
            tops += held.tops
        everything += records
        rows.append(len(records))
        ats.append(np.array(numbers, np.int64))
        rejects.append(refused)
        cleaned.append(counts)
        contexts.append(context)
    columns = {
        name: text_array(
            [
                None if record is None else _below(getattr(record, attribute), path)
                for record in _meant(name, everything, parents, tops)
            ]
        )
        for name, (attribute, path) in plan.fields.items()
    }
    owner = pa.array(np.repeat(np.arange(len(rows)), rows))
    for name in used_fields(mapping):
        if name.startswith("context."):
            path = tuple(name.split(".")[1:])
            columns[name] = text_array([_below(context, path) for context in contexts]).take(owner)
    at = np.concatenate(ats) if ats else np.zeros(0, np.int64)
    return Extract(Columns(len(everything), columns, closed=False), rows, [0] * len(rows), at, rejects, cleaned)


class Held(NamedTuple):
    """Records with those they hold, each after its parent; the outermost of each and its number; what was none."""

    records: list[Any]
    parents: list[Any]
    tops: list[Any]
    numbers: list[int]
    rejects: list[Reject]


def _with_children(plan: Plan, records: list[Any], numbers: list[int]) -> Held:
    """Return the records with all they hold, to any depth."""
    assert plan.children is not None  # noqa: S101 (asked before)
    attribute, path = plan.children
    found = Held([], [], [], [], [])
    for number, top in zip(numbers, records, strict=True):
        waiting = [(top, None)]
        while waiting:
            record, parent = waiting.pop()
            found.records.append(record)
            found.parents.append(parent)
            found.tops.append(top)
            found.numbers.append(number)
            held = _below(getattr(record, attribute), path)
            for child in reversed(held if isinstance(held, list) else []):
                if isinstance(child, dict):
                    waiting.append((msgspec.convert(child, plan.record, strict=False), record))
                else:
                    found.rejects.append(Reject("wrong_type", number, (_as_text(child) or "")[:80]))
    return found


def _meant(name: str, records: list[Any], parents: list[Any], tops: list[Any]) -> list[Any]:
    """Return whose value a field is: the record's own, its parent's, or that of the outermost it stands in."""
    if parents and name.startswith(PARENT):
        return parents
    return tops if tops and name.startswith(TOP) else records


def _context(piece: Slice) -> tuple[dict[str, Any], bool]:
    if not piece.context:
        return {}, False
    try:
        found, broken = msgspec.json.decode(piece.context, type=tuple[Any, bool])
    except (msgspec.DecodeError, UnicodeDecodeError, RecursionError):  # what encloses the records is kept unread
        found, broken = {}, piece.context.endswith(b"true]")
    return found if isinstance(found, dict) else {}, broken


def _below(value: Any, path: tuple[str, ...]) -> Any:
    for name in path:
        if not isinstance(value, dict):
            return None
        value = value.get(name)
    return value


def text_array(values: list[Any]) -> pa.Array:
    """Return decoded JSON values as text; numbers as written, lists and objects as JSON."""
    try:
        return pa.array(values, pa.string())
    except (pa.ArrowTypeError, pa.ArrowInvalid, UnicodeEncodeError):
        pass
    if all(value is None or type(value) is int for value in values):
        try:
            return pa.array(values, pa.int64()).cast(pa.string())
        except (pa.ArrowInvalid, OverflowError):
            pass
    return pa.array([_as_text(value) for value in values], pa.string())


def _as_text(value: Any) -> str | None:
    if value is None:
        return None
    if isinstance(value, str):
        return value.encode("utf-8", "replace").decode("utf-8")
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, (int, float)):
        return repr(value)
    return json.dumps(value, ensure_ascii=False).encode("utf-8", "replace").decode("utf-8")


# -- XML ------------------------------------------------------------------------------------------------------
_FIELDS = Decoder(dict[str, str])


def _xml(mapping: Mapping, pieces: Sequence[Slice]) -> Extract:
    """Return the columns of records that the cutting of the document has turned into fields already."""
    decoded = [_FIELDS.lines(piece.data, piece.first, {})[0] for piece in pieces]
    records = [record for some in decoded for record in some]
    columns = {
        name: pa.array([record.get(name) for record in records], pa.string()) for name in sorted(used_fields(mapping))
    }
    ats = [piece.first + np.arange(len(some)) for piece, some in zip(pieces, decoded, strict=True)]
    at = np.concatenate(ats) if ats else np.zeros(0, np.int64)
    rows = [len(some) for some in decoded]
    cleaned = [dict(piece.cleaned) for piece in pieces]
    return Extract(Columns(len(records), columns, closed=False), rows, [0] * len(rows), at, [[] for _ in rows], cleaned)


# -- tables ---------------------------------------------------------------------------------------------------
def _tables(mapping: Mapping, pieces: Sequence[Slice]) -> Extract:
    tables: list[pa.Table] = []
    rows: list[int] = []
    ats: list[Any] = []
    rejects: list[list[Reject]] = []
    cleaned: list[dict[str, int]] = []
    for piece in pieces:
        counts = dict(piece.cleaned)
        names = msgspec.json.decode(piece.context, type=list[str])
        refused: list[Reject] = []
        table = _table(mapping, piece, names, refused, counts)
        tables.append(table)
        rows.append(table.num_rows)
        every = piece.first + np.arange(table.num_rows + len(refused))
        ats.append(np.setdiff1d(every, [one.at for one in refused])[: table.num_rows])
        rejects.append(refused)
        cleaned.append(counts)
    merged = pa.concat_tables(tables, promote_options="default") if tables else pa.table({})
    columns = {name: merged.column(name).combine_chunks() for name in merged.column_names}
    for wanted in used_fields(mapping):
        if wanted not in columns and (alike := _alike(wanted, columns)):
            columns[wanted] = columns[alike]
    at = np.concatenate(ats) if ats else np.zeros(0, np.int64)
    return Extract(Columns(merged.num_rows, columns, closed=True), rows, [0] * len(rows), at, rejects, cleaned)


def _alike(wanted: str, columns: dict[str, pa.Array]) -> str | None:
    """Return the column of the same name but for case, spaces and underscores."""
    plain = _plain_name(wanted)
    return next((name for name in columns if _plain_name(name) == plain), None)


def _plain_name(name: str) -> str:
    return name.casefold().replace(" ", "").replace("_", "").replace("-", "")


def _table(mapping: Mapping, piece: Slice, names: list[str], refused: list[Reject], counts: dict[str, int]) -> pa.Table:
    if mapping.format == "xlsx":
        cells, bad = Decoder(list[str | None]).lines(piece.data, piece.first, counts)
        refused += bad
        width = len(names)
        padded = [[*row, *[None] * (width - len(row))][:width] for row in cells]
        return pa.table({name: pa.array([row[n] for row in padded], pa.string()) for n, name in enumerate(names)})
    data = piece.data
    if not data.strip():
        return _no_rows(names)
    if b"\0" in data:
        counts["nul"] = counts.get("nul", 0) + data.count(b"\0")
        data = data.replace(b"\0", b"")
    data = as_text(data, counts).encode()

    def refuse(row: Any) -> str:
        refused.append(Reject("wrong_columns", piece.first + (row.number or 1) - 1, excerpt((row.text or "").encode())))
        return "skip"

    if not data.strip():
        return _no_rows(names)
    try:
        return _read_csv(mapping, data, names, refuse)
    except pa.ArrowInvalid as error:
        refused.append(Reject("bad_table", piece.first, str(error)[:80]))
        return _no_rows(names)


def _no_rows(names: list[str]) -> pa.Table:
    return pa.table({name: pa.array([], pa.string()) for name in names})


def _read_csv(mapping: Mapping, data: bytes, names: list[str], refuse: Any) -> pa.Table:
    return csv.read_csv(
        pa.BufferReader(data),
        csv.ReadOptions(use_threads=False, block_size=len(data) + 1, column_names=names),
        csv.ParseOptions(
            delimiter=mapping.table.delimiter if mapping.format == "csv" else "\t",
            quote_char='"' if mapping.table.quoted else False,
            newlines_in_values=mapping.table.quoted,
            invalid_row_handler=refuse,
        ),
        csv.ConvertOptions(column_types=dict.fromkeys(names, pa.string()), strings_can_be_null=False),
    )
