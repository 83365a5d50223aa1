"""Reads the CSV files of DiscordChatExporter, old and new: no message ids, the server only by the file's name."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Any

import msgspec
import pyarrow as pa
import pyarrow.compute as pc

from qunjian.model.capabilities import Capabilities
from qunjian.model.language import Phrase
from qunjian.model.records import Reject
from qunjian.sources.day_order import Decision, decide
from qunjian.sources.discord.messages import DELETED_USER, file_kind
from qunjian.sources.discord_csv.heads import Heading, heading, told
from qunjian.sources.discord_csv.rows import Row, row_cuts, rows
from qunjian.sources.drafts import channel_draft, community_draft, membership_draft, message_draft
from qunjian.sources.encodings import Utf8Stream
from qunjian.sources.mapping.inputs import as_text
from qunjian.sources.pieces import joined
from qunjian.sources.reader import Options, Outcome, Parsed, Slice
from qunjian.sources.times import utc_of_wall, wall_times
from qunjian.text.late import late

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Sequence

    from qunjian.sources.document import Document

_DATE = late(rb'"(\d{1,4})[/.-](\d{1,2})[/.-](\d{1,4}),? \d{1,2}:\d{2}[^"\n]{0,12}"')
_FIXED = (
    "%Y-%m-%dT%H:%M:%S.%f%z", "%Y-%m-%dT%H:%M:%S%z", "%Y-%m-%dT%H:%M:%S.%f", "%Y-%m-%dT%H:%M:%S",
    "%d-%b-%y %I:%M %p", "%d-%b-%Y %I:%M %p", "%d-%b-%y %H:%M", "%d-%b-%Y %H:%M",
)  # fmt: skip
_FRACTION = late(r"(\.\d{6})\d+")
_COUNTED = late(r" \(([0-9]+)\)(?=, |,?\s*$)")
_MOST = 2**31 - 1
# What the exporter writes for service messages; nobody's own words look quite so.
_NEEDED = frozenset({"AuthorID", "Author", "Date", "Content"})
_JOINED = "Joined the server."
_SERVICE = late(
    r"Pinned a message\.|Changed the channel icon\.|Changed the channel name: .+\.|Started a thread\."
    r"|Started a call that lasted [\d,.]+ minutes\.",
    re.DOTALL,
)


class _Context(msgspec.Struct):
    """What a slice needs to know: the columns, how dates are written, whether the file is cut short here."""

    heading: Heading
    dates: Decision
    broken: bool = False


class DiscordCsvReader:
    """DiscordChatExporter CSV."""

    format_id = "discord_csv"
    title = Phrase("DiscordChatExporter 导出（CSV）", "DiscordChatExporter (CSV)")
    capabilities = Capabilities(
        {
            "message_ids": "no", "replies": "no", "threads": "no", "reactions": "partly", "mentions": "no",
            "roles": "no", "joins": "partly", "leaves": "no", "roster": "no", "reads": "no", "edits": "no",
            "recalls": "no", "media": "yes", "accounts": "partly",
        }
    )  # fmt: skip

    def sniff(self, head: bytes, name: str) -> int:
        return 0 if heading(head) is None else 92

    def slices(self, document: Document, options: Options) -> Iterator[Slice]:
        dates = decide(_dates(Utf8Stream(document, options.encoding)))
        stream = Utf8Stream(document, options.encoding)
        found: Heading | None = None
        for cut in row_cuts(stream, max(options.slice_bytes // 2, 1)):  # in memory rows of short cells grow manifold
            first, data = cut.first, cut.data
            if found is None:
                found = heading(data)
                if found is None:
                    return
                line = data.find(b"\n") + 1
                first, data = first + 1, data[line:] if line else b""
            context = msgspec.json.encode(_Context(found, dates, cut.broken))
            if data or first == 2:
                yield Slice(first, data, context, document.name, stream.take_cleaned())

    def parse(self, piece: Slice, options: Options) -> Parsed:
        context = msgspec.json.decode(piece.context, type=_Context)
        cleaned = dict(piece.cleaned)
        text = as_text(piece.data, cleaned)
        good, rejects = rows(text, piece.first, context.heading.delimiter, broken=context.broken)
        where = told(piece.name)
        community = options.community or f"discord:{where.server.casefold()}"
        at = {name: place for place, name in enumerate(context.heading.names)}
        wanted = 1 + max(place for name, place in at.items() if name in _NEEDED)
        whole = [row for row in good if len(row.cells) >= wanted]
        short = [row for row in good if len(row.cells) < wanted]
        rejects += [Reject("too_few_columns", row.at, " | ".join(row.cells)[:80]) for row in short]
        timed, columns = _timed(whole, at, context.dates, options.zone, rejects)
        shared: dict[str, Any] = {
            "scope": f"{community}/{where.channel_id}", "platform": "discord", "community_id": community,
            "channel_id": where.channel_id,
        }  # fmt: skip
        if options.zone:
            shared["zone"] = options.zone
        parsed = Parsed(read=len(timed) + len(rejects), rejects=tuple(rejects), cleaned=cleaned)
        joins = [n for n, row in enumerate(timed) if row.cells[at["Content"]] == _JOINED]
        talk = [n for n, row in enumerate(timed) if row.cells[at["Content"]] != _JOINED]
        if talk:
            parts = {**shared, **_taken(columns, talk), **_said([timed[n] for n in talk], at)}
            parsed.messages = message_draft(parts, len(talk))
        if joins:
            parts = {**shared, **_taken(columns, joins), "kind": "joined"}
            parsed.membership = membership_draft(parts, len(joins))
        if piece.first == 2:
            parsed.states["community"] = community_draft("discord", {community: where.server}, options.zone)
            parsed.states["channel"] = channel_draft(community, where.channel_id, where.channel)
            if not context.dates.sure and _ambiguous(timed, at):
                parsed.warnings = (UNSURE,)
        return parsed

    def parse_many(self, pieces: Sequence[tuple[int, Slice]], options: Options) -> Outcome:
        return joined((document, self.parse(piece, options)) for document, piece in pieces)


UNSURE = "日期看不出先日后月还是先月后日，按先日后月读 / day-first or month-first dates cannot be told; read day first"


def _dates(chunks: Iterable[bytes]) -> Iterator[tuple[int, int, int]]:
    """Yield the dates of a document as they are written, wherever quotes enclose nothing but a time."""
    rest = b""
    for chunk in chunks:
        rest += chunk
        for hit in _DATE.finditer(rest):
            yield int(hit[1]), int(hit[2]), int(hit[3])
        rest = rest[-64:].rpartition(b"\n")[2]


def _forms(dates: Decision) -> tuple[str, ...]:
    codes = [{"y": "%Y", "m": "%m", "d": "%d"}[letter] for letter in dates.order]
    clocks = ("%I:%M %p", "%I:%M:%S %p", "%H:%M", "%H:%M:%S")
    return (*_FIXED, *(f"{sign.join(codes)} {clock}" for sign in "/.-" for clock in clocks))


def _timed(
    whole: list[Row], at: dict[str, int], dates: Decision, zone: str | None, rejects: list[Reject]
) -> tuple[list[Row], dict[str, list[Any]]]:
    """Return the rows whose time can be read, with the columns of times and authors."""
    written = [row.cells[at["Date"]] for row in whole]
    wall, east = wall_times(pa.array(written, pa.string()), _FIXED[:1])
    if wall.null_count:  # not as the exporter writes times since 2021
        written = [_FRACTION.sub(r"\1", one.replace("\u202f", " ")) for one in written]
        wall, east = wall_times(pa.array(written, pa.string()), _forms(dates))
    sent = utc_of_wall(wall, zone)
    if east is not None:
        sent = pc.coalesce(pc.subtract(wall, pc.multiply(east, 1_000_000)), sent)
        wall = pc.if_else(pc.is_valid(east), pa.scalar(None, pa.int64()), wall)
    times, walls = sent.to_pylist(), wall.to_pylist()
    good = [n for n, time in enumerate(times) if time is not None]
    rejects += [
        Reject("bad_time", row.at, row.cells[at["Date"]][:40])
        for row, time in zip(whole, times, strict=True)
        if time is None
    ]
    timed = [whole[n] for n in good]
    columns: dict[str, list[Any]] = {"sent_at": [times[n] for n in good], "wall_time": [walls[n] for n in good]}
    natives = [_cell(row, at, "AuthorID").strip() for row in timed]
    names = [row.cells[at["Author"]] for row in timed]
    columns["account_id"] = [_account(native, name) for native, name in zip(natives, names, strict=True)]
    columns["name_then"] = [
        None if native == DELETED_USER else name for native, name in zip(natives, names, strict=True)
    ]
    return timed, columns


def _taken(columns: dict[str, list[Any]], places: list[int]) -> dict[str, list[Any]]:
    return {name: [values[place] for place in places] for name, values in columns.items()}


def _account(native: str, name: str) -> str | None:
    if native == DELETED_USER:
        return None
    return f"discord:{native}" if native else f"discord:name:{name}" if name else None


def _said(talk: list[Row], at: dict[str, int]) -> dict[str, Any]:
    """Return the columns of content."""
    texts = [row.cells[at["Content"]] for row in talk]
    files = [_files(cell) if (cell := _cell(row, at, "Attachments")) else None for row in talk]
    kinds = ["system" if text.endswith(".") and _SERVICE.fullmatch(text) else of[0]["kind"] if of else "text"
             for text, of in zip(texts, files, strict=True)]  # fmt: skip
    reactions = [_reactions(_cell(row, at, "Reactions")) for row in talk]
    return {
        "kind": kinds,
        "text": texts,
        "attachments": files if any(files) else None,
        "reactions": reactions if any(reactions) else None,
    }


def _cell(row: Row, at: dict[str, int], name: str) -> str:
    place = at.get(name, len(row.cells))
    return row.cells[place] if place < len(row.cells) else ""


def _files(cell: str) -> list[dict[str, Any]] | None:
    found = []
    for address in filter(None, (each.strip() for each in cell.split(","))):
        name = address.split("?")[0].replace("\\", "/").rpartition("/")[2]
        file = None if "://" in address else address
        found.append({"kind": file_kind(name), "name": name, "size": None, "digest": None, "file": file})
    return found or None


def _reactions(cell: str) -> list[dict[str, Any]] | None:
    if "(" not in cell:
        return None
    found, begin = [], 0
    for hit in _COUNTED.finditer(cell):  # names from one count to the next: a look-ahead for each would not be linear
        name = cell[begin : hit.start()].removeprefix(", ").strip()
        begin = hit.end()
        if name:
            found.append({"emoji": name, "count": min(int(hit[1]), _MOST) if len(hit[1]) < 12 else _MOST})
    return found or None


def _ambiguous(timed: list[Row], at: dict[str, int]) -> bool:
    """Return whether any date was read by the order that is not sure."""
    return any(re.match(r"\d{1,2}[/.]\d{1,2}[/.]", row.cells[at["Date"]]) for row in timed)
