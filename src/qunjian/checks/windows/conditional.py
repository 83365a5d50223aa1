"""Rules whose conditions look at earlier messages: hits are gathered with their texts, then asked what came before.

The message checks' pass gathers each hit with the answers of other messages it would count for; here those answers are
found, by looking back only. So a finding comes true when its own message does.
"""

from __future__ import annotations

import datetime as dt
import hashlib
import pickle
from functools import cached_property, lru_cache
from typing import TYPE_CHECKING, Any

import msgspec
import pyarrow as pa

from qunjian.checks.conditions import Conditions
from qunjian.checks.contract import Match, MessageContext
from qunjian.checks.facts import MORE
from qunjian.checks.findings import merged_spans
from qunjian.checks.runner import Inspector
from qunjian.checks.windows import eligible
from qunjian.checks.windows.answers import Candidate, answers, unknown_in
from qunjian.checks.windows.contract import Found, Hit, Parameters, Unknown, WindowKind
from qunjian.model.language import Phrase
from qunjian.standards.rules import Detect, Exempt, Rule, RuleScope
from qunjian.text.fingerprints import same_text

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from qunjian.checks.runner import Piece
    from qunjian.checks.windows.contract import WindowContext, WindowRule

NAME = "conditions"
_TABLE = "window_candidate"
_NUMBERED = """
SELECT scope, message_id, community_id, channel_id, account_id, sent_at, print, hits
FROM window_candidate WHERE number = ? ORDER BY sent_at, scope, message_id
"""
_KEYS = ("scope", "message_id", "community_id", "channel_id", "account_id", "sent_at")
_COLUMNS = (*_KEYS, "platform", "kind", "text", *MORE)
_SCHEMA = pa.schema([
    ("number", pa.int64()), ("scope", pa.string()), ("message_id", pa.string()), ("community_id", pa.string()),
    ("channel_id", pa.string()), ("account_id", pa.string()), ("sent_at", pa.timestamp("us", tz="UTC")),
    ("print", pa.binary()), ("hits", pa.binary()),
])  # fmt: skip


class Conditional(Parameters):
    """What the search needs of a rule: the rule as written, and what is known beside the messages."""

    rule: Rule
    context: MessageContext

    model_config = Parameters.model_config | {"arbitrary_types_allowed": True}


class Packed(msgspec.Struct, frozen=True):
    """One hit: the match, and the answers of other messages it counts for."""

    match: Match
    table: int


_ENCODE = msgspec.msgpack.Encoder()
_DECODE = msgspec.msgpack.Decoder(list[Packed])


class Candidates(msgspec.Struct, frozen=True):
    """Gathers the hits of the rules that are searched for here; the context is pickled once for all processes."""

    context: bytes
    table: str = _TABLE
    columns: tuple[str, ...] = _COLUMNS

    @property
    def schema(self) -> pa.Schema:
        """Return the columns of what is gathered."""
        return _SCHEMA

    def take(self, piece: Piece) -> pa.RecordBatch:
        """Return a row for every hit of the rules asked for."""
        numbers: list[int] = []
        rows: list[int] = []
        packed: list[bytes] = []
        for row, number, hits in piece.hits(_context(self.context)):
            rows.append(row)
            numbers.append(number)
            packed.append(_ENCODE.encode([Packed(hit.match, hit.table) for hit in hits]))
        taken = piece.batch.select(_KEYS).take(pa.array(rows, pa.int64()))
        prints = [_print(piece.folded.original(row)) for row in rows]
        columns = [pa.array(numbers, pa.int64()), *(taken.column(name) for name in _KEYS)]
        columns += [pa.array(prints, pa.binary()), pa.array(packed, pa.binary())]
        return pa.RecordBatch.from_arrays(
            [column.cast(field.type) for column, field in zip(columns, _SCHEMA, strict=True)], schema=_SCHEMA
        )


class Asking:
    """The rules of one search: each with the number of its hits, and of the hits that only stand near one."""

    def __init__(self, rules: Sequence[Rule]) -> None:
        self.rules = tuple(rules)
        self.inspected: list[Rule] = list(rules)
        self.near: dict[tuple[int, int], tuple[int, ...]] = {}  # rule, its question → numbers of what stands near
        for number, rule in enumerate(rules):
            for place, (name, each) in enumerate(self.conditions[number].of_others):
                if name == "near":
                    self.near[number, place] = tuple(self._add(rule, detect) for detect in _detects(each))

    @cached_property
    def conditions(self) -> list[Conditions]:
        """Return the conditions of each rule."""
        return [_conditions(rule) for rule in self.rules]

    def _add(self, rule: Rule, detect: Detect) -> int:
        kinds = rule.scope.kinds
        told = {"detect": detect, "when": None, "exempt": Exempt(), "scope": RuleScope(kinds=kinds)}
        self.inspected.append(rule.model_copy(update=told))
        return len(self.inspected) - 1


def _detects(near: Any) -> Iterator[Detect]:
    if near.words:
        yield Detect.model_validate({"kind": "phrases", "words": near.words, "keys": near.keys})
    if near.patterns:
        yield Detect.model_validate({"kind": "patterns", "patterns": near.patterns})


def look_back(rule: WindowRule, context: WindowContext) -> dt.timedelta:
    """Return the longest span any of the rule's conditions asks about; none asks what came after."""
    return max(_reach(each) for _, each in _conditions(rule.parameters.rule).of_others)


def _conditions(rule: Rule) -> Conditions:
    assert rule.when is not None  # noqa: S101 (else it would not be searched for here)
    return Conditions(rule.when)


