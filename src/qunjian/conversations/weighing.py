"""Weighs every message: information, relevance, usefulness and filler, in one pass over the record."""

from __future__ import annotations

import datetime as dt
from typing import TYPE_CHECKING

import msgspec
import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from qunjian.conversations.answers import ANSWER, keep_answers
from qunjian.conversations.novelty import Memory
from qunjian.text.substance import REPEAT, WORDLESS, substance
from qunjian.text.terms import naming

if TYPE_CHECKING:
    from collections.abc import Collection, Iterator, Mapping, Sequence

    from numpy.typing import NDArray

    from qunjian.conversations.novelty import Newness
    from qunjian.engines.local import Session
    from qunjian.text.substance import Substance

    Floats = NDArray[np.float64]

WITHIN = dt.timedelta(days=1)
_DAY_US = 86_400_000_000
# What an hour of a community has less posts than this borrows from the community's other hours.
_BORROWED = 50.0


class Weighed(msgspec.Struct, frozen=True):
    """A batch of messages, in order, and what each weighs; one column per measure, NaN: unknown.

    `rows`: community_id, scope, message_id, sent_at, kind, text, replying, young. `relevance`: 1 where a topic of the
    standard is named, else the share of the weight of its terms that is the community's own talk. `information`: see
    novelty.Newness. `taken_up`: people who replied within a day, and reactions; `expected`: the mean of that over the
    community's messages of the same hour; `usefulness` = (taken_up + 1) / (expected + 1). All three are unknown for
    messages younger than a day when the record ends, and where the source knows neither replies nor reactions.
    """

    rows: pa.RecordBatch
    substance: Substance
    newness: Newness
    filler: NDArray[np.int8]
    topics: dict[str, NDArray[np.bool_]]
    relevance: Floats
    people: NDArray[np.int64]
    thanks: NDArray[np.int64]
    reactions: NDArray[np.int64]
    expected: Floats
    usefulness: Floats


def weighed(
    session: Session,
    topics: Mapping[str, Sequence[str]],
    shifts: Mapping[str, int],
    answering: Collection[str],
    memory: Memory | None = None,
) -> Iterator[Weighed]:
    """Yield what messages weigh, batch by batch, from the beginning of the record.

    `topics`: terms by topic. `shifts`: µs each community's clock is ahead of UTC, for the hour of the day.
    `answering`: the communities whose sources know replies or reactions. `memory`: what was said before.
    """
    memory = memory or Memory()
    # Reordered, the join of answers and their targets would run over the scope alone, which is a cross join.
    session.connection.execute("SET disabled_optimizers='join_order'")
    keep_answers(session, WITHIN)
    session.connection.register("value_shift", pa.table({
        "community_id": pa.array(list(shifts), pa.string()), "shift": pa.array(list(shifts.values()), pa.int64()),
        "answering": pa.array([one in answering for one in shifts], pa.bool_()),
    }))  # fmt: skip
    session.connection.execute(_KEEP_USUAL)
    said: dict[tuple[str, str, int], int] = {}
    # A temporary table is seen by its own connection alone, whose stream would block other queries: read it whole.
    for batch in session.temporary(_ROWS).to_batches(65_536):
        yield _weigh(batch, topics, memory, said)


