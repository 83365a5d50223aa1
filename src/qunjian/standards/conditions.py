"""What a rule may ask of a message beside its words: who wrote it, when, where, what hangs on it, what came before."""

from __future__ import annotations

import datetime as dt
import re
from typing import TYPE_CHECKING, Any, Literal

from pydantic import Field, field_validator, model_validator

from qunjian.model.problems import PhrasedError
from qunjian.standards.basics import MessageKind, Role, Strict, clean_domain, readable
from qunjian.text.folding import fold
from qunjian.text.keys import Key
from qunjian.text.links import LinkClass

if TYPE_CHECKING:
    from collections.abc import Iterator

_CLOCK = re.compile(r"([01]?\d|2[0-4]):([0-5]\d)")
_DAY = 24 * 60
By = Literal["sender", "anyone"]
Speech = Literal["quotation", "negation", "warning"]


class Near(Strict):
    """Words or patterns (RE2) of which one stands near the hit: within so many characters, or so many messages before.

    `within` counts characters of the same message. `messages` counts messages of the same channel before the hit
    (0: the hit's own only), none older than `within_minutes`, by the sender alone or by anyone.
    """

    words: tuple[str, ...] = ()
    patterns: tuple[str, ...] = ()
    keys: tuple[Key, ...] = ("literal", "separated")
    within: int | None = Field(default=None, ge=0, le=500)
    messages: int | None = Field(default=None, ge=1, le=50)
    within_minutes: int = Field(default=10, ge=1, le=24 * 60)
    by: By = "sender"

    @field_validator("words")
    @classmethod
    def _can_be_seen(cls, words: tuple[str, ...]) -> tuple[str, ...]:
        return seen_words(words)

    @model_validator(mode="after")
    def _names_something(self) -> Near:
        if not (self.words or self.patterns):
            raise PhrasedError("要写 words（词）或 patterns（样式）", "name words or patterns")
        for pattern in self.patterns:
            readable(pattern)
        if self.within is not None and self.messages is not None:
            raise PhrasedError("within（字数）与 messages（条数）只写一个", "write within or messages, not both")
        return self


class Contains(Strict):
    """Words or patterns (RE2) of which one stands anywhere in the message."""

    words: tuple[str, ...] = ()
    patterns: tuple[str, ...] = ()
    keys: tuple[Key, ...] = ("literal", "separated")

    @field_validator("words")
    @classmethod
    def _can_be_seen(cls, words: tuple[str, ...]) -> tuple[str, ...]:
        return seen_words(words)

    @model_validator(mode="after")
    def _names_something(self) -> Contains:
        if not (self.words or self.patterns):
            raise PhrasedError("要写 words（词）或 patterns（样式）", "name words or patterns")
        for pattern in self.patterns:
            readable(pattern)
        return self


class SenderCount(Strict):
    """The sender wrote at least so many messages in the community within so many minutes, this one counted."""

    messages: int = Field(ge=2, le=10_000)
    within_minutes: int = Field(ge=1, le=60 * 24 * 31)


class HitCount(Strict):
    """The rule's words were hit at least so many times within so many minutes, this hit counted: by one or by all."""

    hits: int = Field(ge=2, le=10_000)
    within_minutes: int = Field(ge=1, le=60 * 24 * 31)
    by: By = "sender"


class FirstAfterJoining(Strict):
    """The message is one of the sender's first so many in the community, not later than so many hours after joining."""

    messages: int = Field(default=1, ge=1, le=100)
    within_hours: int = Field(default=72, ge=1, le=24 * 31)


class Spread(Strict):
    """The rule's words were hit in at least so many communities within so many minutes: by one account, or one text."""

    communities: int = Field(ge=2, le=1000)
    within_minutes: int = Field(ge=1, le=60 * 24 * 31)
    of: Literal["sender", "text"] = "sender"


class Mentions(Strict):
    """The message mentions at least so many accounts; `everyone`: it calls all (@所有人); `roles`: one of these."""

    at_least: int = Field(default=1, ge=1, le=1000)
    everyone: bool = False
    roles: tuple[Role, ...] = ()


class Links(Strict):
    """The message holds a link of these classes or under these domains; `every`: all its links are such."""

    classes: tuple[LinkClass, ...] = ()
    domains: tuple[str, ...] = ()
    every: bool = False

    @field_validator("domains")
    @classmethod
    def _are_domains(cls, domains: tuple[str, ...]) -> tuple[str, ...]:
        for domain in domains:
            clean_domain(domain)
        return domains


