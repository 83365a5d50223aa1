"""What a message check is: it names what must be looked for, and judges the few messages where something was found."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Protocol

import msgspec

from qunjian.model.language import Phrase

if TYPE_CHECKING:
    import datetime as dt
    from collections.abc import Callable, Sequence

    from pydantic import BaseModel

    from qunjian.checks.scoring import Sought
    from qunjian.text.matching import Sighting


DEFAULT_ZONE = "Asia/Shanghai"


class Match(msgspec.Struct, frozen=True):
    """One fault in one text: its span in the original, the transformations it took to see it, and how sure it is.

    doubtful: seen by sound or shape alone, where the text makes sense as it stands.
    """

    start: int
    end: int
    transformations: tuple[str, ...] = ()
    confidence: float = 1.0
    detail: str = ""
    doubtful: bool = False


class Candidate(msgspec.Struct, frozen=True):
    """One text in which at least one needle of the check was seen; `sightings` are in the order of their places.

    `day`: the message's own local day, for checks that say they are `dated`; None: not known.
    """

    text: str
    sightings: tuple[Sighting, ...]
    day: dt.date | None = None


class MessageCheck(Protocol):
    """One rule's detection, compiled: pure, and the same whatever the batch around the message."""

    @property
    def needles(self) -> Sequence[Sought]: ...

    def judge(self, candidate: Candidate) -> list[Match]: ...


class CheckKind(msgspec.Struct, frozen=True):
    """One way to detect a fault: its name in rule files, its parameters, and how a rule's parameters become a check.

    A window kind has no `build`: checks/windows runs it; nor has one of media: checks/media runs it.
    """

    name: str
    title: Phrase
    parameters: type[BaseModel]
    build: Callable[[Any], MessageCheck] | None = None
    media: bool = False

    @property
    def window(self) -> bool:
        """Return whether the kind needs many messages at once."""
        return self.build is None and not self.media


class MessageContext(msgspec.Struct, frozen=True):
    """What inspection knows beside the messages: the standard; tags and zones of communities; roles of accounts.

    unknown: what a community's sources cannot tell (replies, mentions, media). A zone not named is `DEFAULT_ZONE`.
    """

    standard: str = ""
    version: str = ""
    tags: dict[str, tuple[str, ...]] = {}
    roles: dict[tuple[str, str], str] = {}
    zones: dict[str, str] = {}
    unknown: dict[str, tuple[str, ...]] = {}


class Verdict(msgspec.Struct, frozen=True):
    """What one rule made of one text: its matches, or why it did not fire."""

    rule: str
    fired: bool
    matches: tuple[Match, ...] = ()
    why: Phrase = Phrase("", "")
