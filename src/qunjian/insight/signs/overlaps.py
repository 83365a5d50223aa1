"""Compares overlapping exports of one group: what one has and the other lacks, who is gone, whose clock is off."""

from __future__ import annotations

import datetime as dt
from typing import TYPE_CHECKING

import msgspec
import numpy as np
import pyarrow as pa

from qunjian.insight.signs.pairs import NEAR, Held, pairs
from qunjian.insight.signs.record import LIKELY, Sign
from qunjian.insight.signs.runs import runs
from qunjian.model.language import Phrase
from qunjian.text.masking import mask_account

if TYPE_CHECKING:
    from collections.abc import Sequence

    from qunjian.engines.local import Session

MOST_LACKING = 0.5  # who lacks more than this of the time shared does not cover it: a few old records are in it
LEAST_RUN = 5
LEAST_OF_A_MEMBER = 3
LEAST_TEXT = 6
LEAST_MATCHES = 8
QUARTER = 900


class Row(msgspec.Struct, frozen=True):
    """One message as one document holds it."""

    key: str
    at: int
    account: str | None
    mark: int
    long: bool


def compare(session: Session, documents: Sequence[Held]) -> list[Sign]:
    """Return the signs that pairs of documents of one community give, and which were not compared, because."""
    meant, signs = pairs(documents)
    if not meant:
        return signs
    _gather(session, {(community, each) for community, *both in meant for each in both})
    for community, one, other in meant:
        older, newer = sorted((one, other), key=lambda each: (str(each.observed), each.act_id, each.document))
        a, b = (_rows(session, community, each) for each in (older, newer))
        if not a or not b:
            continue
        if (shift := _shift(community, older, newer, a, b)) is not None:
            signs.append(shift)
            continue
        for has, lacks, mine, theirs in ((older, newer, a, b), (newer, older, b, a)):
            signs += _missing(community, has, lacks, mine, theirs)
        signs += _vanished(community, older, newer, a, b)
    session.connection.execute("DROP TABLE compared")
    return signs


def _gather(session: Session, meant: set[tuple[str, Held]]) -> None:
    """Put the messages of all documents that are compared into one table: each stands in several pairs."""
    rows = [(community, each.act_id, each.document) for community, each in meant]
    names = ("community_id", "act_id", "document")
    wanted = pa.table({name: [row[place] for row in rows] for place, name in enumerate(names)})
    session.connection.register("wanted", wanted)
    session.connection.execute(
        """CREATE TEMPORARY TABLE compared AS
        WITH held AS (
            SELECT c.act_id, c.document, c.scope, c.message_id, c.content_hash, w.community_id
            FROM claim c JOIN wanted w USING (act_id, document) WHERE c.fact = 'message'
        ), told AS (
            SELECT DISTINCT scope, message_id, content_hash, sent_at, account_id, text, community_id
            FROM payload_message SEMI JOIN held USING (scope, message_id, content_hash, community_id)
        )
        SELECT h.act_id, h.document, h.community_id, h.scope || chr(10) || h.message_id AS key,
               epoch_us(p.sent_at) AS sent, p.account_id AS account,
               (hash(coalesce(p.text, '')) >> 1)::BIGINT AS mark, coalesce(length(p.text), 0) >= $1 AS long
        FROM held h JOIN told p USING (scope, message_id, content_hash, community_id)
        WHERE p.sent_at IS NOT NULL AND NOT contains(coalesce(p.account_id, ''), ':erased-')""",
        [LEAST_TEXT],  # who was erased has a new id and is refused when brought again: nobody vanished
    )
    session.connection.unregister("wanted")


def _rows(session: Session, community: str, document: Held) -> list[Row]:
    table: pa.Table = session.temporary(
        """SELECT key, sent, account, mark, long FROM compared
        WHERE act_id = $1 AND document = $2 AND community_id = $3 ORDER BY sent, key""",
        [document.act_id, document.document, community],
    )
    return [Row(*row) for row in zip(*(column.to_pylist() for column in table.columns), strict=True)]


