"""What a source can and cannot know, field by field, so that absent is never taken for zero."""

from __future__ import annotations

from typing import Literal, get_args

import msgspec

Answer = Literal["yes", "partly", "no"]
Field = Literal[
    "message_ids", "replies", "threads", "reactions", "mentions", "roles", "joins", "leaves", "roster", "reads",
    "edits", "recalls", "media", "accounts",
]  # fmt: skip
FIELDS: tuple[Field, ...] = get_args(Field)


class Capabilities(msgspec.Struct, frozen=True):
    """One answer per field; what is not named is `no`."""

    answers: dict[Field, Answer] = {}

    def knows(self, field: Field) -> Answer:
        """Return whether a source with these capabilities can know `field`."""
        return self.answers.get(field, "no")