_KEEP_USUAL = f"""
CREATE OR REPLACE TEMP TABLE value_usual AS
WITH until AS (SELECT community_id, max(sent_at) AS until FROM message GROUP BY 1), told AS (
    SELECT m.community_id, hour(make_timestamp(epoch_us(m.sent_at) + s.shift)) AS hour,
           coalesce(a.people, 0) + coalesce(list_sum(list_transform(m.reactions, lambda r: r.count)), 0) AS taken
    FROM message m JOIN value_shift s USING (community_id) JOIN until u USING (community_id)
    LEFT JOIN {ANSWER} a ON a.scope = m.scope AND a.message_id = m.message_id
    WHERE m.kind NOT IN ('system', 'recall') AND m.sent_at + INTERVAL 1 DAY <= u.until
), whole AS (SELECT community_id, avg(taken) AS mean FROM told GROUP BY 1)
SELECT t.community_id, t.hour, (sum(t.taken) + {_BORROWED} * any_value(w.mean)) / (count(*) + {_BORROWED}) AS expected
FROM told t JOIN whole w USING (community_id) GROUP BY ALL
"""  # noqa: S608
_ROWS = f"""
WITH until AS (SELECT community_id, max(sent_at) AS until FROM message GROUP BY 1)
SELECT m.community_id, m.scope, m.message_id, coalesce(m.account_id, '') AS account_id, m.sent_at, m.kind,
       coalesce(m.text, '') AS text, m.reply_to IS NOT NULL AS replying, m.sent_at + INTERVAL 1 DAY > u.until AS young,
       coalesce(m.thread_id, m.channel_id, '') AS place, s.answering,
       coalesce(a.people, 0)::BIGINT AS people, coalesce(a.thanks, 0)::BIGINT AS thanks,
       coalesce(list_sum(list_transform(m.reactions, lambda r: r.count)), 0)::BIGINT AS reactions,
       coalesce(x.expected, 'nan')::DOUBLE AS expected
FROM message m JOIN value_shift s USING (community_id) JOIN until u USING (community_id)
LEFT JOIN {ANSWER} a ON a.scope = m.scope AND a.message_id = m.message_id
LEFT JOIN value_usual x ON x.community_id = m.community_id
     AND x.hour = hour(make_timestamp(epoch_us(m.sent_at) + s.shift))
WHERE m.kind NOT IN ('system', 'recall')
ORDER BY m.sent_at, m.scope, m.message_id
"""  # noqa: S608


def _weigh(
    rows: pa.RecordBatch, topics: Mapping[str, Sequence[str]], memory: Memory, said: dict[tuple[str, str, int], int]
) -> Weighed:
    texts = rows["text"]
    communities = rows["community_id"].to_pylist()
    found, newness = substance(texts), memory.read(_days(rows), communities, texts)
    sticker = np.asarray(pc.equal(rows["kind"], "sticker").to_numpy(zero_copy_only=False))
    filler = np.where(sticker, WORDLESS, found.filler).astype(np.int8)
    filler[(filler == 0) & _again(rows, found.fingerprint, said)] = REPEAT
    filler[np.asarray(pc.equal(texts, "").to_numpy(zero_copy_only=False)) & ~sticker] = -1
    named = {name: naming(texts, terms) for name, terms in topics.items()}
    relevance = newness.own.copy()
    for about in named.values():
        relevance[about] = 1.0
    counts = {name: rows[name].to_numpy() for name in ("people", "thanks", "reactions", "expected")}
    taken = (counts["people"] + counts["reactions"]).astype(np.float64)
    unknown = rows["young"].to_numpy(zero_copy_only=False) | ~rows["answering"].to_numpy(zero_copy_only=False)
    expected = np.where(unknown, np.nan, counts["expected"])
    usefulness = (taken + 1) / (expected + 1)
    return Weighed(
        rows, found, newness, filler, named, relevance, counts["people"], counts["thanks"], counts["reactions"],
        expected, usefulness,
    )  # fmt: skip


def _days(rows: pa.RecordBatch) -> NDArray[np.int64]:
    days: NDArray[np.int64] = rows["sent_at"].cast(pa.int64()).to_numpy() // _DAY_US
    return days


def _again(
    rows: pa.RecordBatch, fingerprint: NDArray[np.int64], said: dict[tuple[str, str, int], int]
) -> NDArray[np.bool_]:
    """Return which messages their author said already within a day; `said`: when everything was said last."""
    columns = (rows["community_id"], rows["account_id"])
    sent = rows["sent_at"].cast(pa.int64()).to_pylist()
    again = np.zeros(len(sent), dtype=bool)
    keys = zip(columns[0].to_pylist(), columns[1].to_pylist(), fingerprint.tolist(), strict=True)
    for place, (key, at) in enumerate(zip(keys, sent, strict=True)):
        if not key[1] or not key[2]:
            continue
        again[place] = at - said.get(key, at - 2 * _DAY_US) <= _DAY_US
        said[key] = at
    if len(said) > 1_000_000:
        newest = sent[-1]
        for key in [key for key, at in said.items() if newest - at > _DAY_US]:
            del said[key]
    return again
