"""Reads WhatsApp's exported chats: _chat.txt, "WhatsApp Chat with ….txt", alone or in the zip with its media."""

from __future__ import annotations

from typing import TYPE_CHECKING

import msgspec

from qunjian.model.capabilities import Capabilities
from qunjian.model.language import Phrase
from qunjian.sources.encodings import Utf8Stream
from qunjian.sources.mapping.inputs import as_text
from qunjian.sources.reader import Options, Outcome, Parsed, Slice
from qunjian.sources.wall_rows import Held, alone, outcome
from qunjian.sources.whatsapp.heads import HEAD
from qunjian.sources.whatsapp.outline import Outline, cuts, outline
from qunjian.sources.whatsapp.rows import rows_of
from qunjian.text.late import late

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from qunjian.sources.document import Document

_SAID = late(r"(?!<)[^:\n]{1,100}: ?")
_NAMED = late(r"(?i)whatsapp|(?:^|/)_chat\.txt$")
EDIT_MARK = "edit_mark"
UNSURE = "日期看不出先日后月还是先月后日，按先日后月读 / day-first or month-first dates cannot be told; read day first"
UNNAMED = (
    "文件没有说是哪个群：请用 --community 指定，或保留压缩包原来的名字 / the file does not say which group it is: "
    "use --community, or keep the archive's own name"
)


class WhatsAppReader:
    """WhatsApp chat export."""

    format_id = "whatsapp"
    title = Phrase("WhatsApp 导出的聊天（txt、zip）", "WhatsApp chat export (txt, zip)")
    capabilities = Capabilities(
        {
            "message_ids": "no", "replies": "no", "threads": "no", "reactions": "no", "mentions": "partly",
            "roles": "no", "joins": "partly", "leaves": "partly", "roster": "no", "reads": "no", "edits": "no",
            "recalls": "partly", "media": "yes", "accounts": "no",
        }
    )  # fmt: skip

    def sniff(self, head: bytes, name: str) -> int:
        text = head[:16_384].decode("utf-8", "ignore").replace("\r\n", "\n").lstrip("\ufeff \n")
        hits = list(HEAD.finditer(text))
        named = _NAMED.search(name) is not None
        if not hits or text.count("\n", 0, hits[0].start()) > (3 if named else 0) or (hits[0].start() and not named):
            return 0
        said = sum(_SAID.match(text, hit.end()) is not None for hit in hits)
        if named:
            return 95
        if said == 0:
            return 0
        # "[2020-01-31 10:00] A: …" is how many a tool writes; an iPhone writes seconds there.
        if any(hit["open"] and hit["s"] is None and int(hit["a"]) > 31 for hit in hits):
            return 40
        return 80

    def slices(self, document: Document, options: Options) -> Iterator[Slice]:
        whole = outline(document.name, Utf8Stream(document, options.encoding))
        context = msgspec.json.encode(whole)
        stream = Utf8Stream(document, options.encoding)
        for first, data in cuts(stream, options.slice_bytes):
            yield Slice(first, data, context, document.name, stream.take_cleaned())

    def parse(self, piece: Slice, options: Options) -> Parsed:
        return alone(self.parse_many([(0, piece)], options))

    def parse_many(self, pieces: Sequence[tuple[int, Slice]], options: Options) -> Outcome:
        held = [_held(document, piece, options) for document, piece in pieces]
        return outcome("whatsapp", held, options)


def _held(document: int, piece: Slice, options: Options) -> Held:
    whole = msgspec.json.decode(piece.context, type=Outline)
    cleaned = dict(piece.cleaned)
    text = as_text(piece.data, cleaned).replace("\r\n", "\n")
    rows = rows_of(text, piece.first, whole.dates.order, whole.title)
    if rows.marks:
        cleaned[EDIT_MARK] = rows.marks
    community = options.community or f"whatsapp:{whole.title.casefold()}"
    if piece.first != 1:
        return Held(document, rows, community, cleaned=cleaned)
    named = whole.named or options.community is not None
    doubts = (*(() if named else (UNNAMED,)), *(() if whole.dates.sure else (UNSURE,)))
    return Held(document, rows, community, whole.title, cleaned, doubts)
