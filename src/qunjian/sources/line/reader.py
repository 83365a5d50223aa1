"""Reads the text LINE writes of a chat ("[LINE] … .txt"), from phones and from the desktop client."""

from __future__ import annotations

import datetime as dt
import re
from itertools import islice, zip_longest
from typing import TYPE_CHECKING

import msgspec
import pyarrow as pa

from qunjian.model.capabilities import Capabilities
from qunjian.model.language import Phrase
from qunjian.model.records import Reject
from qunjian.sources.encodings import Utf8Stream, checked_encoding, utf8_head
from qunjian.sources.json_records import excerpt
from qunjian.sources.line.heads import DAY, HEAD, SPACED, START, Title, clock, day_said, title_of
from qunjian.sources.line.phrases import account, is_recalled, media, told
from qunjian.sources.mapping.inputs import as_text
from qunjian.sources.qq.cutting import records
from qunjian.sources.reader import Options, Outcome, Parsed, Slice
from qunjian.sources.times import utc_of_wall
from qunjian.sources.wall_rows import EventRow, Held, MessageRow, Rows, alone, outcome
from qunjian.text.late import late

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from qunjian.sources.document import Document

PLATFORM = "line"
PRIVATE_LEFT_OUT = "私聊不是社群，没有读（要读请用 --community） / private talks are not read (--community reads them)"
UNNAMED = (
    "文件没有说是哪个群：请用 --community 指定 / the file does not say which group it is: use --community"
)  # fmt: skip
SPACES = (
    "名字与正文之间只有空格：名字里有空格的人只认得第一个词 / only a space parts name and words: of names with "
    "spaces the first word alone is known"
)
_OWN = late(r"(?i)the (?:group|chat)|unsent|群|聊天|收回|撤回|グループ|取り消|그룹|메시지")
_MEMBERSHIP = frozenset({"joined", "left", "kicked", "invited"})
_NAMED = late(r"\[LINE\] ?(?P<name>[^/]+?)(?:的聊天(?:记录|記錄)?|のトーク(?:履歴)?)?\.txt$")


class At(msgspec.Struct, frozen=True):
    """Where a slice begins: the chat, the day so far (µs), whether only spaces part names from words."""

    title: Title
    name: str
    day: int | None = None
    spaced: bool = False
    skip: bool = False


class LineReader:
    """LINE chat export."""

    format_id = "line"
    title = Phrase("LINE 导出的聊天（.txt）", "LINE chat export (.txt)")
    capabilities = Capabilities(
        {
            "message_ids": "no", "replies": "no", "threads": "no", "reactions": "no", "mentions": "no", "roles": "no",
            "joins": "partly", "leaves": "partly", "roster": "no", "reads": "no", "edits": "no", "recalls": "partly",
            "media": "partly", "accounts": "no",
        }
    )  # fmt: skip

    def sniff(self, head: bytes, name: str) -> int:
        if head.lstrip(b"\xef\xbb\xbf \r\n\t").startswith((b"{", b"<")):
            return 0
        text = head[:16_384].decode("utf-8", "ignore").replace("\r\n", "\n").lstrip("\ufeff\n ")
        titled = title_of(text)
        days = sum(day_said(line.strip()) is not None for line in islice(text.split("\n"), 400))
        heads = sum(1 for _ in HEAD.finditer(text))
        if titled.name and (heads or days or titled.saved is not None):
            return 97
        if not days or day_said(text.partition("\n")[0].strip()) is None:
            return 0
        return 85 if heads else 60 if SPACED.search(text) else 0

    def slices(self, document: Document, options: Options) -> Iterator[Slice]:
        head = utf8_head(document.head(), checked_encoding(options.encoding)).decode("utf-8", "ignore")
        at = _begin(head.replace("\r\n", "\n"), document.name, options)
        stream = Utf8Stream(document, options.encoding)
        for first, data in records(stream, START, options.slice_bytes, document.name):
            yield Slice(first, data, msgspec.json.encode(at), document.name, stream.take_cleaned())
            text = data.decode("utf-8", "replace").replace("\r\n", "\n")
            days = [day for hit in DAY.finditer(text) if (day := day_said(hit[0].strip())) is not None]
            at = msgspec.structs.replace(at, day=days[-1]) if days else at

    def parse(self, piece: Slice, options: Options) -> Parsed:
        return alone(self.parse_many([(0, piece)], options))

    def parse_many(self, pieces: Sequence[tuple[int, Slice]], options: Options) -> Outcome:
        return outcome(PLATFORM, [_held(document, piece, options) for document, piece in pieces], options)


