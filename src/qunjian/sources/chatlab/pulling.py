"""ChatLab's pull contract: the list of conversations, pages of messages, and what an answer says of the next one."""

from __future__ import annotations

from typing import Any
from urllib.parse import quote, urlencode

import msgspec

from qunjian.model.errors import BadInputError
from qunjian.model.language import Phrase

Number = int | float | str | None
_NO_CONTRACT = Phrase("应答不是 ChatLab 拉取协议的 JSON", "the answer is not the JSON of ChatLab's pull contract")


class Session(msgspec.Struct):
    """A conversation that can be pulled."""

    id: str | int
    name: str = ""
    platform: str = ""
    type: str = "group"


class _Sessions(msgspec.Struct):
    sessions: list[Session]


class Sync(msgspec.Struct):
    """What an answer says of itself: whether more follows, from where, and until when the whole reaches."""

    more: bool = msgspec.field(default=False, name="hasMore")
    since: Number = msgspec.field(default=None, name="nextSince")
    offset: Number = msgspec.field(default=None, name="nextOffset")
    watermark: Number = None


class _Group(msgspec.Struct):
    name: str | None = None
    platform: str | None = None
    group: str | int | None = msgspec.field(default=None, name="groupId")


class _Stamped(msgspec.Struct):
    timestamp: Number = None


class _Answer(msgspec.Struct):
    """One page."""

    chatlab: msgspec.Raw = msgspec.Raw(b"null")
    meta: msgspec.Raw = msgspec.Raw(b"null")
    members: list[msgspec.Raw] | None = None
    messages: list[msgspec.Raw] | None = None
    sync: Sync | None = None


class _Line(msgspec.Struct):
    """One line of a page of JSON Lines, as far as it says of what it is."""

    line: str = msgspec.field(default="", name="_type")


class Page(msgspec.Struct):
    """What one answer held; `newest`: the latest time of its messages, in seconds."""

    chatlab: bytes = b""
    meta: bytes = b""
    members: list[bytes] = []
    messages: list[bytes] = []
    sync: Sync | None = None
    newest: int = 0


class Conversation(msgspec.Struct, frozen=True):
    """What a conversation is called in the lake, whatever a page leaves out of it."""

    group: str
    name: str
    platform: str


class Request(msgspec.Struct, frozen=True):
    """One page asked for: from when (seconds), until when, how many, from which on; 0: not asked for."""

    since: int = 0
    end: int = 0
    limit: int = 0
    offset: int = 0

    def path(self, session: str) -> str:
        """Return the path and query below the base address."""
        asked = {name: value for name, value in msgspec.structs.asdict(self).items() if value}
        return f"/sessions/{quote(session, safe='')}/messages?{urlencode({'format': 'chatlab', **asked})}"


def sessions_of(body: bytes, host: str) -> list[Session]:
    """Return the conversations that can be pulled."""
    try:
        found = msgspec.json.decode(body, type=_Sessions, strict=False).sessions
    except (msgspec.DecodeError, UnicodeDecodeError):
        raise _no_contract(host) from None
    return [one for one in found if str(one.id) not in ("", ".", "..")]


def page_of(body: bytes, host: str) -> Page:
    """Return what an answer held, JSON or JSON Lines."""
    try:
        if b'"_type"' in body[:4096] and b"\n" in body.strip():
            return _of_lines(body)
        answer = msgspec.json.decode(body, type=_Answer, strict=False)
    except (msgspec.DecodeError, UnicodeDecodeError, RecursionError):
        raise _no_contract(host) from None
    if answer.messages is None:
        raise _no_contract(host)
    members, messages = [list(map(_one_line, some or ())) for some in (answer.members, answer.messages)]
    return Page(_bytes(answer.chatlab), _bytes(answer.meta), members, messages, answer.sync, _newest(messages))


def _of_lines(body: bytes) -> Page:
    page = Page()
    for line in body.splitlines():
        if not line.strip() or line.startswith(b"#"):
            continue
        kind = _kind(line)
        if kind == "header":
            answer = msgspec.json.decode(line, type=_Answer, strict=False)
            page.chatlab, page.meta, page.sync = _bytes(answer.chatlab), _bytes(answer.meta), answer.sync or page.sync
        elif kind == "sync":
            page.sync = msgspec.json.decode(line, type=Sync, strict=False)
        elif kind == "member":
            page.members.append(line.strip())
        else:
            page.messages.append(line.strip())
    page.newest = _newest(page.messages)
    return page


