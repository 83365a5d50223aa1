"""Turns chatlog's JSON messages into rows."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pyarrow as pa

from qunjian.model.records import Reject
from qunjian.sources.json_records import places
from qunjian.sources.times import wall_times
from qunjian.sources.wechat.kinds import kind_of
from qunjian.sources.wechat.rows import EXPORTER, NOBODY, Row, attachment

if TYPE_CHECKING:
    from collections.abc import Sequence

    from qunjian.sources.chatlog.records import Message

_FORMS = ("%Y-%m-%dT%H:%M:%S%z", "%Y-%m-%dT%H:%M:%S.%f%z", "%Y-%m-%d %H:%M:%S%z")
_MEDIA = frozenset({"image", "video", "file"})
_SOME_YEAR = "2000"


def json_rows(records: Sequence[Message], first: int, unknown: dict[str, int]) -> tuple[list[Row], list[Reject]]:
    """Return the rows of messages and the rejects; types nobody knows are counted in `unknown`."""
    wall, east = wall_times(pa.array([one.time for one in records], pa.string()), _FORMS)
    walls, offsets = wall.to_pylist(), (east.to_pylist() if east is not None else [None] * len(records))
    rows: list[Row] = []
    rejects: list[Reject] = []
    dated = zip(records, walls, offsets, strict=True)
    for number, (one, local, offset) in zip(places(records, first), dated, strict=False):
        if local is None or offset is None:
            rejects.append(Reject("bad_time" if one.time else "no_time", number, one.time[:40]))
        elif not one.talker:
            rejects.append(Reject("no_talker", number, one.content[:80]))
        else:
            rows.append(_row(one, number, local, local - offset * 1_000_000, unknown))
    return rows, rejects


def _row(one: Message, number: int, wall: int, sent: int, unknown: dict[str, int]) -> Row:
    kind = kind_of(one.type, one.sub_type)
    if kind is None:
        named = f"{one.type}/{one.sub_type}" if one.sub_type else str(one.type)
        unknown[named] = unknown.get(named, 0) + 1
        kind = "other"
    contents = one.contents or {}
    name = one.sender_name or (EXPORTER if one.is_self and not one.sender else "")
    sender = None if one.sender in NOBODY or (one.type == 10000 and one.sender == one.talker) else one.sender
    return Row(
        number, one.talker, sent, kind, _text(one, kind, contents), wall, None, sender, name or None,
        reply=_quoted(contents.get("refer")), attachments=_attachments(kind, contents),
    )  # fmt: skip


def _text(one: Message, kind: str, contents: dict[str, Any]) -> str:
    """Return what is to be read of a message: of a link its title and address, of a file its name."""
    if one.content:
        return one.content
    parts = [contents.get(key) for key in ("title", "desc", "url")]
    return "\n".join(part for part in parts if isinstance(part, str) and part) if kind not in ("image", "video") else ""


def _quoted(refer: Any) -> str | None:
    """Return the mark of the message replied to: chatlog gives its author and time, no id of the message."""
    if not isinstance(refer, dict):
        return None
    at, who, name = (refer.get(key) for key in ("time", "sender", "senderName"))
    if not isinstance(at, str) or at <= _SOME_YEAR:
        return None
    if isinstance(who, str) and who and who not in NOBODY:  # an id stays when people change their names
        return f"?{at[:16]}||wechat:{who}"
    return f"?{at[:16]}|{name}" if isinstance(name, str) and name else None


def _attachments(kind: str, contents: dict[str, Any]) -> list[dict[str, Any]] | None:
    if kind not in _MEDIA:
        return None
    digest, title = contents.get("md5"), contents.get("title")
    return [attachment(kind, title if isinstance(title, str) else "", digest if isinstance(digest, str) else "")]
