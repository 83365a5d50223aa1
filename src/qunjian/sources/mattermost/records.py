"""The lines of a Mattermost bulk export, as far as they are read."""

from __future__ import annotations

import msgspec

from qunjian.sources.slack.records import Card

Flag = bool | int | str | None


class Props(msgspec.Struct, gc=False):
    """What Mattermost and its integrations note about a post."""

    from_bot: Flag = None
    from_webhook: Flag = None
    override_username: str | None = None
    username: str | None = None
    added: str | None = msgspec.field(default=None, name="addedUsername")
    removed: str | None = msgspec.field(default=None, name="removedUsername")
    attachments: list[Card] | None = None


class Reaction(msgspec.Struct, gc=False):
    """One emoji set by one user."""

    user: str | None = None
    emoji_name: str | None = None


class Attachment(msgspec.Struct, gc=False):
    """A file that hangs on a post: only its path is exported."""

    path: str | None = None


class Post(msgspec.Struct, gc=False):
    """A post; `replies` is the rest of its thread, `channel_members` stands in posts of direct channels."""

    team: str | None = None
    channel: str | None = None
    user: str | None = None
    type: str | None = None
    message: str | None = None
    props: Props | None = None
    create_at: int | float | str | None = None
    edit_at: int | float | str | None = None
    reactions: list[Reaction] | None = None
    replies: list[Post] | None = None
    attachments: list[Attachment] | None = None


class TeamMember(msgspec.Struct, gc=False):
    """A user's place in a team."""

    name: str
    roles: str | None = None


class User(msgspec.Struct, gc=False):
    """A user of the server; `delete_at`: when the account was switched off."""

    username: str
    nickname: str | None = None
    first_name: str | None = None
    last_name: str | None = None
    roles: str | None = None
    delete_at: int | float | str | None = None
    teams: list[TeamMember] | None = None


class Team(msgspec.Struct, gc=False):
    """A team."""

    name: str
    display_name: str | None = None


class Channel(msgspec.Struct, gc=False):
    """A channel of a team."""

    team: str
    name: str
    display_name: str | None = None


class Info(msgspec.Struct, gc=False):
    """Who wrote the export, and when."""

    created: str | None = None


class Line(msgspec.Struct, gc=False):
    """One line: its type, and the object of that type."""

    type: str
    info: Info | None = None
    team: Team | None = None
    channel: Channel | None = None
    user: User | None = None
    post: Post | None = None
    direct_post: Post | None = None
