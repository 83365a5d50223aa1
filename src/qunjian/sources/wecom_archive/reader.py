"""Reads decrypted WeCom archives: JSON Lines, one array, or the answers as they came."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Any

import msgspec

from qunjian.model.capabilities import Capabilities
from qunjian.model.errors import BadInputError
from qunjian.model.language import Phrase
from qunjian.model.records import Reject
from qunjian.sources.columns import message_batch, seen_states
from qunjian.sources.epochs import epoch_micros
from qunjian.sources.json_layout import Layout, decoded, record_slices
from qunjian.sources.json_records import Decoder, places
from qunjian.sources.pieces import joined
from qunjian.sources.reader import Options, Outcome, Parsed, Slice
from qunjian.sources.wecom_archive.bodies import KINDS, attachments_of, body_of, plain_type, text_of
from qunjian.sources.wecom_archive.ids import ALWAYS, role_of_id
from qunjian.sources.wecom_archive.records import Body, Record
from qunjian.text.cleaning import merge
from qunjian.text.late import late

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from qunjian.sources.document import Document

_TITLE = Phrase("企业微信会话内容存档（已解密的 JSON、JSONL）", "WeCom conversation archive (decrypted JSON, JSONL)")
_LAYOUT = Layout(
    (("chatdata",), ("data",), ("list",), ("messages",), ("records",), ("data", "list"), ("data", "records")), _TITLE
)
_DECODER = Decoder(Record)
_ACTION = late(rb'"action"\s*:\s*"(?:send|recall|switch)"')
_PUSHED = late(rb'\\"msgid\\"\s*:.{0,400}\\"action\\"\s*:\s*\\"(?:send|recall|switch)\\"', re.DOTALL)
# Consent and switches of company belong to no group; they are kept, apart from every group.
LOG = "wecom:archive-log"
_LOG_NAME = "会话存档的同意与切换记录（不是群）"
_ROOMLESS = frozenset({"agree", "disagree", "switch"})


class WecomArchiveReader:
    """企业微信会话内容存档, decrypted."""

    format_id = "wecom_archive"
    title = _TITLE
    capabilities = Capabilities(
        {
            "message_ids": "yes", "replies": "no", "threads": "no", "reactions": "no", "mentions": "no",
            "roles": "partly", "joins": "no", "leaves": "no", "roster": "no", "reads": "no", "edits": "no",
            "recalls": "yes", "media": "yes", "accounts": "yes",
        }
    )  # fmt: skip

    def sniff(self, head: bytes, name: str) -> int:
        if not head.lstrip().startswith((b"{", b"[")):
            return 0
        if b'"encrypt_chat_msg"' in head and b'"msgid"' in head:
            return 90
        if b'"msgid"' in head and _ACTION.search(head):
            return 94 if b'"msgtime"' in head and b'"msgtype"' in head else 80
        return 90 if b'"content"' in head and _PUSHED.search(head) else 0

    def slices(self, document: Document, options: Options) -> Iterator[Slice]:
        head = document.head().replace(b"\0", b"")
        if b'"encrypt_chat_msg"' in head and not _ACTION.search(head):
            raise BadInputError(
                Phrase("这份会话存档还没有解密", "this archive is still encrypted"),
                where=document.name,
                todo=Phrase(
                    "请用企业微信官方 SDK 与本企业的私钥解密后再导入",
                    "decrypt it with WeCom's own SDK and your company's key, then import it",
                ),
            )
        yield from record_slices(document, options, _LAYOUT)

    def parse(self, piece: Slice, options: Options) -> Parsed:
        cleaned = dict(piece.cleaned)
        records, rejects = decoded(piece, _DECODER, cleaned)
        good: list[_Message] = []
        for at, record in zip(places(records, piece.first), records, strict=False):
            one = _message(_unwrapped(record), options.community)
            if isinstance(one, str):
                rejects.append(Reject(one, at))
            else:
                good.append(one)
        parsed = Parsed(rejects=tuple(rejects), read=len(good) + len(rejects), cleaned=cleaned)
        if good:
            parsed.messages, found = message_batch(_columns(good), len(good))
            merge(cleaned, found)
            for one in good:
                if one.kind not in KINDS:
                    parsed.unknown_kinds[one.kind] = parsed.unknown_kinds.get(one.kind, 0) + 1
            parsed.states = _states(good, options)
        return parsed

    def parse_many(self, pieces: Sequence[tuple[int, Slice]], options: Options) -> Outcome:
        return joined((document, self.parse(piece, options)) for document, piece in pieces)


class _Message(msgspec.Struct):
    """A record that is kept, and what was found out about it."""

    record: Record
    kind: str
    body: Body
    sent_at: int
    account: str | None
    community: str


def _unwrapped(one: Record) -> Record:
    """Return the record a vendor's push carries as text in `content`."""
    if one.msgid is None and one.action is None and isinstance(one.content, str):
        try:
            return msgspec.json.decode(one.content, type=Record, strict=False)
        except (msgspec.DecodeError, RecursionError):
            return one
    return one


def _message(one: Record, forced: str | None) -> _Message | str:
    """Return the message, or why it is none."""
    if one.encrypted is not None and one.action is None:
        return "encrypted"
    if one.msgid in (None, ""):
        return "no_id"
    kind = plain_type(one.action, one.msgtype)
    if not kind:
        return "no_type"
    body = body_of(one, kind)
    sent = epoch_micros(one.msgtime) or _other_time(one, body)
    if sent is None:
        given = any(each not in (None, "") for each in (one.msgtime, one.time))
        return "bad_time" if given else "no_time"
    if not one.roomid and kind not in _ROOMLESS:
        return "private_chat"  # nobody's community: talks between two are not read
    account = (body.userid if kind in ("agree", "disagree") else None) or one.sender or one.user
    community = forced or (f"wecom:{one.roomid}" if one.roomid else LOG)
    return _Message(one, kind, body, sent, f"wecom:{account}" if account else None, community)


def _other_time(one: Record, body: Body) -> int | None:
    """Return when a switch of company or a consent was made."""
    return next((at for each in (one.time, body.agree_time, body.disagree_time) if (at := epoch_micros(each))), None)


def _columns(good: list[_Message]) -> dict[str, Any]:
    attachments = [attachments_of(one.kind, one.body) for one in good]
    recalled = [one.body.pre_msgid or None if one.kind == "revoke" else None for one in good]
    return {
        "scope": "wecom",
        "platform": "wecom",
        "message_id": [str(one.record.msgid) for one in good],
        "community_id": [one.community for one in good],
        "channel_id": "",
        "sent_at": [one.sent_at for one in good],
        "account_id": [one.account for one in good],
        "kind": [KINDS.get(one.kind, "other") for one in good],
        "text": [text_of(one.kind, one.body) for one in good],
        "reply_to": recalled if any(recalled) else None,
        "attachments": attachments if any(attachments) else None,
    }


def _states(good: list[_Message], options: Options) -> dict[str, Any]:
    """Return who is known to be an employee or a robot by the shape of the id, and the communities.

    Archives name neither groups nor people: a name or a roster from elsewhere, with a date, wins.
    """
    groups = {one.community: (_LOG_NAME if one.community == LOG else None, ALWAYS) for one in good}
    roles = {(one.community, one.account): role for one in good if one.account and (role := _role(one.account))}
    return seen_states("wecom", options.zone, groups, roles, ALWAYS)


def _role(account: str) -> str:
    """Return the role an id shows; none for members, who may be anything else elsewhere."""
    role = role_of_id(account.removeprefix("wecom:"))
    return "" if role == "member" else role
