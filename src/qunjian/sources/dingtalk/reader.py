"""Reads logs of DingTalk robot callbacks: what members said to the robot, and nothing else of the group."""

from __future__ import annotations

import datetime as dt
from typing import TYPE_CHECKING, Any

import msgspec

from qunjian.model.capabilities import Capabilities
from qunjian.model.language import Phrase
from qunjian.model.records import Reject
from qunjian.model.schemas import COMMUNITY
from qunjian.sources.columns import message_batch, state_batch
from qunjian.sources.dingtalk.records import Content, Kept, Record
from qunjian.sources.epochs import epoch_micros
from qunjian.sources.json_layout import Layout, decoded, record_slices
from qunjian.sources.json_records import Decoder, places
from qunjian.sources.pieces import joined
from qunjian.sources.reader import Options, Outcome, Parsed, Slice
from qunjian.text.cleaning import merge

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    import pyarrow as pa

    from qunjian.sources.document import Document

_TITLE = Phrase(
    "钉钉机器人回调（只有 @ 机器人的消息，有偏样本）",
    "DingTalk robot callbacks (only talk to the robot: a biased sample)",
)
_LAYOUT = Layout((("messages",), ("records",), ("list",), ("items",)), _TITLE)
_DECODER = Decoder(Record)
_BIASED = (
    "有偏样本：钉钉只把 @ 机器人的消息发给机器人，群里其他的话都不在这里；活跃、互动、响应等指标不代表这个群 / "
    "a biased sample: DingTalk gives a robot only what was said to it, nothing else of the group is here; "
    "indicators of activity, interaction and response do not stand for the group"
)
_KINDS = {
    "text": "text", "richText": "text", "markdown": "text", "picture": "image", "audio": "voice", "video": "video",
    "file": "file",
}  # fmt: skip
_MEDIA = {"picture": "image", "audio": "voice", "video": "video", "file": "file"}
_PRIVATE = "1"


class DingtalkReader:
    """DingTalk robot callbacks."""

    format_id = "dingtalk"
    title = _TITLE
    capabilities = Capabilities(
        {
            "message_ids": "yes", "replies": "partly", "threads": "no", "reactions": "no", "mentions": "partly",
            "roles": "no", "joins": "no", "leaves": "no", "roster": "no", "reads": "no", "edits": "no",
            "recalls": "no", "media": "partly", "accounts": "yes",
        }
    )  # fmt: skip

    def sniff(self, head: bytes, name: str) -> int:
        if not head.lstrip().startswith((b"{", b"[")):
            return 0
        plain = head.replace(b'\\"', b'"')
        marks = (b'"conversationId"', b'"conversationType"', b'"msgId"', b'"msgtype"')
        if not all(mark in plain for mark in marks) or (b'"senderNick"' not in plain and b'"senderId"' not in plain):
            return 0
        return 93 if b'"chatbotUserId"' in plain or b'"sessionWebhook"' in plain else 85

    def slices(self, document: Document, options: Options) -> Iterator[Slice]:
        yield from record_slices(document, options, _LAYOUT)

    def parse(self, piece: Slice, options: Options) -> Parsed:
        cleaned = dict(piece.cleaned)
        records, rejects = decoded(piece, _DECODER, cleaned)
        good: list[Record] = []
        for at, record in zip(places(records, piece.first), records, strict=False):
            one = _unwrapped(record)
            reason = _refusal(one, options.community)
            if reason is None:
                good.append(one)
            else:
                rejects.append(Reject(reason, at))
        parsed = Parsed(rejects=tuple(rejects), read=len(good) + len(rejects), cleaned=cleaned)
        if good:
            parsed.messages, found = message_batch(_columns(good, options.community), len(good))
            merge(cleaned, found)
            for one in good:
                if one.type not in _KINDS:
                    parsed.unknown_kinds[str(one.type)] = parsed.unknown_kinds.get(str(one.type), 0) + 1
            parsed.states["community"] = _communities(good, options)
            parsed.warnings = (_BIASED,)
        return parsed

    def parse_many(self, pieces: Sequence[tuple[int, Slice]], options: Options) -> Outcome:
        return joined((document, self.parse(piece, options)) for document, piece in pieces)


def _unwrapped(one: Record) -> Record:
    """Return the callback a frame of the stream connection carries."""
    if one.message_id is None and isinstance(one.data, (str, dict)):
        try:
            if isinstance(one.data, str):
                return msgspec.json.decode(one.data, type=Record, strict=False)
            return msgspec.convert(one.data, Record, strict=False)
        except (msgspec.DecodeError, msgspec.ValidationError, RecursionError):
            return one
    return one


