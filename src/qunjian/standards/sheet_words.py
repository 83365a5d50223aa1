"""Turns a team's sheet of banned words into word lists by category and severity, whatever way round it is laid out."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, NamedTuple

from qunjian.model.language import Phrase
from qunjian.standards.sheet_headings import Grid, Header, Note, cell, find_header, plain, severity_of, split_words

if TYPE_CHECKING:
    from collections.abc import Iterator

    from qunjian.model.records import Severity
    from qunjian.standards.rules import Category


class Word(NamedTuple):
    """One banned word with what its row says of it."""

    text: str
    category: str = ""
    severity: Severity | None = None
    exempt: tuple[str, ...] = ()
    hint: str = ""
    basis: str = ""


class Kind(NamedTuple):
    """A category of ours that a team's category means."""

    slug: str
    category: Category
    signs: tuple[str, ...]


KINDS = (
    Kind("absolute_terms", "compliance", ("极限", "绝对化", "最高级", "广告法")),
    Kind("porn", "compliance", ("色情", "涉黄", "低俗", "淫秽", "性")),
    Kind("politics", "compliance", ("政治", "涉政", "敏感人物", "时政")),
    Kind("terror", "compliance", ("暴恐", "恐怖", "暴力", "血腥")),
    Kind("gambling", "compliance", ("赌", "博彩", "彩票")),
    Kind("drugs", "compliance", ("毒", "违禁品", "枪", "管制")),
    Kind("fraud", "compliance", ("诈骗", "欺诈", "刷单", "兼职", "黑产")),
    Kind("health", "compliance", ("医疗", "医药", "功效", "健康", "保健", "疗效")),
    Kind("finance", "compliance", ("金融", "投资", "理财", "贷款", "股票")),
    Kind("education", "compliance", ("教育", "培训", "考试", "学历")),
    Kind("superstition", "compliance", ("迷信", "宗教", "邪教")),
    Kind("rumour", "compliance", ("谣言", "不实")),
    Kind("contact", "spam", ("引流", "联系方式", "加微", "二维码", "外链", "微信")),
    Kind("competitor", "spam", ("竞品", "竞对", "同行", "友商")),
    Kind("advertising", "spam", ("广告", "营销", "推广", "促销")),
    Kind("flooding", "spam", ("刷屏", "灌水")),
    Kind("abuse", "conduct", ("辱骂", "骂人", "脏话", "谩骂", "人身攻击", "侮辱", "粗口")),
    Kind("service", "conduct", ("服务", "态度", "禁语", "话术", "不耐烦", "推诿", "承诺")),
    Kind("privacy", "privacy", ("隐私", "个人信息", "身份证", "泄密", "保密")),
)
_ENDS_LIKE_CATEGORY = re.compile(r"(?:类|词|用语|违规|违禁|信息|语|内容)$")
_MOST_LENGTH = 32


def kind_of(category: str) -> Kind | None:
    """Return the category of ours a team's name of a category means."""
    name = plain(category)
    return next((kind for kind in KINDS if any(sign in name for sign in kind.signs)), None)


def read_words(grid: Grid) -> tuple[list[Word], list[Note]]:
    """Return the words of a sheet and what was understood; no words where its layout is not known."""
    header = find_header(grid)
    if header is not None and "word" in header.columns:
        return _by_heading(grid, header)
    body = [tuple(map(str.strip, row)) for row in grid.rows if any(text.strip() for text in row)]
    if not body:
        return [], [Note("skipped", grid.where, Phrase("空表", "an empty sheet"))]
    width = max(sum(bool(text) for text in row) for row in body)
    if width == 1:
        return _one_list(grid, body)
    across, down = _likeness([text for text in body[0] if text]), _likeness([row[0] for row in body if row and row[0]])
    if across > 0 and across >= down:
        return _one_list_per_column(grid, body)
    if down > 0:
        return _one_list_per_row(grid, body)
    return [], [
        Note(
            "skipped",
            grid.where,
            Phrase(
                "看不出哪一列是词：请给表加一行标题，如“违禁词、类别、等级”",
                "cannot tell which column holds words: add a heading row such as 违禁词, 类别, 等级",
            ),
        )
    ]


