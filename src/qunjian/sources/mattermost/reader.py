"""Reads Mattermost's bulk export: JSON Lines of teams, channels, users and posts with their threads."""

from __future__ import annotations

import datetime as dt
from typing import TYPE_CHECKING, Any

import pyarrow as pa

from qunjian.model.capabilities import Capabilities
from qunjian.model.language import Phrase
from qunjian.model.schemas import CHANNEL, COMMUNITY
from qunjian.sources.columns import membership_batch, message_batch, roster_batch, state_batch
from qunjian.sources.epochs import epoch_micros
from qunjian.sources.json_layout import Layout, decoded, record_slices
from qunjian.sources.json_records import Decoder, places
from qunjian.sources.mattermost.posts import PLATFORM, EventRow, MessageRow, Rows, account
from qunjian.sources.mattermost.records import Channel, Line, Team, User
from qunjian.sources.pieces import joined
from qunjian.sources.reader import Options, Outcome, Parsed, Slice
from qunjian.sources.times import AUTO, wall_times
from qunjian.text.cleaning import merge
from qunjian.text.late import late

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from qunjian.sources.document import Document

_TITLE = Phrase("Mattermost 批量导出（JSONL）", "Mattermost bulk export (JSONL)")
_LAYOUT = Layout((), _TITLE)
_DECODER = Decoder(Line)
_FIRST = late(rb'\A\s*\{\s*"type"\s*:\s*"version"\s*,')
_POST = late(rb'"type"\s*:\s*"(?:post|channel|direct_post)"\s*,\s*"(?:post|channel|direct_post)"\s*:\s*\{')
# What else stands in an export and says nothing about messages and members.
_ASIDE = frozenset({"version", "scheme", "role", "emoji", "bot", "direct_channel"})


class MattermostReader:
    """Mattermost bulk export."""

    format_id = "mattermost"
    title = _TITLE
    capabilities = Capabilities(
        {
            "message_ids": "partly", "replies": "partly", "threads": "yes", "reactions": "yes", "mentions": "partly",
            "roles": "yes", "joins": "yes", "leaves": "yes", "roster": "yes", "reads": "no", "edits": "partly",
            "recalls": "no", "media": "yes", "accounts": "yes",
        }
    )  # fmt: skip

    def sniff(self, head: bytes, name: str) -> int:
        if _FIRST.match(head):
            return 96
        return 88 if head.lstrip().startswith(b'{"type"') and _POST.search(head) else 0

    def slices(self, document: Document, options: Options) -> Iterator[Slice]:
        yield from record_slices(document, options, _LAYOUT)

    def parse(self, piece: Slice, options: Options) -> Parsed:
        cleaned = dict(piece.cleaned)
        lines, rejects = decoded(piece, _DECODER, cleaned)
        found = _Found(options)
        for at, line in zip(places(lines, piece.first), lines, strict=False):
            found.take(line, at)
        rows = found.rows
        rejects.extend(rows.rejects)
        read = len(rows.messages) + len(rows.events) + len(rejects)
        parsed = Parsed(read=read, rejects=tuple(rejects), cleaned=cleaned, unknown_kinds=rows.unknown)
        if rows.messages:
            parsed.messages, more = message_batch(_columns(rows.messages), len(rows.messages))
            merge(cleaned, more)
        if rows.events:
            parsed.membership, more = membership_batch(_columns(rows.events), len(rows.events))
            merge(cleaned, more)
        parsed.states = found.states()
        parsed.export_stamp = found.stamp
        return parsed

    def parse_many(self, pieces: Sequence[tuple[int, Slice]], options: Options) -> Outcome:
        return joined((document, self.parse(piece, options)) for document, piece in pieces)


