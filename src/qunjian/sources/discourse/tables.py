"""Reads the CSV files Discourse writes: the user list, an archive of one's own posts, results of queries on posts."""

from __future__ import annotations

import csv
import io
from typing import TYPE_CHECKING, Any, Literal

from qunjian.model.records import Reject
from qunjian.sources.discourse.posts import Found, account, place, utc
from qunjian.sources.discourse.records import Post
from qunjian.text.late import late

if TYPE_CHECKING:
    from collections.abc import Sequence

    from qunjian.sources.discord_csv.rows import Row

Table = Literal["users", "archive", "posts"]
_URL = late(r"/t/(?:[^/\s]+/)?(\d{1,15})/(\d{1,15})/?(?:\?\S*)?$")
_OWNER = late(r"user[-_]archive-(.+?)-\d{6}-\d{6}")
_TRUE = frozenset({"true", "t", "yes", "1", "是", "ja", "oui", "sí", "sim", "да", "はい", "예"})


def table_of(names: Sequence[str]) -> Table | None:
    """Return which table has these headings."""
    if {"id", "username", "trust_level", "admin", "moderator"} <= set(names):
        return "users"
    if {"topic_title", "is_pm", "url", "created_at"} <= set(names) and {"post", "post_raw"} & set(names):
        return "archive"
    if {"topic_id", "post_number", "created_at"} <= set(names) and {"raw", "cooked"} & set(names):
        return "posts"
    return None


def headings(head: bytes) -> list[str]:
    """Return the headings of a CSV file."""
    line = head.partition(b"\n")[0].rstrip(b"\r")
    if len(line) > 8192 or b"," not in line:
        return []
    text = io.StringIO(line.decode("utf-8", "replace").replace("\0", ""), newline="")
    try:
        return [cell.strip().lower() for cell in next(csv.reader(text), [])]
    except csv.Error:  # a cell past the library's own limit
        return []


def archive_owner(name: str) -> str | None:
    """Return whose posts an archive holds: only the name of the file says."""
    found = _OWNER.search(name)
    return found[1] if found else None


def posts_of(rows: Sequence[Row], names: Sequence[str], table: Table, owner: str | None) -> list[Found | Reject]:
    """Return the posts of an archive or of a query's result."""
    return [_placed(row.at, dict(zip(names, row.cells, strict=False)), table, owner) for row in rows]


def _placed(at: int, cells: dict[str, str], table: Table, owner: str | None) -> Found | Reject:
    if table == "posts":
        post = Post(
            name=cells.get("name") or None, username=cells.get("username") or cells.get("user_id") or None,
            topic_id=_number(cells.get("topic_id")), post_number=_number(cells.get("post_number")),
            post_type=_number(cells.get("post_type")), created_at=cells.get("created_at"),
            updated_at=cells.get("updated_at"), version=_number(cells.get("version")), raw=cells.get("raw"),
            cooked=cells.get("cooked"), reply_to_post_number=_number(cells.get("reply_to_post_number")),
            action_code=cells.get("action_code") or None, like_count=_number(cells.get("like_count")),
            deleted_at=cells.get("deleted_at") or None, user_deleted=_true(cells.get("user_deleted")),
            archetype=cells.get("archetype") or None,
        )  # fmt: skip
        return place(at, post, cells.get("category_id") or "")
    category = cells.get("categories") or cells.get("category") or ""
    below = cells.get("sub_category") or "-"
    found = _URL.search(cells.get("url") or "")
    post = Post(
        username=owner, topic_id=int(found[1]) if found else None, post_number=int(found[2]) if found else None,
        created_at=cells.get("created_at"), raw=cells.get("post_raw") or cells.get("post") or "",
        like_count=_number(cells.get("like_count")),
        archetype="private_message" if _true(cells.get("is_pm")) or category == "-" else None,
    )  # fmt: skip
    return place(at, post, category if below == "-" else f"{category} / {below}")


def members_of(rows: Sequence[Row], names: Sequence[str], community: str) -> tuple[dict[str, Any], int, list[Reject]]:
    """Return the columns of the roster in a user list; accounts that were never activated are no members."""
    members: list[dict[str, str]] = []
    rejects: list[Reject] = []
    for row in rows:
        cells = dict(zip(names, row.cells, strict=False))
        if not cells.get("username"):
            rejects.append(Reject("no_account", row.at, " | ".join(row.cells)[:80]))
        elif _true(cells.get("active", "true")) and not _true(cells.get("staged")):
            members.append(cells)
    columns = {
        "platform": "discourse",
        "community_id": community,
        "account_id": [account(cells["username"]) for cells in members],
        "name": [cells.get("name") or cells["username"] for cells in members],
        "role": [_role(cells) for cells in members],
        "joined_at": utc([cells.get("created_at") or None for cells in members]),
        "complete": [True] * len(members),
    }
    return columns, len(members), rejects


def newest_of(rows: Sequence[Row], names: Sequence[str]) -> int:
    """Return the newest time in a user list: it says when it was written."""
    places = [names.index(name) for name in ("last_seen_at", "created_at", "last_posted_at") if name in names]
    cells = [row.cells[place] for row in rows for place in places if place < len(row.cells) and row.cells[place]]
    return max((at for at in utc(cells) if at is not None), default=0) if cells else 0


def _role(cells: dict[str, str]) -> str:
    if (cells.get("id") or "").startswith("-"):
        return "bot"
    return "admin" if _true(cells.get("admin")) or _true(cells.get("moderator")) else "member"


def _true(written: str | None) -> bool:
    return (written or "").strip().casefold() in _TRUE


def _number(written: str | None) -> int | None:
    text = (written or "").strip()
    return int(text) if text.isascii() and text.isdecimal() and len(text) < 16 else None
