"""Reads Discourse: answers of its interface as JSON, and the CSV files it exports."""

from __future__ import annotations

import datetime as dt
from typing import TYPE_CHECKING, Any

import msgspec

from qunjian.model.capabilities import Capabilities
from qunjian.model.errors import BadInputError
from qunjian.model.language import Phrase
from qunjian.model.records import Reject
from qunjian.model.schemas import CHANNEL
from qunjian.sources.columns import community_batch, message_batch, roster_batch, state_batch
from qunjian.sources.discord_csv.rows import row_cuts, rows
from qunjian.sources.discourse.answers import Answers
from qunjian.sources.discourse.posts import PLATFORM, Found, columns_of
from qunjian.sources.discourse.records import Answer
from qunjian.sources.discourse.sites import Sites
from qunjian.sources.discourse.tables import (
    Table,
    archive_owner,
    headings,
    members_of,
    newest_of,
    posts_of,
    table_of,
)
from qunjian.sources.encodings import Utf8Stream, checked_encoding, utf8_head
from qunjian.sources.json_layout import Layout, decoded, record_slices
from qunjian.sources.json_records import Decoder, places
from qunjian.sources.pieces import joined
from qunjian.sources.reader import Options, Outcome, Parsed, Slice
from qunjian.text.cleaning import merge

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from qunjian.sources.document import Document

_TITLE = Phrase("Discourse（接口 JSON、导出的 CSV）", "Discourse (interface JSON, exported CSV)")
_LAYOUT = Layout((), _TITLE)
_DECODER = Decoder(Answer)
_SITES = Sites()


class _Context(msgspec.Struct):
    """What a slice needs to know: where its posts belong; of a table also its headings."""

    community: str
    site: str
    layout: msgspec.Raw = msgspec.Raw(b"null")
    table: Table | None = None
    names: list[str] = []
    broken: bool = False
    owner: str | None = None


class DiscourseReader:
    """Discourse forum."""

    format_id = "discourse"
    title = _TITLE
    capabilities = Capabilities(
        {
            "message_ids": "yes", "replies": "yes", "threads": "yes", "reactions": "partly", "mentions": "yes",
            "roles": "partly", "joins": "partly", "leaves": "no", "roster": "partly", "reads": "no",
            "edits": "partly", "recalls": "partly", "media": "partly", "accounts": "yes",
        }
    )  # fmt: skip

    def sniff(self, head: bytes, name: str) -> int:
        begin = head.lstrip()
        if not begin.startswith((b"{", b"[")):
            return 96 if table_of(headings(head)) is not None else 0
        if b'"cooked"' in head and b'"post_number"' in head and b'"topic_id"' in head:
            return 93
        if b'"post_stream"' in head[:4096] or b'"latest_posts"' in head[:4096]:
            return 90
        listed = (b'"category_list"', b'"categories"'), (b'"topic_list"', b'"per_page"')
        return 85 if any(all(key in head for key in keys) for keys in listed) else 0

    def slices(self, document: Document, options: Options) -> Iterator[Slice]:
        head = utf8_head(document.head(), checked_encoding(options.encoding))
        site = _SITES.site(document, head)
        context = _Context(options.community or f"{PLATFORM}:{site}", site)
        if head.lstrip().startswith((b"{", b"[")):
            for piece in record_slices(document, options, _LAYOUT):
                context.layout = msgspec.Raw(piece.context)
                yield msgspec.structs.replace(piece, context=msgspec.json.encode(context))
            return
        names = headings(head)
        context.table, context.names = table_of(names), names
        if context.table is None:
            raise BadInputError(
                Phrase("不是认识的 Discourse 表格", "not one of Discourse's tables"),
                where=document.name,
                todo=Phrase(
                    "用户列表、用户存档，或含 topic_id、post_number、created_at、raw 的查询结果",
                    "a user list, a user archive, or a query with topic_id, post_number, created_at, raw",
                ),
            )
        context.owner = archive_owner(document.name)
        stream = Utf8Stream(document, options.encoding)
        for cut in row_cuts(stream, options.slice_bytes):
            context.broken = cut.broken
            yield Slice(cut.first, cut.data, msgspec.json.encode(context), document.name, stream.take_cleaned())

    def parse(self, piece: Slice, options: Options) -> Parsed:
        return _together([piece], options)[0]

    def parse_many(self, pieces: Sequence[tuple[int, Slice]], options: Options) -> Outcome:
        parsed = _together([piece for _, piece in pieces], options)
        return joined((document, one) for (document, _), one in zip(pieces, parsed, strict=True))


