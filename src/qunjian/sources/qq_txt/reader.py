"""Reads the text file that QQ's message manager exports: one chat, or all of an account one after another."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

import msgspec

from qunjian.model.capabilities import Capabilities
from qunjian.model.language import Phrase
from qunjian.model.records import Reject
from qunjian.sources.encodings import Utf8Stream, checked_encoding, utf8_head
from qunjian.sources.pieces import joined
from qunjian.sources.qq.accounts import PLATFORM, SYSTEM_NUMBERS, account_id, named, titled
from qunjian.sources.qq.cutting import records
from qunjian.sources.qq.notices import read_notice
from qunjian.sources.qq.rows import (
    PRIVATE_WARNING,
    SYSTEM_NAME,
    Instant,
    Rows,
    Said,
    Seen,
    communities,
    instants,
)
from qunjian.sources.qq_txt.bodies import kind_of
from qunjian.sources.qq_txt.heads import (
    BANNER,
    CATEGORY,
    OBJECT,
    PRIVATE,
    Chat,
    followed,
    head_pattern,
    segments,
    start_pattern,
    style_of,
)
from qunjian.sources.reader import Options, Outcome, Parsed, Slice
from qunjian.text.late import late

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from qunjian.sources.document import Document

# Exactly as QQ draws it; a log that only resembles it may be another tool's, for which a team has its own mapping.
_NATIVE = late(rb"\A\s*" + BANNER.encode() + rb"\s*\r?\n={60,}\s*\r?\n" + "消息分组[:：]".encode())
_FORMS = ("%Y-%m-%d %H:%M:%S", "%Y-%m-%d %I:%M:%S %p")
_HALVES = {"上午": "AM", "下午": "PM"}
_PREFACE = late(rf"^(?:{BANNER}|={{5,}}|消息分组[:：].*|消息对象[:：].*|\s*)$")


class QQTextReader:
    """QQ's own text export."""

    format_id = "qq_txt"
    title = Phrase("QQ 消息管理器导出的文本（.txt）", "QQ message manager export (.txt)")
    capabilities = Capabilities(
        {
            "message_ids": "no", "replies": "no", "threads": "no", "reactions": "no", "mentions": "no",
            "roles": "partly", "joins": "partly", "leaves": "partly", "roster": "no", "reads": "no", "edits": "no",
            "recalls": "partly", "media": "partly", "accounts": "yes",
        }
    )  # fmt: skip

    def sniff(self, head: bytes, name: str) -> int:
        if _NATIVE.match(head):
            return 97
        return 45 if BANNER.encode() in head[:4096] else 0

    def slices(self, document: Document, options: Options) -> Iterator[Slice]:
        head = utf8_head(document.head(), checked_encoding(options.encoding))
        style = style_of(_plain(head))
        chat = Chat(ids=style.ids, style=style)
        stream = Utf8Stream(document, options.encoding)
        for line, data in records(stream, start_pattern(style), options.slice_bytes, document.name):
            yield Slice(line, data, msgspec.json.encode(chat), document.name, stream.take_cleaned())
            if line == 1 or b"\xe6\xb6\x88\xe6\x81\xaf\xe5\xaf\xb9\xe8\xb1\xa1" in data or chat.ids is None:
                text = _plain(data)
                chat = followed(_opened(chat, text) if line == 1 else chat, text, opening=line == 1)

    def parse(self, piece: Slice, options: Options) -> Parsed:
        chat = msgspec.json.decode(piece.context, type=Chat)
        text = _plain(piece.data)
        opening = piece.first == 1
        parsed = Parsed(cleaned=dict(piece.cleaned))
        if opening:
            chat = _opened(chat, text)
        rows, rejects = Rows(me=options.me), list[Reject]()
        names: dict[str, str] = {}
        skipped = 0
        for one, begin, end in segments(chat, text, opening=opening):
            community = options.community or _community(one, piece.name)
            if options.community is None and one.category in PRIVATE and one.ids is False:
                skipped += 1
                continue
            line = piece.first + text.count("\n", 0, begin)
            if _segment(one, text[begin:end], line, community, options.zone, rows, rejects):
                names[community] = one.object
        rows.fill(parsed, options.zone, rejects)
        parsed.states.update(communities(PLATFORM, names, options.zone))
        if skipped:
            parsed.warnings = (PRIVATE_WARNING,)
        return parsed

    def parse_many(self, pieces: Sequence[tuple[int, Slice]], options: Options) -> Outcome:
        return joined((document, self.parse(piece, options)) for document, piece in pieces)


