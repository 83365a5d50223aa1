"""Damages small exports of every kind of reader from a seed, and says beforehand what must come of each."""

from __future__ import annotations

import io
import json
import random
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field

import xlsxwriter

SEED = 3
WORDS = [
    "今天", "团购", "收到", "谢谢", "老师", "宝宝", "手机", "第三章", "打卡", "请问", "怎么", "下单", "退款", "已经",
    "发货", "群里", "通知", "周末", "活动", "报名",
]  # fmt: skip
START = 1_762_740_000  # 2025-11-10 02:00 UTC


@dataclass
class Said:
    """One record: who said what, when (seconds after the start)."""

    who: str
    text: str
    at: int

    @property
    def iso(self) -> str:
        hours, rest = divmod(self.at, 3600)
        return f"2025-11-10 {2 + hours:02}:{rest // 60:02}:{rest % 60:02}"


@dataclass
class Damaged:
    """A document and what must come of it: these texts, so many rejects; or a refusal that says these words."""

    name: str
    data: bytes
    texts: list[str] = field(default_factory=list)
    rejected: int = 0
    refused: str = ""


@dataclass(frozen=True)
class Kind:
    """One kind of reader: the format forced, how records are written, what stands around them."""

    name: str
    format: str
    file: str
    head: bytes
    tail: bytes
    between: bytes
    written: Callable[[Said], bytes]
    garbage: tuple[bytes, ...]  # each stands for one record and is one reject
    bad_times: tuple[str, ...]
    structured: bool = False

    def document(self, records: list[bytes]) -> bytes:
        return self.head + self.between.join(records) + self.tail


def records(chance: random.Random) -> list[Said]:
    texts = ["".join(chance.choices(WORDS, k=chance.randint(6, 12))) + str(n) for n in range(8)]
    return [Said(f"成员{n % 3}", text, n * 60 + chance.randrange(60)) for n, text in enumerate(texts)]


# -- the kinds ----------------------------------------------------------------------------------------------------
_META = {"name": "读书会", "platform": "wechat", "type": "group", "groupId": "g1"}
_CHATLAB = {"version": "0.0.2", "exportedAt": START + 86_400}


def _object(said: Said) -> dict[str, object]:
    return {"sender": said.who, "accountName": said.who, "timestamp": START + said.at, "type": 0, "content": said.text}


def _compact(value: object) -> bytes:
    return json.dumps(value, ensure_ascii=False).encode()


def _json(said: Said) -> bytes:
    return _compact(_object(said))


def _indented(said: Said) -> bytes:
    return "\n".join(
        f"    {line}" for line in json.dumps(_object(said), ensure_ascii=False, indent=2).split("\n")
    ).encode()


def _line(said: Said) -> bytes:
    return _compact({"_type": "message", **_object(said)})


def _csv(said: Said) -> bytes:
    time = said.iso.replace(" ", "T") + ".0000000+00:00"
    return f'"3000000000000{ord(said.who[-1]):05}","{said.who}","{time}","{said.text}","",""'.encode()


def _txt(said: Said) -> bytes:
    return f"{said.iso} {said.who}(1002{ord(said.who[-1]):05})\n{said.text}\n".encode()


_JSON_HEAD = _compact({"chatlab": _CHATLAB, "meta": _META})[:-1] + b', "messages": ['
_LINES_HEAD = _compact({"_type": "header", "chatlab": _CHATLAB, "meta": _META}) + b"\n"
_GARBAGE = (b"null", b"3", b'"x"', b"[1]", b"{}", b'{"timestamp": 1762740000}', b'{"sender": "a", "timestamp": {}}')
_TIMES = ("-1", "0", "1e300", "99999999999999", '"gestern"', "null", "[]", "9" * 5000, "NaN", "Infinity", '""')
_QQ_HEAD = (
    "消息记录（此消息记录为文本格式，不支持重新导入）\n\n" + "=" * 64 + "\n消息分组:我的群\n" + "=" * 64
    + "\n消息对象:读书会\n" + "=" * 64 + "\n\n"
)  # fmt: skip