def _kind(line: bytes) -> str:
    try:
        return msgspec.json.decode(line, type=_Line).line
    except (msgspec.DecodeError, UnicodeDecodeError):
        return ""  # the reader will reject it, and say why


def conversation_of(page: Page, session: Session) -> Conversation:
    """Return what the conversation is called: as its first page says, else as the list of conversations does."""
    try:
        meta = msgspec.json.decode(page.meta, type=_Group) if page.meta else _Group()
    except (msgspec.DecodeError, UnicodeDecodeError):
        meta = _Group()
    group = session.id if meta.group in (None, "") else meta.group
    return Conversation(str(group), meta.name or session.name, meta.platform or session.platform)


def following(page: Page, asked: Request) -> Request | None:
    """Return the request for what follows a page; None when it is the last. Raises where a source runs in circles."""
    sync = page.sync
    if sync is None:
        # A source that pages without saying so: a page as full as was asked for may have a next one.
        full = asked.limit > 0 and len(page.messages) == asked.limit
        return msgspec.structs.replace(asked, offset=asked.offset + asked.limit) if full else None
    if not sync.more:
        return None
    since = asked.since if sync.since is None else seconds(sync.since)
    offset = _whole(sync.offset)
    if offset is None:
        offset = 0 if since != asked.since else asked.offset + len(page.messages)
    after = msgspec.structs.replace(asked, since=since, offset=offset, end=asked.end or seconds(sync.watermark))
    if (after.since, after.offset) <= (asked.since, asked.offset):
        raise BadInputError(
            Phrase("对方说还有下一页，却指回原处", "it says that more follows, and points back to where it was"),
            todo=Phrase("请数据源的提供者修正 sync", "have the maker of the source mend its sync"),
        )
    return after


def first_lines(page: Page, known: Conversation) -> bytes:
    """Return the header of the document that the pages of one conversation become."""
    stamp = msgspec.Raw(page.chatlab or b'{"version":"0.0.2"}')
    meta = {"name": known.name, "platform": known.platform, "type": "group", "groupId": known.group}
    return msgspec.json.encode({"_type": "header", "chatlab": stamp, "meta": meta}) + b"\n"


def lines_of(page: Page) -> bytes:
    """Return the members and messages of a page as JSON Lines."""
    lines = [_typed(one, b"member") for one in page.members] + [_typed(one, b"message") for one in page.messages]
    return b"".join(line + b"\n" for line in lines)


def seconds(written: Number) -> int:
    """Return a time in seconds; some producers write milliseconds; 0 for what is no time."""
    number = _whole(written)
    if number is None or number >= 10**14:
        return 0
    return number // 1000 if number >= 10**11 else number


def _whole(written: Number) -> int | None:
    if isinstance(written, str):
        return int(written) if written.isascii() and written.isdigit() and len(written) < 17 else None
    return int(written) if written is not None and 0 <= written < 1e17 else None


def _typed(raw: bytes, kind: bytes) -> bytes:
    """Return a record with its kind; what is no object stays as it is, for the reader to reject."""
    if not raw.startswith(b"{") or raw.startswith(b'{"_type":"' + kind):
        return raw
    rest = raw[1:].lstrip()
    return b'{"_type":"' + kind + (b'"' if rest.startswith(b"}") else b'",') + rest


def _one_line(raw: msgspec.Raw) -> bytes:
    plain = bytes(raw)
    return msgspec.json.format(plain, indent=-1) if b"\n" in plain or b"\r" in plain else plain


def _bytes(raw: msgspec.Raw) -> bytes:
    plain = _one_line(raw)
    return b"" if plain == b"null" else plain


def _newest(messages: list[bytes]) -> int:
    decoder: Any = msgspec.json.Decoder(_Stamped)
    newest = 0
    for one in messages:
        try:
            newest = max(newest, seconds(decoder.decode(one).timestamp))
        except (msgspec.DecodeError, UnicodeDecodeError):
            continue  # the reader will reject it, and say why
    return newest


def _no_contract(host: str) -> BadInputError:
    return BadInputError(
        _NO_CONTRACT,
        where=host,
        todo=Phrase(
            "地址要写到 /sessions 之前，如 https://主机/api/v1",
            "the address ends before /sessions: https://host/api/v1",
        ),
    )