def _plain(data: bytes) -> str:
    return data.decode("utf-8", "replace").replace("\r\n", "\n")


def _opened(chat: Chat, text: str) -> Chat:
    """Return the chat with what stands before the first message, also where someone cut the header down."""
    first = head_pattern(ids=bool(chat.ids), loose=False).search(text)
    preface = text[: first.start()] if first else text
    name, category = OBJECT.search(preface), CATEGORY.search(preface)
    return msgspec.structs.replace(
        chat, object=name["object"].strip() if name else "", category=category["category"].strip() if category else ""
    )


def _community(chat: Chat, document: str) -> str:
    """Return the community: by the number in the file's name where the name is the chat's, else by the chat's name."""
    file = named(document)
    if file.number is not None and (file.name == chat.object or not chat.object):
        return f"{PLATFORM}:{file.number}"
    return f"{PLATFORM}:{chat.object or file.stem}"


def _segment(
    chat: Chat, text: str, line: int, community: str, zone: str | None, rows: Rows, rejects: list[Reject]
) -> bool:
    """Read the messages of one chat; returns whether there was any."""
    bare = text.lstrip("\n")
    line += len(text) - len(bare)
    heads = list(head_pattern(ids=chat.ids is not False, loose=chat.style.loose).finditer(bare))
    if not heads and chat.style.loose:  # the banner or a block stands right before the head
        heads = list(head_pattern(ids=chat.ids is not False, loose=False).finditer(bare))[:1]
    before = bare[: heads[0].start()] if heads else bare
    lost = [each for each in before.split("\n") if not _PREFACE.match(each)]
    if lost:
        rejects.append(Reject("no_head", line, lost[0][:80]))
    whens = instants([_written(head) for head in heads], _FORMS, zone)
    ends = [*(head.start() for head in heads[1:]), len(bare)][: len(heads)]
    place, passed = 0, line
    for head, when, end in zip(heads, whens, ends, strict=True):
        passed += bare.count("\n", place, head.start())
        place = head.start()
        if when is None:
            rejects.append(Reject("bad_time", passed, head[0].strip()[:80]))
        else:
            body = bare[head.end() : end].strip("\n")
            _message(head, body, when, community, rows, ids=chat.ids is not False)
    return bool(heads)


def _written(head: re.Match[str]) -> str:
    half = head["late"] or _HALVES.get(head["early"] or "", "")
    return f"{head['date'].replace('/', '-')} {head['clock']} {half}".rstrip()


def _message(head: re.Match[str], body: str, when: Instant, community: str, rows: Rows, *, ids: bool) -> None:
    number = head["number"]
    if number in SYSTEM_NUMBERS or (number is None and head["name"] == SYSTEM_NAME):
        rows.add_notice(read_notice(body), body, when, community)
        return
    native = number or (head["mail"] or "").lower() or None
    name, role = titled(head["name"].strip())
    if not ids:  # a chat without numbers: whatever stands there is the name
        native, name, role = None, head["who"].strip(), None
    shown = name if name and name != native else None
    who = account_id(native, shown)
    kind, words, attachments = kind_of(body)
    rows.said.append(Said(when, community, who, shown, kind, words, attachments=attachments))
    if role is not None and who is not None:
        rows.seen.append(Seen(when, community, who, shown, role))
