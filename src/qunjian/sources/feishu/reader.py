"""Reads Feishu messages: the answers of its message interface, the messages alone, or logs of subscribed events."""

from __future__ import annotations

import datetime as dt
from typing import TYPE_CHECKING, Any

import msgspec

from qunjian.model.capabilities import Capabilities
from qunjian.model.language import Phrase
from qunjian.model.records import Reject
from qunjian.sources.columns import membership_batch, message_batch, seen_states
from qunjian.sources.epochs import epoch_micros
from qunjian.sources.feishu.contents import KINDS, attachments_of, content_of, mentioned, names_of, text_of
from qunjian.sources.feishu.events import MEMBER_EVENTS, RECALLED, Passage, of_event, of_system_line
from qunjian.sources.feishu.records import Event, Ids, Message, Record
from qunjian.sources.json_layout import Layout, decoded, record_slices
from qunjian.sources.json_records import Decoder, places
from qunjian.sources.pieces import joined
from qunjian.sources.reader import Options, Outcome, Parsed, Slice
from qunjian.text.cleaning import merge

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    import pyarrow as pa

    from qunjian.sources.document import Document

_TITLE = Phrase("飞书消息（接口 JSON、事件日志）", "Feishu messages (interface JSON, event logs)")
_LAYOUT = Layout((("data", "items"), ("items",), ("data", "messages"), ("messages",), ("data",)), _TITLE)
_DECODER = Decoder(Record)
NEVER = 0  # no name, no role: any from elsewhere wins
_RECALLED = "撤回了一条消息"
_ROOTS_ONLY = (
    "文件里有话题，但一些话题只有第一条：按群拉取时接口只给话题的首条，话题里的回复要按 container_id_type=thread "
    "另外拉取；在那之前，回复与互动会少算 / some topics have only their first message here: fetched by chat, the "
    "interface gives no replies inside topics; fetch them with container_id_type=thread, or replies are undercounted"
)


class FeishuReader:
    """Feishu and Lark."""

    format_id = "feishu"
    title = _TITLE
    capabilities = Capabilities(
        {
            "message_ids": "yes", "replies": "yes", "threads": "yes", "reactions": "no", "mentions": "yes",
            "roles": "partly", "joins": "partly", "leaves": "partly", "roster": "no", "reads": "no", "edits": "yes",
            "recalls": "yes", "media": "yes", "accounts": "yes",
        }
    )  # fmt: skip

    def sniff(self, head: bytes, name: str) -> int:
        if not head.lstrip().startswith((b"{", b"[")):
            return 0
        if b'"im.message.' in head or b'"im.chat.member.user.' in head:
            return 92
        if b'"om_' in head and b'"message_id"' in head and (b'"msg_type"' in head or b'"message_type"' in head):
            return 94
        return 0

    def slices(self, document: Document, options: Options) -> Iterator[Slice]:
        yield from record_slices(document, options, _LAYOUT)

    def parse(self, piece: Slice, options: Options) -> Parsed:
        cleaned = dict(piece.cleaned)
        records, rejects = decoded(piece, _DECODER, cleaned)
        found = _Found(options.community)
        for at, one in zip(places(records, piece.first), records, strict=False):
            if (reason := found.take(one)) is not None:
                rejects.append(Reject(reason, at))
        count = len(found.said) + len(found.passages)
        parsed = Parsed(rejects=tuple(rejects), read=count + len(rejects), cleaned=cleaned)
        if found.said:
            parsed.messages, more = message_batch(found.message_columns(), len(found.said))
            parsed.unknown_kinds = found.unknown
            merge(cleaned, more)
        if found.passages:
            parsed.membership, more = membership_batch(found.membership_columns(), len(found.passages))
            merge(cleaned, more)
        parsed.states = found.states(options)
        parsed.export_stamp = found.newest()
        if _roots_alone(records):
            parsed.warnings = (_ROOTS_ONLY,)
        return parsed

    def parse_many(self, pieces: Sequence[tuple[int, Slice]], options: Options) -> Outcome:
        return joined((document, self.parse(piece, options)) for document, piece in pieces)


class _Said(msgspec.Struct):
    """A message that is kept."""

    message: Message
    message_id: str
    kind: str
    sent_at: int
    account: str | None
    text: str
    content: Any
    reply_to: str | None = None