KINDS = (
    Kind("json", "chatlab", "a.json", _JSON_HEAD, b"]}", b", ", _json, _GARBAGE, _TIMES, True),
    Kind("indented", "chatlab", "a.json", _JSON_HEAD + b"\n", b"\n  ]\n}\n", b",\n", _indented, _GARBAGE, _TIMES,
         True),
    Kind("lines", "chatlab", "a.jsonl", _LINES_HEAD, b"\n", b"\n", _line,
          (b"null", b"3", b'{"_type": "message"', b"%%%", b'{"_type": "message"}', b"[]"), _TIMES, True),
    Kind("csv", "discord_csv", "Books - hall [200000000000000001].csv",
         b"AuthorID,Author,Date,Content,Attachments,Reactions\n", b"\n", b"\n", _csv,
         (b'"only one"', b'"a","b"', b"x,y,z"), ("gestern", "", "99/99/9999 1:00 PM", "2025-13-45T99:99:99", "0")),
    Kind("log", "qq_txt", "读书会.txt", _QQ_HEAD.encode(), b"", b"\n", _txt, (), ()),
)  # fmt: skip


# -- the damage ---------------------------------------------------------------------------------------------------
def variants(kind: Kind, count: int) -> list[Damaged]:
    """Return so many damaged documents of a kind; the same each time."""
    chance = random.Random(f"{SEED}/{kind.name}")
    found: list[Damaged] = []
    while len(found) < count:
        found += _round(kind, chance)
    return found[:count]


def _round(kind: Kind, chance: random.Random) -> Iterator[Damaged]:
    said = records(chance)
    texts = [one.text for one in said]
    rows = [kind.written(one) for one in said]
    whole = kind.document(rows)
    yield from _recoded(whole, texts)
    n = chance.randrange(len(rows))
    swapped = [*rows]
    m = chance.randrange(len(rows))
    swapped[n], swapped[m] = swapped[m], swapped[n]
    moved = [*texts]
    moved[n], moved[m] = moved[m], moved[n]
    yield Damaged("two records swapped", kind.document(swapped), moved)
    yield Damaged("a record twice", kind.document([*rows, rows[n]]), [*texts, texts[n]])
    yield Damaged("a record missing", kind.document(rows[:n] + rows[n + 1 :]), texts[:n] + texts[n + 1 :])
    if kind.garbage:
        many = chance.sample(kind.garbage, 2)
        bad = [*rows[:n], many[0], *rows[n:m], many[1], *rows[m:]] if n <= m else [many[0], *rows, many[1]]
        yield Damaged("garbage among the records", kind.document(bad), texts, 2)
    for written in kind.bad_times:
        late = [*rows[:n], _timed(kind, said[n], written), *rows[n + 1 :]]
        yield Damaged(f"time {written[:12]}", kind.document(late), texts[:n] + texts[n + 1 :], 1)
    yield from _reworded(kind, said, rows, n, chance)
    yield from _cut(kind, rows, texts, chance)
    if kind.structured:
        yield from _json_tricks(kind, said, rows, n)


def _recoded(whole: bytes, texts: list[str]) -> Iterator[Damaged]:
    text = whole.decode("utf-8")
    for coding in ("utf-8-sig", "utf-16", "gb18030"):
        yield Damaged(f"in {coding}", text.encode(coding), texts)
    for order in ("le", "be"):
        yield Damaged(f"in utf-16-{order}", ("\ufeff" + text).encode(f"utf-16-{order}"), texts)
    yield Damaged("with Windows line ends", whole.replace(b"\n", b"\r\n"), texts)
    yield Damaged("with blank lines after it", whole + b"\n\n\n", texts)


def _timed(kind: Kind, one: Said, written: str) -> bytes:
    good = one.iso.replace(" ", "T") + ".0000000+00:00" if kind.format == "discord_csv" else str(START + one.at)
    return kind.written(one).replace(good.encode(), written.encode())


