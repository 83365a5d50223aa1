"""Runs the rules on media over a batch of messages and what is known of their attachments."""

from __future__ import annotations

from typing import TYPE_CHECKING

import msgspec
import pyarrow as pa

from qunjian.checks.contract import Match
from qunjian.checks.findings import Found, finding_id, findings_of
from qunjian.checks.media.kinds import CODES, MEDIA_KINDS
from qunjian.checks.registry import parameters_of
from qunjian.text.file_names import file_names

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence

    from qunjian.checks.contract import MessageContext
    from qunjian.checks.media.contract import Attached, Listed, MediaCheck, MediaMatch
    from qunjian.model.language import Phrase
    from qunjian.standards.rules import Rule


class MediaInspector:
    """The rules on media of a standard, compiled; `lacking`: rules that cannot be asked, and why."""

    def __init__(self, rules: Sequence[Rule], lists: Mapping[str, tuple[Listed, ...]]) -> None:
        self.lacking: dict[str, Phrase] = {}
        # Attachments of the last batch, as (row, number), whose code a rule on codes has found.
        self.taken: set[tuple[int, int]] = set()
        self._rules: list[tuple[Rule, MediaCheck]] = []
        for rule in media_rules(rules):
            kind, parameters = MEDIA_KINDS[rule.detect.kind], parameters_of(rule)
            lacks = kind.lacks(parameters, lists)
            if lacks is not None:
                self.lacking[rule.id] = lacks
            else:
                self._rules.append((rule, kind.build(parameters, lists)))

    def suspects(self, names: Sequence[str]) -> list[bool]:
        """Return for each name whether it alone may be a fault under any rule."""
        return [any(check.suspects(name) for _, check in self._rules) for name in file_names(names)]

    def inspect(
        self, batch: pa.RecordBatch, attached: Sequence[Sequence[Attached]], context: MessageContext
    ) -> pa.RecordBatch:
        """Return the findings of a batch; `attached`: the attachments of each of its messages."""
        return findings_of(batch, list(self._found(batch, attached, context)), context)

    def _found(
        self, batch: pa.RecordBatch, attached: Sequence[Sequence[Attached]], context: MessageContext
    ) -> Iterator[Found]:
        self.taken.clear()
        if not self._rules:
            return
        columns = (batch.column(name).to_pylist() for name in ("kind", "community_id", "account_id"))
        for row, (kind, community, account) in enumerate(zip(*columns, strict=True)):
            if not attached[row]:
                continue
            role = context.roles.get((community, account), "member")
            for rule, check in self._rules:
                if _looks_at(rule, kind, role, context.tags.get(community, ())):
                    judged = [(each.number, found) for each in attached[row] if (found := check.judge(each))]
                    if rule.detect.kind == CODES:
                        self.taken.update((row, number) for number, _ in judged)
                    matches = tuple(_match(number, found) for number, found in judged)
                    if matches:
                        yield Found(row, rule, matches)


def media_rules(rules: Sequence[Rule]) -> list[Rule]:
    """Return the rules on media that are not retired."""
    return [rule for rule in rules if rule.detect.kind in MEDIA_KINDS and rule.lifecycle != "retired"]


def _looks_at(rule: Rule, kind: str, role: str, tags: Sequence[str]) -> bool:
    """Return whether a rule is for such a message; which kind carries the file matters only where the rule says so."""
    scope = rule.scope
    if "kinds" in scope.model_fields_set and kind not in scope.kinds:
        return False
    if role in scope.exempt_roles or (scope.roles and role not in scope.roles):
        return False
    return not scope.tags or not set(scope.tags).isdisjoint(tags)


def _match(number: int, found: MediaMatch) -> Match:
    """Return a match without a place in the text; what was found stands in its detail."""
    return Match(0, 0, found.transformations, found.confidence, f"附件 {number + 1}：{found.detail.zh}")


class ReadText(msgspec.Struct, frozen=True):
    """A text read from an attachment: of which message, by which way (qr, matrix, bar, ocr), how sure, and where."""

    message_id: str
    number: int
    way: str
    text: str
    place: str
    sure: float


def findings_of_read(found: pa.RecordBatch, texts: Sequence[ReadText]) -> pa.RecordBatch:
    """Return findings of texts read from media as findings of the messages that carry them.

    `found` bears in place of message ids the numbers of the texts. Spans lie in no text of the message.
    """
    of = [texts[int(number)] for number in found.column("message_id").to_pylist()]
    ids = [one.message_id for one in of]
    keys = zip(*(found.column(name).to_pylist() for name in ("standard", "version", "rule", "scope")), strict=True)
    hashes = found.column("content_hash").to_pylist()
    changed: dict[str, list[object]] = {
        "message_id": list(ids),
        "finding_id": [
            finding_id(
                standard, version, rule, scope, message_id, content_hash + f"{one.way} {one.number} {one.text}".encode()
            )
            for (standard, version, rule, scope), message_id, content_hash, one in zip(
                keys, ids, hashes, of, strict=True
            )
        ],
        "confidence": [
            round(sure * one.sure, 4) for sure, one in zip(found.column("confidence").to_pylist(), of, strict=True)
        ],
        "transformations": [
            [one.way, *steps] for steps, one in zip(found.column("transformations").to_pylist(), of, strict=True)
        ],
        "spans": [[] for _ in of],
        "detail": [one.place for one in of],
    }
    return pa.RecordBatch.from_arrays(
        [
            pa.array(changed[field.name], field.type) if field.name in changed else found.column(field.name)
            for field in found.schema
        ],
        schema=found.schema,
    )
