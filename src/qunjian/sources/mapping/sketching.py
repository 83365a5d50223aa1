"""Looks at a sample of an unknown file: what kind it seems to be, where records may stand, which fields they have."""

from __future__ import annotations

import csv
import io
import json
import re
from contextlib import suppress
from itertools import islice
from typing import TYPE_CHECKING, Any, Literal
from xml.parsers import expat

import msgspec
import re2

from qunjian.sources.encodings import decoded
from qunjian.sources.mapping.slicing import distinct, workbook_rows

if TYPE_CHECKING:
    from collections.abc import Iterator

    from qunjian.sources.document import Document

Format = Literal["csv", "tsv", "xlsx", "json", "jsonl", "xml", "log"]
SAMPLE_BYTES = 1 << 20
MOST_FIELDS = 60
MOST_SAMPLES = 8
_ROWS = 40
_DEEP = 4
DELIMITERS = (",", ";", "|", "\t")
# Where a record of a text log may begin: what people's tools write, the more telling first.
STARTS = (
    r"\[(?P<time>[^\]\n]*\d{1,2}:\d{2}[^\]\n]*)\] (?P<who>[^:：\n]{1,60})[:：] ?",
    r"(?P<time>\d{4}[-/.年]\d{1,2}[-/.月]\d{1,2}日? \d{1,2}:\d{2}(?::\d{2})?) (?P<who>[^:：\n]{1,60})[:：] ?",
    r"(?P<time>\d{4}[-/.年]\d{1,2}[-/.月]\d{1,2}日? \d{1,2}:\d{2}(?::\d{2})?)[ \t]+(?P<who>[^\n]{1,60})\n",
    r"(?P<who>[^\n]{1,60}?)[ \t]+(?P<time>\d{4}[-/.年]\d{1,2}[-/.月]\d{1,2}日? \d{1,2}:\d{2}(?::\d{2})?)\n",
    r"(?P<time>\d{1,2}[./-]\d{1,2}[./-]\d{2,4},? \d{1,2}:\d{2}(?::\d{2})?(?: ?[APap]\.?[Mm]\.?)?)(?: -|,)? (?P<who>[^:：\n]{1,60})[:：] ?",  # noqa: E501
    r"【(?P<time>[^】\n]*\d{1,2}:\d{2}[^】\n]*)】(?P<who>[^：:\n]{1,60})[：:] ?",
    r"<(?P<who>[^>\n]{1,60})> ",
)


class FieldSeen(msgspec.Struct, frozen=True):
    """One field of the records, with a few of its values: of a table those of its first rows."""

    name: str
    samples: tuple[str, ...]


class Sketch(msgspec.Struct, frozen=True):
    """What a sample seems to be; `places`: where else records may stand, with how many; `rows`: of a table."""

    format: Format
    fields: tuple[FieldSeen, ...] = ()
    delimiter: str = ","
    skip_lines: int = 0
    header: bool = True
    records: str = ""
    places: tuple[tuple[str, int], ...] = ()
    start: str = ""
    hits: int = 0


def sample_of(document: Document) -> str:
    """Return the beginning of a document as text."""
    with document.opened() as stream:
        data = stream.read(SAMPLE_BYTES)
    return decoded(data).removeprefix("\ufeff").replace("\r\n", "\n").replace("\0", "")


def guess_format(document: Document, text: str) -> Format:
    """Return which kind of file a sample seems to be."""
    with document.opened() as stream:
        if stream.read(4) in (b"PK\x03\x04", b"\xd0\xcf\x11\xe0"):
            return "xlsx"
    start = text.lstrip()
    if start.startswith("<") and re.match(r"<(\?xml|!--|[A-Za-z_][\w.-]*[\s>/])", start):
        return "xml"
    if start[:1] in "[{":
        first, _, rest = start.partition("\n")
        if start[0] == "{" and _decodes(first) and rest.lstrip()[:1] == "{":
            return "jsonl"
        if _decodes(first) or start[1:].lstrip()[:1] in ('"', "{", "[", "}", "]"):
            return "json"
    lines = [line for line in text.split("\n")[:30] if line.strip()]
    best = max(DELIMITERS, key=lambda sign: _evenness(lines, sign)) if lines else ","
    if _evenness(lines, best) < 0.6 or _hits(_best_start(text), text) > len(lines) // 2:
        return "log"
    return "tsv" if best == "\t" else "csv"


