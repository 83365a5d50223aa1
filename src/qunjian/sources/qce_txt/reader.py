"""Reads QQ Chat Exporter's plain text, in the layout of V5 (name, time, words) and of V4's streaming mode."""

from __future__ import annotations

import datetime as dt
import re
from typing import TYPE_CHECKING

import msgspec

from qunjian.model.capabilities import Capabilities
from qunjian.model.language import Phrase
from qunjian.model.records import Reject
from qunjian.sources.encodings import Utf8Stream, checked_encoding, utf8_head
from qunjian.sources.pieces import joined
from qunjian.sources.qq.accounts import EVERYONE, PLATFORM, account_id, named
from qunjian.sources.qq.cutting import records
from qunjian.sources.qq.exporter import exported_times, read_words
from qunjian.sources.qq.notices import read_notice
from qunjian.sources.qq.rows import PRIVATE_WARNING, SYSTEM_NAME, Instant, Rows, Said, communities
from qunjian.sources.reader import Options, Outcome, Parsed, Slice
from qunjian.text.late import late

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from qunjian.sources.document import Document

_BANNER = late(rb"\A\s*\[QQ ?Chat ?Exporter[^\]\n]*\]")
_BLOCK = (
    r"(?:\[[0-9]+\]\r?\n)?(?P<name>[^\r\n]*):\r?\n"
    r"时间: (?P<time>[0-9]{4}[-/][0-9]{1,2}[-/][0-9]{1,2}[^\r\n]*)\r?\n"
)
_LINE = (
    r"\[#[0-9]+\] (?P<time>[0-9]{4}/[0-9]{1,2}/[0-9]{1,2} [0-9]{1,2}:[0-9]{2}:[0-9]{2}) (?P<name>[^\r\n]*)(?:\r?\n|\Z)"
)
_STARTS = {
    True: late(rf"\n(?P<start>{_LINE})".encode()),
    False: late(rf"\n\r?\n(?P<start>{_BLOCK})".encode()),
}
_HEADS = {True: late(f"^{_LINE}", re.MULTILINE), False: late(rf"(?:\A|(?<=\n\n)){_BLOCK}")}
_FOOTER = late(r"\n={20,}\n\s*导出完成[\s\S]*\Z")
_FIELDS = late(r"^(?:资源: [0-9]+ 个文件(?:\n  - [^\n]*)*|提及: [^\n]*|回复: [\s\S]*)", re.MULTILINE)
_FILE = late(r"^  - (?P<kind>\w+): (?P<name>[^\n]*)$", re.MULTILINE)
_MENTIONED = late(r"^提及: (?P<names>[^\n]*)$", re.MULTILINE)
_KIND = late(r"\A类型: [^\n]*\n?")
_NOBODY = frozenset({"未知用户", "未知", SYSTEM_NAME, ""})
_GROUP = "群聊"


class _Context(msgspec.Struct):
    """What stands above the messages, and which of the two layouts it is."""

    streaming: bool = False
    chat: str = ""
    kind: str = ""
    exported: str | None = None


class QceTextReader:
    """QQ Chat Exporter, TXT."""

    format_id = "qce_txt"
    title = Phrase("QQ Chat Exporter 的文本（.txt）", "QQ Chat Exporter text (.txt)")
    capabilities = Capabilities(
        {
            "message_ids": "no", "replies": "no", "threads": "no", "reactions": "no", "mentions": "partly",
            "roles": "no", "joins": "partly", "leaves": "partly", "roster": "no", "reads": "no", "edits": "no",
            "recalls": "partly", "media": "yes", "accounts": "no",
        }
    )  # fmt: skip

    def sniff(self, head: bytes, name: str) -> int:
        return 96 if _BANNER.match(head) and "聊天名称:".encode() in head else 0

    def slices(self, document: Document, options: Options) -> Iterator[Slice]:
        head = utf8_head(document.head(8192), checked_encoding(options.encoding)).decode("utf-8", "replace")
        found = _context(head.replace("\r\n", "\n"))
        stream = Utf8Stream(document, options.encoding)
        packed = msgspec.json.encode(found)
        for line, data in records(stream, _STARTS[found.streaming], options.slice_bytes, document.name):
            yield Slice(line, data, packed, document.name, stream.take_cleaned())

    def parse(self, piece: Slice, options: Options) -> Parsed:
        context = msgspec.json.decode(piece.context, type=_Context)
        parsed = Parsed(cleaned=dict(piece.cleaned))
        if context.kind and context.kind != _GROUP and options.community is None:
            if piece.first == 1:
                parsed.warnings = (PRIVATE_WARNING,)
            return parsed
        (stamp,) = exported_times([context.exported], options.zone)
        parsed.export_stamp = None if stamp is None else dt.datetime.fromtimestamp(stamp.sent / 1e6, dt.UTC)
        number = named(piece.name).number
        community = options.community or f"{PLATFORM}:{number or context.chat or named(piece.name).stem}"
        text = piece.data.decode("utf-8", "replace").replace("\r\n", "\n")
        rows, rejects = Rows(me=options.me), list[Reject]()
        _messages(text, piece.first, context, community, options.zone, rows, rejects)
        if piece.first == 1:
            parsed.states = communities(PLATFORM, {community: context.chat}, options.zone)
        rows.fill(parsed, options.zone, rejects)
        return parsed

    def parse_many(self, pieces: Sequence[tuple[int, Slice]], options: Options) -> Outcome:
        return joined((document, self.parse(piece, options)) for document, piece in pieces)


