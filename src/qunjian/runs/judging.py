"""Use case: let a language model read masked messages of staff by the standard's criteria, and keep what it asks.

What it raises are questions to a person, in a file of their own: the lake and the rules' findings are never written.
"""

from __future__ import annotations

import hashlib
import time
from typing import TYPE_CHECKING

import msgspec
import pyarrow as pa

from qunjian.checks.judging import Refused, ask, believed, masked
from qunjian.model.errors import BadInputError
from qunjian.model.language import Phrase
from qunjian.runs.inspection import chosen_edition, surroundings
from qunjian.runs.judge_calls import Caller, Exhausted, Kept, NoAnswer
from qunjian.runs.judge_recipients import in_force

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Sequence
    from pathlib import Path

    from qunjian.checks.judging import Opinion
    from qunjian.engines.local import Session
    from qunjian.runs.judge_calls import Budget
    from qunjian.runs.judge_recipients import Recipient
    from qunjian.standards.editions import Edition
    from qunjian.standards.schema import Criterion
    from qunjian.workspace import Workspace

_READ = """
SELECT m.scope, m.message_id, m.community_id, m.account_id, m.text, m.content_hash FROM message m
JOIN judge_account a ON a.community_id = m.community_id AND a.account_id = m.account_id
WHERE m.kind IN ('text', 'link') AND length(m.text) > 3
ORDER BY md5(m.scope || '#' || m.message_id) LIMIT ?
"""


class Row(msgspec.Struct, frozen=True):
    """One message as it is read for the judge."""

    scope: str
    message_id: str
    community_id: str
    account_id: str
    text: str
    content_hash: bytes


class Raised(msgspec.Struct, frozen=True):
    """One question of the judge: where, by which criterion, the span in the original, the reason (masked)."""

    id: str
    criterion: str
    scope: str
    message_id: str
    community_id: str
    start: int
    end: int
    reason: str
    standard: str
    version: str
    endpoint: str
    model: str


class Judged(msgspec.Struct, frozen=True):
    """What one run did; the keys are the contract of `judge run --json`."""

    messages: int
    asked: int
    from_cache: int
    raised: tuple[Raised, ...]
    unanswered: dict[str, int]
    stopped: bool
    characters: int
    cost: float


def questions_file(workspace: Workspace) -> Path:
    """Return the file of questions raised; it lies in the cache, which every erasure empties."""
    return workspace.cache / "judge" / "questions.jsonl"


def judge(
    workspace: Workspace, budget: Budget, *, standard: str | None = None, most: int = 50, key: str = "",
    seconds: float = 30.0, sleep: Callable[[float], None] = time.sleep,
) -> Judged:  # fmt: skip
    """Ask about at most `most` messages, the same ones each time; only the recorded recipient is asked."""
    recipient = in_force(workspace)
    if recipient is None:
        raise BadInputError(
            Phrase("还没有登记接收方，什么也没有发出", "no recipient is recorded; nothing was sent"),
            todo=Phrase(
                "先运行 qunjian judge allow（写明接口、模型、目的、合法性基础）", "run qunjian judge allow first"
            ),
        )
    edition = chosen_edition(workspace, standard, workspace.decisions(), workspace.clock().date())
    criteria = edition.standard.judge
    if not criteria:
        raise BadInputError(
            Phrase("标准里没有 judge 标准条目", "the standard has no criteria under judge"), where=edition.standard.id,
            todo=Phrase("在标准里写 judge：编号、名称、问题", "write judge in the standard: id, name, question"),
        )  # fmt: skip
    caller = Caller(recipient.endpoint, recipient.model, key, budget, seconds=seconds, sleep=sleep)
    kept = Kept(workspace.cache / "judge" / "answers")
    who = f"{recipient.endpoint} {recipient.model}"
    raised: list[Raised] = []
    unanswered: dict[str, int] = {}
    asked_count = cached = seen = 0
    stopped = False
    try:
        for row, text, wanted in _messages(workspace, criteria, most):
            seen += 1
            asked = ask(text, wanted)
            said = kept.find(who, asked)
            fresh = said is None
            try:
                if said is None:
                    said = caller.ask(asked)
                opinions = believed(asked, said)
            except Exhausted:
                seen, stopped = seen - 1, True
                break
            except (NoAnswer, Refused) as error:
                unanswered[str(error)] = unanswered.get(str(error), 0) + 1
                continue
            asked_count, cached = asked_count + fresh, cached + (not fresh)
            if fresh:
                kept.keep(who, asked, said)
            raised += [_raised(each, row, edition, recipient) for each in opinions]
    finally:
        caller.close()
    _write(questions_file(workspace), raised)
    return Judged(seen, asked_count, cached, tuple(raised), unanswered, stopped, budget.sent, round(budget.spent, 6))


def _raised(opinion: Opinion, row: Row, edition: Edition, recipient: Recipient) -> Raised:
    named = "\0".join((opinion.criterion, row.scope, row.message_id)).encode() + row.content_hash
    return Raised(
        hashlib.blake2b(named, digest_size=16).hexdigest(), opinion.criterion, row.scope, row.message_id,
        row.community_id, opinion.start, min(opinion.end, len(row.text)), opinion.reason, edition.standard.id,
        edition.version, recipient.endpoint, recipient.model,
    )  # fmt: skip


def raised_before(workspace: Workspace) -> list[Raised]:
    """Return every question raised so far, each once, the newest wording."""
    path = questions_file(workspace)
    lines = path.read_bytes().splitlines() if path.exists() else []
    found = [msgspec.json.decode(line, type=Raised) for line in lines if line.strip()]
    return list({each.id: each for each in found}.values())


def _messages(
    workspace: Workspace, criteria: Sequence[Criterion], most: int
) -> Iterator[tuple[Row, str, tuple[Criterion, ...]]]:
    """Yield the rows to ask about, what of the text may leave, and the criteria for its author's role."""
    session = workspace.lake.session()
    try:
        edition = chosen_edition(workspace, None, workspace.decisions(), workspace.clock().date())
        roles = surroundings(session, edition, workspace.decisions(), workspace.settings.zone).roles
        asked = {role for each in criteria for role in each.roles}
        accounts = [account for account, role in roles.items() if role in asked]
        columns = {"community_id": [each[0] for each in accounts], "account_id": [each[1] for each in accounts]}
        types = pa.schema([("community_id", pa.string()), ("account_id", pa.string())])
        session.connection.register("judge_account", pa.table(columns, types))
        names = _names(session)
        rows = [Row(**row) for row in session.arrow(_READ, [most]).to_pylist()]
    finally:
        session.close()
    for row in rows:
        role = roles.get((row.community_id, row.account_id), "member")
        wanted = tuple(each for each in criteria if role in each.roles)
        yield row, masked(row.text, names.get(row.community_id, ())), wanted


def _names(session: Session) -> dict[str, tuple[str, ...]]:
    """Return the names members of each community ever had: none of them leaves."""
    query = (
        "SELECT community_id, list(DISTINCT name) FROM (SELECT community_id, name_then AS name FROM message "
        "UNION ALL SELECT community_id, name FROM roster) WHERE name IS NOT NULL GROUP BY community_id"
    )
    return {community: tuple(names) for community, names in session.connection.execute(query).fetchall()}


def _write(path: Path, raised: Sequence[Raised]) -> None:
    if raised:
        path.parent.mkdir(parents=True, exist_ok=True)
        with path.open("ab") as out:
            out.write(b"".join(msgspec.json.encode(each) + b"\n" for each in raised))
