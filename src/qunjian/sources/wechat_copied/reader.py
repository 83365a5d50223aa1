"""Reads text copied out of WeChat's windows (several messages chosen, then copied) or sent by its mail function."""

from __future__ import annotations

import re
from itertools import zip_longest
from pathlib import PurePosixPath
from typing import TYPE_CHECKING

import msgspec

from qunjian.model.capabilities import Capabilities
from qunjian.model.language import Phrase
from qunjian.model.records import Reject
from qunjian.sources.encodings import Utf8Stream, checked_encoding, utf8_head
from qunjian.sources.json_records import excerpt
from qunjian.sources.mapping.inputs import as_text
from qunjian.sources.qq.cutting import records
from qunjian.sources.reader import Options, Outcome, Parsed, Slice
from qunjian.sources.wall_rows import Held, MessageRow, Rows, alone, outcome
from qunjian.sources.wechat.rows import PLATFORM, PRIVATE_LEFT_OUT
from qunjian.sources.wechat_copied.heads import BARE, DAY, HEAD, START, clock, day_of, shown, title_of
from qunjian.text.late import late

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from qunjian.sources.document import Document

_NAMED = late(r"(?i)微信|wechat|weixin")
UNNAMED = (
    "复制的文字没有说是哪个群，按文件名算；可用 --community 指定 / the copied text does not say which group it is: the "
    "file's name counts, or --community"
)


class At(msgspec.Struct, frozen=True):
    """Where a slice begins: the group, whether the text names it, the day so far (µs), whether nothing is read."""

    name: str
    named: bool
    day: int | None = None
    skip: bool = False


class WechatCopiedReader:
    """Text copied out of WeChat."""

    format_id = "wechat_copied"
    title = Phrase(
        "从微信窗口复制、或用微信邮件功能发出的聊天文字（.txt）", "text copied from WeChat's windows or its mail (.txt)"
    )
    capabilities = Capabilities(
        {
            "message_ids": "no", "replies": "no", "threads": "no", "reactions": "no", "mentions": "partly",
            "roles": "no", "joins": "no", "leaves": "no", "roster": "no", "reads": "no", "edits": "no",
            "recalls": "no", "media": "partly", "accounts": "no",
        }
    )  # fmt: skip

    def sniff(self, head: bytes, name: str) -> int:
        text = head[:16_384].decode("utf-8", "ignore").replace("\r\n", "\n").lstrip("\ufeff\n ")
        heads = list(HEAD.finditer(text))
        days = DAY.search(text) is not None
        titled, private = title_of(text)
        if heads and (days or titled or private):
            return 95
        # Many tools write "name 2026-01-05 12:00:00": only a file called WeChat's is taken for WeChat's.
        if heads and heads[0].start() == 0 and heads[0]["date"]:
            return 70 if _NAMED.search(name) else 45
        return 40 if BARE.match(text) and _NAMED.search(name) else 0

    def slices(self, document: Document, options: Options) -> Iterator[Slice]:
        head = utf8_head(document.head(), checked_encoding(options.encoding)).decode("utf-8", "ignore")
        title, private = title_of(head.replace("\r\n", "\n"))
        at = At(title or PurePosixPath(document.name).stem, bool(title), skip=private and options.community is None)
        stream = Utf8Stream(document, options.encoding)
        for first, data in records(stream, START, options.slice_bytes, document.name):
            yield Slice(first, data, msgspec.json.encode(at), document.name, stream.take_cleaned())
            days = DAY.findall(data.decode("utf-8", "replace").replace("\r\n", "\n"))
            at = msgspec.structs.replace(at, day=day_of(days[-1])) if days else at

    def parse(self, piece: Slice, options: Options) -> Parsed:
        return alone(self.parse_many([(0, piece)], options))

    def parse_many(self, pieces: Sequence[tuple[int, Slice]], options: Options) -> Outcome:
        return outcome(PLATFORM, [_held(document, piece, options) for document, piece in pieces], options)


def _held(document: int, piece: Slice, options: Options) -> Held:
    at = msgspec.json.decode(piece.context, type=At)
    community = options.community or f"{PLATFORM}:{at.name.casefold()}"
    opening = piece.first == 1
    if at.skip:
        return Held(document, Rows(), community, warnings=(PRIVATE_LEFT_OUT,) if opening else ())
    cleaned = dict(piece.cleaned)
    rows = _rows(as_text(piece.data, cleaned).replace("\r\n", "\n"), piece.first, at)
    if not opening:
        return Held(document, rows, community, cleaned=cleaned)
    doubts = () if at.named or options.community else (UNNAMED,)
    return Held(document, rows, community, at.name, cleaned, doubts)


def _rows(text: str, first: int, at: At) -> Rows:
    rows = Rows()
    day, line, counted = at.day, first, 0
    marks = sorted([*HEAD.finditer(text), *DAY.finditer(text)], key=re.Match.start)
    before = text[: marks[0].start()] if marks else text
    _lost(rows, before, first, at)
    for hit, following in zip_longest(marks, marks[1:]):
        line += text.count("\n", counted, hit.start())
        counted = hit.start()
        if hit.re.pattern == DAY.pattern:
            day = day_of(hit["date"])
            continue
        time, on = clock(hit), day_of(hit["date"]) if hit["date"] else day
        if time is None or on is None:
            reason = "bad_time" if time is None or hit["date"] else "no_date"
            rows.rejects.append(Reject(reason, line, excerpt(hit[0].encode("utf-8", "replace"))))
            continue
        words = text[hit.end() : following.start() if following else len(text)].strip("\n")
        kind, own, files, mentions = shown(words)
        who = hit["who"].strip()
        rows.messages.append(MessageRow(on + time, f"{PLATFORM}:name:{who}", who, kind, own, mentions, files))
    return rows


def _lost(rows: Rows, before: str, first: int, at: At) -> None:
    """Reject what stands before the first time: messages copied without any, or words that are no title."""
    bare = [hit for hit in BARE.finditer(before) if "的聊天记录" not in hit[0]]
    line, counted = first, 0
    for hit in bare:
        line += before.count("\n", counted, hit.start())
        counted = hit.start()
        rows.rejects.append(Reject("no_date", line, excerpt(hit[0].encode("utf-8", "replace"))))
    rest = before[: bare[0].start()] if bare else before
    words = [each for each in rest.split("\n") if each.strip("\ufeff \t") and "的聊天记录" not in each]
    if words:
        rows.rejects.append(Reject("before_first_record", first, excerpt(words[0].encode("utf-8", "replace"))))