def _context(head: str) -> _Context:
    above = head.split("\n\n\n", 1)[0][:2000]
    said = {
        name: found[1].strip()
        for name in ("聊天名称", "聊天类型", "导出时间")
        if (found := re.search(rf"^{name}:(.*)$", above, re.MULTILINE))
    }
    streaming = "Streaming Mode" in head[:200]
    return _Context(streaming, said.get("聊天名称", ""), said.get("聊天类型", ""), said.get("导出时间"))


def _messages(
    text: str, line: int, context: _Context, community: str, zone: str | None, rows: Rows, rejects: list[Reject]
) -> None:
    """Read the messages of a slice; the document's own lines above and below them are none."""
    heads = list(_HEADS[context.streaming].finditer(text))
    if not heads and line > 1 and text.strip():
        rejects.append(Reject("no_head", line, " ".join(text.split())[:80]))
    whens = exported_times([head["time"] for head in heads], zone)
    ends = [*(head.start() for head in heads[1:]), len(text)][: len(heads)]
    place = 0
    for head, when, end in zip(heads, whens, ends, strict=True):
        line += text.count("\n", place, head.start())
        place = head.start()
        if when is None:
            rejects.append(Reject("bad_time", line, " ".join(head[0].split())[:80]))
        else:
            body = text[head.end() : end]
            if end == len(text):
                body = _FOOTER.sub("", f"\n{body}")
            body = body.strip("\n")
            _message(head["name"].strip(), body, when, community, rows, streaming=context.streaming)


def _message(name: str, body: str, when: Instant, community: str, rows: Rows, *, streaming: bool) -> None:
    attached: list[tuple[str, str]] = []
    mentions: list[str] | None = None
    if not streaming:
        body, fields = _parted(_KIND.sub("", body))
        attached = [(each["kind"], each["name"]) for each in _FILE.finditer(fields)]
        listed = _MENTIONED.search(fields)
        mentions = _mentions(listed["names"]) if listed else None
    if name in _NOBODY:
        rows.add_notice(read_notice(body), body, when, community)
        return
    if "撤回了" in body and body.startswith(name) and read_notice(body).kind == "recall":
        rows.said.append(Said(when, community, account_id(None, name), name, "recall", body))
        return
    kind, shown, files = read_words(body, "", attached)
    rows.said.append(
        Said(when, community, account_id(None, name), name, kind, shown, None, None, mentions, None, files)
    )


def _parted(body: str) -> tuple[str, str]:
    """Return the words and the exporter's own lines after them; a line a member typed alike stays with the words."""
    said = body.removeprefix("内容: ") if body.startswith("内容: ") else f"\n{body}"
    for found in _FIELDS.finditer(said):
        line = found[0]
        answers = line.startswith("回复") and not said.startswith("[回复")
        names = line.startswith("提及") and "@" not in said[: found.start()]
        if not answers and not names:
            return said[: found.start()].strip("\n"), said[found.start() :]
    return said.strip("\n"), ""


def _mentions(names: str) -> list[str] | None:
    """Return the people named: a name that holds a comma falls apart, as the exporter writes it."""
    found = [each.strip() for each in names.split(", ") if each.strip()]
    return [EVERYONE if name in ("全体成员", "all") else f"{PLATFORM}:name:{name}" for name in found] or None
