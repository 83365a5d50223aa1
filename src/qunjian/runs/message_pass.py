"""One pass over the messages, portion by portion, on both cores: message findings, coverage, and what windows need."""

from __future__ import annotations

import gc
import os
import pickle
from functools import lru_cache
from typing import TYPE_CHECKING

import msgspec
import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from qunjian.checks.runner import Inspector, message_rules
from qunjian.checks.windows import conditional
from qunjian.lake.portions import PLACE, Portion
from qunjian.runs.pool import Pool, may_fork
from qunjian.runs.spans import encoded, judged

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence
    from pathlib import Path

    from qunjian.checks.contract import MessageContext
    from qunjian.checks.runner import Piece
    from qunjian.checks.windows.gathering import Gatherer
    from qunjian.model.periods import Span
    from qunjian.standards.rules import Rule

# From so many bytes of stored messages on, other processes are worth their start: forked, or started anew.
_WORTH_A_FORK = 4_000_000
_WORTH_A_START = 16_000_000
_ROWS = 16_384
# Hidden words: judging one loads the dictionary and the tables that are loaded late.
_TELLING = ("请嘉薇芯，谢谢", "每天刷单返刹哦", "请加威信，谢谢")


class Charge(msgspec.Struct, frozen=True):
    """What every portion is read for: the context of rules, the span they judge by community, what windows gather."""

    context: MessageContext
    spans: dict[str, Span]
    kinds: tuple[str, ...]
    gatherers: tuple[Gatherer, ...]


class Task(msgspec.Struct, frozen=True):
    """One portion to read; without one, only the rules are compiled. Rules and charge are pickled once for all.

    rules: those that make findings, and those whose hits the search for earlier messages asks for.
    """

    rules: bytes
    charge: bytes = b""
    portion: Portion | None = None


class Outcome(msgspec.Struct):
    """What one portion yielded: findings, coverage by (community, kind) as [messages, inspected], gathered rows."""

    findings: list[pa.RecordBatch] = []
    seen: dict[tuple[str, str], list[int]] = {}
    gathered: list[list[pa.RecordBatch]] = []


class MessagePass:
    """Reads portions in the order given. Prepare it before anything starts threads: then its processes fork."""

    def __init__(self, messages: Path) -> None:
        self._stored = sum(entry.stat().st_size for entry in os.scandir(messages)) if messages.is_dir() else 0
        self._pool: Pool[Task, Outcome] | None = None
        self._here = False
        self._rules = b""

    def prepare(self, rules: Sequence[Rule]) -> None:
        """Compile the rules that read texts, once for all processes where these fork: they share what was compiled."""
        self._rules = pickle.dumps((message_rules(rules), conditional.asked_for(rules)), protocol=5)
        if self._stored >= _WORTH_A_FORK and may_fork():
            _inspector(self._rules).check(_TELLING)
            gc.collect()
            gc.freeze()  # until the process ends: a collection would touch, and so copy, every page that is shared
            self._pool, self._here = Pool(work, 1), True  # this process holds the rules anyway: it works as the second
        elif self._stored >= _WORTH_A_START:
            self._pool = Pool(work)
            self._pool.tell(Task(self._rules))

    def read(self, portions: Sequence[Portion], charge: Charge) -> Iterator[Outcome]:
        """Yield what each portion yielded; with the last the processes end, and what they held is free."""
        packed = pickle.dumps(charge, protocol=5)
        tasks = (Task(self._rules, packed, portion) for portion in portions)
        yield from map(work, tasks) if self._pool is None else self._pool.ordered(tasks, here=self._here)
        self.close()

    def inspector(self) -> Inspector:
        """Return the rules compiled in this process, for texts that stand in no portion."""
        return _inspector(self._rules)

    def close(self) -> None:
        """End the processes."""
        if self._pool is not None:
            self._pool.close()
            self._pool = None
            gc.unfreeze()


def work(task: Task) -> Outcome:
    """Read one portion."""
    inspector = _inspector(task.rules)
    if task.portion is None:
        return Outcome()
    charge = _charge(task.charge)
    outcome = Outcome(gathered=[[] for _ in charge.gatherers])
    columns = tuple(dict.fromkeys([*inspector.columns, *(name for each in charge.gatherers for name in each.columns)]))

    def gather(piece: Piece) -> None:
        for taken, each in zip(outcome.gathered, charge.gatherers, strict=True):
            rows = each.take(piece)
            if rows.num_rows:
                taken.append(rows)

    for batch in task.portion.batches(columns, rows=_ROWS):
        around, chosen = _split(batch, charge.spans)
        for piece in inspector.pieces(around):
            gather(piece)
        _cover(chosen, charge.kinds, outcome.seen)
        findings = inspector.inspect(chosen, charge.context, gather if charge.gatherers else None)
        if findings.num_rows:
            outcome.findings.append(findings)
    return outcome


def reread(portion: Portion, places: np.ndarray, columns: Sequence[str]) -> pa.Table:
    """Return the rows at these places of a portion, in that order of places (ascending)."""
    found = []
    for batch in portion.batches(columns, rows=_ROWS):
        there = batch.column(PLACE).to_numpy()
        begin, end = np.searchsorted(places, [there[0], there[-1] + 1])
        if begin < end:
            found.append(_plain(batch.take(pa.array(places[begin:end] - there[0]))))
    return pa.Table.from_batches(found)


@lru_cache(maxsize=1)
def _inspector(rules: bytes) -> Inspector:
    finding, asked = pickle.loads(rules)  # noqa: S301 (our own process)
    inspector = Inspector(finding, asked=asked)
    inspector.ready()
    return inspector


@lru_cache(maxsize=1)
def _charge(packed: bytes) -> Charge:
    charge: Charge = pickle.loads(packed)  # noqa: S301 (our own process)
    return charge


def _split(batch: pa.RecordBatch, spans: dict[str, Span]) -> tuple[pa.RecordBatch, pa.RecordBatch]:
    """Return the rows outside their community's judged span, which only windows look at, and those within it."""
    if not spans:
        return batch.slice(0, 0), batch
    inside = judged(batch, spans)
    return batch.filter(pa.array(~inside)), batch.filter(pa.array(inside))


def _cover(batch: pa.RecordBatch, kinds: Sequence[str], seen: dict[tuple[str, str], list[int]]) -> None:
    """Add a batch to the coverage: a message is inspected when it has text and a kind that some rule reads."""
    if not batch.num_rows:
        return
    worded = pc.greater(pc.fill_null(pc.binary_length(batch.column("text")), 0), 0).to_numpy(zero_copy_only=False)
    communities, community_of = encoded(batch.column("community_id"))
    names, kind_of = encoded(batch.column("kind"))
    count = len(communities) * len(names)
    place = community_of * len(names) + kind_of
    messages, inspected = np.bincount(place, minlength=count), np.bincount(place[worded], minlength=count)
    for number in np.flatnonzero(messages).tolist():
        community, kind = communities[number // len(names)], names[number % len(names)]
        counted = seen.setdefault((community or "", kind or "other"), [0, 0])
        counted[0] += int(messages[number])
        counted[1] += int(inspected[number]) if kind in kinds else 0


def _plain(batch: pa.RecordBatch) -> pa.RecordBatch:
    """Return a batch without dictionaries: those of two batches need not agree."""
    columns = [
        column.cast(column.type.value_type) if isinstance(column, pa.DictionaryArray) else column
        for column in batch.columns
    ]
    return pa.RecordBatch.from_arrays(columns, batch.schema.names)
