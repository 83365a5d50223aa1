"""Signs of a group's record in time: runs of edits, exports that end just before a grave finding."""

from __future__ import annotations

from collections import Counter
from typing import TYPE_CHECKING, Any

import numpy as np

from qunjian.insight.signs.record import Sign, lasting
from qunjian.insight.signs.runs import runs
from qunjian.model.language import Phrase
from qunjian.model.periods import instant, micros

if TYPE_CHECKING:
    from collections.abc import Sequence

    from numpy.typing import NDArray

    from qunjian.engines.local import Session
    from qunjian.insight.signs.pairs import Held

LEAST_EDITS = 5
NEXT_MESSAGES = 20
RARELY = 0.05  # exports of a record that chance would end as near to a grave finding
NEXT_SECONDS = 24 * 3600
_US = 1_000_000
# Keys of which imports brought different texts: edited, whether the source says so or not.
_CHANGED = """
CREATE OR REPLACE TEMP TABLE changed_of_signs AS
SELECT scope, message_id FROM payload_message SEMI JOIN contested_message USING (scope, message_id)
GROUP BY ALL HAVING count(DISTINCT coalesce(text, '')) > 1
"""
_EDITED = "m.edited_at IS NOT NULL"
_OR_CHANGED = f"{_EDITED} OR (m.scope, m.message_id) IN (SELECT (scope, message_id) FROM changed_of_signs)"  # noqa: S608
_SAID = "m.sent_at IS NOT NULL AND m.kind <> 'system'"


def edited_runs(session: Session) -> list[Sign]:
    """Return runs of neighbouring messages that were all edited, where edits elsewhere make that improbable."""
    run = session.connection.execute
    run(_CHANGED)
    known = run("SELECT 1 FROM changed_of_signs LIMIT 1").fetchone()
    mark = _OR_CHANGED if known else _EDITED
    # Only groups with enough edits are put in order: ordering is what costs.
    sizes = run(
        f"SELECT m.community_id, count(*) FROM message m WHERE {_SAID} "  # noqa: S608
        f"GROUP BY 1 HAVING count(*) FILTER ({mark}) >= {LEAST_EDITS} ORDER BY 1"
    ).fetchall()
    rows = session.temporary(
        f"""SELECT epoch_us(m.sent_at) AS sent, ({mark})::UTINYINT AS edited FROM message m
        WHERE {_SAID} AND list_contains($1, m.community_id) ORDER BY m.community_id, sent, m.message_id""",  # noqa: S608
        [[name for name, _ in sizes]],
    )
    times, marks = (column.to_numpy() for column in rows.columns)
    run("DROP TABLE changed_of_signs")
    signs, after = [], 0
    for community, size in sizes:
        at, edited = times[after : after + size], marks[after : after + size]
        after += size
        for begin, end, expected in runs(edited.astype(bool), least=LEAST_EDITS):
            signs.append(
                Sign(
                    "edited", community, instant(int(at[begin])), instant(int(at[end - 1])),
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
    fed = Counter(community for each in documents if each.last is not None for community in each.communities)
    several = sorted(community for community, number in fed.items() if number > 1)
    if not several:
        return []  # what only one export holds ends where it ends
    grave = lists(
        session,
        """SELECT community_id, list_sort(list(DISTINCT epoch_us(sent_at))) FROM finding
        WHERE sent_at IS NOT NULL AND severity IN ('critical', 'major') AND list_contains($1, community_id)
        GROUP BY 1 ORDER BY 1""",
        [several],
    )
    if not grave:
        return []
    sent = lists(
        session,
        """SELECT community_id, list_sort(list(epoch_us(sent_at))) FROM message
        WHERE sent_at IS NOT NULL AND list_contains($1, community_id) GROUP BY 1 ORDER BY 1""",
        [sorted(grave)],
    )
    signs = []
    for community, times in sent.items():
        own = [each for each in documents if community in each.communities and each.last is not None]
        latest = max((each.last for each in own if each.last), default=None)
        distance = _messages_to_grave(times, grave[community])
        for each in own:
            if each.last is None or latest is None or each.last >= latest:
                continue
            last = micros(each.last)
            place = int(np.searchsorted(times, last, side="right")) - 1
            if place < 0 or distance[place] > NEXT_MESSAGES:
                continue
            expected = float((distance <= distance[place]).mean()) * len(own)
            if expected >= RARELY:
                continue  # findings are so frequent that many a cut stands before one
            at = int(grave[community][np.searchsorted(grave[community], last, side="right")])
            later = lasting((at - last) // _US)
            if each.observed is not None and each.last < each.observed and micros(each.observed) < at:
                continue  # made before the finding was written
            signs.append(
                Sign(
                    "ending", community, each.last, instant(at), {"seconds": (at - last) // _US, "exports": len(own)},
                    Phrase(
                        f"“{each.name}”止于 {each.last:%Y-%m-%d %H:%M}Z，{later.zh}之后"
                        "就有一条严重问题，只在别的导出里",
                        f"'{each.name}' ends at {each.last:%Y-%m-%d %H:%M}Z; a grave finding follows after "
                        f"{later.en}, in other exports only",
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


def lists(session: Session, sql: str, parameters: list[object] | None = None) -> dict[str, NDArray[np.int64]]:
    """Return the list of whole numbers each community has in the second column of a query, without Python numbers."""
    table = session.temporary(sql, parameters)
    each = (value.values for chunk in table.column(1).chunks for value in chunk)
    return {name: values.to_numpy() for name, values in zip(table.column(0).to_pylist(), each, strict=True)}