def sketch(document: Document, wanted: Sketch | None = None) -> Sketch:
    """Return what a document seems to be; what is `wanted` (its kind, a place, a sign) is taken as it is."""
    text = sample_of(document)
    kind = wanted.format if wanted is not None else guess_format(document, text)
    if kind == "xlsx":
        return _of_workbook(document, wanted)
    if kind in ("csv", "tsv"):
        return _of_table(text, kind, wanted)
    if kind == "xml":
        return _of_xml(text, wanted)
    if kind == "log":
        return _of_log(text, wanted)
    return _of_json(text, kind, wanted)


# -- tables ---------------------------------------------------------------------------------------------------
def _of_table(text: str, kind: Format, wanted: Sketch | None) -> Sketch:
    if wanted is None:
        lines = [line for line in text.split("\n")[:30] if line.strip()]
        delimiter = "\t" if kind == "tsv" else max(DELIMITERS, key=lambda sign: _evenness(lines, sign))
        skip = _title_lines(text, delimiter)
        wanted = Sketch(kind, delimiter=delimiter, skip_lines=skip)
    body = "\n".join(text.split("\n")[wanted.skip_lines :])
    delimiter = "\t" if kind == "tsv" else wanted.delimiter[:1] or ","
    return _of_rows(_separated(body, delimiter), msgspec.structs.replace(wanted, format=kind, delimiter=delimiter))


def _of_workbook(document: Document, wanted: Sketch | None) -> Sketch:
    wanted = wanted or Sketch("xlsx")
    rows = ([cell or "" for cell in row] for row in workbook_rows(document))
    return _of_rows(islice(rows, wanted.skip_lines, None), wanted)


def _of_rows(rows: Iterator[list[str]], wanted: Sketch) -> Sketch:
    first = next(rows, [])
    more = list(islice(rows, _ROWS))
    width = max((len(row) for row in (first, *more[:5])), default=0)
    names = distinct([*first, *[""] * (width - len(first))]) if wanted.header else []
    names = names or [f"column_{n + 1}" for n in range(width)]
    lines = more if wanted.header else [first, *more]
    columns = [[row[n] for row in lines if n < len(row)] for n in range(len(names))]
    fields = tuple(
        FieldSeen(name, tuple(map(_short, cells[:MOST_SAMPLES])))
        for name, cells in islice(zip(names, columns, strict=True), MOST_FIELDS)
    )
    return msgspec.structs.replace(wanted, fields=fields)


def _separated(text: str, delimiter: str) -> Iterator[list[str]]:
    try:
        yield from csv.reader(io.StringIO(text, newline=""), delimiter=delimiter)
    except csv.Error:
        return


def _evenness(lines: list[str], sign: str) -> float:
    """Return which share of the lines has the commonest number of a sign, 0 where most have none."""
    counts = [line.count(sign) for line in lines]
    common = max(set(counts), key=counts.count, default=0)
    return counts.count(common) / len(counts) if common else 0.0


def _title_lines(text: str, delimiter: str) -> int:
    """Return how many lines stand above the heading: those with fewer cells than what follows."""
    counts = [line.count(delimiter) for line in text.split("\n")[:8]]
    usual = max(set(counts), key=counts.count, default=0)
    return next((n for n, count in enumerate(counts) if count >= usual), 0)