class _Read(msgspec.Struct):
    """A slice whose posts are found, but are no columns yet."""

    context: _Context
    found: list[Found]
    rejects: list[Reject]
    parsed: Parsed


def _together(pieces: Sequence[Slice], options: Options) -> list[Parsed]:
    """Return what slices hold; the posts of one community become columns together."""
    reads = [_read(piece) for piece in pieces]
    for community in dict.fromkeys(one.context.community for one in reads):
        same = [one for one in reads if one.context.community == community]
        if not _fill(same, community) and len(same) > 1:  # what was cleaned is told slice by slice
            for one in same:
                _fill([one], community)
        site = same[0].context.site
        same[0].parsed.states["community"] = community_batch(PLATFORM, {community: site}, options.zone)
    return [one.parsed for one in reads]


def _fill(reads: Sequence[_Read], community: str) -> bool:
    """Give every slice its messages and counts; returns whether nothing had to be cleaned."""
    made = columns_of([one.found for one in reads], community)
    batch, cleaned = message_batch(made.columns, sum(made.rows)) if made.columns else (None, {})
    if cleaned and len(reads) > 1:
        return False
    start = 0
    for one, count, newest, late in zip(reads, made.rows, made.newest, made.rejects, strict=True):
        parsed = one.parsed
        merge(parsed.cleaned, cleaned)
        parsed.messages = batch.slice(start, count) if batch is not None and count else None
        parsed.rejects = (*one.rejects, *late)
        parsed.read = count + len(parsed.rejects)
        parsed.export_stamp = parsed.export_stamp or _stamp(newest)
        start += count
    return True


def _read(piece: Slice) -> _Read:
    context = msgspec.json.decode(piece.context, type=_Context)
    one = _Read(context, [], [], Parsed(cleaned=dict(piece.cleaned)))
    if context.table is None:
        _read_answers(piece, one)
    else:
        _read_table(piece, one, context.table)
    return one


def _read_answers(piece: Slice, one: _Read) -> None:
    whole = msgspec.structs.replace(piece, context=bytes(one.context.layout))
    records, one.rejects = decoded(whole, _DECODER, one.parsed.cleaned)
    answers = Answers()
    for at, answer in zip(places(records, piece.first), records, strict=False):
        answers.take(answer, at)
    one.rejects.extend(answers.rejects)
    one.found = answers.found
    community = one.context.community
    if answers.categories:
        columns: dict[str, Any] = {
            "community_id": community, "channel_id": list(answers.categories),
            "name": list(answers.categories.values()),
        }  # fmt: skip
        one.parsed.states["channel"] = state_batch(CHANNEL, columns, len(answers.categories))
    if answers.roles:
        columns = {
            "platform": PLATFORM, "community_id": community, "account_id": list(answers.roles),
            "role": list(answers.roles.values()), "complete": [False] * len(answers.roles),
        }  # fmt: skip
        one.parsed.states["roster"] = roster_batch(columns, len(answers.roles))


def _read_table(piece: Slice, one: _Read, table: Table) -> None:
    context = one.context
    text = piece.data.decode("utf-8", "replace").replace("\0", "\ufffd")
    lines, one.rejects = rows(text, piece.first, ",", broken=context.broken)
    lines = [row for row in lines if [cell.strip().lower() for cell in row.cells] != context.names]
    if table == "users":
        columns, count, refused = members_of(lines, context.names, context.community)
        one.rejects.extend(refused)
        if count:
            one.parsed.states["roster"] = roster_batch(columns, count)
        one.parsed.export_stamp = _stamp(newest_of(lines, context.names))
        return
    placed = posts_of(lines, context.names, table, context.owner)
    one.rejects.extend(each for each in placed if isinstance(each, Reject))
    one.found = [each for each in placed if isinstance(each, Found)]


def _stamp(newest: int) -> dt.datetime | None:
    return dt.datetime.fromtimestamp(newest / 1e6, dt.UTC) if newest else None
