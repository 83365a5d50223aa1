"""Reads index files that promise how many messages each document holds, and says what is missing."""

from __future__ import annotations

from pathlib import PurePosixPath
from typing import TYPE_CHECKING, Any

import msgspec

from qunjian.model.capabilities import Capabilities
from qunjian.model.language import Phrase
from qunjian.sources.encodings import Utf8Stream
from qunjian.sources.json_records import Decoder
from qunjian.sources.json_stream import MalformedError, Walker
from qunjian.sources.pieces import joined
from qunjian.sources.reader import Options, Outcome, Parsed, Slice

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence

    from qunjian.sources.document import Document

_DECODER: Decoder[dict[str, Any]] = Decoder(dict)


class IndexReader:
    """A companion of a mapping: no messages, only promises."""

    format_id = "index"
    title = Phrase("索引文件", "index file")
    capabilities = Capabilities()

    def sniff(self, head: bytes, name: str) -> int:
        return 0

    def slices(self, document: Document, options: Options) -> Iterator[Slice]:
        try:
            for block in Walker(Utf8Stream(document), frozenset({()}), options.slice_bytes).blocks():
                yield Slice(block.first, block.data, name=document.name)
        except MalformedError:
            return

    def parse(self, piece: Slice, options: Options) -> Parsed:
        companions = options.mapping.detect.companions if options.mapping else ()
        one = next((each for each in companions if each.role == "index"), None)
        parsed = Parsed()
        if one is None:
            return parsed
        records, _ = _DECODER.elements(piece.data, piece.first, {})
        for record in records:
            name, count = record.get(one.document), record.get(one.promised)
            if isinstance(name, (str, int)) and isinstance(count, int) and count > 0:
                parsed.promises[str(name)] = count
        return parsed

    def parse_many(self, pieces: Sequence[tuple[int, Slice]], options: Options) -> Outcome:
        return joined((document, self.parse(piece, options)) for document, piece in pieces)


class Missing(msgspec.Struct, frozen=True):
    """What an index promised and what came: messages, and the documents that never came."""

    promised: int
    found: int
    absent: tuple[str, ...]
    short: tuple[str, ...]

    @property
    def warning(self) -> Phrase:
        """Return the sentence for the import report."""
        names = ", ".join(self.absent[:5]) + (" …" if len(self.absent) > 5 else "")
        zh = f"索引承诺 {self.promised} 条消息，实得 {self.found} 条；缺文件 {len(self.absent)} 个"
        en = f"index promises {self.promised} messages, found {self.found}; files absent: {len(self.absent)}"
        if self.short:
            zh += f"，条数不足的文件 {len(self.short)} 个"
            en += f", files with fewer messages than promised: {len(self.short)}"
        return Phrase(f"{zh}（{names}）" if names else zh, f"{en} ({names})" if names else en)


def completeness(promises: Mapping[str, int], found: Mapping[str, int]) -> Missing | None:
    """Compare what an index promises with `found`: document name → records read; None when all is there.

    A promise is by document stem, or by whole document name where it has a folder.
    """
    by_stem: dict[str, int] = {}
    for name, count in found.items():
        stem = PurePosixPath(name).stem
        by_stem[stem] = by_stem.get(stem, 0) + count
    came = {name: _came(name, found, by_stem) for name in promises}
    absent = tuple(sorted(name for name, count in came.items() if count is None))
    short = tuple(sorted(name for name, count in came.items() if count is not None and count < promises[name]))
    if not absent and not short:
        return None
    return Missing(sum(promises.values()), sum(count or 0 for count in came.values()), absent, short)


def _came(promised: str, found: Mapping[str, int], by_stem: Mapping[str, int]) -> int | None:
    if "/" not in promised:
        return by_stem.get(promised)
    # Files given one by one have no folder in their names.
    return found.get(promised, found.get(PurePosixPath(promised).name))
