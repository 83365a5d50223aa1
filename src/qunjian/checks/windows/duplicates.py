"""Finds repeats: the same text posted again and again, by one account or by several, in one community or across them.

Texts are the same when they are equal after folding, separators left out. A finding stands at the copy that makes it
too many, once per wave: not again while every further copy keeps the number reached.
"""

from __future__ import annotations

import datetime as dt
import itertools
from collections import Counter, deque
from collections.abc import Iterator, Sequence
from typing import TYPE_CHECKING, NamedTuple

import msgspec
import numpy as np
import pyarrow as pa
import pyarrow.compute as pc
from pydantic import Field, field_validator

from qunjian.checks.nearness import readable
from qunjian.checks.windows import eligible
from qunjian.checks.windows.contract import Found, Hit, Parameters, WindowKind, named
from qunjian.model.language import Phrase
from qunjian.text.fingerprints import fingerprints, same_text
from qunjian.text.patterns import confirmer

if TYPE_CHECKING:
    from qunjian.checks.runner import Piece
    from qunjian.checks.windows.contract import WindowContext, WindowRule
    from qunjian.checks.windows.gathering import Gathered

_MOST_RELATED = 50
_TABLE = "window_text"
_READ = "SELECT m.scope, m.message_id, m.community_id, m.account_id, m.sent_at, m.kind, m.text FROM message m WHERE "
_INSERT = "INSERT INTO window_text SELECT {columns} FROM window_text_batch"
_KEYS = ("scope", "message_id", "community_id", "account_id", "sent_at", "kind")
_COLUMNS = (*_KEYS, "fingerprint", "chars")
# Of the texts gathered only those that may be repeats: so many of one fingerprint near enough, whoever wrote them.
_NEAR = """
SELECT portion, place, fingerprint, chars FROM window_print p SEMI JOIN (
    SELECT DISTINCT fingerprint FROM (
        SELECT fingerprint, moment - lag(moment, {before}) OVER (PARTITION BY fingerprint ORDER BY moment) AS apart
        FROM window_print SEMI JOIN (
            SELECT fingerprint FROM window_print GROUP BY fingerprint HAVING count(*) > {before}
        ) USING (fingerprint)
    ) WHERE apart <= {microseconds}
) USING (fingerprint) ORDER BY portion, place
"""
_GROUPS = """
SELECT DISTINCT {group} FROM (
    SELECT {group}, epoch_us(m.sent_at) - epoch_us(lag(m.sent_at, {before}) OVER
        (PARTITION BY {group} ORDER BY m.sent_at, m.scope, m.message_id)) AS apart
    FROM {table} m WHERE m.chars >= {chars} AND {condition}
) m WHERE apart <= {microseconds}
"""
_COPIES = """
SELECT {group}, m.scope, m.message_id, m.community_id, m.account_id, m.sent_at, {text}
FROM {table} m JOIN window_text_group g ON {same_group} {texts}
WHERE m.chars >= {chars} AND {condition}
ORDER BY {group}, m.sent_at, m.scope, m.message_id
"""
_TEXTS = "JOIN message o ON o.scope = m.scope AND o.message_id = m.message_id"


class Repeats(Parameters):
    """At least `times` copies of a text of at least `min_chars` characters within `within_minutes` minutes.

    `patterns` (RE2): only texts in which one of them is seen, folded and without separators, count.
    """

    min_chars: int = Field(default=6, ge=1)
    within_minutes: int = Field(ge=1, le=60 * 24 * 31)
    times: int = Field(ge=2, le=1000)
    patterns: tuple[str, ...] = ()

    @field_validator("patterns")
    @classmethod
    def _re2_takes_them(cls, patterns: tuple[str, ...]) -> tuple[str, ...]:
        for pattern in patterns:
            readable(pattern)
        return patterns

    def counts(self, text: str) -> bool:
        """Return whether a text, as compared, is of the sort that counts."""
        return not self.patterns or any(confirmer(pattern).search(text) is not None for pattern in self.patterns)


class DuplicatesParameters(Repeats):
    """In one community; `accounts` 1: all by the same account; more: by at least so many different ones."""

    accounts: int = Field(default=1, ge=1)

    @property
    def communities(self) -> int:
        """Return the number of different communities needed."""
        return 1


class CrossDuplicatesParameters(Repeats):
    """Across at least `communities` communities and `accounts` different accounts; copies count wherever they are."""

    times: int = Field(default=2, ge=2, le=1000)
    communities: int = Field(default=2, ge=2)
    accounts: int = Field(default=1, ge=1)


