"""Use case: how many past messages one rule would hit, before anybody is bound by it; nothing is written."""

from __future__ import annotations

import datetime as dt
from collections import Counter
from typing import TYPE_CHECKING

import msgspec

from qunjian.engines.arrow import spare_pandas
from qunjian.model.progress import Progress, silent
from qunjian.models.locating import located
from qunjian.runs.backtesting import search_hits
from qunjian.standards.basics import Said
from qunjian.standards.editions import Edition
from qunjian.standards.rules import Rule
from qunjian.standards.schema import Standard

if TYPE_CHECKING:
    from qunjian.workspace import Workspace


class Reached(msgspec.Struct, frozen=True):
    """Where a hit lies: which message of which community."""

    community_id: str
    scope: str
    message_id: str


class Reach(msgspec.Struct, frozen=True):
    """How many of the messages a rule hits, where, and a few of them."""

    messages: int
    hits: int
    communities: dict[str, int]
    examples: tuple[Reached, ...]


def reach(
    workspace: Workspace, rule: Rule, *, first: dt.date, last: dt.date, examples: int = 5, progress: Progress = silent
) -> Reach:
    """Inspect the messages of the local days [first, last] under this one rule, as if it were active."""
    spare_pandas()
    alone = located([rule.model_copy(update={"lifecycle": "active"})], (workspace.standards,))
    standard = Standard(id="one_rule", name=Said(zh=rule.name.zh, en=rule.name.en))
    edition = Edition(standard, alone, "0")
    hits, read = search_hits(workspace, edition, workspace.decisions(), first, last, None, progress)
    counted = Counter(hit.community_id for hit in hits.values())
    places = sorted(hits)[:examples]
    return Reach(
        sum(read.values()), len(hits), dict(counted.most_common()),
        tuple(Reached(hits[place].community_id, place[0], place[1]) for place in places),
    )  # fmt: skip