def _shift(community: str, older: Held, newer: Held, a: list[Row], b: list[Row]) -> Sign | None:
    first, second = _by_key(a), _by_key(b)
    both = first.keys() & second.keys()
    if len(both) >= LEAST_MATCHES:  # ids of their own tie them
        steps = [second[key].at - first[key].at for key in both]
    else:
        once = [_once(rows) for rows in (a, b)]
        steps = [once[1][mark] - once[0][mark] for mark in once[0].keys() & once[1].keys()]
    if len(steps) < LEAST_MATCHES:
        return None
    values, counts = np.unique(np.array(steps, np.int64) // 1_000_000, return_counts=True)
    step, same = int(values[counts.argmax()]), int(counts.max())
    if step == 0 or step % QUARTER or abs(step) > NEAR.total_seconds() or same < 0.8 * len(steps):
        return None
    hours = step / 3600
    return Sign(
        "shift", community, _at(min(b[0].at, a[0].at)), _at(max(b[-1].at, a[-1].at)),
        {"hours": hours, "matched": len(steps), "agree": same},
        Phrase(
            f"“{newer.name}”与“{older.name}”中相同的 {len(steps)} 条消息有 {same} 条恰好相差 {hours:+g} 小时："
            "时区选对了吗？",
            f"of {len(steps)} messages both hold, {same} are exactly {hours:+g} h apart in '{newer.name}' and "
            f"'{older.name}': wrong zone?",
        ),
        (older.name, newer.name),
    )  # fmt: skip


def _by_key(rows: list[Row]) -> dict[str, Row]:
    return {row.key: row for row in rows}


def _once(rows: list[Row]) -> dict[int, int]:
    seen: dict[int, list[int]] = {}
    for row in rows:
        if row.long:
            seen.setdefault(row.mark, []).append(row.at)
    return {mark: times[0] for mark, times in seen.items() if len(times) == 1}


def _missing(community: str, has: Held, lacks: Held, mine: list[Row], theirs: list[Row]) -> list[Sign]:
    keys = {row.key for row in theirs}
    inside = [row for row in mine if theirs[0].at <= row.at <= theirs[-1].at]
    gone = np.array([row.key not in keys for row in inside], dtype=bool)
    if not len(gone) or gone.mean() > MOST_LACKING:
        return []
    signs = []
    for begin, end, expected in runs(gone, least=LEAST_RUN):
        run = inside[begin:end]
        alone = len({row.account for row in run}) == 1 and run[0].account is not None
        who = mask_account(run[0].account or "") if alone else ""
        signs.append(
            Sign(
                "removed" if alone else "hole", community, _at(run[0].at), _at(run[-1].at),
                {"messages": len(run), "shared": len(inside)},
                Phrase(
                    f"“{has.name}”在此有连续 {len(run)} 条{f'（都是 {who} 的）' if alone else ''}，"
                    f"同样覆盖这段时间的“{lacks.name}”一条也没有",
                    f"'{has.name}' holds {len(run)} messages in a row{f', all by {who},' if alone else ''} here; "
                    f"'{lacks.name}', which covers the same time, holds none of them",
                ),
                (has.name, lacks.name), expected,
            )
        )  # fmt: skip
    return signs


def _vanished(community: str, older: Held, newer: Held, a: list[Row], b: list[Row]) -> list[Sign]:
    shared = [row for row in a if b[0].at <= row.at <= b[-1].at]
    there, said = {row.key for row in b}, {(row.at, row.mark) for row in b}
    present = {row.account for row in b if row.at >= a[0].at and row.at <= a[-1].at}
    own: dict[str, list[Row]] = {}
    for row in shared:
        if row.account is not None:
            own.setdefault(row.account, []).append(row)
    lost = sum(row.key not in there for row in shared)
    if not shared or lost > MOST_LACKING * len(shared):
        return []
    signs = []
    for account, rows in sorted(own.items()):
        if len(rows) < LEAST_OF_A_MEMBER or account in present:
            continue
        if sum((row.at, row.mark) in said for row in rows) * 2 >= len(rows):
            continue  # the same words stand there under another name
        rest = len(shared) - len(rows)
        rate = (lost - len(rows) + 1) / (rest + 2)
        expected = len(own) * max(rate, 0.0) ** len(rows)
        if expected < LIKELY:
            signs.append(
                Sign(
                    "vanished", community, _at(rows[0].at), _at(rows[-1].at),
                    {"messages": len(rows), "others": rest, "others_lost": lost - len(rows)},
                    Phrase(
                        f"“{older.name}”里 {mask_account(account)} 有 {len(rows)} 条消息，较新的“{newer.name}”"
                        "覆盖同一时间却完全没有这个人",
                        f"'{older.name}' holds {len(rows)} messages by {mask_account(account)}; the newer "
                        f"'{newer.name}' covers the same time without any trace of them",
                    ),
                    (older.name, newer.name), expected,
                )
            )  # fmt: skip
    return signs


def _at(micros: int) -> dt.datetime:
    return dt.datetime(1970, 1, 1, tzinfo=dt.UTC) + dt.timedelta(microseconds=micros)
