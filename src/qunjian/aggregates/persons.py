"""Joins persons at read: after it, the views of a session speak of persons where people accepted merges.

The lake keeps every account; a person goes by one of their accounts. What one person said in a talk that two people
exported, once under each account, counts once: of equal messages at one instant those without a native id give way.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import msgspec
import pyarrow as pa

from qunjian.model.persons import persons

if TYPE_CHECKING:
    from qunjian.engines.local import Session
    from qunjian.model.decisions import Decisions

_MEMBER = "coalesce(p.person_id, t.account_id) AS account_id"
_MENTIONS = """CASE WHEN list_has_any(t.mentions, b.merged)
    THEN list_transform(t.mentions, lambda one: coalesce(b.people[one], one)) ELSE t.mentions END AS mentions"""
_PEOPLE = (
    "CROSS JOIN (SELECT map(list(account_id), list(person_id)) AS people, list(account_id) AS merged FROM person) b"
)
_ONCE = """NOT EXISTS (SELECT 1 FROM person_double d WHERE d.scope = t.scope AND d.message_id = t.message_id)"""
# Equal messages of one person at one instant, the n-th of one account with the n-th of another.
_DOUBLES = """
    CREATE TABLE person_double AS
    WITH own AS (
        SELECT m.scope, m.message_id, m.account_id, p.person_id, m.community_id, m.channel_id, m.sent_at, m.kind,
               m.text,
               row_number() OVER (PARTITION BY m.account_id, m.community_id, m.channel_id, m.sent_at, m.kind, m.text
                                  ORDER BY m.message_id) AS nth
        FROM message_of_account m JOIN person p ON p.account_id = m.account_id
        WHERE m.sent_at IS NOT NULL
    ), ranked AS (
        SELECT scope, message_id, row_number() OVER (
            PARTITION BY person_id, community_id, channel_id, sent_at, kind, text, nth
            ORDER BY starts_with(message_id, '~'), account_id <> person_id, scope, message_id) AS place
        FROM own
    )
    SELECT scope, message_id FROM ranked WHERE place > 1 AND starts_with(message_id, '~')
"""


def join_persons(session: Session, decisions: Decisions) -> Decisions:
    """Let the session's views show persons; returns the decisions with their accounts as those persons."""
    people = persons(decisions.identities)
    if not people:
        return decisions
    run = session.connection.execute
    rows = pa.table({"account_id": list(people), "person_id": list(people.values())})
    session.connection.register("person_rows", rows)
    run("CREATE TABLE person AS SELECT * FROM person_rows")
    session.connection.unregister("person_rows")
    views = {"message": (f"{_MEMBER}, {_MENTIONS}", f"{_PEOPLE} WHERE {_ONCE}")} | dict.fromkeys(
        ("membership", "roster", "finding"), (_MEMBER, "")
    )
    for view, (changed, more) in views.items():
        run(f"ALTER VIEW {view} RENAME TO {view}_of_account")
        if view == "message":
            run(_DOUBLES)
        run(
            f"CREATE VIEW {view} AS SELECT t.* REPLACE ({changed}) FROM {view}_of_account t "  # noqa: S608
            f"LEFT JOIN person p ON p.account_id = t.account_id {more}"
        )
    return _of_persons(decisions, people)


def _of_persons(decisions: Decisions, people: dict[str, str]) -> Decisions:
    replace = msgspec.structs.replace
    return replace(
        decisions,
        duties=tuple(
            replace(one, accounts=tuple(dict.fromkeys(people.get(each, each) for each in one.accounts)))
            for one in decisions.duties
        ),
        roles=tuple(replace(one, account_id=people.get(one.account_id, one.account_id)) for one in decisions.roles),
        silences=tuple(
            replace(one, account_id=people.get(one.account_id, one.account_id)) if one.account_id else one
            for one in decisions.silences
        ),
    )