class _Found:
    """The rows and states of some lines."""

    def __init__(self, options: Options) -> None:
        self.rows = Rows(options.community)
        self.stamp: dt.datetime | None = None
        self._options = options
        self._teams: list[Team] = []
        self._channels: list[Channel] = []
        self._users: list[User] = []

    def take(self, line: Line, at: int) -> None:
        """Take in a line."""
        if line.type == "post" and line.post is not None:
            self.rows.add(line.post, at)
        elif line.type == "direct_post" and line.direct_post is not None:
            self.rows.refuse(line.direct_post, at, "private_chat")
        elif line.type == "team" and line.team is not None:
            self._teams.append(line.team)
        elif line.type == "channel" and line.channel is not None:
            self._channels.append(line.channel)
        elif line.type == "user" and line.user is not None:
            self._users.append(line.user)
        elif line.type == "version" and line.info is not None:
            self.stamp = _stamp(line.info.created)
        elif line.type not in _ASIDE:
            self.rows.unknown[line.type] = self.rows.unknown.get(line.type, 0) + 1

    def states(self) -> dict[str, pa.RecordBatch]:
        """Return the teams, their channels and their members."""
        made: dict[str, pa.RecordBatch] = {}
        names: dict[str, str | None] = {message.community: None for message in self.rows.messages}
        names |= {event.community: None for event in self.rows.events}
        names |= {self._community(team.name): team.display_name or team.name for team in self._teams}
        if names:
            columns: dict[str, Any] = {
                "platform": PLATFORM,
                "community_id": list(names),
                "name": list(names.values()),
                "zone": self._options.zone,
                "observed_at": [0 if name is None else None for name in names.values()],  # no name: any other wins
            }
            made["community"] = state_batch(COMMUNITY, columns, len(names))
        if self._channels:
            columns = {
                "community_id": [self._community(one.team) for one in self._channels],
                "channel_id": [one.name for one in self._channels],
                "name": [one.display_name or one.name for one in self._channels],
            }
            made["channel"] = state_batch(CHANNEL, columns, len(self._channels))
        people = [(user, team.name, team.roles) for user in self._users for team in user.teams or ()]
        if people or self.rows.bots:
            made["roster"] = self._roster(people)
        return made

    def _community(self, team: str) -> str:
        return self._options.community or f"{PLATFORM}:{team}"

    def _roster(self, people: list[tuple[User, str, str | None]]) -> pa.RecordBatch:
        bots = list(self.rows.bots)
        columns: dict[str, Any] = {
            "platform": PLATFORM,
            "community_id": [self._community(team) for _, team, _ in people] + [community for community, _ in bots],
            "account_id": [account(user.username) for user, _, _ in people] + [who for _, who in bots],
            "name": [_name(user) for user, _, _ in people] + [None] * len(bots),
            "role": [_role(user, roles) for user, _, roles in people] + ["bot"] * len(bots),
            "left_at": [epoch_micros(user.delete_at) for user, _, _ in people] + [None] * len(bots),
            "complete": [True] * len(people) + [False] * len(bots),
        }
        return roster_batch(columns, len(people) + len(bots))


def _name(user: User) -> str:
    real = " ".join(part for part in (user.first_name, user.last_name) if part)
    return user.nickname or real or user.username


def _role(user: User, roles: str | None) -> str:
    """Return the role in a team; whoever runs the server is an admin of every team."""
    held = f"{roles or ''} {user.roles or ''}".split()
    return "admin" if {"team_admin", "system_admin"} & set(held) else "member"


def _stamp(created: str | None) -> dt.datetime | None:
    wall, east = wall_times(pa.array([created], pa.string()), AUTO)
    at = wall[0].as_py()
    if at is None:
        return None
    shift = (east[0].as_py() or 0) if east is not None else 0
    return dt.datetime.fromtimestamp(at / 1e6 - shift, dt.UTC)


def _columns(rows: Sequence[MessageRow] | Sequence[EventRow]) -> dict[str, Any]:
    """Return the columns of rows."""
    columns: dict[str, Any] = {
        name: [getattr(row, name) for row in rows]
        for name in rows[0].__struct_fields__
        if name not in ("community", "channel")
    }
    for name in ("reply_to", "thread_id", "mentions", "reactions", "attachments", "edited_at"):
        if name in columns and not any(columns[name]):
            columns[name] = None
    return columns | {
        "platform": PLATFORM,
        "community_id": [row.community for row in rows],
        "channel_id": [row.channel for row in rows],
        "scope": [f"{row.community}/{row.channel}" for row in rows],
    }