class Prints(msgspec.Struct, frozen=True):
    """Gathers the fingerprints of texts long enough, of the kinds of message looked at."""

    chars: int
    kinds: tuple[str, ...]
    table: str = "window_print"
    columns: tuple[str, ...] = ("account_id", "sent_at", "kind", "text")

    @property
    def schema(self) -> pa.Schema:
        """Return the columns of what is gathered."""
        return pa.schema([(name, pa.int64()) for name in ("place", "moment", "fingerprint", "chars")])

    def take(self, piece: Piece) -> pa.RecordBatch:
        """Return the place, time, fingerprint and length of each text that may count."""
        batch = piece.batch
        prints, chars = fingerprints(piece.folded)
        kinds = pc.is_in(pc.cast(batch.column("kind"), pa.string()), pa.array(self.kinds, pa.string()))
        counts = pc.and_(kinds, pc.and_(batch.column("account_id").is_valid(), batch.column("text").is_valid()))
        rows = np.flatnonzero(counts.to_numpy(zero_copy_only=False) & (chars >= self.chars))
        taken = pa.array(rows)
        columns = [
            batch.column("place").take(taken),
            batch.column("sent_at").take(taken).cast(pa.int64()),
            pa.array(prints[rows]),
            pa.array(chars[rows]),
        ]
        return pa.RecordBatch.from_arrays(columns, schema=self.schema)


class Copy(NamedTuple):
    """One copy of a text."""

    scope: str
    message_id: str
    community_id: str
    account_id: str
    sent_at: dt.datetime


def look_back(rule: WindowRule, context: WindowContext) -> dt.timedelta:
    """Twice the window: whether the copy before was already one too many needs a window of its own."""
    return 2 * dt.timedelta(minutes=rule.parameters.within_minutes)


def gather(rules: Sequence[WindowRule]) -> Prints:
    """Return what takes the fingerprints that any of the rules needs."""
    kinds = {kind for rule in rules for kind in rule.kinds or eligible.SENT_KINDS}
    return Prints(min(rule.parameters.min_chars for rule in rules), tuple(sorted(kinds)))


def find(rules: Sequence[WindowRule], context: WindowContext) -> list[Found]:
    """Return the repeats of each rule; the texts are read and fingerprinted once for all of them."""
    context.session.connection.execute(
        f"CREATE OR REPLACE TABLE {_TABLE} (scope VARCHAR, message_id VARCHAR, community_id VARCHAR, "
        "account_id VARCHAR, sent_at TIMESTAMPTZ, kind VARCHAR, fingerprint BIGINT, chars BIGINT, text VARCHAR)"
    )
    if context.gathered is not None:
        _chosen(context, context.gathered, rules)
    else:
        _fingerprinted(
            context, max(look_back(rule, context) for rule in rules), min(rule.parameters.min_chars for rule in rules)
        )
    found = [Found(rule, tuple(_repeats(rule, context))) for rule in rules]
    context.session.connection.execute(f"DROP TABLE {_TABLE}")
    return found


