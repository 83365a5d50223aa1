"""Says in words how two versions of a standard differ, rules included."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

import msgspec

from qunjian.model.language import Phrase

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from pydantic import BaseModel

    from qunjian.standards.editions import Edition


MOST_LISTED = 20  # of a list that changed: a word list may gain thousands


class Change(msgspec.Struct, frozen=True):
    """One difference: what kind of thing, which one, and the sentence."""

    kind: str
    id: str
    said: Phrase


_SECTIONS = {
    "goals": Phrase("目标", "goal"),
    "topics": Phrase("话题", "topic"),
    "indicators": Phrase("指标", "indicator"),
    "duties": Phrase("职责", "duty"),
    "guidance": Phrase("话术", "guidance"),
}
_RULE = Phrase("规则", "rule")
_WORDS = {
    "severity": Phrase("严重度", "severity"),
    "category": Phrase("类别", "category"),
    "lifecycle": Phrase("状态", "lifecycle"),
    "target": Phrase("目标值", "target"),
    "floor": Phrase("底线", "floor"),
    "weight": Phrase("权重", "weight"),
    "direction": Phrase("方向", "direction"),
    "evidence": Phrase("数值来源", "evidence"),
    "part": Phrase("所属部分", "part"),
    "name": Phrase("名称", "name"),
    "detect": Phrase("检测方式", "detection"),
    "exempt": Phrase("例外", "exemptions"),
    "basis": Phrase("依据", "basis"),
    "scope": Phrase("范围", "scope"),
    "hint": Phrase("提示", "hint"),
    "note": Phrase("说明", "note"),
    "indicators": Phrase("指标", "indicators"),
    "variants": Phrase("分档", "variants"),
    "within_minutes": Phrase("时限（分钟）", "limit (minutes)"),
    "share": Phrase("达标占比", "share"),
    "per_day": Phrase("每日次数", "times a day"),
    "per_week": Phrase("每周次数", "times a week"),
    "say": Phrase("建议说法", "words to say"),
    "avoid": Phrase("避免说法", "words to avoid"),
    "terms": Phrase("词语", "terms"),
    "situation": Phrase("情境", "situation"),
    "first": Phrase("首日", "first day"),
    "last": Phrase("末日", "last day"),
    "effective": Phrase("有效期", "effective period"),
    "version": Phrase("版本号", "version"),
    "summary": Phrase("摘要", "summary"),
}


def compare(before: Edition, after: Edition) -> list[Change]:
    """Return every difference from `before` to `after`, the gravest kind first: rules, then what is measured."""
    changes = _rules(before, after)
    for section, word in _SECTIONS.items():
        old = {item.id: item for item in getattr(before.standard, section)}
        new = {item.id: item for item in getattr(after.standard, section)}
        changes += _items(section, word, old, new)
    changes += _scorecard(before, after)
    old_items = {item.id: item for item in before.standard.review.items}
    new_items = {item.id: item for item in after.standard.review.items}
    changes += _items("review", Phrase("复核项", "review item"), old_items, new_items)
    for key in ("name", "version", "summary", "scope", "effective"):
        was, now = _value(getattr(before.standard, key)), _value(getattr(after.standard, key))
        if was != now:
            changes.append(Change("standard", key, _sentence(Phrase("标准", "the standard"), "", key, was, now)))
    return changes


def _rules(before: Edition, after: Edition) -> list[Change]:
    old = {rule.id: rule for rule in before.rules}
    new = {rule.id: rule for rule in after.rules}
    changes = _items("rules", _RULE, old, new)
    was, now = before.standard.rules.exceptions, after.standard.rules.exceptions
    for each in now:
        if each not in was:
            scope = "、".join((*each.communities, *each.tags))
            said = Phrase(
                f"规则 {each.rule} 新增例外：{scope}，至 {each.expires}，负责人 {each.owner}，理由：{each.reason}",
                f"rule {each.rule} is waived for {scope} until {each.expires}, owner {each.owner}: {each.reason}",
            )
            changes.append(Change("exceptions", each.rule, said))
    for each in was:
        if each not in now:
            scope = "、".join((*each.communities, *each.tags))
            said = Phrase(f"规则 {each.rule} 取消例外：{scope}", f"rule {each.rule} is no longer waived for {scope}")
            changes.append(Change("exceptions", each.rule, said))
    return changes


def _items(section: str, word: Phrase, old: Mapping[str, BaseModel], new: Mapping[str, BaseModel]) -> list[Change]:
    changes = []
    for name in sorted({*old, *new}):
        if name not in new:
            changes.append(Change(section, name, Phrase(f"{word.zh} {name} 已停用", f"{word.en} {name} is off")))
        elif name not in old:
            changes.append(Change(section, name, Phrase(f"{word.zh} {name} 新启用", f"{word.en} {name} is on")))
        else:
            was, now = old[name].model_dump(mode="json"), new[name].model_dump(mode="json")
            changes += [
                Change(section, name, _sentence(word, name, key, was[key], now[key]))
                for key in was
                if key != "samples" and was[key] != now.get(key)
            ]
    return changes


def _scorecard(before: Edition, after: Edition) -> list[Change]:
    was, now = before.standard.scorecard, after.standard.scorecard
    changes = []
    pairs: list[tuple[str, Phrase, dict[str, Any], dict[str, Any]]] = [
        (
            "parts",
            Phrase("评分部分 {name} 的权重", "the weight of part {name}"),
            dict(was.parts.items()),
            dict(now.parts.items()),
        ),
        (
            "penalties",
            Phrase("{name} 问题的扣分", "the penalty of {name} findings"),
            was.penalties.model_dump(),
            now.penalties.model_dump(),
        ),
    ]
    for section, word, old, new in pairs:
        for name in dict.fromkeys([*old, *new]):
            if old.get(name, 0) != new.get(name, 0):
                what = word.fill(name=name)
                numbers = old.get(name, 0), new.get(name, 0)
                said = Phrase(
                    f"{what.zh}由 {numbers[0]} 改为 {numbers[1]}",
                    f"{what.en} changes from {numbers[0]} to {numbers[1]}",
                )
                changes.append(Change(section, name, said))
    return changes


def _sentence(word: Phrase, name: str, key: str, was: Any, now: Any) -> Phrase:
    what = _WORDS.get(key, Phrase(key, key))
    subject = Phrase(f"{word.zh} {name}", f"{word.en} {name}") if name else word
    return _difference(Phrase(f"{subject.zh} 的{what.zh}", f"the {what.en} of {subject.en}"), was, now)


def _difference(what: Phrase, was: Any, now: Any) -> Phrase:
    """Return how one value became another, as a sentence about `what`."""
    if _is_text(was) and _is_text(now):
        return Phrase(
            f"{what.zh}由“{was['zh']}”改为“{now['zh']}”", f"{what.en} changes from '{was['en']}' to '{now['en']}'"
        )
    if isinstance(was, list | tuple) and isinstance(now, list | tuple):
        return _of_lists(what, list(was), list(now))
    if isinstance(was, dict) and isinstance(now, dict):
        inner = [
            _difference(_WORDS.get(key, Phrase(key, key)), was.get(key), now.get(key))
            for key in dict.fromkeys([*was, *now])
            if was.get(key) != now.get(key)
        ]
        return Phrase(
            f"{what.zh}有改动：{'；'.join(each.zh for each in inner)}",
            f"{what.en} changes: {'; '.join(each.en for each in inner)}",
        )
    if was in (None, ""):
        return Phrase(f"{what.zh}设为 {_shown(now, 'zh')}", f"{what.en} is set to {_shown(now, 'en')}")
    if now in (None, ""):
        return Phrase(f"{what.zh}取消（原为 {_shown(was, 'zh')}）", f"{what.en} is removed (was {_shown(was, 'en')})")
    return Phrase(
        f"{what.zh}由 {_shown(was, 'zh')} 改为 {_shown(now, 'zh')}",
        f"{what.en} changes from {_shown(was, 'en')} to {_shown(now, 'en')}",
    )


def _is_text(value: Any) -> bool:
    return isinstance(value, dict) and set(value) == {"zh", "en"}


def _of_lists(what: Phrase, was: list[Any], now: list[Any]) -> Phrase:
    before, after = {_key(each) for each in was}, {_key(each) for each in now}
    more = [each for each in now if _key(each) not in before]
    less = [each for each in was if _key(each) not in after]
    said = [(_listed(more, language), _listed(less, language)) for language in ("zh", "en")]
    (gained, lost), (gained_en, lost_en) = said
    if not gained and not lost:
        return Phrase(f"{what.zh}的顺序有变", f"the order within {what.en} changes")
    zh = [f"增加 {'、'.join(gained)}"] * bool(gained) + [f"删去 {'、'.join(lost)}"] * bool(lost)
    en = [f"gains {', '.join(gained_en)}"] * bool(gained) + [f"loses {', '.join(lost_en)}"] * bool(lost)
    return Phrase(f"{what.zh}：{'，'.join(zh)}", f"{what.en} {' and '.join(en)}")


def _key(value: Any) -> str:
    return json.dumps(value, sort_keys=True, ensure_ascii=False)


def _listed(values: Sequence[Any], language: str) -> list[str]:
    """Return the values in words, of a long list only the first."""
    shown = [_shown(each, language) for each in values[:MOST_LISTED]]
    rest = len(values) - len(shown)
    return [*shown, f"等共 {len(values)} 项" if language == "zh" else f"{rest} more"] if rest > 0 else shown


def _shown(value: Any, language: str) -> str:
    if _is_text(value):
        return str(value[language])
    if isinstance(value, dict):
        parts = (f"{key}={_shown(each, language)}" for key, each in value.items() if each not in (None, "", [], {}))
        return " ".join(parts)
    if isinstance(value, list | tuple):
        return ("、" if language == "zh" else ", ").join(_shown(each, language) for each in value)
    return f"{value:g}" if isinstance(value, float) else str(value)


def _value(value: Any) -> Any:
    return value.model_dump(mode="json") if hasattr(value, "model_dump") else value
