"""Finds abuse of @所有人: more calls to everyone by one account on one local day than allowed."""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence
from typing import TYPE_CHECKING, NamedTuple
from zoneinfo import ZoneInfo

import msgspec
import pyarrow as pa
import pyarrow.compute as pc
from pydantic import Field

from qunjian.checks.windows import eligible
from qunjian.checks.windows.contract import Found, Hit, Parameters, WindowKind, named
from qunjian.model.language import Phrase
from qunjian.text.everyone import calls_everyone

if TYPE_CHECKING:
    from qunjian.checks.runner import Piece
    from qunjian.checks.windows.contract import WindowContext, WindowRule

DEFAULT_ZONE = "Asia/Shanghai"
_LONGEST_DAY = dt.timedelta(hours=26)
# A source that knows the call natively lists "<platform>:all" among the mentions.
_READ = """
SELECT m.scope, m.message_id, m.community_id, m.account_id, m.sent_at, m.text, m.platform,
       coalesce(list_contains(m.mentions, m.platform || ':all'), false) AS native
FROM message m WHERE {condition}
    AND (m.text LIKE '%@%' OR m.text LIKE '%＠%' OR m.text LIKE '%<!%'
        OR list_contains(m.mentions, m.platform || ':all'))
"""

_READ_GATHERED = "SELECT m.scope, m.message_id, m.community_id, m.account_id, m.sent_at FROM window_call m WHERE "
_MARKS = ("@", "＠", "<!")


class MentionAllParameters(Parameters):
    """More than `per_day` calls to everyone by one account on one local day of the community."""

    per_day: int = Field(ge=0, le=1000)


class Calls(msgspec.Struct, frozen=True):
    """Gathers the messages that call everyone."""

    table: str = "window_call"
    columns: tuple[str, ...] = (
        "scope", "message_id", "community_id", "account_id", "sent_at", "kind", "platform", "text", "mentions",
    )  # fmt: skip

    @property
    def schema(self) -> pa.Schema:
        """Return the columns of what is gathered."""
        moment = pa.timestamp("us", tz="UTC")
        names = ("scope", "message_id", "community_id", "account_id", "sent_at", "kind")
        return pa.schema([(name, moment if name == "sent_at" else pa.string()) for name in names])

    def take(self, piece: Piece) -> pa.RecordBatch:
        """Return the calls among the messages: listed as such by the source, else read in the text."""
        batch, folded = piece.batch, piece.folded
        native = _native(batch)
        marked = {row for row in folded.rows_with("@", "<") if any(mark in folded.original(row) for mark in _MARKS)}
        rows = batch.take(pa.array(sorted(marked | native), pa.int64()))
        calls = calls_everyone(rows.column("text"), rows.column("platform").to_pylist())
        kept = [row in native or called for row, called in zip(sorted(marked | native), calls, strict=True)]
        rows = rows.filter(pa.array(kept, pa.bool_()))
        return pa.RecordBatch.from_arrays(
            [rows.column(field.name).cast(field.type) for field in self.schema], schema=self.schema
        )


def _native(batch: pa.RecordBatch) -> set[int]:
    """Return the rows whose mentions list "<platform>:all"."""
    mentions = batch.column("mentions")
    named = mentions.flatten()
    found = pc.indices_nonzero(pc.fill_null(pc.ends_with(named, ":all"), False))
    rows = pc.list_parent_indices(mentions).take(found).to_pylist()
    platforms = batch.column("platform").take(pa.array(rows, pa.int64())).to_pylist()
    said = named.take(found).to_pylist()
    return {row for row, who, platform in zip(rows, said, platforms, strict=True) if who == f"{platform}:all"}


class Call(NamedTuple):
    """One message that calls everyone."""

    sent_at: dt.datetime
    scope: str
    message_id: str
    community_id: str
    account_id: str


def look_back(rule: WindowRule, context: WindowContext) -> dt.timedelta:
    """The whole local day; none is longer than 26 hours."""
    return _LONGEST_DAY


def gather(rules: Sequence[WindowRule]) -> Calls:
    """Return what takes the calls; which of them a rule is about is told later."""
    return Calls()


def find(rules: Sequence[WindowRule], context: WindowContext) -> list[Found]:
    """Return the excess calls of each rule."""
    return [Found(rule, tuple(_excess(rule, context))) for rule in rules]


def _excess(rule: WindowRule, context: WindowContext) -> list[Hit]:
    days: dict[tuple[str, str, dt.date], list[Call]] = {}
    zones: dict[str, ZoneInfo] = {}
    for call in sorted(_calls(rule, context)):
        if call.community_id not in zones:
            zones[call.community_id] = ZoneInfo(context.zones.get(call.community_id) or DEFAULT_ZONE)
        day = call.sent_at.astimezone(zones[call.community_id]).date()
        days.setdefault((call.community_id, call.account_id, day), []).append(call)
    allowed = rule.parameters.per_day
    return [
        Hit(
            call.scope,
            call.message_id,
            tuple(named(call.scope, each.scope, each.message_id) for each in calls[:place]),
            f"当日第 {place + 1} 次",
        )
        for calls in days.values()
        for place, call in enumerate(calls)
        if place >= allowed and context.holds(call.community_id, call.sent_at)
    ]


def _calls(rule: WindowRule, context: WindowContext) -> list[Call]:
    """Return the messages that call everyone in the span read: text with an @ first, verified by text/."""
    scope = eligible.scope(rule, context)
    read = eligible.span(context, _LONGEST_DAY).also(scope.sql, *scope.parameters)
    if context.gathered is not None:
        gathered = context.session.arrow(_READ_GATHERED + read.sql, list(read.parameters)).to_pylist()
        return [Call(**call) for call in gathered]
    found: list[Call] = []
    for batch in context.session.batches(_READ.format(condition=read.sql), list(read.parameters)):
        calls = calls_everyone(batch.column("text"), batch.column("platform").to_pylist())
        for row, native, called in zip(batch.to_pylist(), batch.column("native").to_pylist(), calls, strict=True):
            if native or called:
                found.append(
                    Call(row["sent_at"], row["scope"], row["message_id"], row["community_id"], row["account_id"])
                )
    return found


MENTION_ALL = WindowKind(
    "mention_all", Phrase("滥用@所有人", "Abuse of @all"), MentionAllParameters, look_back, find, gather
)
