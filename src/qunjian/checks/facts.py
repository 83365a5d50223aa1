"""Reads from a batch of messages what conditions ask about one of them."""

from __future__ import annotations

from functools import partial
from typing import TYPE_CHECKING, Any
from zoneinfo import ZoneInfo

from qunjian.checks.conditions import Facts
from qunjian.checks.contract import DEFAULT_ZONE

if TYPE_CHECKING:
    import pyarrow as pa

    from qunjian.checks.contract import MessageContext

# The columns that conditions ask for beside those every check reads.
MORE = ("reply_to", "mentions", "forwarded_from", "attachments")


class FactReader:
    """Reads the facts of rows of one batch, each when it is asked for; a column that is missing is not known."""

    def __init__(self, batch: pa.RecordBatch, context: MessageContext) -> None:
        self._batch, self._context = batch, context
        self._names = frozenset(batch.schema.names)

    def row(self, row: int, kind: str, role: str, community: str) -> Facts:
        """Return the facts of one row."""
        context = self._context
        unknown = context.unknown.get(community, ())
        moment = self._value("sent_at", row)
        zone = ZoneInfo(context.zones.get(community) or DEFAULT_ZONE)
        reply_to, forwarded = self._value("reply_to", row), self._value("forwarded_from", row)
        mentions, attached = self._value("mentions", row), self._value("attachments", row)
        return Facts(
            kind,
            role,
            context.tags.get(community, ()),
            moment.astimezone(zone) if moment is not None else None,
            None if self._unknown("reply_to", "replies", unknown) and reply_to is None else reply_to is not None,
            kind == "forward" or forwarded is not None if "forwarded_from" in self._names else None,
            None if self._unknown("mentions", "mentions", unknown) and not mentions else tuple(mentions or ()),
            None
            if self._unknown("attachments", "media", unknown) and not attached
            else tuple((each["kind"] or "", each["name"] or "") for each in attached or ()),
            self._value("platform", row) or "",
            partial(self._role, community),
        )

    def _role(self, community: str, account: str) -> str:
        return self._context.roles.get((community, account), "member")

    def _unknown(self, column: str, field: str, unknown: tuple[str, ...]) -> bool:
        return column not in self._names or field in unknown

    def _value(self, name: str, row: int) -> Any:
        return self._batch.column(name)[row].as_py() if name in self._names else None
