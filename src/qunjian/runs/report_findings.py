"""Gathers findings for a report: counts by where they stand, and the cases to show with two messages around each."""

from __future__ import annotations

import datetime as dt
from collections import defaultdict
from typing import TYPE_CHECKING

import msgspec
import pyarrow as pa

from qunjian.assessment.compliance import Counts, Tally
from qunjian.checks.silencing import silence_for
from qunjian.model.language import Phrase
from qunjian.model.records import SEVERITIES, Act, Finding
from qunjian.reports.material import Case, ContextLine
from qunjian.runs.report_facts import fetched

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence

    from qunjian.engines.local import Session
    from qunjian.model.decisions import Decisions, Silence
    from qunjian.model.periods import Period

# How many cases of one rule are shown, by severity.
SHOWN = {"critical": 5, "major": 4, "minor": 2, "notice": 1}
MOST_CASES = 80
AROUND = 2
_CALLS = ("@", "＠", "“", '"', "「")
_FIELDS = Finding.__struct_fields__


def inspection_of(acts: Iterable[Act], period: Period) -> Act | None:
    """Return the newest inspection that covers the whole period and every community, else one that touches it."""
    touching: Act | None = None
    for act in acts:
        if act.kind != "inspect":
            continue
        first, after = act.parameters.get("first"), act.parameters.get("after")
        begins = dt.datetime.fromisoformat(str(first)) if first else None
        ends = dt.datetime.fromisoformat(str(after)) if after else None
        start = dt.datetime.combine(period.first, dt.time(12), tzinfo=dt.UTC)
        end = dt.datetime.combine(period.after, dt.time(), tzinfo=dt.UTC) - dt.timedelta(hours=12)
        if (begins and begins > end) or (ends and ends < start):
            continue
        whole = (
            (begins is None or begins <= start)
            and (ends is None or ends >= end)
            and not act.parameters.get("communities")
        )
        if whole or touching is None:
            touching = act
    return touching


class Findings(msgspec.Struct, frozen=True):
    """What findings a report has: counts per community and rule, per account too, and the cases."""

    counts: tuple[Tally, ...]
    by_account: tuple[Tally, ...]
    cases: tuple[Case, ...]


def read_findings(
    session: Session,
    act: Act,
    decisions: Decisions,
    silences: Sequence[Silence],
    today: dt.date,
    counts: Mapping[str, Counts] = {},
) -> Findings:
    """Return the findings of one inspection in the period, whose spans stand registered as report_span."""
    connection = session.connection
    verdicts = decisions.verdicts()
    reviews = pa.table(
        {"finding_id": pa.array(verdicts, pa.string()), "verdict": pa.array(verdicts.values(), pa.string())}
    )
    connection.register("report_review", reviews)
    connection.execute(
        """
        CREATE OR REPLACE TEMP TABLE report_finding AS
        SELECT f.*, v.verdict FROM finding f JOIN report_span s USING (community_id)
            LEFT JOIN report_review v USING (finding_id)
        WHERE f.act_id = $1 AND f.sent_at >= s.starts AND f.sent_at < s.ends
        """,
        [act.act_id],
    )
    rows = fetched(
        session,
        """SELECT community_id, rule, severity, category, account_id, count(*), count(*) FILTER (verdict = 'confirmed'),
        count(*) FILTER (verdict = 'refuted') FROM report_finding GROUP BY ALL ORDER BY ALL""",
    )
    by_account = []
    for community, rule, severity, category, account, found, confirmed, refuted in rows:
        silenced = silence_for(silences, rule, community, account, today) is not None
        put_aside = found - confirmed - refuted if silenced else 0
        by_account.append(
            Tally(
                community,
                rule,
                severity,
                category,
                found,
                confirmed,
                refuted,
                put_aside,
                1 if account else 0,
                account,
                counts.get(rule, "unless_refuted"),
            )
        )
    cases = _cases(session, silences, today)
    connection.execute("DROP TABLE report_finding")
    connection.unregister("report_review")
    return Findings(_summed(by_account), tuple(by_account), cases)


def _summed(by_account: Sequence[Tally]) -> tuple[Tally, ...]:
    groups: defaultdict[tuple[str, str], list[Tally]] = defaultdict(list)
    for tally in by_account:
        groups[tally.community_id, tally.rule].append(tally)
    return tuple(
        Tally(
            community,
            rule,
            own[0].severity,
            own[0].category,
            sum(each.findings for each in own),
            sum(each.confirmed for each in own),
            sum(each.refuted for each in own),
            sum(each.silenced for each in own),
            sum(each.accounts for each in own),
            counts=own[0].counts,
        )
        for (community, rule), own in sorted(groups.items())
    )