def _begin(head: str, name: str, options: Options) -> At:
    title = title_of(head)
    spaced = HEAD.search(head) is None
    speakers = {hit["who"] for hit in (SPACED if spaced else HEAD).finditer(head) if hit["who"]}
    # Older clients call a talk of many one "with" its name too: whoever speaks tells.
    skip = title.private and len(speakers) <= 2 and options.community is None
    named = _NAMED.search(name)
    return At(title, title.name or (named["name"] if named else ""), spaced=spaced, skip=skip)


def _held(document: int, piece: Slice, options: Options) -> Held:
    at = msgspec.json.decode(piece.context, type=At)
    cleaned = dict(piece.cleaned)
    community = options.community or f"{PLATFORM}:{(at.name or 'chat').casefold()}"
    opening = piece.first == 1
    if at.skip:
        return Held(document, Rows(), community, warnings=(PRIVATE_LEFT_OUT,) if opening else ())
    text = as_text(piece.data, cleaned).replace("\r\n", "\n")
    rows = _rows(text, piece.first, at, opening=opening)
    if not opening:
        return Held(document, rows, community, cleaned=cleaned)
    doubts = (*(() if at.name or options.community else (UNNAMED,)), *((SPACES,) if at.spaced else ()))
    stamp = None
    if at.title.saved is not None:
        saved = utc_of_wall(pa.array([at.title.saved], pa.int64()), options.zone)[0].as_py()
        stamp = dt.datetime.fromtimestamp(saved / 1_000_000, dt.UTC)
    return Held(document, rows, community, at.name or "chat", cleaned, doubts, stamp)


def _rows(text: str, first: int, at: At, *, opening: bool) -> Rows:
    rows = Rows()
    day, line, counted = at.day, first, 0
    marks = sorted([*(SPACED if at.spaced else HEAD).finditer(text), *DAY.finditer(text)], key=re.Match.start)
    marks = [hit for hit in marks if hit.re.pattern != DAY.pattern or day_said(hit[0].strip()) is not None]
    before = text[: marks[0].start()] if marks else text
    lost = [each for each in before.split("\n")[2 if opening and at.title.name else 0 :] if each.strip("\ufeff \t")]
    if lost:
        rows.rejects.append(Reject("before_first_record", first, excerpt(lost[0].encode("utf-8", "replace"))))
    for hit, following in zip_longest(marks, marks[1:]):
        line += text.count("\n", counted, hit.start())
        counted = hit.start()
        if hit.re.pattern == DAY.pattern:
            day = day_said(hit[0].strip())
            continue
        time = clock(hit["half"], hit["h"], hit["min"], hit["late"])
        if time is None or day is None:
            reason = "bad_time" if time is None else "no_date"
            rows.rejects.append(Reject(reason, line, excerpt(hit[0].encode("utf-8", "replace"))))
            continue
        more = text[hit.end() : following.start() if following else len(text)].rstrip("\n")
        if at.spaced:
            _spaced(rows, day + time, hit["who"], (hit["text"] or "") + more)
        else:
            _add(rows, day + time, hit["who"], hit["text"] + more)
    return rows


def _spaced(rows: Rows, wall: int, who: str, words: str) -> None:
    whole = f"{who} {words}".rstrip()
    said = told(whole) if _OWN.search(words) else None
    own = said is not None and who in (said.actor, *said.who)
    _add(rows, wall, None if own else who, whole if own else words)


def _add(rows: Rows, wall: int, who: str | None, words: str) -> None:
    if not who:
        _own_line(rows, wall, words.strip())
        return
    account_id, name = account(who)
    if is_recalled(words):
        rows.messages.append(MessageRow(wall, account_id, name, "recall", words))
        return
    if words.startswith('"') and words.endswith('"') and "\n" in words:
        words = words[1:-1].replace('""', '"')
    found = media(words)
    if found is not None:
        kind, beside, files = found
        rows.messages.append(MessageRow(wall, account_id, name, kind, beside, None, files))
    else:
        kind = "system" if words.startswith("☎") else "text"
        rows.messages.append(MessageRow(wall, account_id, name, kind, words))


def _own_line(rows: Rows, wall: int, line: str) -> None:
    said = told(line)
    if said is not None and said.kind in _MEMBERSHIP and said.who:
        actor = account(said.actor)[0] if said.actor else None
        for name in said.who:
            account_id, called = account(name)
            mine = said.actor is not None and actor is None
            rows.events.append(EventRow(wall, account_id, called, said.kind, actor, by_exporter=mine))
        return
    if said is not None and said.kind == "recall":
        by = account(said.who[0]) if said.who else (None, None)
        rows.messages.append(MessageRow(wall, by[0], by[1], "recall", line))
        return
    rows.messages.append(MessageRow(wall, None, None, "system", line))
