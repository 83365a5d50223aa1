"""A finding as one word in an address, and back."""

from __future__ import annotations

from base64 import urlsafe_b64decode, urlsafe_b64encode
from typing import TYPE_CHECKING, NamedTuple

import msgspec

from qunjian_console.bridge.inspections import runs
from qunjian_console.policy.rows import Subject

if TYPE_CHECKING:
    from qunjian_console.policy.rows import Arguments


class FindingKey(NamedTuple):
    """Which finding of which run, and in which community it lies."""

    community: str
    run: str
    finding: str


def ref_of(key: FindingKey) -> str:
    """Return the word that names a finding."""
    return urlsafe_b64encode(msgspec.json.encode(list(key))).decode().rstrip("=")


def key_of(ref: str) -> FindingKey | None:
    """Return the finding a word names; None for a word that names none."""
    try:
        found = msgspec.json.decode(urlsafe_b64decode(ref + "=" * (-len(ref) % 4)), type=tuple[str, str, str])
    except ValueError:
        return None
    return FindingKey(*found)


def subject(arguments: Arguments) -> Subject | None:
    """Return the community a finding lies in, for the policy table."""
    key = key_of(str(arguments["ref"]))
    return Subject(community=key.community) if key is not None else None


def run_there(arguments: Arguments) -> Subject | None:
    """Return a subject without limits where there is such a run."""
    return Subject() if any(run.run == arguments["run"] for run in runs()) else None
