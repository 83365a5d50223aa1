"""Judges the media of the messages of a search: rules on media, and rules on texts over what was read from pictures."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import msgspec
import pyarrow as pa

from qunjian.checks.facts import MORE
from qunjian.checks.findings import COLUMNS
from qunjian.checks.media.contract import Attached
from qunjian.checks.media.running import MediaInspector, ReadText, findings_of_read, media_rules
from qunjian.lake.media import media_batches
from qunjian.media.codes import Code
from qunjian.media.reading import READER, Reading
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

    def unread_for(self, reason: str) -> None:
        """Count a picture that was not read."""
        self.unread[reason] = self.unread.get(reason, 0) + 1


class MediaPass:
    """One look at the attachments of messages; `coverage` is whole once the findings have been read."""

    def __init__(
        self, rules: Sequence[Rule], lists: Mapping[str, tuple[Listed, ...]], texts: Callable[[], Inspector],
        gone: frozenset[bytes] = frozenset(),
    ) -> None:  # fmt: skip
        self.coverage: dict[str, MediaCoverage] = {}
        self.inspector = MediaInspector(rules, lists)
        self._asked = bool(media_rules(rules))
        self._texts, self._gone = texts, gone

    def findings(
        self, session: Session, context: MessageContext, spans: Mapping[str, Span], communities: Sequence[str] | None
    ) -> Iterator[pa.RecordBatch]:
        """Yield the findings, batch by batch."""
        for batch in media_batches(session, READER, _NEEDED, communities):
            batch = within(batch, spans)
            attached = [list(self._attached(row)) for row in batch.select(_OF_MEDIA).to_pylist()]
            plain = batch.drop_columns(["held"])
            if self._asked:
                found = self.inspector.inspect(plain, attached, context)
                if found.num_rows:
                    yield found
            found = self._of_texts(plain, attached, context)
            if found is not None:
                yield found

    def _attached(self, row: dict[str, Any]) -> Iterator[Attached]:
        held = {one["number"]: one for one in row["held"] or ()}
        for number, one in enumerate(row["attachments"]):
            reading, why = self._reading(held.get(number))
            kind = one["kind"] or ""
            if kind in PICTURES or (reading is not None and reading.unread is None):
                _cover(self.coverage.setdefault(row["community_id"], MediaCoverage()), reading, why)
            yield Attached(number, kind, one["name"] or "", reading)

    def _reading(self, held: dict[str, Any] | None) -> tuple[Reading | None, str]:
        """Return what was read of a file, else why nothing was."""
        if held is None:
            return None, "not_given"
        if held["content"] is None:
            why = held["absent"] or ("too_large" if held["digest"] is None else "pending")
            return None, "gone" if held["digest"] in self._gone else why
        codes = _decode(held["codes"]) if held["codes"] else ()
        reading = Reading(
            held["content"], held["width"], held["height"], codes, held["likeness"], held["text"] or "", held["ocr"],
            held["unread"],
        )  # fmt: skip
        return reading, held["unread"] or ""

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


_NEEDED = tuple(dict.fromkeys([*COLUMNS, *MORE]))
_OF_MEDIA = ["community_id", "attachments", "held"]


def within(batch: pa.RecordBatch, spans: Mapping[str, Span]) -> pa.RecordBatch:
    """Return the rows in their community's span; without spans, all."""
    if not spans:
        return batch
    kept = []
    moments = zip(batch.column("community_id").to_pylist(), batch.column("sent_at").to_pylist(), strict=True)
    for community, moment in moments:
        first, after = spans.get(community, (None, None))
        kept.append((first is None or moment >= first) and (after is None or moment < after))
    return batch.filter(pa.array(kept, pa.bool_()))


def _cover(coverage: MediaCoverage, reading: Reading | None, why: str) -> None:
    coverage.pictures += 1
    if reading is None or reading.unread is not None:
        coverage.unread_for(why)
        return
    coverage.read += 1
    coverage.with_codes += bool(reading.codes)
    coverage.text_read += reading.ocr
    coverage.with_text += bool(reading.text)
