"""Who is in a community: those who spoke, page by page, and how many were never heard."""

from __future__ import annotations

import datetime as dt
from functools import lru_cache

import msgspec

from qunjian.runs import browsing
from qunjian.runs.surveying import standing_on
from qunjian_console.bridge.masking import mask_account, mask_name
from qunjian_console.bridge.opening import workspace


class Member(msgspec.Struct, frozen=True):
    """One member, masked; times in UTC; `joined` and `left` are unknown (None) where no source says."""

    account: str
    name: str
    role: str
    joined: dt.datetime | None
    left: dt.datetime | None
    messages: int
    last: dt.datetime | None
    consent: str


def speakers_of(community: str, *, limit: int, offset: int) -> list[Member]:
    """Return those who spoke, the most talkative first."""
    rows = browsing.members(workspace(), (community,), limit=limit, offset=offset)
    return [_member(row) for row in rows]


def silent_of(community: str) -> list[Member]:
    """Return those listed who never spoke."""
    return [_member(row) for row in browsing.members(workspace(), (community,), silent=True)]


def counts_of(community: str) -> tuple[int, int]:
    """Return how many spoke, and how many are listed and never did."""
    return _counted(community, standing_on(workspace()))


@lru_cache(maxsize=512)
def _counted(community: str, state: tuple[str, ...]) -> tuple[int, int]:
    opened = workspace()
    return (
        browsing.member_count(opened, (community,)),
        browsing.member_count(opened, (community,), silent=True),
    )


def _member(row: dict[str, object]) -> Member:
    own = msgspec.convert(row, _Row)
    return Member(
        mask_account(own.account), mask_name(own.name), own.role or "", own.joined, own.left, own.messages, own.last,
        own.consent or "",
    )  # fmt: skip


class _Row(msgspec.Struct, frozen=True):
    account: str
    name: str = ""
    role: str | None = None
    joined: dt.datetime | None = None
    left: dt.datetime | None = None
    messages: int = 0
    last: dt.datetime | None = None
    consent: str | None = None
