"""Signs of single files and of the record itself: row order, the same file again, runs of edits, telling endings."""

from __future__ import annotations

import datetime as dt
from itertools import pairwise
from pathlib import PurePosixPath
from typing import TYPE_CHECKING, Any

import msgspec
import numpy as np

from qunjian.insight.signs.record import Sign
from qunjian.insight.signs.runs import runs
from qunjian.model.language import Phrase

if TYPE_CHECKING:
    from collections.abc import Sequence

    from qunjian.engines.local import Session
    from qunjian.insight.signs.overlaps import Held

LEAST_STEPS = 20
RARE = 0.02
LEAST_SECONDS = 600
LEAST_EDITS = 5
NEXT_MESSAGES = 20
RARELY = 0.05  # exports of a record that chance would end as near to a grave finding
NEXT_SECONDS = 24 * 3600
_US = 1_000_000


class Direction(msgspec.Struct, frozen=True):
    """Clear steps one way, as the document table tells them."""

    steps: int = 0
    first: int = 0
    largest: int = 0


class Order(msgspec.Struct, frozen=True):
    """How a document's messages follow each other."""

    rows: int = 0
    forward: Direction = Direction()
    back: Direction = Direction()


class FileFacts(msgspec.Struct, frozen=True):
    """What the document table tells of one file."""

    name: str
    digest: str
    read: int
    communities: tuple[str, ...]
    first: dt.datetime | None
    last: dt.datetime | None
    order: Order | None = None


def out_of_order(files: Sequence[FileFacts]) -> list[Sign]:
    """Return files whose rows run one way in time but for a few; files without any order are none of these."""
    signs = []
    for file in files:
        if file.order is None:
            continue
        rare, usual = sorted((file.order.forward, file.order.back), key=lambda each: each.steps)
        steps = rare.steps + usual.steps
        few = rare.steps <= max(3, RARE * steps)
        if steps < LEAST_STEPS or not rare.steps or not few or rare.largest < LEAST_SECONDS:
            continue
        size = dt.timedelta(seconds=rare.largest)
        signs.append(
            Sign(
                "order", file.communities[0] if file.communities else "", file.first, file.last,
                {"steps": rare.steps, "of": steps, "row": rare.first, "seconds": rare.largest},
                Phrase(
                    f"“{file.name}”的行按时间排列，唯有 {rare.steps} 处反向，最早在第 {rare.first} 条，最大相差 {size}",
                    f"the rows of '{file.name}' follow time but for {rare.steps} places, the first at message "
                    f"{rare.first}, the largest of {size}",
                ),
                (file.name,),
            )
        )  # fmt: skip
    return signs


def same_files(files: Sequence[FileFacts]) -> list[Sign]:
    """Return files whose very bytes were imported before under another name."""
    seen: dict[str, FileFacts] = {}
    signs = []
    for file in files:
        if not file.digest or not file.read:
            continue
        before = seen.setdefault(file.digest, file)
        if PurePosixPath(before.name).name != PurePosixPath(file.name).name:
            signs.append(
                Sign(
                    "same_file", file.communities[0] if file.communities else "", file.first, file.last,
                    {"records": file.read},
                    Phrase(
                        f"“{file.name}”与先前导入的“{before.name}”逐字节相同，只是名字不同",
                        f"'{file.name}' is byte for byte '{before.name}', imported before under that name",
                    ),
                    (before.name, file.name),
                )
            )  # fmt: skip
    return signs


def edited_runs(session: Session) -> list[Sign]:
    """Return runs of neighbouring messages that were all edited, where edits elsewhere make that improbable."""
    rows = _columns(
        session,
        """SELECT m.community_id, epoch_us(m.sent_at) AS sent,
           m.edited_at IS NOT NULL OR k.message_id IS NOT NULL AS edited
        FROM message m LEFT JOIN (
            SELECT scope, message_id FROM payload_message SEMI JOIN contested_message USING (scope, message_id)
            GROUP BY ALL HAVING count(DISTINCT coalesce(text, '')) > 1) k USING (scope, message_id)
        WHERE m.sent_at IS NOT NULL AND m.kind <> 'system' ORDER BY m.community_id, sent, m.message_id""",
    )
    signs = []
    for community, at, edited in _by_community(rows):
        if not edited.any():
            continue
        for begin, end, expected in runs(edited.astype(bool), least=LEAST_EDITS):
            signs.append(
                Sign(
                    "edited", community, _at(at[begin]), _at(at[end - 1]),
                    {"messages": end - begin, "edited": int(edited.sum()), "of": len(edited)},
                    Phrase(
                        f"连续 {end - begin} 条消息都被改写过（全群 {len(edited)} 条里共 {int(edited.sum())} 条改写）",
                        f"{end - begin} messages in a row were all edited "
                        f"({int(edited.sum())} of {len(edited)} in all)",
                    ),
                    (), expected,
                )
            )  # fmt: skip
    return signs


