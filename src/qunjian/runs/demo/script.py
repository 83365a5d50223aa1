"""The script of a community, as its language file states it: who talks there, when, about what, and in which words."""

from __future__ import annotations

import datetime as dt
from functools import cache
from importlib.resources import files
from typing import TypeVar

import msgspec
import yaml


class Topic(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """One subject of talk: how it opens, what others answer, how the opener goes on, how it ends."""

    open: tuple[str, ...]
    reply: tuple[str, ...]
    follow: tuple[str, ...] = ()
    close: tuple[str, ...] = ()
    weight: float = 1.0


class Desk(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """Questions that members put to the operators, and the operators' answers."""

    ask: tuple[str, ...]
    answer: tuple[str, ...]


class Habits(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """What voices are drawn from in this community."""

    openers: tuple[str, ...]
    tails: tuple[str, ...]
    emoji: tuple[str, ...]
    laughs: tuple[str, ...]
    stops: tuple[str, ...]
    commas: tuple[str, ...]
    slips: dict[str, str]
    emoji_rate: float
    tail_rate: float


class Operator(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """One person of the team: their account here, role, days and hours on duty, and how fast they answer (minutes)."""

    person: str
    name: str
    role: str
    weekdays: tuple[int, ...]
    starts: str
    ends: str
    minutes: float = 6.0


class Script(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """Everything the generator knows about one community."""

    id: str
    name: str
    platform: str
    native_id: str
    type: str
    purpose: str
    tags: tuple[str, ...]
    members: int
    per_day: float
    chatter: float
    desk_per_day: float
    joins_per_week: float
    leaves_per_week: float
    hours: tuple[float, ...]
    weekdays: tuple[float, ...]
    trend: tuple[float, ...]
    owl: float
    media: dict[str, float]
    operators: tuple[Operator, ...]
    habits: Habits
    names: tuple[str, ...]
    slots: dict[str, tuple[str, ...]]
    topics: dict[str, Topic]
    desk: tuple[Desk, ...]
    lone: tuple[str, ...]
    codas: tuple[str, ...]
    tips: tuple[str, ...]
    nods: tuple[str, ...]
    hello: tuple[str, ...]
    greet: tuple[str, ...]
    notices: tuple[str, ...]
    closings: tuple[str, ...]
    days: dict[dt.date, tuple[str, ...]] = {}
    captions: dict[str, tuple[str, ...]] = {}
    links: tuple[str, ...] = ()


T = TypeVar("T")
_LOADER = getattr(yaml, "CSafeLoader", yaml.SafeLoader)
NAMES = ("mother_baby", "paid_course", "gadgets", "reading", "quiet")


class Said(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """A planted truth in words."""

    zh: str
    en: str


class Plants(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """The words of what is planted."""

    truths: dict[str, Said]
    slots: dict[str, tuple[str, ...]]
    spam: tuple[str, ...]
    spam_names: tuple[str, ...]
    claims: tuple[str, ...]
    phones: tuple[str, ...]
    complaints: tuple[str, ...]


def _read(name: str, kind: type[T]) -> T:
    text = files("qunjian.runs.demo").joinpath("language", f"{name}.yaml").read_text(encoding="utf-8")
    return msgspec.convert(yaml.load(text, Loader=_LOADER), kind, strict=False)  # noqa: S506 - both are safe loaders


@cache
def script(name: str) -> Script:
    """Return the script of one community from its language file."""
    return _read(name, Script)


@cache
def plants() -> Plants:
    """Return the words of what is planted."""
    return _read("plants", Plants)


def vocabulary(told: Script) -> set[str]:
    """Return every distinct template and slot value of a script."""
    found = {value for values in told.slots.values() for value in values}
    for topic in told.topics.values():
        found.update(topic.open, topic.reply, topic.follow, topic.close)
    for desk in told.desk:
        found.update(desk.ask, desk.answer)
    for more in (told.codas, told.tips):
        found.update(more)
    for more in (told.lone, told.nods, told.hello, told.greet, told.notices, told.closings, told.names, told.links):
        found.update(more)
    for values in (*told.days.values(), *told.captions.values()):
        found.update(values)
    habits = told.habits
    return found.union(habits.openers, habits.tails, habits.emoji, habits.laughs)
