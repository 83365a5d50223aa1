"""Which rows an export takes: the visible ones of the chosen communities, of days of each community's own zone."""

from __future__ import annotations

import datetime as dt
from typing import TYPE_CHECKING

import msgspec
import pyarrow as pa

from qunjian.model.errors import UnknownNameError
from qunjian.model.language import Phrase
from qunjian.model.periods import local_span
from qunjian.sources.qunjian.layout import EXPORT, FORMAT, RECORDS

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from qunjian.engines.local import Session
    from qunjian.workspace import Workspace

# In the order of the file: who and what there is, then what happened.
ORDER = ("community", "channel", "size_snapshot", "platform_count", "roster", "membership", "message")
_TIME = {"message": "sent_at", "membership": "sent_at", "size_snapshot": '"at"', "platform_count": '"at"'}
_SORT = {
    "message": "t.community_id, t.sent_at, t.scope, t.message_id",
    "membership": "t.community_id, t.sent_at, t.scope, t.message_id",
}
_EVERY = " UNION ".join(
    f"SELECT community_id FROM {table}"  # noqa: S608
    for table in ("message", "membership", "roster", "community", "channel", "size_snapshot", "platform_count")
)


class Reach(msgspec.Struct, frozen=True):
    """The communities of an export, and when they were last observed."""

    communities: tuple[str, ...]
    observed_at: dt.datetime | None
    capabilities: dict[str, str]


def reach(
    workspace: Workspace, session: Session, chosen: Sequence[str], first: dt.date | None, last: dt.date | None
) -> Reach:
    """Say in the session which communities and instants are meant, and return the communities."""
    run = session.connection.execute
    every = [name for (name,) in run(f"SELECT community_id FROM ({_EVERY}) ORDER BY 1").fetchall() if name]  # noqa: S608
    told = run("SELECT community_id, name, zone FROM community").fetchall()
    names = {name: community for community, name, _ in told if name}
    for asked in chosen:
        if asked not in every and asked not in names:
            raise UnknownNameError(Phrase("社群", "community"), asked, (*every, *names))
    wanted = {names.get(asked, asked) if asked not in every else asked for asked in chosen} or set(every)
    zones = {community: zone for community, _, zone in told if zone}
    rows = []
    for community in sorted(wanted):
        start, end = local_span(first, last, zones.get(community, workspace.settings.zone))
        rows.append({"community_id": community, "start": start, "after": end})
    session.connection.register("reach_given", pa.Table.from_pylist(rows, schema=_REACH))
    run(
        "CREATE OR REPLACE TABLE reach AS SELECT community_id, coalesce(start, '-infinity'::TIMESTAMPTZ) AS start, "
        "coalesce(after, 'infinity'::TIMESTAMPTZ) AS after FROM reach_given"
    )
    fed = "" if not chosen else "WHERE list_has_any(json_keys(communities), (SELECT list(community_id) FROM reach))"
    newest = session.arrow(f"SELECT max(observed_at) AS newest FROM document {fed}")["newest"][0].as_py()  # noqa: S608
    known = workspace.lake.all_capabilities(session)
    answers = {
        community: msgspec.json.encode(known[community].answers, order="sorted").decode()
        for community in sorted(wanted & set(known))
    }
    return Reach(tuple(sorted(wanted)), newest, answers)


_REACH = pa.schema(
    [("community_id", pa.string()), ("start", pa.timestamp("us", "UTC")), ("after", pa.timestamp("us", "UTC"))]
)


def head(reach: Reach) -> pa.RecordBatch:
    """Return the first rows of an export: its format, and what the sources of each community knew."""
    rows: list[dict[str, object]] = [{"format": FORMAT, "observed_at": reach.observed_at}]
    rows += [
        {"format": FORMAT, "community_id": community, "capabilities": answers}
        for community, answers in reach.capabilities.items()
    ]
    return pa.RecordBatch.from_pylist(rows, schema=RECORDS[EXPORT])


def relation(record: str, *, community: str | None = None) -> tuple[str, list[object]]:
    """Return the FROM and WHERE of a record's rows, as `t`, and the values of its parameters."""
    conditions, values = ["true"], list[object]()
    if record in _TIME:
        conditions.append(f"t.{_TIME[record]} >= r.start AND t.{_TIME[record]} < r.after")
    if community is not None:
        conditions.append("t.community_id = ?")
        values.append(community)
    return f"FROM {record} t JOIN reach r USING (community_id) WHERE {' AND '.join(conditions)}", values


def count(session: Session, record: str, *, community: str | None = None) -> int:
    """Return how many rows of a record are meant."""
    source, values = relation(record, community=community)
    found = session.connection.execute(f"SELECT count(*) {source}", values).fetchone()
    return int(found[0]) if found else 0


def batches(session: Session, record: str, *, community: str | None = None) -> Iterator[pa.RecordBatch]:
    """Yield the rows of a record in their order, a fair handful at a time."""
    source, values = relation(record, community=community)
    schema = RECORDS[record]
    columns = ", ".join(f't."{name}"' for name in schema.names)
    order = _SORT.get(record, columns)
    for batch in session.batches(f"SELECT {columns} {source} ORDER BY {order}", values, rows=16_384):
        if batch.num_rows:
            yield batch.cast(schema) if batch.schema != schema else batch
