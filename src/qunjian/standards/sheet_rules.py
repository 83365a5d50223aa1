"""Turns the words of a team's sheets into rule files: one rule per category and severity."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Any

from qunjian.model.language import Phrase
from qunjian.standards.sheet_headings import Note
from qunjian.standards.sheet_words import KINDS, kind_of

if TYPE_CHECKING:
    from collections.abc import Sequence

    from qunjian.standards.sheet_words import Word

_COMBINED = re.compile(r"[*＊+＋&＆]")
_NEUTRAL = (
    "大家早上好，今天的安排在群公告里",
    "谢谢老师，这次讲得很清楚",
    "周六上午九点在门口集合",
    "孩子已经到家了，放心",
    "请问下一期什么时候开始报名",
)
_FRAMES = ("{}", "刚看到有人发：{}", "群里有人说“{}”")


def rules_of(words: Sequence[Word], pack: str, source: str) -> tuple[list[dict[str, Any]], list[Note]]:
    """Return the rules as written data, ready for YAML, and notes on what was assumed."""
    groups: dict[tuple[str, str], list[Word]] = {}
    for word in words:
        groups.setdefault((word.category, word.severity or "minor"), []).append(word)
    slugs: dict[str, str] = {}
    rules: list[dict[str, Any]] = []
    notes: list[Note] = []
    for (category, severity), members in groups.items():
        kind = kind_of(category)
        base = slugs.setdefault(category, _slug(kind.slug if kind else "words", slugs))
        several = sum(each == category for each, _ in groups) > 1
        fault = f"{base}_{severity}" if several else base
        literal = [word for word in members if not _COMBINED.search(word.text)]
        combined = [word for word in members if _COMBINED.search(word.text)]
        if literal:
            detect = {"kind": "phrases", "words": list(dict.fromkeys(word.text for word in literal))}
            rules.append(_rule(f"{pack}.{fault}", category, severity, literal, detect, source))
        if combined:
            detect = {"kind": "patterns", "patterns": list(dict.fromkeys(_pattern(word.text) for word in combined))}
            rules.append(
                _rule(f"{pack}.{fault}_combined", f"{category or '词'}（组合）", severity, combined, detect, source)
            )
            zh = f"{len(combined)} 个带 * 或 + 的词按“中间可隔至多 12 字”读成样式"
            en = f"{len(combined)} words with * or + became patterns that allow up to 12 characters between"
            notes.append(Note("assumed", source, Phrase(zh, en)))
        if kind is None:
            zh = f"类别“{category or '（空）'}”不认识，归入合规类"
            notes.append(Note("assumed", source, Phrase(zh, f"unknown category '{category}', filed under compliance")))
    unrated = sum(word.severity is None for word in words)
    if unrated:
        zh, en = f"{unrated} 个词没有等级，按“一般 minor”处理", f"{unrated} words have no severity, taken as minor"
        notes.append(Note("assumed", source, Phrase(zh, en)))
    return rules, notes


def _slug(base: str, taken: dict[str, str]) -> str:
    if base not in taken.values():
        return base
    number = 2
    while f"{base}_{number}" in taken.values():
        number += 1
    return f"{base}_{number}"


def _rule(
    rule_id: str, category: str, severity: str, members: Sequence[Word], detect: dict[str, Any], source: str
) -> dict[str, Any]:
    kind = kind_of(category)
    hints = list(dict.fromkeys(word.hint for word in members if word.hint))
    named = list(dict.fromkeys(word.basis for word in members if word.basis))
    basis = [{"source": f"{each}（表中所写，条文待核）", "verified": False} for each in named[:5]]
    exempt = list(dict.fromkeys(text for word in members for text in word.exempt))
    rule: dict[str, Any] = {
        "id": rule_id,
        "name": {"zh": f"出现禁用词：{category or '未分类'}", "en": f"Banned word: {category or 'unsorted'}"},
        "severity": severity,
        "category": kind.category if kind else "compliance",
        "basis": [{"source": f"团队词表：{source}", "verified": True}, *basis],
        "detect": detect,
    }
    if exempt:
        rule["exempt"] = {"phrases": exempt}
    texts = [_sample(word.text) for word in members]
    hits = [frame.format(text) for frame in _FRAMES for text in texts]
    rule["samples"] = {"hit": list(dict.fromkeys(hits))[:3], "pass": _passing(members)}
    hint = "；".join(hints[:3]) or "核对后移除，必要时提醒发布者"
    rule["hint"] = {"zh": hint, "en": hint if hints else "Check, then remove; remind the author if needed."}
    return rule


def _sample(text: str) -> str:
    return _COMBINED.sub("", text)


def _passing(members: Sequence[Word]) -> list[str]:
    """Return neutral sentences that hold none of the words; people should replace them by their own near misses."""
    parts = [part for word in members for part in _COMBINED.split(word.text) if part]
    free = [text for text in _NEUTRAL if not any(part in text for part in parts)]
    spare = (f"{day}见" for day in ("周一", "周二", "周三", "周四", "周五"))
    return (free + [text for text in spare if not any(part in text for part in parts)])[:3]


def _pattern(text: str) -> str:
    """Return the RE2 of a word with * (anything between) or + & (both, in any order)."""
    if re.search(r"[+＋&＆]", text):
        parts = [re.escape(part.strip("*＊ ")) for part in re.split(r"[+＋&＆]", text) if part.strip("*＊ ")]
        if len(parts) == 2:
            return f"{parts[0]}.{{0,12}}{parts[1]}|{parts[1]}.{{0,12}}{parts[0]}"
        return ".{0,12}".join(parts)
    return ".{0,12}".join(re.escape(part) for part in re.split(r"[*＊]+", text) if part)


__all__ = ["KINDS", "rules_of"]
