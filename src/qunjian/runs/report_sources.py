"""Gathers where a report's facts come from: the files, who supplied them, and where overlapping exports differ."""

from __future__ import annotations

import datetime as dt
from collections import defaultdict
from itertools import combinations
from typing import TYPE_CHECKING

import msgspec
import pyarrow as pa

from qunjian.reports.material import OverlapGap, SourceFile
from qunjian.runs.report_facts import fetched

if TYPE_CHECKING:
    from qunjian.engines.local import Session
    from qunjian.model.decisions import Decisions

MOST_PAIRS = 60
LEAST_OVERLAP = dt.timedelta(hours=1)


class _Counts(msgspec.Struct):
    read: int = 0
    kept: int = 0
    duplicate: int = 0
    rejected: dict[str, int] = {}


class _Document(msgspec.Struct, frozen=True):
    act_id: str
    document: int
    name: str
    first: dt.datetime | None
    last: dt.datetime | None
    communities: tuple[str, ...]


def read_files(session: Session, decisions: Decisions) -> tuple[SourceFile, ...]:
    """Return every visible file, newest import first; who supplies a community stands in the register."""
    exporters = {each.community_id: each.exporter for each in decisions.register if each.exporter}
    rows = fetched(
        session,
        """SELECT d.act_id, d.name, d.format, d.zone, d.zone_basis, a.at, d.first, d.last, d.counts, d.warnings,
        json_keys(d.communities) FROM document d JOIN act a USING (act_id) ORDER BY a.at DESC, d.act_id, d.document""",
    )
    files = []
    for act, name, format_, zone, basis, at, first, last, counts, warnings, communities in rows:
        counted = msgspec.json.decode(counts or "{}", type=_Counts)
        suppliers = dict.fromkeys(exporters[community] for community in sorted(communities) if community in exporters)
        files.append(
            SourceFile(
                act,
                name or "",
                format_ or "",
                zone or "",
                basis or "",
                at,
                first,
                last,
                counted.read,
                counted.kept,
                counted.duplicate,
                sum(counted.rejected.values()),
                tuple(sorted(communities)),
                "、".join(suppliers),
                tuple(str(each) for each in msgspec.json.decode(warnings or "[]")),
            )
        )
    return tuple(files)


def read_gaps(session: Session) -> tuple[OverlapGap, ...]:
    """Return, for overlapping exports of one community, what one has and the other lacks in the hours both cover."""
    rows = fetched(
        session,
        "SELECT act_id, document, name, first, last, json_keys(communities) FROM document ORDER BY act_id, document",
    )
    documents = [_Document(row[0], row[1], row[2], row[3], row[4], tuple(sorted(row[5]))) for row in rows]
    pairs = _pairs(documents)
    if not pairs:
        return ()
    table = pa.table(
        {
            "place": pa.array(range(len(pairs)), pa.int32()),
            "community_id": pa.array([pair[0] for pair in pairs], pa.string()),
            "has_act": pa.array([pair[1].act_id for pair in pairs], pa.string()),
            "has_document": pa.array([pair[1].document for pair in pairs], pa.int32()),
            "lacks_act": pa.array([pair[2].act_id for pair in pairs], pa.string()),
            "lacks_document": pa.array([pair[2].document for pair in pairs], pa.int32()),
        }
    )
    session.connection.register("report_pair", table)
    found = fetched(
        session,
        """
        WITH asked AS (
            SELECT DISTINCT act_id, document FROM (
                SELECT has_act AS act_id, has_document AS document FROM report_pair
                UNION ALL SELECT lacks_act, lacks_document FROM report_pair)
        ), held AS (
            SELECT DISTINCT c.act_id, c.document, c.scope, c.message_id, m.community_id, m.sent_at
            FROM claim c SEMI JOIN asked USING (act_id, document) JOIN message m USING (scope, message_id)
            WHERE c.fact = 'message'
        ), reach AS (
            SELECT act_id, document, community_id, min(sent_at) AS first, max(sent_at) AS last FROM held GROUP BY ALL
        )
        SELECT p.place, count(*), min(h.sent_at), max(h.sent_at)
        FROM report_pair p
        JOIN held h ON h.act_id = p.has_act AND h.document = p.has_document AND h.community_id = p.community_id
        JOIN reach r ON r.act_id = p.lacks_act AND r.document = p.lacks_document AND r.community_id = p.community_id
        WHERE h.sent_at BETWEEN r.first AND r.last AND NOT EXISTS (
            SELECT 1 FROM held o WHERE o.act_id = p.lacks_act AND o.document = p.lacks_document
              AND o.scope = h.scope AND o.message_id = h.message_id)
        GROUP BY 1 ORDER BY 1
        """,
    )
    session.connection.unregister("report_pair")
    return tuple(
        OverlapGap(pairs[place][0], pairs[place][1].name, pairs[place][2].name, count, first, last)
        for place, count, first, last in found
    )


def _pairs(documents: list[_Document]) -> list[tuple[str, _Document, _Document]]:
    """Return ordered pairs of documents of one community whose times overlap by an hour or more, both ways."""
    by_community: defaultdict[str, list[_Document]] = defaultdict(list)
    for document in documents:
        for community in document.communities:
            by_community[community].append(document)
    pairs: list[tuple[str, _Document, _Document]] = []
    for community in sorted(by_community):
        own = by_community[community]
        if not 2 <= len(own) <= MOST_PAIRS:
            continue
        for one, other in combinations(own, 2):
            if one.first and one.last and other.first and other.last:
                shared = min(one.last, other.last) - max(one.first, other.first)
                if shared >= LEAST_OVERLAP:
                    pairs += [(community, one, other), (community, other, one)]
        if len(pairs) > MOST_PAIRS:
            return pairs[:MOST_PAIRS]
    return pairs
