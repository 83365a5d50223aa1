"""Use case: read findings back, each with its masked words, where it stands, and whether it is silenced and why."""

from __future__ import annotations

import datetime as dt
from typing import TYPE_CHECKING
from zoneinfo import ZoneInfo

import msgspec

from qunjian.checks.silencing import silence_for, standing_silences
from qunjian.engines.arrow import spare_pandas
from qunjian.model.errors import BadInputError, UnknownNameError
from qunjian.model.language import Phrase
from qunjian.runs.browsing import log_access
from qunjian.runs.standards import open_edition
from qunjian.text.masking import excerpt

if TYPE_CHECKING:
    from collections.abc import Iterator

    from qunjian.engines.local import Session
    from qunjian.model.decisions import Decisions, Silence
    from qunjian.workspace import Workspace

_COLUMNS = (
    "finding_id", "act_id", "standard", "version", "rule", "severity", "category", "check", "scope", "message_id",
    "content_hash", "platform", "community_id", "channel_id", "account_id", "sent_at", "spans", "transformations",
    "confidence", "basis", "hint", "related", "detail",
)  # fmt: skip
_QUERY = """
SELECT {columns}, m.text AS text, m.content_hash IS NOT DISTINCT FROM f.content_hash AS same
FROM finding f LEFT JOIN message m ON m.scope = f.scope AND m.message_id = f.message_id
WHERE f.act_id = $1 AND ($2::VARCHAR IS NULL OR f.rule = $2) AND ($3::VARCHAR IS NULL OR f.severity = $3)
  AND ($4::VARCHAR IS NULL OR f.community_id = $4) AND ($5::VARCHAR IS NULL OR f.account_id = $5)
ORDER BY list_position(['critical', 'major', 'minor', 'notice'], f.severity), f.sent_at, f.rule, f.scope, f.message_id
LIMIT $6
"""


class Filters(msgspec.Struct, frozen=True):
    """Which findings are wanted; run None means the newest inspection."""

    run: str | None = None
    rule: str | None = None
    severity: str | None = None
    community: str | None = None
    account: str | None = None
    most: int | None = None


class Silenced(msgspec.Struct, frozen=True):
    """Why a finding is put aside, by whom, until when."""

    reason: str
    owner: str
    expires: dt.date


class FindingRow(msgspec.Struct, frozen=True):
    """One finding as `findings --json` says it; `excerpt` is masked unless asked otherwise, the hits between 【 and 】.

    Ids stay whole here: programs join by them. Whoever shows a row to people masks them (text.masking.mask_account).
    """

    finding_id: str
    run_id: str
    standard: str
    version: str
    rule: str
    severity: str
    category: str
    check: str
    community_id: str
    channel_id: str | None
    account_id: str | None
    scope: str
    message_id: str
    sent_at: dt.datetime
    spans: tuple[tuple[int, int], ...]
    excerpt: str
    transformations: tuple[str, ...]
    confidence: float
    basis: str
    hint: str
    related: tuple[str, ...]
    detail: str
    silenced: Silenced | None
    review: str | None


def findings(workspace: Workspace, filters: Filters, *, unmask: bool = False) -> Iterator[FindingRow]:
    """Return the findings that are wanted, the gravest first; silenced ones say so.

    Words are masked; unmasked ones are noted in the workspace's log of access before the first is seen.
    """
    if unmask:
        asked = (f"{name}={value}" for name, value in msgspec.structs.asdict(filters).items() if value is not None)
        log_access(workspace, "findings unmasked: " + (", ".join(asked) or "all"), "")
    spare_pandas()
    session = workspace.lake.session()
    try:
        run = _run_of(workspace, filters.run)
        if run is None:
            return
        community = _community_of(session, filters.community)
        decisions = workspace.decisions()
        today = workspace.clock().astimezone(ZoneInfo(workspace.settings.zone)).date()
        silences = silences_of(workspace, run, decisions)
        verdicts = decisions.verdicts()
        query = _QUERY.format(columns=", ".join(f"f.{name} AS {name}" for name in _COLUMNS))
        values: list[object] = [run, filters.rule, filters.severity, community, filters.account, filters.most]
        for batch in session.batches(query, values, rows=4096):
            for row in batch.to_pylist():
                silence = silence_for(silences, row["rule"], row["community_id"], row["account_id"], today)
                yield _row(row, silence, verdicts.get(row["finding_id"]), unmask=unmask)
    finally:
        session.close()


def _row(row: dict[str, object], silence: Silence | None, verdict: str | None, *, unmask: bool) -> FindingRow:
    spans = tuple((span["start"], span["end"]) for span in row.pop("spans") or ())  # type: ignore[attr-defined]
    text, same = row.pop("text"), row.pop("same")
    said = {**row, "run_id": row["act_id"], "spans": spans, "review": verdict}
    said["excerpt"] = ""
    if text and same:
        said["excerpt"] = excerpt(str(text), spans, mask=not unmask, contacts=row["check"] == "contact")
    said["silenced"] = Silenced(silence.reason, silence.owner, silence.expires) if silence else None
    said["account_id"] = row["account_id"]
    return msgspec.convert({name: said[name] for name in FindingRow.__struct_fields__}, FindingRow)


def _run_of(workspace: Workspace, asked: str | None) -> str | None:
    """Return the inspection meant: the one named (a unique beginning is enough), else the newest."""
    runs = [act.act_id for act in workspace.lake.acts("inspect")]
    if asked is None:
        return runs[-1] if runs else None
    found = [run for run in runs if run.startswith(asked)]
    if len(found) == 1 or asked in found:
        return asked if asked in found else found[0]
    if found:
        raise BadInputError(Phrase(f"“{asked}”不止对应一次质检", f"'{asked}' names more than one inspection"))
    raise UnknownNameError(Phrase("质检", "inspection"), asked, runs)


def _community_of(session: Session, asked: str | None) -> str | None:
    if asked is None:
        return None
    rows = session.connection.execute("SELECT community_id, name FROM community").fetchall()
    ids = {row[0] for row in session.connection.execute("SELECT DISTINCT community_id FROM message").fetchall()}
    if asked in ids:
        return asked
    names: dict[str, str] = {name: community for community, name in rows if name}
    if asked not in names:
        raise UnknownNameError(Phrase("社群", "community"), asked, (*ids, *names))
    return names[asked]


def rule_names(workspace: Workspace, asked: str | None) -> dict[str, Phrase]:
    """Return what the rules of an inspection are called, by their ids, as far as its standard can still be found."""
    run = _run_of(workspace, asked)
    act = next((act for act in workspace.lake.acts("inspect") if act.act_id == run), None)
    try:
        rules = open_edition(str(act.parameters["standard"]), (workspace.standards,)).rules if act else ()
    except BadInputError:
        return {}
    return {rule.id: rule.name.phrase for rule in rules}


def silences_of(workspace: Workspace, run: str, decisions: Decisions) -> tuple[Silence, ...]:
    """Return what was silenced by decision, and by the exceptions of the standard the run used, if it can be found."""
    act = next(act for act in workspace.lake.acts("inspect") if act.act_id == run)
    tags = {each.community_id: each.tags for each in decisions.register}
    try:
        standard = open_edition(str(act.parameters["standard"]), (workspace.standards,)).standard
    except BadInputError:
        return decisions.silences
    return (*decisions.silences, *standing_silences(standard, tags))
