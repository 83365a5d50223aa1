"""The key of a message as one word in an address, and back."""

from __future__ import annotations

from base64 import urlsafe_b64decode, urlsafe_b64encode
from typing import TYPE_CHECKING

import msgspec

from qunjian_console.bridge.conversations import Key
from qunjian_console.policy.rows import Subject

if TYPE_CHECKING:
    from qunjian_console.policy.rows import Arguments


def ref_of(key: Key) -> str:
    """Return the word that names a message."""
    return urlsafe_b64encode(msgspec.json.encode(msgspec.structs.astuple(key))).decode().rstrip("=")


def key_of(ref: str) -> Key | None:
    """Return the message a word names; None for a word that names none."""
    try:
        community, scope, message = msgspec.json.decode(
            urlsafe_b64decode(ref + "=" * (-len(ref) % 4)), type=tuple[str, str, str]
        )
    except ValueError:  # also what is no base64, no text, or no such tuple
        return None
    return Key(community, scope, message)


def subject(arguments: Arguments) -> Subject | None:
    """Return the community a message lies in, for the policy table."""
    key = key_of(str(arguments["ref"]))
    return Subject(community=key.community_id) if key is not None else None