def _chosen(context: WindowContext, gathered: Gathered, rules: Sequence[WindowRule]) -> None:
    """Fill the table with the texts whose gathered fingerprints may be repeats, read again with their keys."""
    longest = dt.timedelta(minutes=max(rule.parameters.within_minutes for rule in rules))
    before = min(rule.parameters.times for rule in rules) - 1
    near = context.session.arrow(_NEAR.format(before=before, microseconds=longest // dt.timedelta(microseconds=1)))
    portions = near["portion"].to_numpy()
    connection = context.session.connection
    for portion in np.unique(portions).tolist():
        part = near.filter(pa.array(portions == portion))
        rows = gathered.reread(portion, part["place"].to_numpy(), (*_KEYS, "text"))
        for name in ("fingerprint", "chars"):
            rows = rows.append_column(name, part[name])
        connection.register("window_text_batch", rows)
        connection.execute(_INSERT.format(columns=", ".join((*_COLUMNS, "text"))))
        connection.unregister("window_text_batch")


def _fingerprinted(context: WindowContext, back: dt.timedelta, chars: int) -> None:
    """Fill the table with the fingerprint of every text long enough for any rule, without the texts."""
    connection = context.session.connection
    read = eligible.span(context, back).also("m.text IS NOT NULL")
    if context.communities is not None:
        read = read.also("m.community_id IN (SELECT unnest(?))", list(context.communities))
    other = connection.cursor()  # a second cursor: the first one streams
    for batch in context.session.batches(_READ + read.sql, list(read.parameters), rows=16_384):
        prints, lengths = fingerprints(batch.column("text"))
        rows = pa.Table.from_batches([batch.drop_columns(["text"])])
        rows = rows.append_column("fingerprint", pa.array(prints)).append_column("chars", pa.array(lengths))
        long = rows.filter(pa.array(lengths >= chars))
        other.register("window_text_batch", long)
        other.execute(_INSERT.format(columns=", ".join((*_COLUMNS, "NULL"))))
        other.unregister("window_text_batch")


def _repeats(rule: WindowRule, context: WindowContext) -> Iterator[Hit]:
    """Yield the hits of one rule: groups of fingerprints first, then each group verified on its texts."""
    wanted = rule.parameters
    group = ["fingerprint"]
    if wanted.communities == 1:
        group.append("community_id")
        if wanted.accounts == 1:
            group.append("account_id")
    scope = eligible.scope(rule, context)
    read = eligible.span(context, look_back(rule, context)).also(scope.sql, *scope.parameters)
    window = dt.timedelta(minutes=wanted.within_minutes)
    columns = ", ".join(f"m.{name}" for name in group)
    terms = {"group": columns, "table": _TABLE, "chars": wanted.min_chars, "condition": read.sql}
    groups = context.session.arrow(
        _GROUPS.format(
            before=wanted.times - 1,
            microseconds=window // dt.timedelta(microseconds=1),
            **terms,
        ),
        list(read.parameters),
    )
    if not groups.num_rows:
        return
    eligible.register(context, "window_text_group", groups)
    same_group = " AND ".join(f"g.{name} = m.{name}" for name in group)
    texts = ("o.text", _TEXTS) if context.gathered is None else ("m.text", "")
    copies = _COPIES.format(same_group=same_group, text=texts[0], texts=texts[1], **terms)
    batches = context.session.batches(copies, list(read.parameters), rows=16_384)
    detail = f"{wanted.times} 次/{wanted.within_minutes} 分钟"
    for _, rows in itertools.groupby(_rows(batches, len(group)), key=lambda row: row[0]):
        waves: dict[str, Wave | None] = {}  # one per text: texts of one fingerprint need not be equal
        for _, text, copy in rows:
            if text not in waves:
                waves[text] = Wave(wanted, window) if wanted.counts(text) else None
            wave = waves[text]
            if wave is not None and wave.begins_with(copy) and context.holds(copy.community_id, copy.sent_at):
                yield Hit(copy.scope, copy.message_id, wave.earlier(copy), detail)


def _rows(batches: pa.RecordBatchReader, group: int) -> Iterator[tuple[tuple[object, ...], str, Copy]]:
    for batch in batches:
        columns = [column.to_pylist() for column in batch.columns]
        keys = zip(*columns[:group], strict=True)
        texts = same_text(columns[-1])
        copies = map(Copy, *columns[group:-1])
        yield from zip(keys, texts, copies, strict=True)


class Wave:
    """The copies of one text, fed in their order: those still within the window."""

    def __init__(self, wanted: DuplicatesParameters | CrossDuplicatesParameters, window: dt.timedelta) -> None:
        self._wanted = wanted
        self._window = window
        self._near: deque[Copy] = deque()
        self._accounts: Counter[str] = Counter()
        self._communities: Counter[str] = Counter()
        self._already = False

    def begins_with(self, copy: Copy) -> bool:
        """Return whether there are enough copies within the window with this one, and were not at the one before."""
        self._near.append(copy)
        self._accounts[copy.account_id] += 1
        self._communities[copy.community_id] += 1
        while copy.sent_at - self._near[0].sent_at > self._window:
            gone = self._near.popleft()
            _take(self._accounts, gone.account_id)
            _take(self._communities, gone.community_id)
        enough = (
            len(self._near) >= self._wanted.times
            and len(self._accounts) >= self._wanted.accounts
            and len(self._communities) >= self._wanted.communities
        )
        begins = enough and not self._already
        self._already = enough
        return begins

    def earlier(self, copy: Copy) -> tuple[str, ...]:
        """Return the names of the copies before this one within the window, oldest first (the newest of very many)."""
        newest = list(itertools.islice(reversed(self._near), 1, _MOST_RELATED + 1))
        return tuple(named(copy.scope, each.scope, each.message_id) for each in reversed(newest))


def _take(counter: Counter[str], name: str) -> None:
    counter[name] -= 1
    if not counter[name]:
        del counter[name]


DUPLICATES = WindowKind("duplicates", Phrase("重复发布", "Duplicates"), DuplicatesParameters, look_back, find, gather)
CROSS_COMMUNITY_DUPLICATES = WindowKind(
    "cross_community_duplicates",
    Phrase("跨群重复发布", "Duplicates across communities"),
    CrossDuplicatesParameters,
    look_back,
    find,
    gather,
)
