"""Measures indicators: runs the statements of their facts once for all communities and turns sums into values."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING

import pyarrow as pa

from qunjian.model.capabilities import Capabilities
from qunjian.model.decisions import Decisions
from qunjian.model.periods import By
from qunjian.model.schemas import INDICATOR_VALUE

if TYPE_CHECKING:
    from qunjian.engines.local import Session


def measure(
    session: Session,
    ids: Sequence[str],
    *,
    by: By,
    now: dt.datetime,
    first: dt.date | None = None,
    after: dt.date | None = None,
    communities: Sequence[str] | None = None,
    zones: Mapping[str, str] | None = None,
    decisions: Decisions | None = None,
    capabilities: Mapping[str, Capabilities] | None = None,
    bots: bool = False,
    staff: bool = True,
) -> pa.Table:
    """Return INDICATOR_VALUE rows: one per indicator, community and period (and part), a value or why there is none.

    `first`, `after`: local days [first, after); None means from each community's first record, to its last.
    `zones`: zone by community, else the one the community view states, else Asia/Shanghai.
    `capabilities`: by community; a community that is missing knows nothing; None: every source knows everything.
    `bots`, `staff`: whether they are counted. `now`: the instant after which nothing has happened yet.
    """
    raise NotImplementedError


SCHEMA = INDICATOR_VALUE
