"""Tells employees, customers and robots of WeCom apart by the shape of their ids."""

from __future__ import annotations

from qunjian.text.late import late

_EXTERNAL = late(r"w[mo][A-Za-z0-9_-]{14,}")
_ROBOT = late(r"wb[A-Za-z0-9_-]{14,}")
# What the shape of an id says holds at any time: whatever is stated with a date is newer and wins.
ALWAYS = 0  # 1970, in microseconds


def role_of_id(native: str) -> str:
    """Return staff, member (a customer) or bot; employees' ids are their company's own."""
    if not native or _EXTERNAL.fullmatch(native):
        return "member"
    return "bot" if _ROBOT.fullmatch(native) else "staff"
