"""Reads MemoTrace's CSV: the full table of the older versions, the table of one talk of the newer ones."""

from __future__ import annotations

from typing import TYPE_CHECKING

import msgspec

from qunjian.model.capabilities import Capabilities
from qunjian.model.errors import BadInputError
from qunjian.model.language import Phrase
from qunjian.sources.encodings import Utf8Stream, checked_encoding, utf8_head
from qunjian.sources.memotrace.rows import CHAT, FULL, chat_rows, full_rows
from qunjian.sources.memotrace.talks import is_whole_account, talk_of
from qunjian.sources.pieces import joined
from qunjian.sources.reader import Options, Outcome, Parsed, Slice
from qunjian.sources.wechat.rows import PRIVATE_LEFT_OUT, batches, is_group, named
from qunjian.sources.wechat.tables import first_row, table_slices

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from qunjian.sources.document import Document

_WHOLE = (
    "整个账号的大表没有写每行属于哪个群，没有读：请按会话导出，或用 --community 指定 / "
    "the table of a whole account names no talk in its rows and was not read: export talk by talk, or use --community"
)


class MemoTraceReader:
    """MemoTrace / WeChatMsg CSV."""

    format_id = "memotrace"
    title = Phrase("留痕 MemoTrace / WeChatMsg 导出的微信记录（CSV）", "WeChat talks exported by MemoTrace (CSV)")
    capabilities = Capabilities(
        {
            "message_ids": "partly", "replies": "no", "threads": "no", "reactions": "no", "mentions": "no",
            "roles": "no", "joins": "partly", "leaves": "no", "roster": "no", "reads": "no", "edits": "no",
            "recalls": "partly", "media": "yes", "accounts": "partly",
        }
    )  # fmt: skip

    def sniff(self, head: bytes, name: str) -> int:
        heads = set(first_row(head))
        return 93 if heads >= FULL or heads >= CHAT else 0

    def slices(self, document: Document, options: Options) -> Iterator[Slice]:
        heads = first_row(utf8_head(document.head(), checked_encoding(options.encoding)))
        found = set(heads)
        stream = Utf8Stream(document, options.encoding)
        if not (found >= FULL or found >= CHAT):
            if document.size:
                raise BadInputError(
                    Phrase("表头不是留痕的", "the headings are not MemoTrace's"),
                    where=document.name,
                    todo=Phrase("请用留痕重新导出 CSV", "export the CSV again"),
                )
            return
        whole = found >= FULL and options.community is None and is_whole_account(document.name)
        context = msgspec.json.encode((heads, whole))
        if whole:
            yield Slice(1, b"", context, document.name)
            return
        for first, data in table_slices(stream, options.slice_bytes, document.name):
            yield Slice(first, data, context, document.name, stream.take_cleaned())

    def parse(self, piece: Slice, options: Options) -> Parsed:
        heads, whole = msgspec.json.decode(piece.context, type=tuple[list[str], bool])
        cleaned = dict(piece.cleaned)
        if whole:
            return Parsed(warnings=(_WHOLE,))
        unknown: dict[str, int] = {}
        talk = talk_of(piece.name)
        if options.community is None and talk.native and not is_group(talk.id):
            return Parsed(cleaned=cleaned, warnings=(PRIVATE_LEFT_OUT,))
        if set(heads) >= FULL:
            rows, rejects = full_rows(piece.data, piece.first, heads, talk, cleaned, unknown)
        else:
            rows, rejects = chat_rows(piece.data, piece.first, heads, talk, options.zone, cleaned, unknown)
        names = {row.talk: talk.name if row.talk == talk.id else "" for row in rows}
        parsed = batches(rows, rejects, options, cleaned)
        parsed.unknown_kinds = unknown
        parsed.states.update(named(names, options))
        return parsed

    def parse_many(self, pieces: Sequence[tuple[int, Slice]], options: Options) -> Outcome:
        return joined((document, self.parse(piece, options)) for document, piece in pieces)
