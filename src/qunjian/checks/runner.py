"""Compiles the rules of a standard into one fold and one scan per batch, and turns what is seen into findings."""

from __future__ import annotations

from functools import partial
from typing import TYPE_CHECKING, NamedTuple

import msgspec
import pyarrow as pa
import pyarrow.compute as pc

from qunjian.checks.compiled import CompiledRule
from qunjian.checks.conditions import Facts
from qunjian.checks.contract import MessageContext, Verdict
from qunjian.checks.facts import MORE, FactReader
from qunjian.checks.findings import COLUMNS, Found, findings_of
from qunjian.checks.registry import kind_of
from qunjian.checks.scoring import scanner_of
from qunjian.model.language import Phrase
from qunjian.model.schemas import FINDING
from qunjian.text.folding import Folded
from qunjian.text.staging import Use

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Sequence

    from qunjian.checks.compiled import Hit
    from qunjian.checks.scoring import Sought
    from qunjian.standards.rules import Rule
    from qunjian.text.matching import Sighting

__all__ = ["COLUMNS", "Facts", "Inspector", "compile_rules"]

# So many bytes of text are folded at once: tables and buffers stay small, whatever the batch.
_BYTES = 1 << 19


class Piece(NamedTuple):
    """Rows of a batch, from `first` on, with their texts folded and what an inspector saw in them, by row."""

    inspector: Inspector
    batch: pa.RecordBatch
    folded: Folded
    seen: dict[int, list[Sighting]]
    first: int

    def hits(self, context: MessageContext) -> Iterator[tuple[int, int, list[Hit]]]:
        """Yield the row, the rule's number among those asked and its hits; conditions may ask of other messages."""
        return self.inspector.hits(self, context)


class Inspector:
    """The message rules of a standard, compiled; window rules are left out (checks/windows runs them).

    asked: more rules that make no findings; their hits, seen by the same scan, are for whoever asks. doubts: return,
    instead of what is found, what may be a word in disguise or chance (checks/doubts).
    """

    def __init__(self, rules: Sequence[Rule], *, asked: Sequence[Rule] = (), doubts: bool = False) -> None:
        self.rules = tuple(rules)
        self._doubts = doubts
        self._compiled = [CompiledRule(rule) for rule in (*rules, *asked)]
        self._finding, self._asked = range(len(rules)), range(len(rules), len(self._compiled))
        needles: dict[Sought, int] = {}
        self._users: list[list[tuple[int, int]]] = []  # needle → (rule, its number within the rule)
        for place, compiled in enumerate(self._compiled):
            for number, needle in enumerate(compiled.needles):
                if needle not in needles:
                    needles[needle] = len(needles)
                    self._users.append([])
                self._users[needles[needle]].append((place, number))
        self._uses = [self._use(users) for users in self._users]
        self._scanner = scanner_of(tuple(needles), self._uses)

    def _use(self, users: Sequence[tuple[int, int]]) -> Use:
        told = frozenset(place for place, number in users if number < self._compiled[place].main)
        near = frozenset(place for place, number in users if number >= self._compiled[place].main)
        return Use(told, near)

    @property
    def columns(self) -> tuple[str, ...]:
        """Return the columns of a batch that inspection reads: more of them where a rule has conditions."""
        return (*COLUMNS, *MORE) if any(compiled.conditional for compiled in self._compiled) else COLUMNS

    @property
    def without_prefilter(self) -> tuple[str, ...]:
        """Return the patterns that RE2 reads alone: right, but slower."""
        return self._scanner.without_prefilter

    @property
    def needles(self) -> tuple[Sought, ...]:
        """Return everything the rules look for, each once."""
        return self._scanner.needles

    def ready(self) -> None:
        """Wait until everything is compiled."""
        self._scanner.ready()

    def inspect(
        self,
        batch: pa.RecordBatch,
        context: MessageContext,
        also: Callable[[Piece], None] | None = None,
    ) -> pa.RecordBatch:
        """Return the findings (model.schemas.FINDING) of one batch of messages, in the order of messages and rules.

        `also` gets every piece of the batch.
        """
        found: list[Found] = []
        for piece in self.pieces(batch):
            found.extend(self._found(piece, context))
            if also is not None:
                also(piece)
            del piece  # else its texts stood beside the next ones while these are folded
        return findings_of(batch, found, context)

    def pieces(self, batch: pa.RecordBatch) -> Iterator[Piece]:
        """Yield a batch piece by piece, with what is in its texts."""
        for first, rows in pieces(batch.column("text")):
            yield self._piece(batch.slice(first, rows), first)

    def _piece(self, batch: pa.RecordBatch, first: int) -> Piece:
        folded = Folded(batch.column("text"))
        return Piece(self, batch, folded, self._scanner.scan(folded), first)

    def inspect_all(self, reader: pa.RecordBatchReader, context: MessageContext) -> Iterator[pa.RecordBatch]:
        """Return the findings of a stream of batches, batch by batch."""
        for batch in reader:
            yield self.inspect(batch, context)

    def check(
        self,
        texts: Sequence[str],
        *,
        kind: str = "text",
        role: str = "member",
        tags: Sequence[str] | None = None,
        facts: Facts | None = None,
    ) -> list[list[Verdict]]:
        """Return, for each text, the verdicts of the rules that fired; `facts`: what else is known of the texts."""
        verdicts: list[list[Verdict]] = [[] for _ in texts]
        known = _facts(facts, kind, role, tags)
        folded = Folded(list(texts))
        for row, sightings in self._scanner.scan(folded).items():
            for place, own in self._by_rule(sightings):
                compiled = self._compiled[place]
                if place in self._finding and compiled.outside(known.kind, known.role, known.tags) is None:
                    matches = compiled.matches(texts[row], folded.row(row), own, lambda: known)
                    if matches:
                        verdicts[row].append(Verdict(compiled.rule.id, True, matches))
        return verdicts

    def explain(
        self,
        text: str,
        *,
        kind: str = "text",
        role: str = "member",
        tags: Sequence[str] | None = None,
        facts: Facts | None = None,
    ) -> list[Verdict]:
        """Return the verdict of every rule on one text, with the reason where it did not fire."""
        known = _facts(facts, kind, role, tags)
        folded = Folded([text])
        seen = dict(self._by_rule(self._scanner.scan(folded, every=True).get(0, []), every=True))
        verdicts = []
        for place in self._finding:
            compiled = self._compiled[place]
            outside = compiled.outside(known.kind, known.role, known.tags)
            if outside is not None:
                verdicts.append(Verdict(compiled.rule.id, False, (), outside))
            else:
                verdicts.append(compiled.verdict(text, folded.row(0), seen.get(place, []), lambda: known))
        return verdicts

    def hits(self, piece: Piece, context: MessageContext) -> Iterator[tuple[int, int, list[Hit]]]:
        """Yield what `Piece.hits` does of a piece of this inspector."""
        for row, place, text, own, facts in self._seen(piece, self._asked, context):
            found = self._compiled[place].hits(text, piece.folded.row(row), own, facts)
            if found:
                yield row, place - self._asked.start, found

    def _found(self, piece: Piece, context: MessageContext) -> Iterator[Found]:
        for row, place, text, own, facts in self._seen(piece, self._finding, context):
            compiled = self._compiled[place]
            asked = compiled.doubts if self._doubts else compiled.matches
            matches = asked(text, piece.folded.row(row), own, facts)
            if matches:
                yield Found(piece.first + row, compiled.rule, matches)

    def _seen(
        self, piece: Piece, places: range, context: MessageContext
    ) -> Iterator[tuple[int, int, str, list[Sighting], Callable[[], Facts]]]:
        """Yield the row, the rule's place, the text, what of the rule is in it, and its facts, where it may fire."""
        if not piece.seen or not places:
            return
        wanted = piece.batch.select(["kind", "community_id", "account_id"]).take(pa.array(list(piece.seen), pa.int64()))
        about = zip(*(wanted.column(column).to_pylist() for column in range(3)), strict=True)
        reader = FactReader(piece.batch, context)
        for (row, sightings), (kind, community, account) in zip(piece.seen.items(), about, strict=True):
            role = context.roles.get((community, account), "member")
            tags = context.tags.get(community, ())
            text = piece.folded.original(row)
            facts = partial(reader.row, row, kind, role, community)
            for place, own in self._by_rule(sightings):
                if place in places and self._compiled[place].outside(kind, role, tags) is None:
                    yield row, place, text, own, facts

    def _by_rule(self, sightings: Sequence[Sighting], *, every: bool = False) -> list[tuple[int, list[Sighting]]]:
        """Return the sightings of each rule, numbered as the rule numbers its needles, in the order of rules.

        every: also of rules no fault of which was seen, only what may stand near one.
        """
        by_rule: dict[int, list[Sighting]] = {}
        told = {place for each in sightings for place in self._uses[each.needle].told}
        for each in sightings:
            for place, number in self._users[each.needle]:
                if not every and place not in told:
                    continue
                own = each if each.needle == number else msgspec.structs.replace(each, needle=number)
                by_rule.setdefault(place, []).append(own)
        return sorted(by_rule.items())