class _Found:
    """The rows of some records."""

    def __init__(self, forced: str | None) -> None:
        self._forced = forced
        self.said: list[_Said] = []
        self.passages: list[Passage] = []
        self.unknown: dict[str, int] = {}
        self._bots: dict[tuple[str, str], None] = {}
        self._names: dict[str, tuple[str, int]] = {}

    def take(self, one: Record) -> str | None:
        """Take a record in; return why it is rejected."""
        kind = (one.header.event_type or "") if one.header is not None else ""
        if kind in MEMBER_EVENTS:
            return self._members(one)
        if kind == RECALLED:
            return self._recall(one.event or Event())
        message: Message = one
        if one.event is not None:
            message = one.event.message or one.event
            message.sender = message.sender or one.event.sender
        return self._message(message)

    def _message(self, one: Message) -> str | None:
        sent = epoch_micros(one.create_time)
        kind = (one.msg_type or one.message_type or "").lower()
        refused = _refusal(one, kind, sent, self._forced)
        if refused is not None or sent is None:
            return refused
        content = content_of(one)
        if kind == "system" and (passages := of_system_line(one, content, sent)):
            self.passages.extend(passages)
            return None
        account = _account(one)
        if one.sender is not None and one.sender.sender_type == "app" and account:
            self._bots[self._community(one.chat_id), account] = None
        known = KINDS.get(kind)
        if known is None:
            self.unknown[kind] = self.unknown.get(kind, 0) + 1
        text = text_of(kind, content, names_of(one.mentions))
        if _true(one.deleted):
            known, text, content = "recall", _RECALLED, {}
        reply = one.parent_id or one.root_id or None
        self.said.append(_Said(one, one.message_id or "", known or "other", sent, account, text, content, reply))
        return None

    def _recall(self, event: Event) -> str | None:
        """Keep a recall as a message of its own that points to the recalled one."""
        sent = epoch_micros(event.recall_time)
        if not event.message_id or sent is None:
            return "no_id" if not event.message_id else "no_time"
        if not event.chat_id and self._forced is None:
            return "no_community"
        native = f"{event.message_id}/recall"
        self.said.append(_Said(event, native, "recall", sent, None, _RECALLED, {}, event.message_id))
        return None

    def _members(self, one: Record) -> str | None:
        found = of_event(one)
        if isinstance(found, str):
            return found
        passages = list(found)
        self.passages.extend(passages)
        if one.event is not None and one.event.name:
            community = self._community(one.event.chat_id)
            self._names[community] = max((one.event.name, passages[0].sent_at), self._names.get(community, ("", 0)),
                                         key=lambda named: named[1])  # fmt: skip
        return None

    def _community(self, chat: str | None) -> str:
        return self._forced or f"feishu:{chat}"

    def message_columns(self) -> dict[str, Any]:
        """Return the columns of the messages."""
        said = self.said
        edited = [
            epoch_micros(one.message.update_time) if _true(one.message.updated) and one.kind != "recall" else None
            for one in said
        ]
        mentions = [mentioned(one.message.mentions) for one in said]
        attachments = [attachments_of(_type(one), one.content) if one.kind != "recall" else None for one in said]
        return {
            "scope": "feishu",
            "platform": "feishu",
            "message_id": [one.message_id for one in said],
            "community_id": [self._community(one.message.chat_id) for one in said],
            "channel_id": "",
            "sent_at": [one.sent_at for one in said],
            "edited_at": edited if any(edited) else None,
            "account_id": [one.account for one in said],
            "kind": [one.kind for one in said],
            "text": [one.text for one in said],
            "reply_to": [one.reply_to for one in said],
            "thread_id": [one.message.thread_id or None for one in said],
            "mentions": mentions if any(mentions) else None,
            "attachments": attachments if any(attachments) else None,
        }

    def newest(self) -> dt.datetime | None:
        """Return the newest time in the records: an export made after an edit or a recall is newer than they are."""
        stamps = [one.sent_at for one in self.said] + [one.sent_at for one in self.passages]
        stamps += [at for one in self.said if (at := epoch_micros(one.message.update_time)) is not None]
        return dt.datetime.fromtimestamp(max(stamps) / 1e6, dt.UTC) if stamps else None

    def membership_columns(self) -> dict[str, Any]:
        """Return the columns of the comings and goings."""
        passages = self.passages
        return {
            "scope": "feishu",
            "platform": "feishu",
            "message_id": [one.message_id or None for one in passages],
            "community_id": [self._community(one.chat) for one in passages],
            "channel_id": "",
            "sent_at": [one.sent_at for one in passages],
            "account_id": [one.account for one in passages],
            "name_then": [one.name for one in passages],
            "kind": [one.kind for one in passages],
            "actor_id": [one.actor for one in passages],
            "detail": [one.detail for one in passages],
        }

    def states(self, options: Options) -> dict[str, pa.RecordBatch]:
        """Return the groups, named where an event named them, and the apps among the speakers."""
        groups = dict.fromkeys(self._community(one.message.chat_id) for one in self.said)
        groups |= dict.fromkeys(self._community(one.chat) for one in self.passages)
        told = {group: self._names.get(group, (None, NEVER)) for group in groups}
        return seen_states("feishu", options.zone, told, dict.fromkeys(self._bots, "bot"), NEVER)


def _refusal(one: Message, kind: str, sent: int | None, forced: str | None) -> str | None:
    """Return why a message cannot be kept."""
    if not one.message_id:
        return "no_id"
    if one.upper_message_id:
        return "inside_forward"  # a piece of a forwarded talk: said elsewhere, at another time
    if not kind:
        return "no_type"
    if sent is None:
        return "bad_time" if one.create_time not in (None, "") else "no_time"
    if one.chat_type == "p2p":
        return "private_chat"
    return "no_community" if not one.chat_id and forced is None else None


def _account(one: Message) -> str | None:
    if one.sender is None:
        return None
    ids = one.sender.sender_id
    native = one.sender.id or (ids.best if isinstance(ids, Ids) else ids)
    return f"feishu:{native}" if native else None


def _type(one: _Said) -> str:
    return (one.message.msg_type or one.message.message_type or "").lower()


def _true(written: bool | int | str | None) -> bool:
    return str(written).casefold() in ("true", "1")


def _roots_alone(records: list[Record]) -> bool:
    """Return whether a topic has its first message here and none of its replies."""
    roots = {one.thread_id for one in records if one.thread_id and not (one.root_id or one.parent_id)}
    return bool(roots - {one.thread_id for one in records if one.root_id or one.parent_id})