class Attachment(Strict):
    """Something hangs on the message: of these kinds, with a name that ends so, or in which a pattern (RE2) is seen."""

    kinds: tuple[str, ...] = ()
    endings: tuple[str, ...] = ()
    patterns: tuple[str, ...] = ()

    @model_validator(mode="after")
    def _is_readable(self) -> Attachment:
        for pattern in self.patterns:
            readable(pattern)
        for ending in self.endings:
            if not re.fullmatch(r"\.?[0-9A-Za-z]{1,8}", ending):
                raise PhrasedError(f"“{ending}”应写成后缀，如 apk", f"write '{ending}' like apk")
        return self


class Hours(Strict):
    """The local time of the community: from one clock time until another (past midnight if earlier), on some weekdays.

    Weekdays are counted 1 (Monday) to 7; a span past midnight belongs to the day it began on.
    """

    start: str = Field(default="00:00", alias="from")
    end: str = Field(default="24:00", alias="to")
    weekdays: tuple[int, ...] = ()

    @model_validator(mode="after")
    def _are_clocks(self) -> Hours:
        for clock in (self.start, self.end):
            if not _CLOCK.fullmatch(clock) or _minutes(clock) > _DAY:
                raise PhrasedError(f"时间“{clock}”应写成 22:00", f"write '{clock}' like 22:00")
        if any(not 1 <= day <= 7 for day in self.weekdays):
            raise PhrasedError("weekdays 取 1（周一）到 7（周日）", "weekdays are 1 (Monday) to 7 (Sunday)")
        return self

    def holds(self, local: dt.datetime) -> bool:
        """Return whether a local time lies in the span."""
        start, end = _minutes(self.start), _minutes(self.end)
        minute, day = local.hour * 60 + local.minute, local.isoweekday()
        if start < end:
            inside = start <= minute < end
        else:
            inside = minute >= start or minute < end
            if minute < end:
                day = (day - 2) % 7 + 1
        return inside and (not self.weekdays or day in self.weekdays)


class During(Strict):
    """Local days, both included: an event's window."""

    first: dt.date = Field(alias="from")
    last: dt.date = Field(alias="to")

    @model_validator(mode="after")
    def _in_order(self) -> During:
        if self.last < self.first:
            raise PhrasedError("to 早于 from", "to is before from")
        return self


class Condition(Strict):
    """What a message must be: every key that is written must hold; `all`, `any` and `not` take further conditions."""

    role: tuple[Role, ...] = ()
    kinds: tuple[MessageKind, ...] = ()
    tags: tuple[str, ...] = ()
    hours: Hours | None = None
    during: During | None = None
    replies: bool | None = None
    forwarded: bool | None = None
    mentions: Mentions | None = None
    link: Links | None = None
    attachment: Attachment | None = None
    near: Near | None = None
    contains: Contains | None = None
    sender: SenderCount | None = None
    count: HitCount | None = None
    first_after_joining: FirstAfterJoining | None = None
    spread: Spread | None = None
    all: tuple[Condition, ...] = ()
    any: tuple[Condition, ...] = ()
    not_: tuple[Condition, ...] = Field(default=(), alias="not")

    @model_validator(mode="after")
    def _says_something(self) -> Condition:
        if not any(True for _ in self.stated()) and not (self.all or self.any or self.not_):
            raise PhrasedError("条件是空的", "the condition is empty")
        return self

    def stated(self) -> Iterator[tuple[str, Any]]:
        """Yield the name and value of each condition written here, without those below all, any and not."""
        for name in ATOMS:
            value = getattr(self, name)
            if value is not None and value != ():
                yield name, value

    def everywhere(self) -> Iterator[tuple[str, Any]]:
        """Yield the name and value of each condition here and below."""
        yield from self.stated()
        for below in (*self.all, *self.any, *self.not_):
            yield from below.everywhere()

    @property
    def looks_back(self) -> bool:
        """Return whether earlier messages must be known."""
        return any(needs_others(name, value) for name, value in self.everywhere())


# A rule asks of earlier messages at most so many things: the answers of one message then fit into one number.
MOST_OF_OTHERS = 5
# Every condition by its name, in the order a rule file should give them.
ATOMS = (
    "role", "kinds", "tags", "hours", "during", "replies", "forwarded", "mentions", "link", "attachment", "near",
    "contains", "sender", "count", "first_after_joining", "spread",
)  # fmt: skip


def needs_others(name: str, value: Any) -> bool:
    """Return whether a condition is told from other messages than the one it is about."""
    return name in ("sender", "count", "first_after_joining", "spread") or (
        name == "near" and value.messages is not None
    )


def seen_words(words: tuple[str, ...]) -> tuple[str, ...]:
    """Raise an error for a rule file's writer where a word holds nothing that can be looked for."""
    for word in words:
        if not fold(word).strip() or "\n" in word:
            raise PhrasedError(f"词“{word}”里没有可比对的字", f"the word '{word}' holds nothing that can be matched")
    return words


def _minutes(clock: str) -> int:
    hour, _, minute = clock.partition(":")
    return int(hour) * 60 + int(minute)
