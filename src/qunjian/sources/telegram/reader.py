"""Reads Telegram Desktop's result.json: one chat or a whole account."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import msgspec

from qunjian.model.capabilities import Capabilities
from qunjian.model.errors import BadInputError
from qunjian.model.language import Phrase
from qunjian.sources.drafts import community_draft, membership_draft, message_draft
from qunjian.sources.encodings import Utf8Stream
from qunjian.sources.json_records import Decoder
from qunjian.sources.json_stream import MalformedError, Walker
from qunjian.sources.pieces import joined
from qunjian.sources.reader import Options, Outcome, Parsed, Slice
from qunjian.sources.telegram.events import membership_columns, system_text
from qunjian.sources.telegram.messages import message_columns, timed
from qunjian.sources.telegram.records import Chat, Record
from qunjian.text.late import late

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from qunjian.sources.document import Document

_TARGETS = frozenset({("messages",), ("chats", "list", "*", "messages"), ("left_chats", "list", "*", "messages")})
# A whole-account export also holds the exporter's private talks: they are nobody's community.
_PRIVATE = frozenset({"personal_chat", "bot_chat", "saved_messages", "replies", "verification_codes"})
_CHAT = late(
    rb'"type"\s*:\s*"(?:private_group|private_supergroup|public_supergroup|private_channel|public_channel|personal_chat'
    rb'|bot_chat|saved_messages)"'
)
_DECODER = Decoder(Record)


class TelegramReader:
    """Telegram Desktop JSON export."""

    format_id = "telegram"
    title = Phrase("Telegram 桌面版导出（result.json）", "Telegram Desktop export (result.json)")
    capabilities = Capabilities(
        {
            "message_ids": "yes", "replies": "yes", "threads": "no", "reactions": "partly", "mentions": "partly",
            "roles": "no", "joins": "partly", "leaves": "partly", "roster": "no", "reads": "no", "edits": "partly",
            "recalls": "no", "media": "yes", "accounts": "yes",
        }
    )  # fmt: skip

    def sniff(self, head: bytes, name: str) -> int:
        if not head.lstrip().startswith(b"{") or b'"chatlab"' in head[:4096]:
            return 0
        if b'"date_unixtime"' in head and b'"from_id"' in head:
            return 95
        if _CHAT.search(head):
            return 90 if b'"messages"' in head else 75
        return 60 if b'"about"' in head and b'"chats"' in head else 0

    def slices(self, document: Document, options: Options) -> Iterator[Slice]:
        stream = Utf8Stream(document, options.encoding)
        walker = Walker(stream, _TARGETS, options.slice_bytes)
        account = False
        try:
            for block in walker.blocks():
                account = account or block.path[0] != "messages"
                chat = _chat(block.context)
                if account and chat.type in _PRIVATE:
                    continue
                context = msgspec.json.encode((chat, block.broken))
                begin = stream.stored(block.begin)
                yield Slice(block.first, block.data, context, document.name, stream.take_cleaned(), begin)
        except MalformedError:
            raise BadInputError(
                Phrase("不是完整的 Telegram JSON", "not a whole Telegram JSON file"),
                where=document.name,
                todo=Phrase("请重新导出", "export it again"),
            ) from None

    def parse(self, piece: Slice, options: Options) -> Parsed:
        chat, broken = msgspec.json.decode(piece.context, type=tuple[Chat, bool])
        cleaned = dict(piece.cleaned)
        records, rejects = _DECODER.elements(piece.data, piece.first, cleaned, broken=broken)
        records, late = timed(records, piece.first)
        rejects.extend(late)
        community = options.community or f"telegram:{chat.id if chat.id is not None else chat.name or 'chat'}"
        shared = {"scope": community, "platform": "telegram", "community_id": community, "channel_id": ""}
        if options.zone:
            shared["zone"] = options.zone
        messages, count = records, 0
        events: dict[str, Any] = {}
        if service := [one for one in records if one.type == "service"]:
            events, count, talk = membership_columns(service, options.zone)
            spoken = {id(one) for one in talk}
            messages = [
                system_text(one) if one.type == "service" else one
                for one in records
                if one.type != "service" or id(one) in spoken
            ]
        parsed = Parsed(rejects=tuple(rejects), read=len(messages) + count + len(rejects), cleaned=cleaned)
        if messages:
            columns, unknown = message_columns(messages, options.zone)
            parsed.messages = message_draft({**shared, **columns}, len(messages))
            parsed.unknown_kinds = unknown
        if count:
            parsed.membership = membership_draft({**shared, **events}, count)
        if piece.first == 1:
            parsed.states["community"] = community_draft("telegram", {community: chat.name or ""}, options.zone)
        return parsed

    def parse_many(self, pieces: Sequence[tuple[int, Slice]], options: Options) -> Outcome:
        return joined((document, self.parse(piece, options)) for document, piece in pieces)


def _chat(context: bytes) -> Chat:
    try:
        return msgspec.json.decode(context, type=Chat)
    except (msgspec.DecodeError, UnicodeDecodeError):
        return Chat()