def _reworded(kind: Kind, said: list[Said], rows: list[bytes], n: int, chance: random.Random) -> Iterator[Damaged]:
    """Put into one text what must arrive there changed, and only there."""
    old = said[n].text
    for put, comes in (
        (b"\xff", "\ufffd"), (b"\xc0\xaf", "\ufffd\ufffd"), (b"\xed\xa0\x80", "\ufffd\ufffd\ufffd"), (b"=1+1", "=1+1"),
        (b"\xef\xbf\xbd", "\ufffd"), (b"\xe2\x80\xae", "\u202e"), (b"<script>", "<script>"), (b"\xe4\xb8", "\ufffd"),
    ):  # fmt: skip
        at = chance.randint(1, len(old) - 1)
        raw = old[:at].encode() + put + old[at:].encode()
        changed = [*rows[:n], rows[n].replace(old.encode(), raw), *rows[n + 1 :]]
        texts = [one.text for one in said]
        texts[n] = old[:at] + comes + old[at:]
        yield Damaged(f"with {put!r}", kind.document(changed), texts)


def _cut(kind: Kind, rows: list[bytes], texts: list[str], chance: random.Random) -> Iterator[Damaged]:
    """End the document inside a record: those before it are read, it is rejected (a log cannot know)."""
    n = chance.randrange(1, len(rows))
    begun = kind.head + kind.between.join(rows[:n]) + kind.between
    if kind.name == "log":
        yield Damaged("cut after a record", begun, texts[:n])
        return
    inside = rows[n][: len(rows[n]) * 2 // 3]
    yield Damaged("cut inside a record", begun + inside, texts[:n], 1)
    yield Damaged("cut after a record", begun, texts[:n])


def _json_tricks(kind: Kind, said: list[Said], rows: list[bytes], n: int) -> Iterator[Damaged]:
    texts = [one.text for one in said]
    without = texts[:n] + texts[n + 1 :]

    def put(more: bytes) -> bytes:
        place = rows[n].rindex(b"}")
        return kind.document([*rows[:n], rows[n][:place] + b', "more": ' + more + b"}", *rows[n + 1 :]])

    yield Damaged("an unknown field", put(b'{"a": [1, {"b": null}]}'), texts)
    yield Damaged("a number of 400 digits in it", put(b"7" * 400), texts)
    yield Damaged(
        "the same key twice", kind.document([row.replace(b'"type"', b'"type": 0, "type"') for row in rows]), texts
    )
    yield Damaged("100,000 brackets deep", put(b"[" * 100_000 + b"]" * 100_000), without, 1)
    surrogate = rows[n].replace(said[n].text.encode(), b"a\\ud800b")
    yield Damaged("a lone surrogate", kind.document([*rows[:n], surrogate, *rows[n + 1:]]),
                  [*texts[:n], "a\ufffdb", *texts[n + 1 :]])  # fmt: skip
    if kind.name != "lines":
        yield Damaged("no bracket opens it", kind.document(rows)[1:], [], 0, "不是完整的")
        yield Damaged("cut in its header", kind.head[: len(kind.head) // 2], [], 0, "不是完整的")


# -- workbooks -----------------------------------------------------------------------------------------------------
def workbook(said: list[Said], times: dict[int, str] | None = None) -> bytes:
    """Return QQ Chat Exporter's workbook of the records; `times` puts other times in some rows."""
    out = io.BytesIO()
    book = xlsxwriter.Workbook(out, {"in_memory": True, "strings_to_formulas": False})
    sheet = book.add_worksheet("聊天记录")
    sheet.write_row(0, 0, ["序号", "时间", "发送者", "消息类型", "消息内容", "是否撤回"])
    for n, one in enumerate(said):
        time = (times or {}).get(n, one.iso.replace("-", "/"))
        sheet.write_row(n + 1, 0, [n + 1, time, one.who, "text", one.text, "否"])
    book.close()
    return out.getvalue()
