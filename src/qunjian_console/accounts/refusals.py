"""What accounts refuse, in words."""

from __future__ import annotations

LAST_OWNER = "accounts.last_owner"


class RefusedError(Exception):
    """A change that the rules of accounts forbid; `reason` is a stable code."""

    def __init__(self, reason: str) -> None:
        super().__init__(reason)
        self.reason = reason
