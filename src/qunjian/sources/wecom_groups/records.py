"""The answers of WeCom's and its vendors' interfaces on customer groups, as far as they are read."""

from __future__ import annotations

from typing import Any

import msgspec

Number = int | float | str | None


class Person(msgspec.Struct):
    """A person named by id: who invited, who is an admin."""

    userid: str | None = None


class Member(msgspec.Struct):
    """A member; official names first, then those of vendors' mirrors. type 1: employee, 2: customer."""

    userid: str | None = None
    user_id: str | None = None
    type: Number = None
    user_type: Number = None
    member_type: Number = None
    join_time: Number = None
    join_scene: Number = None
    invitor: Person | str | list[Any] | None = None
    invitor_ext_id: str | None = None
    invitor_userid: str | None = None
    group_nickname: str | None = None
    user_chat_nick_name: str | None = None
    name: str | None = None
    deleted: bool | int | str | None = None
    deleted_time: Number = None
    withdraw_time: Number = None
    last_chat_msg_time: Number = None
    group_id: str | None = None
    chat_id: str | None = None

    @property
    def account(self) -> str:
        """Return the id."""
        return self.userid or self.user_id or ""


class Group(msgspec.Struct):
    """A group; 微伴 calls its id group_chat_id and counts members without listing them."""

    chat_id: str | None = None
    group_chat_id: str | None = None
    name: str | None = None
    owner: str | None = None
    owner_staff_id: str | None = None
    create_time: Number = None
    member_list: list[Member] | None = None
    admin_list: list[Person | str] | None = None
    member_count: Number = None
    last_update_statistic_time: Number = None


class Totals(msgspec.Struct):
    """What the statistics count: totals up to the end of a day, and what was new on it."""

    member_total: Number = None
    member_has_msg: Number = None
    chat_total: Number = None
    chat_has_msg: Number = None
    msg_total: Number = None
    migrate_trainee_chat_cnt: Number = None
    new_chat_cnt: Number = None
    new_member_cnt: Number = None


class Wrapped(Totals):
    """What stands under `data`: a page of members, or totals."""

    records: list[Member] | None = None
    listed: list[Member] | None = msgspec.field(default=None, name="list")
    member_list: list[Member] | None = None
    total: Number = None


class Statistic(msgspec.Struct):
    """Totals of one owner's groups, or of one day."""

    owner: str | None = None
    stat_time: Number = None
    data: Totals | None = None


class Answer(Member):
    """One answer, or a member that stands alone. `exported_at`: when it was fetched, where that was kept."""

    errcode: int | None = None
    code: Number = None
    group_chat: Group | None = None
    member_list: list[Member] | None = None
    admin_list: list[Person | str] | None = None
    owner: str | None = None
    items: list[Statistic] | None = None
    data: Wrapped | list[Member] | str | None = None
    total: Number = None
    stat_time: Number = None
    exported_at: Number = None
    observed_at: Number = None