# -- JSON -----------------------------------------------------------------------------------------------------
def _of_json(text: str, kind: Format, wanted: Sketch | None) -> Sketch:
    if kind == "jsonl":
        lines = [found for line in text.split("\n")[:_ROWS] if isinstance(found := _decoded(line), dict)]
        return Sketch("jsonl", _fields(_columns(lines)))
    whole = _decoded(text) if _decodes(text) else _decoded(closed(text))
    arrays: dict[str, tuple[list[dict[str, Any]], dict[str, Any]]] = {}
    counts: dict[str, int] = {}
    _gather(whole, (), {}, arrays, counts)
    places = tuple(sorted(counts.items(), key=lambda pair: (-pair[1], pair[0])))[:30]
    records = wanted.records if wanted is not None else places[0][0] if places else ""
    rows, context = arrays.get(records, ([], {}))
    around = [(f"context.{name}", [value]) for name, value in _flat(context) if not isinstance(value, list | dict)]
    return Sketch("json", _fields([*_columns(rows), *around]), records=records, places=places)


def _gather(
    value: Any,
    path: tuple[str, ...],
    around: dict[str, Any],
    arrays: dict[str, tuple[list[dict[str, Any]], dict[str, Any]]],
    counts: dict[str, int],
) -> None:
    """Note every list of objects by its path (`*` for lists passed on the way), with the object around it."""
    if len(path) > 8:
        return
    if isinstance(value, list):
        rows = [each for each in value if isinstance(each, dict)]
        name = ".".join(path)
        if rows:
            counts[name] = counts.get(name, 0) + len(rows)
            kept, _ = arrays.setdefault(name, ([], around))
            kept += rows[: max(0, _ROWS - len(kept))]
        for each in rows[:_ROWS]:
            for key, inner in each.items():
                _gather(inner, (*path, "*", key), each, arrays, counts)
    elif isinstance(value, dict):
        for key, inner in value.items():
            _gather(inner, (*path, key), value, arrays, counts)


def closed(text: str) -> str:
    """Return the beginning of a JSON text cut after its last whole value, with what is open closed."""
    stack: list[str] = []
    cut, at_cut = 0, ""
    inside = escaped = False
    for place, char in enumerate(text):
        if inside:
            inside, escaped = (escaped or char != '"'), (char == "\\" and not escaped)
        elif char == '"':
            inside = True
        elif char in "[{":
            stack.append("]" if char == "[" else "}")
        elif char in "]}":
            if not stack:
                break
            stack.pop()
            cut, at_cut = place + 1, "".join(reversed(stack))
    return text[:cut] + at_cut


def _decodes(text: str) -> bool:
    return _decoded(text) is not None


def _decoded(text: str) -> Any:
    try:
        return msgspec.json.decode(text)
    except (msgspec.DecodeError, UnicodeError, RecursionError):
        return None


def _columns(records: list[dict[str, Any]]) -> list[tuple[str, list[Any]]]:
    found: dict[str, list[Any]] = {}
    for record in records:
        for name, value in _flat(record):
            found.setdefault(name, []).append(value)
    return list(found.items())


def _flat(record: dict[str, Any], before: str = "", depth: int = 1) -> Iterator[tuple[str, Any]]:
    for name, value in record.items():
        if isinstance(value, dict) and value and depth < _DEEP:
            yield from _flat(value, f"{before}{name}.", depth + 1)
        else:
            yield f"{before}{name}", value


# -- XML ------------------------------------------------------------------------------------------------------
def _of_xml(text: str, wanted: Sketch | None) -> Sketch:
    counts, values = _elements(text)
    repeated = {path: n for path, n in counts.items() if n > 1 and len(path) > 1} or counts
    depths = sorted(repeated.items(), key=lambda pair: (len(pair[0]), -pair[1]))
    parents = [(path, n) for path, n in depths if any(_holds(path, *key) for key in values)]
    best = max(parents or depths or [(("",), 0)], key=lambda pair: pair[1])[0]
    records = wanted.records if wanted is not None and wanted.records else ".".join(best)
    own = tuple(records.split("."))
    places = tuple((".".join(path), n) for path, n in sorted(repeated.items(), key=lambda pair: -pair[1])[:20])
    return Sketch("xml", _fields(_xml_columns(values, own)), records=records, places=places)


Place = tuple[tuple[str, ...], str]


def _holds(path: tuple[str, ...], inner: tuple[str, ...], attribute: str) -> bool:
    """Return whether a value stands directly within an element, or is an attribute of it."""
    return inner[:-1] == path or (inner == path and attribute.startswith("@"))


