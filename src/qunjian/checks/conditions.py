"""Conditions of a rule, ready to be asked of one message; each has words for why it does not hold.

An answer is True, False or None: not known. A rule fires only where its conditions are known to hold. Conditions that
look at other messages are not known here; checks/windows/conditional answers them.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import msgspec

from qunjian.checks.asking import TELLERS
from qunjian.checks.nearness import within
from qunjian.model.language import Phrase
from qunjian.standards.conditions import Condition, needs_others
from qunjian.text.matching import Word
from qunjian.text.scanning import Pattern

if TYPE_CHECKING:
    import datetime as dt
    from collections.abc import Callable, Sequence

    from qunjian.checks.contract import Match
    from qunjian.text.matching import Sighting
    from qunjian.text.scanning import Needle

OTHERS = Phrase("要看之前的消息，单条文字不能判断", "earlier messages decide; one text alone cannot show it")


class Facts(msgspec.Struct, frozen=True):
    """What is known of one message beside its text; None: not known. `local`: its time where the community is."""

    kind: str = "text"
    role: str = "member"
    tags: tuple[str, ...] | None = None
    local: dt.datetime | None = None
    replies: bool | None = False
    forwarded: bool | None = False
    mentions: tuple[str, ...] | None = ()
    attachments: tuple[tuple[str, str], ...] | None = ()
    platform: str = ""
    roles: Callable[[str], str] | None = None


class Asked(msgspec.Struct, frozen=True):
    """One hit of one message, as conditions see it."""

    text: str
    folded: str
    facts: Facts
    match: Match
    sightings: Sequence[Sighting]


class Conditions:
    """A condition of a rule with everything below it; its needles are numbered from `first` on."""

    def __init__(self, condition: Condition, first: int = 0) -> None:
        self.condition = condition
        self.needles: list[Needle] = []
        # Conditions on other messages, in the order they are written.
        self.of_others: list[tuple[str, Any]] = []
        self._first = first
        self._root = self._compiled(condition)

    def answer(self, asked: Asked, others: Sequence[bool] = ()) -> bool | None:
        """Return whether a hit meets the conditions; `others`: the answers to what looks at other messages."""
        return self._root.answer(asked, others)

    def why_not(self, asked: Asked) -> Phrase:
        """Return which conditions keep a hit from counting."""
        reasons = list(dict.fromkeys(self._root.why_not(asked, True)))
        return Phrase("；".join(each.zh for each in reasons), "; ".join(each.en for each in reasons))

    def table(self, asked: Asked) -> int:
        """Return for every answer other messages may give (bit n of its number: the nth) whether the hit counts."""
        count = len(self.of_others)
        found = 0
        for number in range(1 << count):
            if self.answer(asked, [bool(number >> place & 1) for place in range(count)]):
                found |= 1 << number
        return found

    def _compiled(self, condition: Condition) -> _All:
        parts: list[_Node] = []
        for name, value in condition.stated():
            if needs_others(name, value):
                parts.append(_OfOthers(name, len(self.of_others)))
                self.of_others.append((name, value))
                continue
            first = self._first + len(self.needles)
            if name in ("near", "contains"):
                self.needles += [Word(word.strip(), value.keys) for word in value.words]
                self.needles += [Pattern(pattern) for pattern in value.patterns]
            parts.append(_Atom(name, value, first, self._first + len(self.needles)))
        parts += [self._compiled(each) for each in condition.all]
        if condition.any:
            parts.append(_Any([self._compiled(each) for each in condition.any]))
        parts += [_Not(self._compiled(each)) for each in condition.not_]
        return _All(parts)


class _Atom:
    """One condition on the message itself."""

    def __init__(self, name: str, value: Any, first: int, last: int) -> None:
        self._name, self._value, self._first, self._last = name, value, first, last

    def answer(self, asked: Asked, others: Sequence[bool]) -> bool | None:
        if self._name in ("near", "contains"):
            return self._stands(asked)
        return TELLERS[self._name].holds(self._value, asked.text, asked.folded, asked.facts)

    def why_not(self, asked: Asked, wanted: bool) -> list[Phrase]:
        answer = self.answer(asked, ())
        if answer is wanted:
            return []
        if self._name in ("near", "contains"):
            words = "、".join((*self._value.words, *self._value.patterns))
            had = (
                Phrase(f"没有“{words}”", f"'{words}' is missing") if wanted else Phrase(f"有“{words}”", f"has {words}")
            )
        else:
            had = TELLERS[self._name].had(asked.text, asked.folded, asked.facts)
        if answer is None:
            had = Phrase("来源没有这项信息", "the source does not tell")
        return [_failed(self._name, wanted, had)]

    def _stands(self, asked: Asked) -> bool:
        near = self._value.within if self._name == "near" else None
        if self._name == "near" and near is None:
            near = 20
        return any(
            self._first <= each.needle < self._last
            and (near is None or within(asked.match.start, asked.match.end, each.start, each.end, near))
            for each in asked.sightings
        )


class _OfOthers:
    """One condition on other messages: its answer is given."""

    def __init__(self, name: str, place: int) -> None:
        self._name, self._place = name, place

    def answer(self, asked: Asked, others: Sequence[bool]) -> bool | None:
        return others[self._place] if self._place < len(others) else None

    def why_not(self, asked: Asked, wanted: bool) -> list[Phrase]:
        return [_failed(self._name, wanted, OTHERS)]


class _All:
    """All of them hold."""

    def __init__(self, parts: Sequence[_Node]) -> None:
        self._parts = parts

    def answer(self, asked: Asked, others: Sequence[bool]) -> bool | None:
        answers = [part.answer(asked, others) for part in self._parts]
        return False if False in answers else None if None in answers else True

    def why_not(self, asked: Asked, wanted: bool) -> list[Phrase]:
        if self.answer(asked, ()) is wanted:
            return []
        return [reason for part in self._parts for reason in part.why_not(asked, wanted)]


class _Any:
    """One of them holds."""

    def __init__(self, parts: Sequence[_Node]) -> None:
        self._parts = parts

    def answer(self, asked: Asked, others: Sequence[bool]) -> bool | None:
        answers = [part.answer(asked, others) for part in self._parts]
        return True if True in answers else None if None in answers else False

    def why_not(self, asked: Asked, wanted: bool) -> list[Phrase]:
        if self.answer(asked, ()) is wanted:
            return []
        return [reason for part in self._parts for reason in part.why_not(asked, wanted)]


class _Not:
    """It does not hold."""

    def __init__(self, part: _Node) -> None:
        self._part = part

    def answer(self, asked: Asked, others: Sequence[bool]) -> bool | None:
        answer = self._part.answer(asked, others)
        return None if answer is None else not answer

    def why_not(self, asked: Asked, wanted: bool) -> list[Phrase]:
        return self._part.why_not(asked, not wanted)


_Node = _Atom | _OfOthers | _All | _Any | _Not


def _failed(name: str, wanted: bool, had: Phrase) -> Phrase:
    if wanted:
        return Phrase(f"条件 {name} 不满足：{had.zh}", f"the condition {name} does not hold: {had.en}")
    return Phrase(f"条件 not {name} 不满足：{had.zh}", f"the condition not {name} does not hold: {had.en}")
