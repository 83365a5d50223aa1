"""Turns the rows of a WeChat export into batches: system lines become events, private talks are left out."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import msgspec

from qunjian.sources.columns import community_batch, membership_batch, message_batch
from qunjian.sources.exporter import Me, says_me
from qunjian.sources.reader import Parsed
from qunjian.sources.wechat.kinds import NOTICE
from qunjian.sources.wechat.system_lines import Member, read_line
from qunjian.text.cleaning import merge
from qunjian.text.late import late

if TYPE_CHECKING:
    from collections.abc import Sequence

    from qunjian.model.records import Reject
    from qunjian.sources.reader import Options
    from qunjian.sources.wechat.system_lines import Event

PLATFORM = "wechat"
EXPORTER = "我"
# Exporters' own words for "nobody": not an account.
NOBODY = frozenset({"", "系统消息", "系统", "system", "unknown"})
PRIVATE_LEFT_OUT = "私聊不是社群，没有读（要读请用 --community） / private talks are not read (--community reads them)"

_SERVER_ID = late(r"^-?[0-9]{15,20}$")


class Row(msgspec.Struct, gc=False):
    """One message or system line of a talk; `sent` and `wall` in microseconds, `number` of the record in the document.

    `sender` is a native id; where there is none the account goes by `known_as`, else by `name`.
    """

    number: int
    talk: str
    sent: int
    kind: str
    text: str
    wall: int | None = None
    id: str | None = None
    sender: str | None = None
    name: str | None = None
    known_as: str | None = None
    reply: str | None = None
    mentions: list[str] | None = None
    attachments: list[dict[str, Any]] | None = None


def is_group(talk: str) -> bool:
    """Return whether a talk's id is a group's ("…@chatroom", and "…@im.chatroom" of WeCom's groups)."""
    return talk.endswith("chatroom")


def server_id(written: str) -> str | None:
    """Return an id if it is a server's (17 to 19 digits): shorter numbers count the lines of one database or file."""
    return written if _SERVER_ID.match(written) else None


def account_of(native: str | None, name: str | None) -> str | None:
    """Return the account by its id, else by its name."""
    if native:
        return f"{PLATFORM}:{native}"
    return f"{PLATFORM}:name:{name}" if name else None


def attachment(kind: str, name: str, digest: str) -> dict[str, Any]:
    """Return one attachment; what is not known is null."""
    return {"kind": kind, "name": name or None, "size": None, "digest": digest or None}


def batches(
    rows: Sequence[Row], rejects: Sequence[Reject], options: Options, cleaned: dict[str, int], *,
    me: str | None = None, ids: bool = False,
) -> Parsed:  # fmt: skip
    """Return the rows parsed; `me`: the exporter's account id where the export says it; `ids`: see read_line."""
    mine = Me(EXPORTER, me) if options.me is None else Me(options.me.name or EXPORTER, me or options.me.native)
    spoken: list[Row] = []
    events: list[tuple[Row, int, Event]] = []
    for row in rows:
        if options.me is not None:
            _name_exporter(row, mine)
        if row.kind != "system":
            row.kind = "system" if row.kind == NOTICE else row.kind
            spoken.append(row)
            continue
        line = read_line(row.text, ids=ids)
        if line.events:
            events.extend((row, n, event) for n, event in enumerate(line.events))
            continue
        row.text, row.kind = line.text, line.kind
        if line.kind == "recall" and line.by is not None and (row.sender or "") in NOBODY:
            row.sender, row.name = _person(line.by, mine)
        spoken.append(row)
    parsed = Parsed(rejects=tuple(rejects), read=len(spoken) + len(events) + len(rejects), cleaned=cleaned)
    zone = {"platform": PLATFORM, "channel_id": "", "zone": options.zone}
    if spoken:
        parsed.messages, found = message_batch({**zone, **_message_columns(spoken, options)}, len(spoken))
        merge(cleaned, found)
    if events:
        parsed.membership, found = membership_batch({**zone, **_event_columns(events, options, mine)}, len(events))
        merge(cleaned, found)
    return parsed


def named(talks: dict[str, str], options: Options) -> dict[str, Any]:
    """Return the states that tell the names of talks; a talk whose name the export leaves out keeps its known one."""
    known = {community_of(talk, options): name for talk, name in talks.items() if name}
    return {"community": community_batch(PLATFORM, known, options.zone)} if known else {}


def community_of(talk: str, options: Options) -> str:
    """Return the community a talk is, or the one asked for."""
    return options.community or f"{PLATFORM}:{talk}"


def _name_exporter(row: Row, me: Me) -> None:
    """Put a name and an id in the place of "我"."""
    if says_me(row.name) or says_me(row.known_as):
        row.sender = row.sender or me.native
        row.name, row.known_as = me.name, me.name if row.known_as else None


def _person(who: Member, me: Me) -> tuple[str | None, str | None]:
    """Return (id, name) of someone in a system line."""
    return (me.native, me.name) if who.me else (who.native, who.name)


def _message_columns(rows: Sequence[Row], options: Options) -> dict[str, Any]:
    communities = [community_of(row.talk, options) for row in rows]
    columns: dict[str, Any] = {
        "scope": communities,
        "community_id": communities,
        "message_id": [row.id for row in rows],
        "sent_at": [row.sent for row in rows],
        "account_id": [account_of(row.sender, row.known_as or row.name) for row in rows],
        "name_then": [row.name or None for row in rows],
        "kind": [row.kind for row in rows],
        "text": [row.text for row in rows],
    }
    rare: dict[str, list[Any]] = {
        "wall_time": [row.wall for row in rows],
        "reply_to": [row.reply for row in rows],
        "mentions": [row.mentions for row in rows],
        "attachments": [row.attachments for row in rows],
    }
    return columns | {name: values for name, values in rare.items() if any(value is not None for value in values)}


def _event_columns(events: Sequence[tuple[Row, int, Event]], options: Options, me: Me) -> dict[str, Any]:
    communities = [community_of(row.talk, options) for row, _, _ in events]
    people = [_person(event.who, me) for _, _, event in events]
    doers = [None if event.by is None else _person(event.by, me) for _, _, event in events]
    walls = [row.wall for row, _, _ in events]
    columns: dict[str, Any] = {
        "scope": communities,
        "community_id": communities,
        "message_id": [None if not row.id else f"{row.id}/{n + 1}" if n else row.id for row, n, _ in events],
        "sent_at": [row.sent for row, _, _ in events],
        "account_id": [account_of(*who) for who in people],
        "name_then": [name for _, name in people],
        "kind": [event.kind for _, _, event in events],
        "actor_id": [None if who is None else account_of(*who) for who in doers],
        "detail": [event.detail for _, _, event in events],
    }
    if any(wall is not None for wall in walls):
        columns["wall_time"] = walls
    return columns