def _by_heading(grid: Grid, header: Header) -> tuple[list[Word], list[Note]]:
    names = "、".join(grid.rows[header.row][place].strip() for place in header.columns.values())
    words: list[Word] = []
    notes: list[Note] = []
    odd: dict[str, int] = {}
    category = ""
    for row in grid.rows[header.row + 1 :]:
        category = cell(row, header, "category") or category
        said = cell(row, header, "severity")
        severity = severity_of(said) if said else None
        if said and severity is None:
            odd[said] = odd.get(said, 0) + 1
        exempt = tuple(split_words(cell(row, header, "exempt")))
        hint, basis = cell(row, header, "hint"), cell(row, header, "basis")
        found = split_words(cell(row, header, "word"))
        words.extend(Word(text, category, severity, exempt, hint, basis) for text in found)
    said_zh = f"按标题读：第 {header.row + 1} 行“{names}”，得到 {len(words)} 个词"
    said_en = f"read by headings in row {header.row + 1} ({names}): {len(words)} words"
    notes.append(Note("understood", grid.where, Phrase(said_zh, said_en)))
    for text, times in odd.items():
        said_zh = f"不认识的等级“{text}”（{times} 行），按“一般 minor”处理"
        notes.append(
            Note("assumed", grid.where, Phrase(said_zh, f"unknown severity '{text}' ({times} rows), taken as minor"))
        )
    return words, notes


def _one_list(grid: Grid, body: list[tuple[str, ...]]) -> tuple[list[Word], list[Note]]:
    texts = [next(text for text in row if text) for row in body]
    heading = texts[0] if _likeness(texts[:1]) and len(texts) > 1 else ""
    words = [Word(word, heading or grid.sheet) for text in texts[bool(heading) :] for word in split_words(text)]
    said = Phrase(f"按单列词表读，得到 {len(words)} 个词", f"read as one list: {len(words)} words")
    return words, [Note("understood", grid.where, said)]


def _one_list_per_column(grid: Grid, body: list[tuple[str, ...]]) -> tuple[list[Word], list[Note]]:
    words = [
        Word(word, category)
        for place, category in enumerate(body[0])
        if category
        for row in body[1:]
        if place < len(row)
        for word in split_words(row[place])
    ]
    lists = sum(bool(text) for text in body[0])
    said = Phrase(
        f"按一列一类读：{lists} 类，{len(words)} 个词",
        f"read as one list per column: {lists} categories, {len(words)} words",
    )
    return words, [Note("understood", grid.where, said)]


def _one_list_per_row(grid: Grid, body: list[tuple[str, ...]]) -> tuple[list[Word], list[Note]]:
    words = [Word(word, row[0]) for row in body if row[0] for text in row[1:] for word in split_words(text)]
    said = Phrase(
        f"按一行一类读：{len(body)} 类，{len(words)} 个词",
        f"read as one list per row: {len(body)} categories, {len(words)} words",
    )
    return words, [Note("understood", grid.where, said)]


def _likeness(texts: list[str]) -> float:
    """Return which part of the texts look like names of categories."""
    alike = [text for text in texts if len(text) <= 12 and (kind_of(text) or _ENDS_LIKE_CATEGORY.search(text))]
    return len(alike) / len(texts) if texts else 0.0


def usable(words: list[Word], where: str) -> tuple[list[Word], list[Note]]:
    """Return the words that can be looked for, each once; what is dropped or doubtful is noted."""
    kept: dict[tuple[str, str], Word] = {}
    dropped: list[str] = []
    for word in words:
        if len(word.text) < 2 or len(word.text) > _MOST_LENGTH:
            dropped.append(word.text)
        else:
            kept.setdefault((word.text, word.category), word)
    notes = list(_doubts(list(kept.values()), dropped, len(words), where))
    return list(kept.values()), notes


def _doubts(kept: list[Word], dropped: list[str], read: int, where: str) -> Iterator[Note]:
    if dropped:
        zh = f"{len(dropped)} 个词未收：单字或超过 {_MOST_LENGTH} 字（{_some(dropped)}）"
        en = f"{len(dropped)} words left out, one character or over {_MOST_LENGTH} ({_some(dropped)})"
        yield Note("skipped", where, Phrase(zh, en))
    repeated = read - len(dropped) - len(kept)
    if repeated:
        yield Note("understood", where, Phrase(f"{repeated} 个重复词只收一次", f"{repeated} repeated words kept once"))
    short = [word.text for word in kept if len(word.text) == 2 and not word.text.isascii()]
    if short:
        zh = f"{len(short)} 个两字词容易误报，建议改成更长的说法或补例外（{_some(short)}）"
        en = f"{len(short)} two-character words may hit innocent text: write longer ones ({_some(short)})"
        yield Note("assumed", where, Phrase(zh, en))


def _some(texts: list[str]) -> str:
    return "、".join(texts[:8]) + ("…" if len(texts) > 8 else "")
