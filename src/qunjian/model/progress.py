"""How long work reports where it is, without knowing who listens."""

from __future__ import annotations

from typing import Protocol

from qunjian.model.language import Phrase


class Progress(Protocol):
    """A listener: called with the step's name, how much is done, and the total when it is known."""

    def __call__(self, step: Phrase, done: int, total: int | None = None) -> None: ...


def silent(step: Phrase, done: int, total: int | None = None) -> None:
    """Listen to nothing."""
