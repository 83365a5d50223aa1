"""Seeded chance: an independent stream per purpose, so that planting one thing never reshuffles another."""

from __future__ import annotations

import hashlib
import math
import random
from typing import TYPE_CHECKING, TypeVar

if TYPE_CHECKING:
    from collections.abc import Sequence

T = TypeVar("T")


def stream(seed: int, *labels: object) -> random.Random:
    """Return the random stream of `seed` for the purpose that `labels` name."""
    text = "\x1f".join([str(seed), *map(str, labels)])
    number = int.from_bytes(hashlib.blake2b(text.encode(), digest_size=8).digest(), "big")
    return random.Random(number)  # noqa: S311 - a demo must repeat itself


def poisson(chance: random.Random, mean: float) -> int:
    """Return a Poisson draw (Knuth's method: the means here are small)."""
    limit, product, count = math.exp(-mean), chance.random(), 0
    while product > limit:
        product *= chance.random()
        count += 1
    return count


def heavy(chance: random.Random, rank: int) -> float:
    """Return an activity weight for the member of that rank: a few talk a lot, most hardly ever."""
    return (1.0 / (rank + 2.5)) * chance.lognormvariate(0.0, 0.55)


def some(chance: random.Random, items: Sequence[T], low: int, high: int) -> tuple[T, ...]:
    """Return between `low` and `high` different items, as many as there are at most."""
    return tuple(chance.sample(items, min(len(items), chance.randint(low, high))))
