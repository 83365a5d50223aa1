"""What the demo world is made of: people, lines of chat, comings and goings, and the truths planted in them."""

from __future__ import annotations

import datetime as dt

import msgspec

ZONE = "Asia/Shanghai"
FIRST_DAY = dt.date(2026, 8, 24)
WEEKS = 12
AFTER_DAY = FIRST_DAY + dt.timedelta(weeks=WEEKS)
DEFAULT_SEED = 20261115


class Voice(msgspec.Struct, frozen=True):
    """How one member writes: what they say first and last, their emoji, their stops, their slips."""

    openers: tuple[str, ...]
    tails: tuple[str, ...]
    emoji: tuple[str, ...]
    opener_rate: float
    tail_rate: float
    emoji_rate: float
    slip_rate: float
    stop: str
    comma: str
    laugh: str
    wordy: float


class Person(msgspec.Struct):
    """One member of one community; `joined` is None for those who were there before the first day."""

    account: str
    name: str
    role: str
    weight: float
    owl: float
    voice: Voice
    joined: dt.datetime | None = None
    left: dt.datetime | None = None

    def present(self, at: dt.datetime) -> bool:
        """Return whether the person was a member at the local time `at`."""
        return (self.joined is None or self.joined <= at) and (self.left is None or at < self.left)


class Line(msgspec.Struct, eq=False):
    """One message: `at` is local wall time; `thread` numbers the conversation; `plant` names its truth."""

    at: dt.datetime
    who: Person
    text: str
    kind: str = "text"
    thread: int = 0
    reply: Line | None = None
    mentions: tuple[Person, ...] = ()
    forwarded: str = ""
    plant: str = ""
    number: int = 0


class Passage(msgspec.Struct, eq=False):
    """Someone came or went: joined, invited, left or kicked, by whom."""

    at: dt.datetime
    who: Person
    kind: str
    actor: Person
    plant: str = ""
    number: int = 0


class Chronicle(msgspec.Struct):
    """Everything that happened in one community, in order of time once `settled`."""

    community: str
    people: list[Person]
    lines: list[Line]
    passages: list[Passage]

    def forget_replies(self) -> None:
        """Let no line answer a line that is not there."""
        kept = set(map(id, self.lines))
        for line in self.lines:
            if line.reply is not None and id(line.reply) not in kept:
                line.reply = None

    def settle(self) -> None:
        """Sort by time and number lines and passages in one sequence, as an export does."""
        self.forget_replies()
        both: list[Line | Passage] = sorted([*self.lines, *self.passages], key=lambda item: (item.at, item.number))
        for number, item in enumerate(both, start=1):
            item.number = number
        self.lines.sort(key=lambda line: line.number)
        self.passages.sort(key=lambda passage: passage.number)


class Evidence(msgspec.Struct, frozen=True):
    """One planted message or passage, findable in the lake by community, account and instant."""

    community_id: str
    account_id: str
    at: str
    text: str = ""


class Truth(msgspec.Struct, frozen=True):
    """One planted truth: what a good report should notice, where, when, and the messages it consists of."""

    kind: str
    planted: bool
    community_ids: tuple[str, ...]
    zh: str
    en: str
    weeks: tuple[str, ...]
    persons: tuple[str, ...] = ()
    account_ids: tuple[str, ...] = ()
    size: float = 0.0
    evidence: tuple[Evidence, ...] = ()


class Truths(msgspec.Struct, frozen=True):
    """The file truths.json of a demo folder."""

    seed: int
    effect: float
    first_day: dt.date
    after_day: dt.date
    messages: dict[str, int]
    truths: tuple[Truth, ...]
