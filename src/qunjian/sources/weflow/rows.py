"""Turns WeFlow's messages into rows."""

from __future__ import annotations

from typing import TYPE_CHECKING

from qunjian.model.records import Reject
from qunjian.sources.json_records import places
from qunjian.sources.times import EARLIEST, LATEST
from qunjian.sources.wechat.kinds import kind_named, kind_of
from qunjian.sources.wechat.rows import EXPORTER, NOBODY, PLATFORM, Row, attachment
from qunjian.text.late import late

if TYPE_CHECKING:
    from collections.abc import Sequence

    from qunjian.sources.weflow.records import Header, Line

_MENTIONED = late(r"<atuserlist>\s*(?:<!\[CDATA\[)?([^<\]]*)")
_QUOTE = "[引用 "
_SAID = frozenset({True, "1", "true"})  # and 1, which equals True
_MEDIA = frozenset({"image", "video", "voice", "file", "sticker"})


def weflow_rows(
    records: Sequence[Line], first: int, header: Header, talk: str, unknown: dict[str, int]
) -> tuple[list[Row], list[Reject]]:
    """Return the rows of a talk's messages and the rejects; types nobody knows are counted in `unknown`."""
    senders = {one.sender_id: one for one in header.senders}
    rows: list[Row] = []
    rejects: list[Reject] = []
    for number, one in zip(places(records, first), records, strict=False):
        stamp = one.create_time
        if stamp is None:
            rejects.append(Reject("no_time", number, (one.content or "")[:80]))
            continue
        sent = int(stamp * (1_000 if abs(stamp) >= 1e11 else 1_000_000)) if abs(stamp) < 1e17 else LATEST
        if not EARLIEST <= sent < LATEST:
            rejects.append(Reject("bad_time", number, str(stamp)[:40]))
            continue
        native, name = one.sender_username, one.sender_display_name
        if native is None and one.sender_id in senders:
            native, name = senders[one.sender_id].account_id, senders[one.sender_id].display_name
        rows.append(_row(one, number, talk, sent, native or "", name or "", unknown))
    return rows, rejects


def _row(one: Line, number: int, talk: str, sent: int, native: str, name: str, unknown: dict[str, int]) -> Row:
    kind = _kind(one, unknown)
    if native in NOBODY or native == talk:
        native = ""
        name = "" if kind == "system" else name or (EXPORTER if one.is_send in _SAID else "")
    return Row(
        number, talk, sent, kind, _text(one, kind), None, _id(one.platform_message_id), native or None,
        name if name != native else None, reply=_id(one.reply_to_message_id), mentions=_mentions(one.source),
        attachments=[attachment(kind, "", one.emoji_md5 or "")] if kind in _MEDIA else None,
    )  # fmt: skip


def _kind(one: Line, unknown: dict[str, int]) -> str:
    """Return the kind by its Chinese name; the number beside it is not to be trusted, but better than nothing."""
    kind = kind_named(one.type) if one.type else None
    if kind in (None, "other"):
        number = one.local_type
        if isinstance(number, str):
            number = int(number) if number.isdecimal() and len(number) < 18 else -1
        kind = (kind_of(number) if number is not None else None) or kind
    if kind is None:
        name = one.type or str(one.local_type)
        unknown[name] = unknown.get(name, 0) + 1
    return kind or "other"


def _text(one: Line, kind: str) -> str:
    """Return what the sender wrote: without the words quoted, which WeFlow puts behind it in brackets."""
    text = one.content or ""
    if kind != "text" or not text.endswith("]") or _QUOTE not in text:
        return text
    if one.quoted_content:
        who = f"{one.quoted_sender}：" if one.quoted_sender else ""
        return text.removesuffix(f"{_QUOTE}{who}{one.quoted_content}]")
    return text[: text.index(_QUOTE)] if one.type == "引用消息" else text


def _id(written: int | str | None) -> str | None:
    """Return a server's message id; 0 stands for none."""
    return None if written in (None, "", 0, "0") else str(written)


def _mentions(source: str | None) -> list[str] | None:
    """Return the accounts that a message's source lists as mentioned (everybody is in the text)."""
    if not source or (found := _MENTIONED.search(source)) is None:
        return None
    names = [name.strip() for name in found[1].split(",")]
    return [f"{PLATFORM}:{name}" for name in names if name and "@" not in name] or None
