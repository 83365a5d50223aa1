"""Judges the media of the messages of a search: rules on media, and rules on texts over what was read from pictures."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import msgspec
import pyarrow as pa
import pyarrow.compute as pc

from qunjian.checks.facts import MORE
from qunjian.checks.findings import COLUMNS
from qunjian.checks.media.contract import Attached
from qunjian.checks.media.running import MediaInspector, ReadText, findings_of_read, media_rules
from qunjian.lake.media import attachment_batches, media_batches
from qunjian.media.codes import Code
from qunjian.media.reading import READER, Reading
from qunjian.model.schemas import MESSAGE
from qunjian.runs.spans import judged
from qunjian.text.code_links import is_link, shown

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Mapping, Sequence

    from qunjian.checks.contract import MessageContext
    from qunjian.checks.media.contract import Listed
    from qunjian.checks.runner import Inspector
    from qunjian.engines.local import Session
    from qunjian.model.periods import Span
    from qunjian.standards.rules import Rule

# Kinds of attachment that are pictures as the export tells; a file may turn out to be one.
PICTURES = frozenset(("image", "sticker"))
_CODE_SURE, _OCR_SURE = 0.98, 0.6
_decode = msgspec.json.Decoder(tuple[Code, ...]).decode


class MediaCoverage(msgspec.Struct):
    """Pictures of one community: how many there were, were read, had codes; unread ones by reason; texts read."""

    pictures: int = 0
    read: int = 0
    with_codes: int = 0
    with_text: int = 0
    text_read: int = 0
    unread: dict[str, int] = {}


class MediaPass:
    """One look at the attachments of messages; `coverage` is whole once the findings have been read."""

    def __init__(
        self, rules: Sequence[Rule], lists: Mapping[str, tuple[Listed, ...]], texts: Callable[[], Inspector],
        gone: frozenset[bytes] = frozenset(),
    ) -> None:  # fmt: skip
        self.coverage: dict[str, MediaCoverage] = {}
        self.inspector = MediaInspector(rules, lists)
        self._asked = bool(media_rules(rules))
        self._texts, self._gone = texts, sorted(gone)

    def findings(
        self, session: Session, context: MessageContext, spans: Mapping[str, Span], communities: Sequence[str] | None
    ) -> Iterator[pa.RecordBatch]:
        """Yield the findings, batch by batch."""
        telling = self._telling(session, spans, communities)
        if not telling.num_rows:
            return
        for batch in media_batches(session, READER, _NEEDED, communities, telling):
            attached = [list(_attached(row)) for row in batch.select(_OF_MEDIA).to_pylist()]
            plain = batch.drop_columns(["held"])
            if self._asked:
                found = self.inspector.inspect(plain, attached, context)
                if found.num_rows:
                    yield found
            found = self._of_texts(plain, attached, context)
            if found is not None:
                yield found

    def _telling(self, session: Session, spans: Mapping[str, Span], communities: Sequence[str] | None) -> pa.Table:
        """Count the pictures, and return the keys of messages with a file that was read or a name that is suspected.

        Most attachments are neither, and no row of them is made into values of Python.
        """
        keys = [pa.table({name: pa.array([], MESSAGE.field(name).type) for name in _KEY})]
        for batch in attachment_batches(session, READER, self._gone, communities):
            rows = batch.filter(pa.array(judged(batch, spans))) if spans else batch
            self._cover(rows)
            telling = pc.or_(rows.column("held"), self._suspected(rows.column("name")))
            keys.append(pa.Table.from_batches([rows.select(_KEY).filter(telling)]))
        return pa.concat_tables(keys).group_by(list(_KEY)).aggregate([])

    def _suspected(self, names: pa.StringArray) -> pa.BooleanArray:
        """Return for each name whether it alone may be a fault."""
        distinct = names.dictionary_encode()
        return pa.array(self.inspector.suspects(distinct.dictionary.to_pylist()), pa.bool_()).take(distinct.indices)

    def _cover(self, rows: pa.RecordBatch) -> None:
        """Add to the coverage what are pictures as the export tells, and what was read."""
        counted = pc.or_(pc.is_in(rows.column("kind"), pa.array(sorted(PICTURES))), pc.is_null(rows.column("why")))
        asked: list[Any] = [([], "count_all"), ("codes", "sum"), ("ocr", "sum"), ("text", "sum")]
        by = pa.Table.from_batches([rows.filter(counted)]).group_by(["community_id", "why"]).aggregate(asked)
        for community, why, count, codes, ocr, text in zip(*(each.to_pylist() for each in by.columns), strict=True):
            coverage = self.coverage.setdefault(community, MediaCoverage())
            coverage.pictures += count
            if why is not None:
                coverage.unread[why] = coverage.unread.get(why, 0) + count
                continue
            coverage.read += count
            coverage.with_codes += codes
            coverage.text_read += ocr
            coverage.with_text += text

    def _of_texts(
        self, batch: pa.RecordBatch, attached: Sequence[Sequence[Attached]], context: MessageContext
    ) -> pa.RecordBatch | None:
        """Return what the rules on texts find in what was read: codes no rule on codes has found, and OCR's text."""
        ids = batch.column("message_id").to_pylist()
        said = [(row, text) for row, of in enumerate(attached) for one in of for text in self._said(row, ids[row], one)]
        if not said:
            return None
        texts = [text for _, text in said]
        rows = batch.take(pa.array([row for row, _ in said]))
        changed = {
            "text": [each.text for each in texts],
            "kind": ["link" if is_link(each.text) else "text" for each in texts],
            "message_id": [str(number) for number in range(len(texts))],
        }
        for name, values in changed.items():
            place = rows.schema.get_field_index(name)
            rows = rows.set_column(place, name, pa.array(values, pa.string()))
        found = self._texts().inspect(rows, context)
        return findings_of_read(found, texts) if found.num_rows else None

    def _said(self, row: int, message_id: str, one: Attached) -> Iterator[ReadText]:
        if one.reading is None:
            return
        taken = (row, one.number) in self.inspector.taken
        which = f"附件 {one.number + 1}"
        for code in one.reading.codes:
            if not taken and not (code.kind == "bar" and code.text.isdigit()):
                place = f"{which} 的码：{shown(code.text)}"
                yield ReadText(message_id, one.number, code.kind, code.text, place, _CODE_SURE)
        if one.reading.text:
            yield ReadText(message_id, one.number, "ocr", one.reading.text, f"{which} 里识别出的文字", _OCR_SURE)


_KEY = ("scope", "message_id", "content_hash")
_NEEDED = tuple(dict.fromkeys([*COLUMNS, *MORE]))
_OF_MEDIA = ["attachments", "held"]


def _attached(row: dict[str, Any]) -> Iterator[Attached]:
    held = {one["number"]: one for one in row["held"] or ()}
    for number, one in enumerate(row["attachments"]):
        yield Attached(number, one["kind"] or "", one["name"] or "", _reading(held.get(number)))


def _reading(held: dict[str, Any] | None) -> Reading | None:
    """Return what was read of a file."""
    if held is None or held["content"] is None:
        return None
    codes = _decode(held["codes"]) if held["codes"] else ()
    return Reading(
        held["content"], held["width"], held["height"], codes, held["likeness"], held["text"] or "", held["ocr"],
        held["why"],
    )  # fmt: skip
