"""Tells which statements of a text contradict a fact sheet: whose price, day or term is said, and what is said of it.

Careful on purpose: what is asked, denied, quoted, supposed, past or said of something else is no claim; what cannot
be bound to one subject and one attribute is left alone. Everything happens in folded text.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, NamedTuple

import re2

from qunjian.checks.comparing import contradicts
from qunjian.checks.speaking import (
    ALL,
    AMBIGUOUS,
    ASKS_PRICE,
    BARE_PRICE,
    HEDGED,
    JOINS,
    LIGHT,
    OTHER_MONEY,
    PRICE,
    PRICE_NOUN,
    VARIANT_AFTER,
    VARIANT_BEFORE,
    answered,
    denied,
    is_question,
    later,
)  # fmt: skip
from qunjian.text.folding import fold
from qunjian.text.quantities import Quantity, quantities_in

if TYPE_CHECKING:
    import datetime as dt
    from collections.abc import Iterator, Sequence

    from qunjian.standards.facts import Fact

_SENTENCE = re.compile(r"[^。!?;\n]+[。!?;\n]?")
_CLAUSE = re.compile(r"[^,，]+")
# Between a subject and a price without any word for price, no more characters may stand.
_FAR = 14
# A clause with more quantities is a table without lines: nobody can say what belongs to what.
_MOST = 60
_MONEY = ("money", "usd")


class Wrong(NamedTuple):
    """A place of the folded text that contradicts a fact, and how sure that is."""

    start: int
    end: int
    fact: Fact
    confidence: float


class Group(NamedTuple):
    """Subjects named together (基础班和进阶班), and where."""

    subjects: tuple[str, ...]
    start: int
    end: int


class Implied(NamedTuple):
    """What an answer is about by the question before it: its subject, and the question's words."""

    subject: str
    question: str


class Sheet:
    """A fact sheet, compiled."""

    def __init__(self, facts: Sequence[Fact]) -> None:
        self.facts = tuple(facts)
        self.names = {fold(name).strip(): fact.subject for fact in facts for name in fact.names}
        longest = sorted(self.names, key=len, reverse=True)
        self._named = re2.compile("|".join(map(re2.escape, longest))) if longest else None
        self._of: dict[str, list[Fact]] = {}
        self._cues: dict[str, tuple[str, ...]] = {}
        for fact in facts:
            self._of.setdefault(fact.subject, []).append(fact)
            self._cues[fact.id] = tuple(dict.fromkeys(fold(cue).strip() for cue in (fact.attribute, *fact.cues)))

    def subjects(self, folded: str) -> list[Group]:
        """Return the subjects named in a folded text, each alone, without variants that the sheet does not know."""
        found: list[Group] = []
        for match in self._named.finditer(folded) if self._named else ():
            start, end = match.span()
            word = match[0]
            joined = word[0].isascii() and word[0].isalnum() and folded[max(0, start - 1) : start].isascii()
            if joined and folded[max(0, start - 1) : start].isalnum():
                continue
            behind = folded[end : end + 1]
            if word[-1].isascii() and word[-1].isalnum() and behind.isascii() and behind.isalnum():
                continue
            variant = VARIANT_BEFORE.search(folded[max(0, start - 4) : start]) or VARIANT_AFTER.match(folded, end)
            found.append(Group((self.names[word],) if not variant else (), start, end))
        return found

    def wrong(self, folded: str, day: dt.date | None, implied: Implied | None = None) -> list[Wrong]:
        """Return what a folded text says against the facts in force on its day."""
        quantities = quantities_in(folded, day)
        reading = _Reading(self, folded, day, quantities, implied)
        found = {(each.start, each.end, each.fact.id): each for each in reading.wrong()}
        return [each for _, each in sorted(found.items())]

    def facts_of(self, subject: str) -> list[Fact]:
        """Return every fact of a subject."""
        return self._of.get(subject, [])

    def cues_of(self, fact: Fact) -> tuple[str, ...]:
        """Return the folded words that point to a fact's attribute."""
        return self._cues[fact.id]


