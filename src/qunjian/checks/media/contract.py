"""What a check of media is: it judges one attachment by its name and by what was read from its file."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Protocol

import msgspec

from qunjian.model.language import Phrase

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from pydantic import BaseModel

    from qunjian.media.reading import Reading
    from qunjian.text.file_names import FileName


class Attached(msgspec.Struct, frozen=True):
    """One attachment of a message: as the export tells of it, and what was read from its file, if it was."""

    number: int
    kind: str
    name: str
    reading: Reading | None = None


class Listed(msgspec.Struct, frozen=True):
    """One picture on a team's list: its likeness, and why it stands there."""

    likeness: int
    why: str = ""


class MediaMatch(msgspec.Struct, frozen=True):
    """One fault in one attachment."""

    detail: Phrase
    transformations: tuple[str, ...] = ()
    confidence: float = 1.0


class MediaCheck(Protocol):
    """One rule's detection, compiled: pure.

    An attachment of which nothing was read is judged only when its name is suspected.
    """

    def suspects(self, name: FileName) -> bool: ...

    def judge(self, attached: Attached) -> MediaMatch | None: ...


Lists = dict[str, tuple[Listed, ...]]


class MediaKind(msgspec.Struct, frozen=True):
    """One way to detect a fault in media; `build` gets the parameters and the team's lists of pictures.

    `needs_lists`: returns what a rule cannot do without and lacks, in words.
    """

    name: str
    title: Phrase
    parameters: type[BaseModel]
    build: Callable[[Any, Mapping[str, tuple[Listed, ...]]], MediaCheck]
    lacks: Callable[[Any, Mapping[str, tuple[Listed, ...]]], Phrase | None] = lambda _parameters, _lists: None