def telling_endings(session: Session, documents: Sequence[Held]) -> list[Sign]:
    """Return exports that stop within 20 messages and a day before a grave finding another export brought."""
    found = _columns(
        session,
        """SELECT community_id, epoch_us(sent_at) AS sent,
           max(CASE WHEN severity IN ('critical', 'major') THEN 1 ELSE 0 END)
        FROM finding WHERE sent_at IS NOT NULL GROUP BY ALL ORDER BY ALL""",
    )
    grave = {name: at[mark > 0] for name, at, mark in _by_community(found)}
    grave = {name: at for name, at in grave.items() if len(at)}
    if not grave:
        return []
    all_times = _columns(
        session,
        "SELECT community_id, epoch_us(sent_at) AS sent, 0 FROM message WHERE sent_at IS NOT NULL "
        "AND list_contains($1, community_id) ORDER BY ALL",
        [sorted(grave)],
    )
    signs = []
    for community, times, _ in _by_community(all_times):
        own = [each for each in documents if community in each.communities and each.last is not None]
        latest = max((each.last for each in own if each.last), default=None)
        distance = _messages_to_grave(times, grave[community])
        for each in own:
            if each.last is None or latest is None or each.last >= latest:
                continue
            last = _micros(each.last)
            place = int(np.searchsorted(times, last, side="right")) - 1
            if place < 0 or distance[place] > NEXT_MESSAGES:
                continue
            expected = float((distance <= distance[place]).mean()) * len(own)
            if expected >= RARELY:
                continue  # findings are so frequent that many a cut stands before one
            at = int(grave[community][np.searchsorted(grave[community], last, side="right")])
            later = dt.timedelta(seconds=(at - last) // _US)
            if each.observed is not None and each.last < each.observed and _micros(each.observed) < at:
                continue  # made before the finding was written
            signs.append(
                Sign(
                    "ending", community, each.last, _at(at), {"seconds": (at - last) // _US, "exports": len(own)},
                    Phrase(
                        f"“{each.name}”止于 {each.last:%Y-%m-%d %H:%M}Z，随后 {later} "
                        "就有一条严重问题，只在别的导出里",
                        f"'{each.name}' ends at {each.last:%Y-%m-%d %H:%M}Z; a grave finding follows after "
                        f"{later}, in other exports only",
                    ),
                    (each.name,), expected,
                )
            )  # fmt: skip
    return signs


def _messages_to_grave(times: Any, grave: Any) -> Any:
    """Return for every message how many messages on the next grave finding stands; far where it is over a day off."""
    following = np.searchsorted(grave, times, side="right")
    at = np.append(grave, np.iinfo(np.int64).max // 2)[following]
    steps = np.searchsorted(times, at, side="left") - np.arange(len(times))
    return np.where(at - times <= NEXT_SECONDS * _US, steps, NEXT_MESSAGES + 1)


def _columns(session: Session, sql: str, parameters: list[object] | None = None) -> tuple[list[str], Any, Any]:
    table = session.temporary(sql, parameters)
    numbers = [np.array(table.column(place).to_pylist(), dtype=np.int64) for place in (1, 2)]
    return table.column(0).to_pylist(), numbers[0], numbers[1]


def _by_community(columns: tuple[list[str], Any, Any]) -> list[tuple[str, Any, Any]]:
    names, at, more = columns
    if not names:
        return []
    keys = np.array(names, dtype=object)
    cuts = np.flatnonzero(keys[1:] != keys[:-1]) + 1
    starts = [0, *cuts.tolist(), len(names)]
    return [(names[b], at[b:e], more[b:e]) for b, e in pairwise(starts)]


def _at(micros: int) -> dt.datetime:
    return dt.datetime(1970, 1, 1, tzinfo=dt.UTC) + dt.timedelta(microseconds=int(micros))


def _micros(at: dt.datetime) -> int:
    return (at - dt.datetime(1970, 1, 1, tzinfo=dt.UTC)) // dt.timedelta(microseconds=1)