class _Reading:
    """One text being read clause by clause; `carried` is what the clauses before spoke of."""

    def __init__(
        self, sheet: Sheet, folded: str, day: dt.date | None, quantities: list[Quantity], implied: Implied | None
    ) -> None:
        self._sheet, self._folded, self._day = sheet, folded, day
        self._quantities, self._implied = quantities, implied
        self._named = sheet.subjects(folded)
        self._carried: Group | None = Group((implied.subject,), 0, 0) if implied and not self._named else None

    def wrong(self) -> Iterator[Wrong]:
        for sentence in _SENTENCE.finditer(self._folded):
            asked = is_question(sentence[0])
            hedged = HEDGED.search(sentence[0]) is not None
            for clause in _CLAUSE.finditer(sentence[0]):
                start, end = sentence.start() + clause.start(), sentence.start() + clause.end()
                groups = self._groups(start, end)
                if not asked and not hedged and not AMBIGUOUS.search(clause[0]):
                    yield from self._clause(start, end, groups, sentence[0])
                self._carry(start, end, groups)

    def _groups(self, start: int, end: int) -> list[Group]:
        """Return the subjects of a clause, those named together as one."""
        groups: list[Group] = []
        for each in self._named:
            if not (start <= each.start and each.end <= end):
                continue
            if groups and JOINS.fullmatch(self._folded[groups[-1].end : each.start]):
                last = groups[-1]
                groups[-1] = Group(tuple(dict.fromkeys((*last.subjects, *each.subjects))), last.start, each.end)
            else:
                groups.append(each)
        return groups

    def _carry(self, start: int, end: int, groups: list[Group]) -> None:
        """Keep what the next clause may still speak of: this clause's one subject, or the one it went on about."""
        if groups:
            self._carried = groups[0] if len(groups) == 1 and groups[0].subjects else None
        elif self._carried is not None and not self._implied and not self._goes_on(start, end):
            self._carried = None

    def _goes_on(self, start: int, end: int) -> bool:
        text = self._folded[start:end]
        cues = [cue for name in self._carried.subjects for fact in self._sheet.facts_of(name)
                for cue in self._sheet.cues_of(fact)] if self._carried else []  # fmt: skip
        return not text.strip() or any(cue in text for cue in cues) or PRICE.search(text) is not None

    def _clause(self, start: int, end: int, groups: list[Group], sentence: str) -> Iterator[Wrong]:
        if any(not group.subjects for group in groups):
            return
        inside = [each for each in self._quantities if start <= each.start and each.end <= end]
        if len(inside) > _MOST:
            return
        for place, quantity in enumerate(inside):
            group = self._bound(quantity, groups, inside)
            if group is None or denied(self._folded, start, quantity.start):
                continue
            left = self._left(start, inside, place)
            right = inside[place + 1].start if place + 1 < len(inside) else end
            found = [self._judged(name, quantity, group, (left, right), inside, sentence) for name in group.subjects]
            wrong = [each for each in found if each is not None]
            if len(wrong) == len(found) or (wrong and ALL.search(self._folded[start:end])):
                yield from wrong
        group = groups[0] if len(groups) == 1 else self._carried if not groups else None
        if group is not None:
            yield from self._promised(group, start, end)

    def _left(self, start: int, inside: list[Quantity], place: int) -> int:
        """Return from where the words before a quantity are its own; a day and its time of day share them."""
        if not place:
            return start
        last, this = inside[place - 1], inside[place]
        if {last.kind, this.kind} == {"date", "time"} and not self._folded[last.end : this.start].strip(" 的,"):
            return self._left(start, inside, place - 1)
        return last.end

    def _bound(self, quantity: Quantity, groups: list[Group], inside: list[Quantity]) -> Group | None:
        """Return whose quantity it is: the clause's one subject, the nearest on the side they stand, or the carried."""
        if not groups:
            return self._carried
        if len(groups) == 1:
            return groups[0]
        if groups[0].start < inside[0].start:
            return max((each for each in groups if each.end <= quantity.start), key=lambda each: each.end, default=None)
        return min((each for each in groups if each.start >= quantity.end), key=lambda each: each.start, default=None)

    def _judged(
        self, subject: str, quantity: Quantity, group: Group, around: tuple[int, int], inside: list[Quantity],
        sentence: str,
    ) -> Wrong | None:  # fmt: skip
        facts = [fact for fact in self._sheet.facts_of(subject) if fact.stated.quantities]
        before = self._folded[max(around[0], group.end if group.end <= quantity.start else 0) : quantity.start]
        after = self._folded[quantity.end : min(around[1], quantity.end + 6)]
        carried = not (around[0] <= group.start < around[1] or any(group is each for each in (group,) if group.end))
        carried = group is self._carried
        quantity = self._as_money(quantity, before, after, facts if group.end == quantity.start else ())
        cued = self._cued(facts, quantity, before, after)
        if cued is None:
            cued = self._plain_price(facts, quantity, before, after, group)
            if cued is None:
                return None
        elif OTHER_MONEY.search(_without(before, self._cues(cued))) and quantity.kind in _MONEY:
            return None
        if carried and not self._light(before, cued):
            return None
        day, lenient = later(sentence, quantity, inside, self._day)
        known = [fact for fact in cued if lenient or fact.in_force(day)]
        if not known or not all(contradicts(quantity, fact) for fact in known):
            return None
        if lenient or (day is None and len({fact.shown for fact in known}) > 1):
            return None
        confidence = 0.8 if carried else 0.95 if self._cued(facts, quantity, before, after) else 0.9
        return Wrong(quantity.start, quantity.end, known[-1], confidence)

    def _as_money(self, quantity: Quantity, before: str, after: str, beside: Sequence[Fact]) -> Quantity:
        """Return a bare number as money where the words around it say so: 售价99, 9.9包邮, 多少钱? - 99, 基础班99.

        `beside`: the facts of the subject right before it; a number far from its prices is some other number.
        """
        if quantity.kind != "number":
            return quantity
        asked = self._implied is not None and ASKS_PRICE.search(self._implied.question) is not None
        alone_after = not re.match(r"\s?(?![哦哈呀啊呢吧噢嗯哟嘛了])[a-z\u4e00-\u9fff]", after)
        alone = not before.strip() and alone_after
        prices = [each.low for fact in beside for each in fact.stated.quantities if each.kind == "money"]
        if prices and alone and min(prices) / 10 <= quantity.low <= max(prices) * 10 and quantity.low >= 5:
            return quantity._replace(kind="money")
        near = max((match.end() for match in PRICE_NOUN.finditer(before)), default=-1)
        if near >= 0 and alone_after and not re.search(r"[0-9a-z\u4e00-\u9fff]", LIGHT.sub("", before[near:])):
            return quantity._replace(kind="money")
        if BARE_PRICE.search(before[-5:]) or after.lstrip().startswith(("包邮", "到手", "拿下")) or (asked and alone):
            return quantity._replace(kind="money")
        return quantity

    def _cued(self, facts: list[Fact], quantity: Quantity, before: str, after: str) -> list[Fact] | None:
        """Return the facts of the attribute whose word stands nearest: before the quantity, else right behind it."""
        best: tuple[int, str] | None = None
        asked = self._implied.question if self._implied else ""
        for fact in facts:
            if not any(_comparable(quantity.kind, each.kind) for each in fact.stated.quantities):
                continue
            for cue in self._sheet.cues_of(fact):
                place = before.rfind(cue)
                behind = after.find(cue)
                if place >= 0:
                    far = len(before) - place - len(cue)
                elif behind >= 0:
                    far = 100 + behind
                elif cue in asked:
                    far = 200
                else:
                    continue
                if best is None or far < best[0]:
                    best = far, fact.attribute
        return [fact for fact in facts if fact.attribute == best[1]] if best else None

    def _plain_price(
        self, facts: list[Fact], quantity: Quantity, before: str, after: str, group: Group
    ) -> list[Fact] | None:
        """Return the price facts a sum may be meant by, when no word says what sum it is."""
        prices = [
            fact for fact in facts
            if fact.kind == "price" and fact.stated.quantities[0].kind == quantity.kind
            and not OTHER_MONEY.search(fold(fact.attribute))
        ]  # fmt: skip
        if quantity.kind not in _MONEY or not prices:
            return None
        if (
            OTHER_MONEY.search(before)
            or OTHER_MONEY.search(after)
            or OTHER_MONEY.search(self._folded[group.end : quantity.start])
        ):
            return None
        said = PRICE.search(before) is not None
        if group.end <= quantity.start and not said and len(self._folded[group.end : quantity.start].strip()) > _FAR:
            return None
        if group.start >= quantity.end and group.start - quantity.end > 8:
            return None
        return prices

    def _light(self, before: str, facts: list[Fact]) -> bool:
        """Return whether a clause without a subject of its own names nothing else before its quantity."""
        rest = LIGHT.sub("", _without(before, self._cues(facts)))
        return len(re.sub(r"[^0-9a-z\u4e00-\u9fff]", "", rest)) <= 1

    def _cues(self, facts: list[Fact]) -> tuple[str, ...]:
        return tuple(cue for fact in facts for cue in self._sheet.cues_of(fact))

    def _promised(self, group: Group, start: int, end: int) -> Iterator[Wrong]:
        """Yield what is promised though the sheet says no, or denied though it says yes."""
        clause = self._folded[start:end]
        for name in group.subjects:
            for fact in self._sheet.facts_of(name):
                if fact.stated.holds is None or not fact.in_force(self._day) or (self._day is None and fact.first):
                    continue
                for cue in self._sheet.cues_of(fact):
                    said = answered(clause, cue)
                    if said is not None and said[0] != fact.stated.holds:
                        sure = 0.75 if group is self._carried else 0.9
                        yield Wrong(start + said[1], start + said[2], fact, sure)
                        break


def _comparable(said: str, stated: str) -> bool:
    return said == stated or {said, stated} <= {"time", "clock"} or {said, stated} <= {"date", "weekly"}


def _without(text: str, words: Sequence[str]) -> str:
    for word in sorted(words, key=len, reverse=True):
        text = text.replace(word, "")
    return text
