"""Turns answers on groups into listings: a group, whoever is listed in it, and how whole the list is."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import msgspec

from qunjian.sources.epochs import epoch_micros
from qunjian.sources.wecom_archive.ids import role_of_id
from qunjian.sources.wecom_groups.records import Answer, Group, Member, Person, Wrapped

if TYPE_CHECKING:
    from collections.abc import Iterator

# As the interface documents them; written as people read them in a roster.
_SCENES = {"1": "直接邀请", "2": "邀请链接", "3": "扫描群二维码"}
_FALSE = frozenset({"false", "0", ""})


class Listing(msgspec.Struct):
    """A group and the members an answer lists; `complete`: the list says that it holds everyone."""

    group: str
    name: str | None
    members: list[Member]
    owner: str = ""
    admins: frozenset[str] = frozenset()
    complete: bool = False
    observed: int | None = None
    size: tuple[int, int] | None = None


def listings(answer: Answer, forced: str) -> Iterator[Listing]:
    """Yield the groups of an answer; members that name their group themselves are put together."""
    stated = epoch_micros(answer.exported_at) or epoch_micros(answer.observed_at)
    group = answer.group_chat
    if group is None and answer.chat_id and answer.member_list is not None:  # the group without its wrapping
        group = Group(
            chat_id=answer.chat_id, name=answer.name, owner=answer.owner, member_list=answer.member_list,
            admin_list=answer.admin_list,
        )  # fmt: skip
    if group is not None:
        yield _of_group(group, forced, stated)
        return
    members, total = _listed(answer)
    by_group: dict[str, list[Member]] = {}
    for member in members:
        by_group.setdefault(forced or member.group_id or member.chat_id or "", []).append(member)
    whole = len(by_group) == 1 and total is not None and len(members) >= total
    for native, some in by_group.items():
        yield Listing(native, None, some, complete=whole, observed=stated or _newest(some))


def _of_group(group: Group, forced: str, stated: int | None) -> Listing:
    members = group.member_list or []
    admins = frozenset(one if isinstance(one, str) else one.userid or "" for one in group.admin_list or ())
    native = forced or group.chat_id or group.group_chat_id or ""
    counted, at = count(group.member_count), epoch_micros(group.last_update_statistic_time)
    size = (at, counted) if at is not None and counted is not None else None
    observed = stated or max(filter(None, (_newest(members), epoch_micros(group.create_time), at)), default=None)
    owner = group.owner or group.owner_staff_id or ""
    return Listing(native, group.name, members, owner, admins, bool(members), observed, size)


def _listed(answer: Answer) -> tuple[list[Member], int | None]:
    """Return the members of a vendor's answer, and how many it says there are."""
    if answer.member_list is not None:
        return answer.member_list, count(answer.total)
    if isinstance(answer.data, Wrapped):
        found = answer.data.records or answer.data.listed or answer.data.member_list or []
        return found, count(answer.data.total)
    if isinstance(answer.data, list):
        return answer.data, count(answer.total)
    return ([answer], None) if answer.account or answer.join_time is not None else ([], None)


def _newest(members: list[Member]) -> int | None:
    stamps = (each for one in members for each in (one.join_time, one.last_chat_msg_time, left_stamp(one)))
    return max((at for each in stamps if (at := epoch_micros(each))), default=None)


def left_stamp(one: Member) -> Any:
    """Return when a member left, as written; null for who is still in the group."""
    if one.deleted is not None and not is_gone(one):
        return None
    return one.deleted_time or one.withdraw_time


def is_gone(one: Member) -> bool:
    """Return whether the list says that the member left."""
    return str(one.deleted).casefold() not in _FALSE if one.deleted is not None else False


def role(one: Member, listing: Listing) -> str:
    """Return the role: owner and admins are named by the group, employees by their type, else by the id's shape."""
    if one.account == listing.owner:
        return "owner"
    if one.account in listing.admins:
        return "admin"
    shape = role_of_id(one.account)
    kind = next((str(each) for each in (one.type, one.user_type, one.member_type) if each is not None), "")
    return "bot" if shape == "bot" else {"1": "staff", "2": "member"}.get(kind, shape)


def scene(one: Member) -> str | None:
    """Return how the member came in; an unknown number stays a number."""
    written = "" if one.join_scene is None else str(one.join_scene)
    return _SCENES.get(written, written) or None


def inviter(one: Member) -> str | None:
    """Return the account of the inviter; 企微管家 writes a name where WeCom writes an id."""
    known = one.invitor.userid if isinstance(one.invitor, Person) else None
    if native := known or one.invitor_ext_id or one.invitor_userid:
        return f"wecom:{native}"
    return f"wecom:name:{one.invitor}" if isinstance(one.invitor, str) and one.invitor else None


def count(written: float | str | None) -> int | None:
    """Return a number of people; null where none is written."""
    if isinstance(written, str):
        return int(written) if written.isdecimal() and len(written) < 10 else None
    return int(written) if written is not None and 0 <= written < 10**9 else None