def _facts(facts: Facts | None, kind: str, role: str, tags: Sequence[str] | None) -> Facts:
    return facts or Facts(kind, role, tuple(tags) if tags is not None else None)


def compile_rules(rules: Sequence[Rule]) -> Inspector:
    """Return an inspector of the message rules among `rules` that are not retired."""
    return Inspector(message_rules(rules))


def message_rules(rules: Sequence[Rule]) -> list[Rule]:
    """Return the message rules that are not retired; a question is no finding and left out."""
    return [rule for rule in rules if _reads_texts(rule) and not rule.is_question]


def question_rules(rules: Sequence[Rule]) -> list[Rule]:
    """Return the rules that put a question to a person, but for the retired ones."""
    return [rule for rule in rules if _reads_texts(rule) and rule.is_question]


def _reads_texts(rule: Rule) -> bool:
    kind = kind_of(rule)
    return rule.lifecycle != "retired" and not (kind.window or kind.media or rule.is_window)


def window_verdict(rule: Rule) -> Verdict:
    """Return why a window rule has nothing to say about one text."""
    why = Phrase("窗口检查：要看多条消息，单条文字不能判断", "a window check: one text alone cannot show it")
    return Verdict(rule.id, False, (), why)


def media_verdict(rule: Rule) -> Verdict:
    """Return why a rule on media has nothing to say about one text."""
    why = Phrase("媒体检查：看附件，不看文字", "a check of media: it looks at attachments, not at text")
    return Verdict(rule.id, False, (), why)


def no_findings() -> pa.Table:
    """Return an empty table of findings."""
    return FINDING.empty_table()


def pieces(texts: pa.Array) -> Iterator[tuple[int, int]]:
    """Cut a column into (first row, rows) of about `_BYTES` bytes of text each."""
    lengths = pc.cumulative_sum(pc.fill_null(pc.binary_length(texts), 0).cast(pa.int64())).to_numpy()
    first, before = 0, 0
    while first < len(texts):
        after = int(lengths.searchsorted(before + _BYTES, side="right"))
        after = min(len(texts), max(after, first + 1))
        yield first, after - first
        first, before = after, int(lengths[after - 1])