def _refusal(one: Record, forced: str | None) -> str | None:
    """Return why a record is no message of a group."""
    if not one.message_id:
        return "no_id"
    if not one.type:
        return "no_type"
    if epoch_micros(one.created) is None:
        return "bad_time" if one.created not in (None, "") else "no_time"
    if str(one.conversation_type) == _PRIVATE:
        return "private_chat"
    return "no_community" if not one.conversation and forced is None else None


def _columns(good: list[Record], forced: str | None) -> dict[str, Any]:
    bodies = [_body(one) for one in good]
    communities = [_community(one, forced) for one in good]
    replies = [_reply(one, body) for one, body in zip(good, bodies, strict=True)]
    mentions = [_mentions(one) for one in good]
    attachments = [_attachments(one, body) for one, body in zip(good, bodies, strict=True)]
    return {
        "scope": communities,
        "platform": "dingtalk",
        "message_id": [one.message_id for one in good],
        "community_id": communities,
        "channel_id": "",
        "sent_at": [epoch_micros(one.created) for one in good],
        "account_id": [_account(one) for one in good],
        "name_then": [one.nick or None for one in good],
        "kind": [_KINDS.get(one.type or "", "other") for one in good],
        "text": [_text(body) for body in bodies],
        "reply_to": replies if any(replies) else None,
        "mentions": mentions if any(mentions) else None,
        "attachments": attachments if any(attachments) else None,
    }


def _community(one: Record, forced: str | None) -> str:
    return forced or f"dingtalk:{one.conversation}"


def _account(one: Record) -> str | None:
    """Return the account: the company's own id, else DingTalk's encrypted one (people of other companies)."""
    native = one.staff or one.sender
    if native:
        return f"dingtalk:{native}"
    return f"dingtalk:name:{one.nick}" if one.nick else None


def _body(one: Record) -> Content:
    """Return the content: under `text` for text, under `content` for everything else, at times as JSON text."""
    for kept in (one.text, one.content):
        if (found := _content(kept)) is not None:
            return found
    return Content()


def _content(kept: Kept) -> Content | None:
    if not isinstance(kept, str):
        return kept if isinstance(kept, Content) else None
    if kept.lstrip().startswith("{"):
        try:
            return msgspec.json.decode(kept, type=Content, strict=False)
        except (msgspec.DecodeError, RecursionError):
            pass
    return Content(content=kept) if kept else None


def _text(body: Content) -> str:
    if isinstance(body.rich, list):
        return "".join(piece.text or "" for piece in body.rich).strip()
    said = next((each for each in (body.content, body.recognition, body.file) if isinstance(each, str)), "")
    return said.strip()  # DingTalk cuts the robot's name out and leaves the space after it


def _reply(one: Record, body: Content) -> str | None:
    return one.original or (body.replied.message_id if body.replied is not None else None) or None


def _mentions(one: Record) -> list[str] | None:
    """Return the people mentioned besides the robot, whom every message mentions."""
    others = [each for each in one.ats or () if each.staff or (each.dingtalk and each.dingtalk != one.robot)]
    return [f"dingtalk:{each.staff or each.dingtalk}" for each in others] or None


def _attachments(one: Record, body: Content) -> list[dict[str, Any]] | None:
    kinds = [_MEDIA[one.type]] if one.type in _MEDIA else []
    if isinstance(body.rich, list):
        kinds = [_MEDIA[piece.type] for piece in body.rich if piece.type in _MEDIA]
    return [{"kind": kind, "name": body.file, "size": None, "digest": None} for kind in kinds] or None


def _communities(good: list[Record], options: Options) -> pa.RecordBatch:
    """Return the groups, each by the title it had last."""
    titles: dict[str, tuple[str | None, int]] = {}
    for one in good:
        community, at = _community(one, options.community), epoch_micros(one.created) or 0
        known = titles.setdefault(community, (None, 0))
        if one.title and at >= known[1]:
            titles[community] = (one.title, at)
    columns = {
        "platform": "dingtalk",
        "community_id": list(titles),
        "name": [title for title, _ in titles.values()],
        "zone": options.zone,
        "observed_at": [dt.datetime.fromtimestamp(at / 1e6, dt.UTC) for _, at in titles.values()],
    }
    return state_batch(COMMUNITY, columns, len(titles))
