"""What the engine says of a failure, for pages and jobs."""

from __future__ import annotations

from qunjian.model.errors import QunjianError
from qunjian.model.language import Phrase
from qunjian.model.mishaps import storage_error

__all__ = ["Phrase", "QunjianError", "in_words"]


def in_words(error: BaseException) -> Phrase | None:
    """Return the sentence of an error that a person can do something about; None for an error of ours."""
    told = error if isinstance(error, QunjianError) else storage_error(error) if isinstance(error, Exception) else None
    return None if told is None else Phrase(told.sentence("zh"), told.sentence("en"))
