"""The tables of a Zulip export, as far as they are read."""

from __future__ import annotations

from typing import Any

import msgspec

Stamp = int | float | str | None


class Realm(msgspec.Struct, gc=False):
    """The organisation."""

    id: int
    string_id: str | None = None
    subdomain: str | None = None
    name: str | None = None


class User(msgspec.Struct, gc=False):
    """An account; `role` since 2020 (100 owner, 200 admin, 300 moderator, 400 member, 600 guest), flags before."""

    id: int
    email: str | None = None
    full_name: str | None = None
    is_bot: bool | None = None
    is_active: bool | None = None
    role: int | None = None
    is_realm_admin: bool | None = None
    date_joined: Stamp = None
    last_login: Stamp = None


class Recipient(msgspec.Struct, gc=False):
    """Where messages go: type 1 a person, 2 a stream, 3 a group of persons."""

    id: int
    type: int
    type_id: int


class Stream(msgspec.Struct, gc=False):
    """A stream (channel)."""

    id: int
    name: str


class Subscription(msgspec.Struct, gc=False):
    """A person's place in a stream, or in talks of their own."""

    user_profile: int
    recipient: int
    active: bool | None = None


class Reaction(msgspec.Struct, gc=False):
    """An emoji somebody set."""

    message: int
    emoji_name: str


class Audit(msgspec.Struct, gc=False):
    """What happened to an account: 301 and 302 subscribed, 303 unsubscribed."""

    id: int
    event_type: int | str | None = None
    event_time: Stamp = None
    acting_user: int | None = None
    modified_user: int | None = None
    modified_stream: int | None = None
    backfilled: bool | None = None


class Message(msgspec.Struct, gc=False):
    """A message; its time was called pub_date until 2019, its type tells notices of the server since 2024."""

    id: int
    sender: int
    recipient: int
    subject: str | None = None
    content: str | None = None
    rendered_content: str | None = None
    date_sent: Stamp = None
    pub_date: Stamp = None
    type: int | None = None
    last_edit_time: Stamp = None
    edit_history: str | list[dict[str, Any]] | None = None
