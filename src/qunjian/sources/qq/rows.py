"""Rows as the readers of QQ exports make them, and the batches of one slice's rows."""

from __future__ import annotations

from operator import attrgetter
from typing import TYPE_CHECKING, Any

import msgspec
import pyarrow as pa
import pyarrow.compute as pc

from qunjian.sources.columns import community_batch, membership_batch, message_batch, roster_batch
from qunjian.sources.exporter import Me
from qunjian.sources.qq.accounts import PLATFORM, account_id
from qunjian.sources.times import EARLIEST, LATEST, utc_of_wall, wall_times
from qunjian.text.cleaning import merge

if TYPE_CHECKING:
    from collections.abc import Sequence

    from qunjian.model.records import Reject
    from qunjian.sources.qq.notices import Notice, Person
    from qunjian.sources.reader import Parsed

SYSTEM_NAME = "系统消息"
PRIVATE_WARNING = "私聊不是社群，没有读 / private talks are nobody's community and were not read"
_MESSAGE = (
    "platform", "community_id", "message_id", "account_id", "name_then", "kind", "text", "reply_to", "mentions",
    "reactions", "attachments", "forwarded_from",
)  # fmt: skip
_MEMBERSHIP = ("platform", "community_id", "message_id", "account_id", "name_then", "kind", "actor_id", "detail")
# Mostly the same in every row: given once, they are cleaned and stored once.
_SHARED = frozenset({"platform", "community_id"})


class Instant(msgspec.Struct, frozen=True, gc=False):
    """When: microseconds UTC, and the wall clock's microseconds where the source wrote no zone."""

    sent: int
    wall: int | None = None


class Said(msgspec.Struct, gc=False):
    """One message row."""

    when: Instant
    community_id: str
    account_id: str | None
    name_then: str | None
    kind: str
    text: str
    message_id: str | None = None
    reply_to: str | None = None
    mentions: list[str] | None = None
    reactions: list[dict[str, Any]] | None = None
    attachments: list[dict[str, Any]] | None = None
    forwarded_from: str | None = None
    platform: str = PLATFORM


class Moved(msgspec.Struct, gc=False):
    """One membership row."""

    when: Instant
    community_id: str
    account_id: str | None
    name_then: str | None
    kind: str
    actor_id: str | None = None
    detail: str | None = None
    message_id: str | None = None
    platform: str = PLATFORM


class Seen(msgspec.Struct, gc=False):
    """A role seen of an account at a time; `person` is the account id."""

    when: Instant
    community_id: str
    person: str
    name: str | None
    role: str
    platform: str = PLATFORM


class Rows(msgspec.Struct):
    """What one slice held, row by row."""

    said: list[Said] = []
    moved: list[Moved] = []
    seen: list[Seen] = []
    me: Me | None = None  # whose export it is, where that is known

    def add_notice(
        self, notice: Notice, text: str, when: Instant, community_id: str, message_id: str | None = None
    ) -> None:
        """Take QQ's own line: as events of the people it names, else as a system message."""
        if not notice.people:
            self.said.append(Said(when, community_id, None, None, notice.kind, text, message_id))
            return
        actor, _ = self._known(notice.actor)
        for number, person in enumerate(notice.people):
            own = message_id if message_id is None or not number else f"{message_id}/{number + 1}"
            who, name = self._known(person)
            self.moved.append(Moved(when, community_id, who, name, notice.kind, actor, notice.detail, own))

    def _known(self, person: Person) -> tuple[str | None, str | None]:
        """Return the account and the name of someone a notice names; the exporter is "我" or "你" there."""
        if person.me and self.me is not None:
            return self.me.account(PLATFORM), self.me.name
        return account_id(person.native, person.name), person.name

    def fill(self, parsed: Parsed, zone: str | None, rejects: Sequence[Reject]) -> None:
        """Put the rows, the rejects and the counts into what was parsed."""
        if self.said:
            parsed.messages, found = message_batch(_columns(self.said, _MESSAGE, zone), len(self.said))
            merge(parsed.cleaned, found)
        if self.moved:
            parsed.membership, found = membership_batch(_columns(self.moved, _MEMBERSHIP, zone), len(self.moved))
            merge(parsed.cleaned, found)
        if self.seen:
            parsed.states["roster"] = _roster(self.seen)
        parsed.rejects = tuple(rejects)
        parsed.read = len(self.said) + len(self.moved) + len(rejects)


def _columns(rows: Sequence[Said | Moved], names: tuple[str, ...], zone: str | None) -> dict[str, Any]:
    columns: dict[str, Any] = {}
    for name, values in zip(names, zip(*map(attrgetter(*names), rows), strict=True), strict=True):
        if name in _SHARED:
            columns[name] = values[0] if len(set(values)) == 1 else list(values)
        else:
            columns[name] = list(values) if any(value is not None for value in values) else None
    columns["scope"] = columns["community_id"]  # ids are unique in a group
    columns["channel_id"] = ""
    columns["zone"] = zone
    columns["sent_at"] = [row.when.sent for row in rows]
    walls = [row.when.wall for row in rows]
    columns["wall_time"] = walls if any(wall is not None for wall in walls) else None
    return columns


def _roster(seen: Sequence[Seen]) -> pa.RecordBatch:
    """Return one row per account and community: the role last seen."""
    last = {(one.community_id, one.person): one for one in sorted(seen, key=lambda one: one.when.sent)}
    rows = list(last.values())
    return roster_batch(
        {
            "platform": [one.platform for one in rows],
            "community_id": [one.community_id for one in rows],
            "account_id": [one.person for one in rows],
            "name": [one.name for one in rows],
            "role": [one.role for one in rows],
            "complete": [False] * len(rows),
            "observed_at": [one.when.sent for one in rows],
        },
        len(rows),
    )


def communities(platform: str, names: dict[str, str], zone: str | None) -> dict[str, pa.RecordBatch]:
    """Return the community states of {community id: name}."""
    return {"community": community_batch(platform, names, zone)} if names else {}


def instants(written: Sequence[str | None], forms: Sequence[str], zone: str | None) -> list[Instant | None]:
    """Return when each text says: its own offset where it has one, else the zone's wall clock; None: not readable."""
    wall, east = wall_times(pa.array(written, pa.string()), forms)
    local = utc_of_wall(wall, zone)
    if east is None:
        pairs = zip(local.to_pylist(), wall.to_pylist(), strict=True)
        return [None if sent is None else Instant(sent, clock) for sent, clock in pairs]
    exact = pc.subtract(wall, pc.multiply(east, 1_000_000)).to_pylist()
    rows = zip(exact, local.to_pylist(), wall.to_pylist(), strict=True)
    return [
        Instant(at) if at is not None else None if sent is None else Instant(sent, clock) for at, sent, clock in rows
    ]


def epoch(stamp: float | None) -> Instant | None:
    """Return when an epoch in seconds or milliseconds means; None when it is none."""
    if stamp is None or not abs(stamp) < 1e17:
        return None
    micros = int(stamp * 1_000) if abs(stamp) >= 1e11 else round(stamp * 1_000_000)
    return Instant(micros) if EARLIEST <= micros < LATEST else None
