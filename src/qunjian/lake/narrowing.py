"""Narrows a session to some communities: its views show nothing of the others."""

from __future__ import annotations

from typing import TYPE_CHECKING

from qunjian.lake.views import literal

if TYPE_CHECKING:
    from collections.abc import Collection

    from qunjian.engines.local import Session

_OF_A_COMMUNITY = (
    "payload_message", "payload_membership", "message", "membership", "claim", "finding", "indicator_value", "media",
    "roster", "community", "channel", "size_snapshot", "platform_count",
)  # fmt: skip


def narrow(session: Session, communities: Collection[str]) -> None:
    """Let every view of the session show the rows of these communities only.

    A file that holds others too shows neither these nor its warnings; forms of surveys, which belong to no community,
    are not shown at all.
    """
    listed = ", ".join(map(literal, sorted(communities))) or "NULL"
    for view in _OF_A_COMMUNITY:
        _behind(session, view, f"SELECT * FROM whole_{view} WHERE community_id IN ({listed})")
    own = f"list_filter(json_keys(communities), lambda x: x IN ({listed}))"
    alone = f"len({own}) = len(json_keys(communities))"
    kept = f"(SELECT json_group_object(k.key, k.value) FROM json_each(communities) k WHERE k.key IN ({listed}))"
    _behind(
        session,
        "document",
        f"SELECT * REPLACE ({kept}::VARCHAR AS communities, CASE WHEN {alone} THEN warnings ELSE '[]' END AS warnings, "
        f"CASE WHEN {alone} THEN rejects ELSE '[]' END AS rejects) FROM whole_document WHERE len({own}) > 0",
    )
    _behind(session, "survey_answer", "SELECT * FROM whole_survey_answer WHERE false")


def _behind(session: Session, view: str, query: str) -> None:
    session.connection.execute(f"ALTER VIEW {view} RENAME TO whole_{view}")
    session.connection.execute(f"CREATE VIEW {view} AS {query}")
