"""The events of an exported Matrix room, as far as they are read."""

from __future__ import annotations

import msgspec

Level = int | float | str | None


class Named(msgspec.Struct, gc=False):
    """An event that is only named."""

    event_id: str | None = None


class Relation(msgspec.Struct, gc=False):
    """What an event relates to: an edit, a reaction, a place in a thread, a reply."""

    rel_type: str | None = None
    event_id: str | None = None
    key: str | None = None
    is_falling_back: bool | None = None
    reply: Named | None = msgspec.field(default=None, name="m.in_reply_to")


class Info(msgspec.Struct, gc=False):
    """What is known of a file."""

    mimetype: str | None = None
    size: int | None = None


class Mentions(msgspec.Struct, gc=False):
    """Whom a message means to notify."""

    user_ids: list[str] | None = None


class Content(msgspec.Struct, gc=False):
    """What an event says; of a redacted one nothing is left."""

    msgtype: str | None = None
    body: str | None = None
    filename: str | None = None
    formatted_body: str | None = None
    info: Info | None = None
    relates: Relation | None = msgspec.field(default=None, name="m.relates_to")
    new: Content | None = msgspec.field(default=None, name="m.new_content")
    mentions: Mentions | None = msgspec.field(default=None, name="m.mentions")
    poll: dict[str, object] | None = msgspec.field(default=None, name="m.poll")
    old_poll: dict[str, object] | None = msgspec.field(default=None, name="org.matrix.msc3381.poll.start")
    membership: str | None = None
    displayname: str | None = None
    name: str | None = None
    topic: str | None = None
    creator: str | None = None
    users: dict[str, Level] | None = None
    redacts: str | None = None


class Count(msgspec.Struct, gc=False):
    """How often a reaction was set, as the server counts."""

    key: str | None = None
    count: int = 0


class Counts(msgspec.Struct, gc=False):
    """The server's counts of reactions."""

    chunk: list[Count] | None = None


class Replaced(msgspec.Struct, gc=False):
    """When a message was last edited."""

    origin_server_ts: int | None = None


class Relations(msgspec.Struct, gc=False):
    """What the server says of events that relate to this one."""

    replace: Replaced | None = msgspec.field(default=None, name="m.replace")
    annotation: Counts | None = msgspec.field(default=None, name="m.annotation")


class Unsigned(msgspec.Struct, gc=False):
    """What the server adds to an event."""

    prev_content: Content | None = None
    prev_sender: str | None = None
    redacted_because: dict[str, object] | None = None
    relations: Relations | None = msgspec.field(default=None, name="m.relations")


class Event(msgspec.Struct, gc=False):
    """One event."""

    type: str = ""
    sender: str | None = None
    event_id: str | None = None
    room_id: str | None = None
    origin_server_ts: int | float | str | None = None
    state_key: str | None = None
    redacts: str | None = None
    content: Content | None = None
    unsigned: Unsigned | None = None

    @property
    def relation(self) -> Relation:
        """Return what the event relates to, or an empty relation."""
        return (self.content.relates if self.content else None) or Relation()
