"""A fact sheet: what the team vouches for (price, date, policy, spec), from when to when, by which source."""

from __future__ import annotations

import datetime as dt
from functools import cached_property
from typing import TYPE_CHECKING, Annotated, Literal, NamedTuple

from pydantic import Field, field_validator, model_validator

from qunjian.model.language import Phrase
from qunjian.model.problems import PhrasedError, Problem
from qunjian.standards.basics import Strict
from qunjian.standards.conditions import seen_words
from qunjian.text.folding import fold
from qunjian.text.quantities import Quantity, quantities_in

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

# The kinds of check that compare with the sheet: the standard's is put into their rules.
FACT_KINDS = ("facts", "facts_in_answers")
FactKind = Literal["price", "date", "policy", "spec"]
_YES = {"是", "有", "可以", "能", "支持", "包", "允许", "提供", "yes", "true", "√", "✓"}
_NO = {"否", "无", "没有", "不可以", "不能", "不支持", "不包", "不允许", "不提供", "no", "false", "×", "✗"}
Day = Annotated[dt.date, Field(strict=False)]


class Stated(NamedTuple):
    """What a fact's value says: quantities of different kinds, or yes or no."""

    quantities: tuple[Quantity, ...] = ()
    holds: bool | None = None

    def same(self, other: Stated) -> bool:
        """Return whether two values mean the same, however they are written."""
        return self.holds == other.holds and self._plain() == other._plain()

    def _plain(self) -> list[tuple[object, ...]]:
        return sorted(each[2:] for each in self.quantities)


class Fact(Strict):
    """One fact: of a subject (with other names) an attribute has a value, on the local days from `from` until `to`.

    `cues`: words that point to the attribute in a sentence, beside its own name (退款: 退费, 退钱).
    """

    id: str = Field(pattern=r"^[a-z][a-z0-9_-]*$")
    subject: str = Field(min_length=2)
    aliases: tuple[str, ...] = ()
    kind: FactKind
    attribute: str = Field(min_length=1)
    cues: tuple[str, ...] = ()
    value: str | int | float | bool
    unit: str = ""
    first: Day | None = Field(default=None, alias="from")
    last: Day | None = Field(default=None, alias="to")
    source: str = Field(min_length=1)
    owner: str = ""

    @field_validator("aliases")
    @classmethod
    def _are_names(cls, words: tuple[str, ...]) -> tuple[str, ...]:
        for word in words:
            if len(fold(word).strip()) < 2:
                raise PhrasedError(f"“{word}”太短，至少两个字", f"'{word}' is too short: two characters at least")
        return words

    @field_validator("cues")
    @classmethod
    def _can_be_seen(cls, words: tuple[str, ...]) -> tuple[str, ...]:
        return seen_words(words)

    @model_validator(mode="after")
    def _is_understood(self) -> Fact:
        if self.first and self.last and self.last < self.first:
            raise PhrasedError("to 早于 from", "to is before from")
        if len(fold(self.subject).strip()) < 2:
            raise PhrasedError("subject 至少两个字", "subject: two characters at least")
        said = self.stated
        kinds = [each.kind for each in said.quantities]
        if said.holds is None and (not kinds or len(set(kinds)) < len(kinds) or "number" in kinds):
            raise PhrasedError(
                f"看不懂值“{self.shown}”：写一个带单位的数（99元、7天、3-5个工作日、2026-11-05、500ml），或 是/否",
                f"cannot read the value '{self.shown}': write one quantity with its unit (99元, 7天, 2026-11-05, "
                "500ml), or yes/no",
            )
        if self.kind == "price" and not {"money", "usd", "ratio", "reduction"} & set(kinds):
            raise PhrasedError(
                f"价格“{self.shown}”不是金额或折扣", f"the price '{self.shown}' is no amount of money and no discount"
            )
        if self.kind == "date" and not {"date", "time", "clock", "weekly"} & set(kinds):
            raise PhrasedError(f"日期“{self.shown}”看不懂", f"the date '{self.shown}' cannot be read")
        return self

    @property
    def names(self) -> tuple[str, ...]:
        """Return every name of the subject."""
        return (self.subject, *self.aliases)

    @property
    def shown(self) -> str:
        """Return the value as written, with its unit."""
        if isinstance(self.value, bool):
            return "是" if self.value else "否"
        value = f"{self.value:g}" if isinstance(self.value, float) else str(self.value).strip()
        unit = self.unit or ("元" if self.kind == "price" and _bare(value) else "")
        return value if unit and value.endswith(unit) else f"{value}{unit}"

    @cached_property
    def stated(self) -> Stated:
        """Return what the value says; dates without a year are read by the day the fact begins."""
        if fold(self.shown).strip() in _YES | _NO:
            return Stated(holds=fold(self.shown).strip() in _YES)
        return Stated(tuple(quantities_in(fold(self.shown), self.first)))

    def in_force(self, day: dt.date | None) -> bool:
        """Return whether the fact holds on a local day; without a day, whether it ever does."""
        return day is None or ((self.first is None or self.first <= day) and (self.last is None or day <= self.last))

    def citation(self) -> str:
        """Return the fact as a finding cites it."""
        span = f"{self.first or ''}～{self.last or ''}；" if self.first or self.last else ""
        return f"{self.subject}·{self.attribute}：{self.shown}（{span}来源：{self.source}）"


def _bare(value: str) -> bool:
    found = quantities_in(fold(value))
    return len(found) == 1 and found[0].kind == "number"


def fact_problems(facts: Sequence[Fact], where: Callable[[tuple[str | int, ...]], str]) -> list[Problem]:
    """Return a problem for every two facts that say different things of one attribute on the same day."""
    found: list[Problem] = []
    ids: set[str] = set()
    owners: dict[str, str] = {}
    for index, fact in enumerate(facts):
        if fact.id in ids:
            what = Phrase(f"“{fact.id}”在 facts 中出现两次", f"'{fact.id}' stands twice in facts")
            found.append(Problem(where(("facts", index, "id")), what))
        ids.add(fact.id)
        for name in map(fold, fact.names):
            other = owners.setdefault(name, fact.subject)
            if other != fact.subject:
                zh = f"名字“{name}”同属“{other}”和“{fact.subject}”"
                what = Phrase(zh, f"the name '{name}' stands for both '{other}' and '{fact.subject}'")
                found.append(Problem(where(("facts", index, "subject")), what))
        for earlier in facts[:index]:
            same = (earlier.subject, earlier.attribute) == (fact.subject, fact.attribute)
            if same and _overlap(earlier, fact) and not earlier.stated.same(fact.stated):
                name = f"{fact.subject}·{fact.attribute}"
                zh = f"“{name}”与“{earlier.id}”同时有效而值不同（{earlier.shown}、{fact.shown}）"
                en = f"'{name}' is in force together with '{earlier.id}', with another value"
                todo = Phrase(
                    "写清 from/to，或分成两个属性（如 原价、早鸟价）",
                    "give them from/to, or make two attributes of them (list price, early-bird price)",
                )
                found.append(Problem(where(("facts", index, "value")), Phrase(zh, en), todo))
    return found


def _overlap(left: Fact, right: Fact) -> bool:
    starts = max(left.first or dt.date.min, right.first or dt.date.min)
    return starts <= min(left.last or dt.date.max, right.last or dt.date.max)
