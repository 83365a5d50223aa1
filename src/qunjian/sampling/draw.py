"""Seeded draws without replacement that a third person can repeat from the plan alone, with any SHA-256.

A unit's rank is SHA-256 of `seed` newline `scope` newline `message_id` newline `rule` (UTF-8; rule empty for a message
nobody flagged), as lower-case hexadecimal. Within each group (a community, or all together) the units are put in the
order of their ranks, and the first n are drawn. A share p of N units draws ⌈p·N⌉. Ranks behave like random numbers that
nobody can choose, so this is a simple random sample; whoever knows the seed and the units gets the same one.
"""

from __future__ import annotations

import hashlib
from fractions import Fraction
from typing import TYPE_CHECKING

import msgspec

if TYPE_CHECKING:
    from collections.abc import Iterable


class Quota(msgspec.Struct, frozen=True):
    """How many units are drawn: a share of a group, or a count; `each`: in every community, else of all together.

    Neither a share nor a count: none.
    """

    share: float | None = None
    count: int | None = None
    each: bool = True

    def of(self, size: int) -> int:
        """Return how many of `size` units are drawn."""
        if self.share is not None:
            part = Fraction(str(self.share)) * size
            return min(size, -(-part.numerator // part.denominator))
        return min(size, self.count or 0)


class Unit(msgspec.Struct, frozen=True):
    """What can be drawn: a finding of a rule in a message, or a message nobody flagged (rule "")."""

    community_id: str
    scope: str
    message_id: str
    rule: str = ""


class Stratum(msgspec.Struct, frozen=True):
    """How many units a group had and how many of them were drawn; community "": all together."""

    community_id: str
    kind: str
    size: int
    drawn: int


# The same rank in DuckDB, over columns; `$seed` is the plan's seed. A test compares the two.
RANK_SQL = "sha256($seed || chr(10) || scope || chr(10) || message_id || chr(10) || {rule})"


def rank(seed: str, unit: Unit) -> str:
    """Return the rank of a unit."""
    return hashlib.sha256("\n".join((seed, unit.scope, unit.message_id, unit.rule)).encode()).hexdigest()


def draw(seed: str, units: Iterable[Unit], quota: Quota) -> tuple[Unit, ...]:
    """Return the units drawn, by community and rank."""
    groups: dict[str, list[Unit]] = {}
    for unit in units:
        groups.setdefault(unit.community_id if quota.each else "", []).append(unit)
    return tuple(
        unit
        for _, own in sorted(groups.items())
        for unit in sorted(own, key=lambda unit: rank(seed, unit))[: quota.of(len(own))]
    )