def _xml_columns(values: dict[Place, list[str]], own: tuple[str, ...]) -> list[tuple[str, list[Any]]]:
    columns: list[tuple[str, list[Any]]] = []
    for (path, attribute), found in values.items():
        below = path[len(own) :]
        if path[: len(own)] == own and len(below) < _DEEP:
            columns.append((".".join((*below, *([attribute] if attribute else []))) or ".", list(found)))
        elif own[: len(path)] == path and attribute:
            columns.append((f"context.{attribute}", list(found)))
        elif len(path) <= len(own) and path[:-1] == own[: len(path) - 1] and path != own[: len(path)]:
            columns.append((f"context.{path[-1]}", list(found)))
    return columns


def _elements(text: str) -> tuple[dict[tuple[str, ...], int], dict[Place, list[str]]]:
    """Return how often each element stands, and the values of each and of its attributes."""
    parser = expat.ParserCreate()
    counts: dict[tuple[str, ...], int] = {}
    values: dict[Place, list[str]] = {}
    stack: list[str] = []
    words: list[str] = []

    def begin(name: str, attributes: dict[str, str]) -> None:
        stack.append(name)
        words.clear()
        counts[tuple(stack)] = counts.get(tuple(stack), 0) + 1
        for key, value in attributes.items():
            _keep(values, (tuple(stack), f"@{key}"), value)

    def end(_: str) -> None:
        if "".join(words).strip():
            _keep(values, (tuple(stack), ""), "".join(words).strip())
        words.clear()
        stack.pop()

    def refuse(*_: Any) -> None:
        raise expat.ExpatError("a document type is not read")

    parser.StartElementHandler, parser.EndElementHandler = begin, end
    parser.CharacterDataHandler = words.append
    parser.StartDoctypeDeclHandler = refuse
    with suppress(expat.ExpatError):  # what was understood so far is shown
        parser.Parse(text.encode("utf-8", "replace"), False)
    return counts, values


def _keep(values: dict[Place, list[str]], key: Place, value: str) -> None:
    kept = values.setdefault(key, [])
    if len(kept) < _ROWS:
        kept.append(value)


# -- text logs ------------------------------------------------------------------------------------------------
def _of_log(text: str, wanted: Sketch | None) -> Sketch:
    start = wanted.start if wanted is not None and wanted.start else _best_start(text)
    try:
        options = re2.Options()
        options.log_errors = False
        compiled = re2.compile(f"(?m)^(?:{start})", options)
    except re2.error:
        return Sketch("log", start=start)
    cut = text[: SAMPLE_BYTES // 8]
    hits = list(islice(compiled.finditer(cut), 2000))
    columns: list[tuple[str, list[Any]]] = [
        (name, [hit.group(name) for hit in hits[:_ROWS] if hit.group(name)]) for name in compiled.groupindex
    ]
    ends = [*(hit.start() for hit in hits[1:]), len(cut)][: len(hits)]
    columns.append(("body", [cut[hit.end() : end].strip() for hit, end in list(zip(hits, ends, strict=True))[:_ROWS]]))
    return Sketch("log", _fields(columns), start=start, hits=len(hits))


def _best_start(text: str) -> str:
    head = text[: SAMPLE_BYTES // 16]
    return max(STARTS, key=lambda start: _hits(start, head))


def _hits(start: str, text: str) -> int:
    return sum(1 for _ in islice(re2.compile(f"(?m)^(?:{start})").finditer(text[: SAMPLE_BYTES // 16]), 2000))


def _fields(columns: Any) -> tuple[FieldSeen, ...]:
    found = []
    for name, values in islice(columns, MOST_FIELDS):
        samples = dict.fromkeys(_short(value) for value in values if value not in (None, "", [], {}))
        found.append(FieldSeen(str(name), tuple(islice(samples, MOST_SAMPLES))))
    return tuple(found)


def _short(value: Any) -> str:
    text = value if isinstance(value, str) else json.dumps(value, ensure_ascii=False)
    return text if len(text) <= 60 else text[:59] + "…"