def _reach(value: Any) -> dt.timedelta:
    hours = getattr(value, "within_hours", None)
    return dt.timedelta(hours=hours) if hours is not None else dt.timedelta(minutes=value.within_minutes)


def gather(rules: Sequence[WindowRule]) -> Candidates:
    """Return what takes the hits of these rules."""
    return Candidates(pickle.dumps(rules[0].parameters.context, protocol=5))


def asked_for(rules: Sequence[Rule]) -> list[Rule]:
    """Return what whoever inspects the texts is asked for: the hits of these rules, by number."""
    return Asking(sorted((rule for rule in rules if is_searched(rule)), key=lambda rule: rule.id)).inspected


def is_searched(rule: Rule) -> bool:
    """Return whether a rule of any kind is searched for here, for its conditions on earlier messages."""
    return rule.lifecycle != "retired" and rule.when is not None and rule.when.looks_back


def find(rules: Sequence[WindowRule], context: WindowContext) -> list[Found]:
    """Return the hits of each rule for which the conditions on earlier messages hold."""
    asking = Asking([rule.parameters.rule for rule in rules])
    if context.gathered is None:
        _read(rules, context)
    found = [_judged(rule, number, asking, context) for number, rule in enumerate(rules)]
    if context.gathered is None:
        context.session.connection.execute(f"DROP TABLE {_TABLE}")
    return found


def _read(rules: Sequence[WindowRule], context: WindowContext) -> None:
    """Fill the table of hits from the texts themselves."""
    taker, inspector = gather(rules), Inspector((), asked=Asking([rule.parameters.rule for rule in rules]).inspected)
    connection = context.session.connection
    connection.register("window_batch", _SCHEMA.empty_table())
    connection.execute(f"CREATE OR REPLACE TABLE {_TABLE} AS SELECT * FROM window_batch")  # noqa: S608
    connection.unregister("window_batch")
    read = eligible.span(context, max(look_back(rule, context) for rule in rules)).also("m.text IS NOT NULL")
    columns = ", ".join(f"m.{name}" for name in _COLUMNS)
    other = connection.cursor()  # a second cursor: the first one streams
    sql = f"SELECT {columns} FROM message m WHERE {read.sql}"  # noqa: S608
    for batch in context.session.batches(sql, list(read.parameters), rows=16_384):
        for piece in inspector.pieces(batch):
            other.register("window_batch", pa.table(taker.take(piece)))
            other.execute(f"INSERT INTO {_TABLE} SELECT * FROM window_batch")  # noqa: S608
            other.unregister("window_batch")


def _judged(rule: WindowRule, number: int, asking: Asking, context: WindowContext) -> Found:
    conditions = asking.conditions[number]
    candidates = _candidates(number, rule, context)
    near = [
        [each for which in asking.near.get((number, place), ()) for each in _candidates(which, None, context)]
        for place in range(len(conditions.of_others))
    ]
    asked = conditions.of_others
    unknown = {
        community
        for community in {each.community_id for each in candidates} | set(context.zones)
        if unknown_in(community, asked, context) and (rule.communities is None or community in rule.communities)
    }
    told = [answers(name, value, candidates, near[place], context) for place, (name, value) in enumerate(asked)]
    blind = sum(1 << place for place, (name, _) in enumerate(asked) if name == "first_after_joining")
    hits = [
        hit
        for place, each in enumerate(candidates)
        if context.holds(each.community_id, each.sent_at)
        and (hit := _hit(each, [one[place] for one in told], blind if each.community_id in unknown else 0))
    ]
    why = Phrase("来源不含入群记录，无法判断入群后的头几条", "unknown: its sources tell no joins")
    return Found(rule, tuple(hits), tuple(Unknown(rule.rule, each, why) for each in sorted(unknown)))


def _hit(candidate: Candidate, told: Sequence[tuple[bool, tuple[str, ...]]], blind: int) -> Hit | None:
    """Return the hit, if its matches count for what was told; answers that are not known must not matter."""
    number = sum(1 << place for place, (holds, _) in enumerate(told) if holds)
    may_be = [way for way in range(1 << len(told)) if way & ~blind == number & ~blind]
    packed = [each for each in _DECODE.decode(candidate.hits) if all(each.table >> way & 1 for way in may_be)]
    if not packed:
        return None
    best = max((each.match for each in packed), key=lambda match: match.confidence)
    related = tuple(dict.fromkeys(name for _, names in told for name in names))
    detail = "、".join(dict.fromkeys(each.match.detail for each in packed if each.match.detail))
    return Hit(
        candidate.scope, candidate.message_id, related, detail, best.confidence,
        spans=tuple(merged_spans([each.match for each in packed])), transformations=best.transformations,
    )  # fmt: skip


def _candidates(number: int, rule: WindowRule | None, context: WindowContext) -> list[Candidate]:
    """Return the hits of one number in the order of time; of a rule's, those in its communities."""
    rows = context.session.arrow(_NUMBERED, [number])
    among = eligible.among(context, rule.communities if rule is not None else None)
    found = [Candidate(*values) for values in zip(*(column.to_pylist() for column in rows.columns), strict=True)]
    return [each for each in found if among is None or each.community_id in among]


def _print(text: str) -> bytes:
    return hashlib.blake2b(same_text([text])[0].encode("utf-8", "replace"), digest_size=12).digest()


@lru_cache(maxsize=2)
def _context(packed: bytes) -> MessageContext:
    context: MessageContext = pickle.loads(packed)  # noqa: S301 (our own process)
    return context


CONDITIONAL = WindowKind(NAME, Phrase("看之前的消息", "Earlier messages"), Conditional, look_back, find, gather)
