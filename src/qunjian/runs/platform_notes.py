"""Lists what a platform itself notes: who agreed to be archived, and its own counts of people, groups and messages."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from qunjian.insight.signs.consent import NOTED

if TYPE_CHECKING:
    from qunjian.workspace import Workspace

_CONSENTS = f"""
WITH {NOTED}, word AS (
    SELECT account_id, arg_max(agreed, (sent_at, NOT agreed)) AS agreed, max(sent_at) AS since, count(*) AS notes
    FROM consent_note GROUP BY 1
), named AS (
    SELECT account_id, max_by(name, observed_at) AS name FROM roster WHERE name IS NOT NULL GROUP BY 1
), said AS (
    SELECT account_id, count(*) FILTER (kind NOT IN ('system', 'recall')) AS messages,
           max_by(name_then, sent_at) FILTER (name_then IS NOT NULL) AS name,
           list_sort(list(DISTINCT community_id) FILTER (kind NOT IN ('system', 'recall'))) AS communities
    FROM message WHERE account_id IN (SELECT account_id FROM word) GROUP BY 1
), after AS (
    SELECT account_id, sum(messages)::BIGINT AS messages FROM unconsented GROUP BY 1
)
SELECT w.account_id AS account, coalesce(n.name, s.name) AS name,
       CASE WHEN w.agreed THEN 'agreed' ELSE 'refused' END AS consent, w.since, w.notes,
       coalesce(s.communities, []) AS communities, coalesce(s.messages, 0) AS messages,
       coalesce(a.messages, 0) AS unconsented
FROM word w LEFT JOIN named n USING (account_id) LEFT JOIN said s USING (account_id)
LEFT JOIN after a USING (account_id)
ORDER BY unconsented DESC, consent DESC, account
"""  # noqa: S608

# A running total is differenced from one count to the next; `days` says how far apart those stand. What is new of an
# owner's groups is of the days that were asked for: how many those were nobody says.
_COUNTS = """
SELECT community_id AS community, "at", measure, value, cumulative,
       CASE WHEN cumulative THEN value - lag(value) OVER earlier ELSE value END AS change,
       CASE WHEN cumulative THEN round(epoch("at" - lag("at") OVER earlier) / 86400, 2)
            WHEN split_part(community_id, ':', 2) = 'owner' THEN NULL ELSE 1 END AS days
FROM platform_count WINDOW earlier AS (PARTITION BY community_id, measure ORDER BY "at")
ORDER BY community, measure, "at"
"""


def consents(workspace: Workspace, chosen: tuple[str, ...] = ()) -> list[dict[str, Any]]:
    """Return one row per account whose consent WeCom's archive notes: the last word, since when, and how many words.

    `unconsented` counts messages that were sent while the word was no.
    """
    rows = _rows(workspace, _CONSENTS)
    return [row for row in rows if not chosen or set(chosen) & set(row["communities"])]


def counts(workspace: Workspace) -> list[dict[str, Any]]:
    """Return the platform's own counts; `change` is what came since the count before (of daily counts: the count)."""
    return _rows(workspace, _COUNTS)


def _rows(workspace: Workspace, query: str) -> list[dict[str, Any]]:
    session = workspace.lake.session()
    try:
        rows: list[dict[str, Any]] = session.arrow(query).to_pylist()
        return rows
    finally:
        session.close()