def _cases(session: Session, silences: Sequence[Silence], today: dt.date) -> tuple[Case, ...]:
    """Return the cases shown: of each rule the surest, spread over communities and accounts first."""
    names = ", ".join(f'"{name}"' for name in _FIELDS)
    allowed = " ".join(f"WHEN '{severity}' THEN {most}" for severity, most in SHOWN.items())
    rows = session.temporary(
        f"""
        WITH spread AS (
            SELECT *, row_number() OVER (PARTITION BY rule, community_id, account_id
                                         ORDER BY confidence DESC, sent_at, scope, message_id, finding_id) AS again
            FROM report_finding
        ), wide AS (
            SELECT *, row_number() OVER (PARTITION BY rule, community_id
                ORDER BY again, confidence DESC, sent_at, scope, message_id, finding_id) AS near
            FROM spread
        ), chosen AS (
            SELECT *, row_number() OVER (PARTITION BY rule ORDER BY near, confidence DESC, sent_at, community_id,
                                         scope, message_id, finding_id) AS place
            FROM wide
        )
        SELECT {names}, verdict FROM chosen WHERE place <= CASE severity {allowed} END
        ORDER BY list_position({list(SEVERITIES)}, severity), rule, place LIMIT {MOST_CASES}
        """  # noqa: S608
    ).to_pylist()
    if not rows:
        return ()
    lines = _context(session, rows)
    called = _called(session, rows, lines)
    cases = []
    for number, row in enumerate(rows):
        verdict = row.pop("verdict")
        row["spans"] = [(span["start"], span["end"]) for span in row["spans"] or ()]
        finding = msgspec.convert(
            {name: row[name] if row[name] is not None else _EMPTY.get(name) for name in _FIELDS}, Finding
        )
        silence = silence_for(silences, finding.rule, finding.community_id, finding.account_id, today)
        said = None
        if silence is not None:
            said = Phrase(
                f"{silence.reason}；负责人 {silence.owner}，到 {silence.expires} 为止",
                f"{silence.reason}; owner {silence.owner}, until {silence.expires}",
            )
        cases.append(
            Case(
                finding,
                tuple(lines.get(number, ())),
                verdict or ("silenced" if silence else "awaiting"),
                said,
                called.get(number, ()),
            )
        )
    return tuple(cases)


_EMPTY: dict[str, object] = {
    "transformations": (),
    "related": (),
    "basis": "",
    "hint": "",
    "detail": "",
    "confidence": 1.0,
    "content_hash": b"",
}


def _called(
    session: Session, rows: Sequence[dict[str, object]], lines: Mapping[int, Sequence[ContextLine]]
) -> dict[int, tuple[str, ...]]:
    """Return the names of members that each case's messages call out: after an @, or in quotes as notices do."""
    texts = {number: "\n".join(line.text for line in lines.get(number, ())) for number in range(len(rows))}
    calling = {number: text for number, text in texts.items() if any(mark in text for mark in _CALLS)}
    names: defaultdict[object, set[str]] = defaultdict(set)
    for community, name in fetched(
        session,
        """SELECT community_id, name_then FROM message WHERE len(name_then) > 1 AND list_contains($1, community_id)
           UNION SELECT community_id, name FROM roster WHERE len(name) > 1 AND list_contains($1, community_id)""",
        [sorted({str(rows[number]["community_id"]) for number in calling})],
    ):
        names[community].add(name)
    return {
        number: tuple(
            sorted(n for n in names[rows[number]["community_id"]] if any(mark + n in text for mark in _CALLS))
        )
        for number, text in calling.items()
    }


def _context(session: Session, rows: Sequence[dict[str, object]]) -> dict[int, list[ContextLine]]:
    """Return the lines of every case: its message, and the two before and after in the same channel within a day."""
    asked = pa.table(
        {
            "place": pa.array(range(len(rows)), pa.int32()),
            **{
                name: pa.array([row[name] for row in rows], pa.string())
                for name in ("community_id", "channel_id", "scope", "message_id")
            },
            "at": pa.array([row["sent_at"] for row in rows], pa.timestamp("us", tz="UTC")),
        }
    )
    session.connection.register("report_case", asked)
    found = fetched(
        session,
        """
        WITH near AS (
            SELECT m.scope, m.message_id, m.community_id, m.channel_id, m.sent_at
            FROM message m SEMI JOIN (SELECT DISTINCT community_id FROM report_case) c USING (community_id)
            WHERE m.sent_at >= (SELECT min("at") FROM report_case) - INTERVAL 1 DAY
              AND m.sent_at <= (SELECT max("at") FROM report_case) + INTERVAL 1 DAY
        ), around AS (
            SELECT c.place, n.scope, n.message_id, n.sent_at,
                   (n.scope = c.scope AND n.message_id = c.message_id) AS own,
                   (n.sent_at, n.scope, n.message_id) < (c."at", c.scope, c.message_id) AS earlier
            FROM report_case c JOIN near n ON n.community_id = c.community_id
            WHERE n.channel_id IS NOT DISTINCT FROM c.channel_id
              AND n.sent_at BETWEEN c."at" - INTERVAL 1 DAY AND c."at" + INTERVAL 1 DAY
        ), ranked AS (
            SELECT *, CASE WHEN earlier
                THEN row_number() OVER (PARTITION BY place, own, earlier
                                        ORDER BY sent_at DESC, scope DESC, message_id DESC)
                ELSE row_number() OVER (PARTITION BY place, own, earlier
                                        ORDER BY sent_at, scope, message_id) END AS step
            FROM around
        ), kept AS (SELECT * FROM ranked WHERE own OR step <= $1)
        SELECT k.place, m.message_id, m.sent_at, m.account_id, coalesce(m.name_then, ''), m.kind, coalesce(m.text, '')
        FROM kept k JOIN message m ON m.scope = k.scope AND m.message_id = k.message_id
        ORDER BY k.place, m.sent_at, m.scope, m.message_id
        """,
        [AROUND],
    )
    session.connection.unregister("report_case")
    lines: defaultdict[int, list[ContextLine]] = defaultdict(list)
    for place, message, at, account, name, kind, text in found:
        lines[place].append(ContextLine(message, at, account, name, kind, text))
    return lines
