"""Turns posts, from wherever they came, into message columns."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import msgspec
import pyarrow as pa
import pyarrow.compute as pc

from qunjian.model.records import Reject
from qunjian.sources.discourse.text import attachments, mentions, quoted, shown, without_quotes
from qunjian.sources.times import AUTO, wall_times

if TYPE_CHECKING:
    from collections.abc import Sequence

    from qunjian.sources.discourse.records import Count, Post

PLATFORM = "discourse"
_ACTION = 3
_LIKE = 2
_MANY = 2**31
_OPTIONAL = ("reply_to", "mentions", "reactions", "attachments", "edited_at")


class Found(msgspec.Struct):
    """A post, where it stands in the document, and where it belongs."""

    at: int
    post: Post
    topic: int
    number: int
    channel: str = ""


class Columns(msgspec.Struct):
    """The columns of the posts that are kept; per group their number, the newest time in it, and the others."""

    columns: dict[str, Any]
    rows: list[int]
    newest: list[int]
    rejects: list[list[Reject]]


def place(at: int, post: Post, channel: str) -> Found | Reject:
    """Return a post with its place, or why it has none."""
    if post.archetype == "private_message":
        return Reject("private_chat", at)
    if post.topic_id is None or post.post_number is None:
        return Reject("no_place", at, (post.raw or post.cooked or "")[:80])
    return Found(at, post, post.topic_id, post.post_number, channel)


def utc(written: Sequence[str | None]) -> list[int | None]:
    """Return the times of ISO strings, and of CSV files' "2024-05-01 08:00:00 UTC"; without a zone they are UTC."""
    plain = [text.strip().removesuffix(" UTC") if text else None for text in written]
    wall, east = wall_times(pa.array(plain, pa.string()), AUTO)
    if east is not None:
        wall = pc.subtract(wall, pc.multiply(pc.fill_null(east, 0), 1_000_000))
    times: list[int | None] = wall.to_pylist()
    return times


def columns_of(groups: Sequence[Sequence[Found]], community: str) -> Columns:
    """Return the columns of groups of posts, together: many small documents cost no more than one."""
    found = [one for group in groups for one in group]
    times, changes = utc([one.post.created_at for one in found]), utc([one.post.updated_at for one in found])
    made = Columns({}, [], [], [])
    kept: list[dict[str, Any]] = []
    start = 0
    for group in groups:
        end = start + len(group)
        rows = [
            _row(one, sent, changed if (one.post.version or 1) > 1 else None)
            for one, sent, changed in zip(group, times[start:end], changes[start:end], strict=True)
            if sent is not None
        ]
        made.rows.append(len(rows))
        made.newest.append(max((max(row["sent_at"], row["edited_at"] or 0) for row in rows), default=0))
        made.rejects.append(
            [
                Reject("bad_time", one.at, str(one.post.created_at)[:80])
                for one, sent in zip(group, times[start:end], strict=True)
                if sent is None
            ]
        )
        kept.extend(rows)
        start = end
    if kept:
        made.columns = _columns(kept, community)
    return made


def _columns(rows: Sequence[dict[str, Any]], community: str) -> dict[str, Any]:
    columns: dict[str, Any] = {name: [row[name] for row in rows] for name in rows[0]}
    html = [place for place, row in enumerate(rows) if row["html"]]
    for n, text in zip(html, shown([columns["text"][n] for n in html]), strict=True):
        columns["text"][n] = text
    del columns["html"]
    columns |= {name: None for name in _OPTIONAL if not any(columns[name])}
    return columns | {"platform": PLATFORM, "scope": community, "community_id": community}


def _row(one: Found, sent: int, changed: int | None) -> dict[str, Any]:
    post = one.post
    body, html = (post.raw, False) if post.raw is not None else (post.cooked or "", True)
    own = without_quotes(body)
    kind = "text"
    if post.user_deleted or post.deleted_at:
        kind, own, changed = "recall", "", None
    elif post.post_type == _ACTION or post.action_code:
        kind = "system"
        own = " ".join(part for part in (post.action_code, post.action_code_who, own) if part)
    talk = kind == "text"
    reply = f"{one.topic}/{post.reply_to_post_number}" if post.reply_to_post_number else quoted(body, one.topic)
    return {
        "channel_id": one.channel,
        "message_id": f"{one.topic}/{one.number}",
        "sent_at": sent,
        "account_id": account(post.username),
        "name_then": post.name or post.username,
        "kind": kind,
        "text": own,
        "html": html,
        "reply_to": reply if talk else None,
        "thread_id": str(one.topic),
        "mentions": mentions(own, html=html) if talk else None,
        "reactions": _reactions(post) if talk else None,
        "attachments": attachments(own) if talk else None,
        "edited_at": changed,
    }


def account(username: str | None) -> str | None:
    """Return the account of a user name."""
    return f"{PLATFORM}:{username.lower()}" if username else None


def _reactions(post: Post) -> list[dict[str, Any]] | None:
    """Return the emojis a plugin counts, else the likes."""
    if post.reactions:
        return [_counted(str(one.id), one) for one in post.reactions if 0 < (one.count or 0) < _MANY] or None
    likes = next((one.count for one in post.actions_summary or () if one.id == _LIKE), None) or post.like_count
    return [{"emoji": ":heart:", "count": likes}] if likes and 0 < likes < _MANY else None


def _counted(name: str, one: Count) -> dict[str, Any]:
    return {"emoji": f":{name}:", "count": one.count}
