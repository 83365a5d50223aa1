"""Why a change to a review was refused, in words for the person who asked for it."""

from __future__ import annotations


class RefusedError(Exception):
    """Nothing was changed; the text says why and what to do."""


class ConflictError(RefusedError):
    """Somebody else was faster, or the item is not what it was when it was read."""
