"""Reads anything a mapping file describes."""

from __future__ import annotations

from typing import TYPE_CHECKING

from qunjian.model.capabilities import Capabilities
from qunjian.model.language import Phrase
from qunjian.sources.mapping import slicing
from qunjian.sources.mapping.inputs import extract
from qunjian.sources.mapping.shaping import shape
from qunjian.sources.reader import Options, Outcome, Parsed, Slice

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from qunjian.sources.document import Document
    from qunjian.sources.mapping.schema import Mapping


class MappingReader:
    """CSV, TSV, XLSX, JSON, JSONL, XML and text logs, as a mapping file says; `options.mapping` is that file."""

    format_id = "mapping"
    title = Phrase("映射文件（任意表格、JSON、XML、文本记录）", "mapping file (any table, JSON, XML or text log)")
    capabilities = Capabilities()  # each mapping declares its own

    def sniff(self, head: bytes, name: str) -> int:
        return 0  # mappings are matched one by one in the registry

    def slices(self, document: Document, options: Options) -> Iterator[Slice]:
        return slicing.slices(_mapping(options), document, options)

    def parse(self, piece: Slice, options: Options) -> Parsed:
        outcome = self.parse_many([(0, piece)], options)
        part = outcome.parts[0]
        return Parsed(
            outcome.messages, outcome.membership, outcome.states, part.read, part.rejects, dict(part.cleaned),
            dict(part.unknown_kinds), part.export_stamp, part.warnings,
        )  # fmt: skip

    def parse_many(self, pieces: Sequence[tuple[int, Slice]], options: Options) -> Outcome:
        mapping = _mapping(options)
        found = extract(mapping, [piece for _, piece in pieces])
        return shape(mapping, found, [document for document, _ in pieces], options)


def _mapping(options: Options) -> Mapping:
    if options.mapping is None:
        raise ValueError("the mapping reader needs options.mapping")
    return options.mapping
