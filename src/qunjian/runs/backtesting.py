"""Use case: what a change of rules would have done: both standards over the same past messages, nothing written."""

from __future__ import annotations

import datetime as dt
from collections import Counter
from contextlib import closing
from typing import TYPE_CHECKING
from zoneinfo import ZoneInfo

import msgspec

from qunjian.engines.arrow import spare_pandas
from qunjian.model.progress import Progress, silent
from qunjian.runs.inspection import chosen_edition, surroundings
from qunjian.runs.message_pass import MessagePass
from qunjian.runs.searching import Search, chosen_communities, chosen_spans
from qunjian.standards.editions import Edition
from qunjian.text.masking import mask_text

if TYPE_CHECKING:
    from collections.abc import Sequence
    from pathlib import Path

    from qunjian.engines.local import Session
    from qunjian.model.decisions import Decisions
    from qunjian.workspace import Workspace

_MEMORY_MB = 128
# What it takes a person to look at one finding in its context.
SECONDS_A_REVIEW = 30.0

# A finding's place whatever the edition: scope, message, rule.
_Place = tuple[str, str, str]


class Hit(msgspec.Struct, frozen=True):
    """A finding as far as two editions can be compared by it."""

    community_id: str
    severity: str


class Example(msgspec.Struct, frozen=True):
    """A message that only one edition finds, its text masked (None: none is left to show)."""

    community_id: str
    scope: str
    message_id: str
    text: str | None


class RuleChange(msgspec.Struct, frozen=True):
    """What changed for one rule: findings before and after, those new and those gone, and how grave they are."""

    rule: str
    before: int
    after: int
    newly_hit: int
    newly_missed: int
    changed_severity: int
    severity_before: str | None
    severity_after: str | None
    examples_hit: tuple[Example, ...]
    examples_missed: tuple[Example, ...]


class CommunityChange(msgspec.Struct, frozen=True):
    """What changed for one community, with the messages that were looked at."""

    community_id: str
    messages: int
    newly_hit: int
    newly_missed: int
    changed_severity: int


class Backtest(msgspec.Struct, frozen=True):
    """The difference between two editions on the same messages; `review_hours`: to look at all that is newly hit."""

    before: str
    after: str
    messages: int
    newly_hit: int
    newly_missed: int
    changed_severity: int
    alarms_before: float | None
    alarms_after: float | None
    review_hours: float
    rules: tuple[RuleChange, ...]
    communities: tuple[CommunityChange, ...]


def backtest(
    workspace: Workspace,
    before: str | Path | Edition,
    after: str | Path | Edition,
    *,
    first: dt.date | None = None,
    last: dt.date | None = None,
    communities: Sequence[str] | None = None,
    examples: int = 3,
    seconds: float = SECONDS_A_REVIEW,
    progress: Progress = silent,
) -> Backtest:
    """Inspect the messages of the local days [first, last] under both standards and return what differs."""
    spare_pandas()
    decisions = workspace.decisions()
    today = workspace.clock().astimezone(ZoneInfo(workspace.settings.zone)).date()
    editions = [
        named if isinstance(named, Edition) else chosen_edition(workspace, named, decisions, today)
        for named in (before, after)
    ]
    found: list[dict[_Place, Hit]] = []
    read: dict[str, int] = {}
    for edition in editions:
        hits, read = search_hits(workspace, edition, decisions, first, last, communities, progress)
        found.append(hits)
    with closing(workspace.lake.session(_MEMORY_MB)) as session:
        return _compared(editions[0], editions[1], found[0], found[1], read, examples, seconds, session)


def search_hits(
    workspace: Workspace,
    edition: Edition,
    decisions: Decisions,
    first: dt.date | None,
    last: dt.date | None,
    communities: Sequence[str] | None,
    progress: Progress,
) -> tuple[dict[_Place, Hit], dict[str, int]]:
    """Return what an edition finds in the messages of some days, and how many messages of each community were read."""
    with closing(MessagePass(workspace.lake.root / "message")) as messages:
        messages.prepare(edition.rules)
        visible = workspace.lake.visible()
        with closing(workspace.lake.session(_MEMORY_MB, visible=visible)) as session:
            around = surroundings(session, edition, decisions, workspace.settings.zone)
            search = Search(
                workspace, session, visible, edition, messages, around, chosen_spans(first, last, around),
                chosen_communities(communities, around, session),
            )  # fmt: skip
            hits = _hits(search, progress)
            return hits, {name: each.messages for name, each in search.coverage().items()}


def _hits(search: Search, progress: Progress) -> dict[_Place, Hit]:
    hits: dict[_Place, Hit] = {}
    names = ("scope", "message_id", "rule", "community_id", "severity")
    for batch in search.findings(progress):
        for scope, message, rule, community, severity in zip(
            *(batch.column(n).to_pylist() for n in names), strict=True
        ):
            hits[scope, message, rule] = Hit(community, severity)
    return hits


def _compared(
    before: Edition,
    after: Edition,
    old: dict[_Place, Hit],
    new: dict[_Place, Hit],
    read: dict[str, int],
    examples: int,
    seconds: float,
    session: Session,
) -> Backtest:
    hit = sorted(new.keys() - old.keys())
    missed = sorted(old.keys() - new.keys())
    changed = sorted(place for place in old.keys() & new.keys() if old[place].severity != new[place].severity)
    counted = {
        name: Counter(place[2] for place in places)
        for name, places in (("old", old), ("new", new), ("hit", hit), ("missed", missed), ("changed", changed))
    }
    touched = sorted({*counted["hit"], *counted["missed"], *counted["changed"]})
    grave = [{rule.id: str(rule.severity) for rule in edition.rules} for edition in (before, after)]
    total = sum(read.values())
    return Backtest(
        f"{before.standard.id} {before.version}",
        f"{after.standard.id} {after.version}",
        total, len(hit), len(missed), len(changed),
        len(old) / total * 1000 if total else None,
        len(new) / total * 1000 if total else None,
        round(len(hit) * seconds / 3600, 2),
        tuple(
            RuleChange(
                rule, counted["old"][rule], counted["new"][rule], counted["hit"][rule], counted["missed"][rule],
                counted["changed"][rule], grave[0].get(rule), grave[1].get(rule),
                _examples(hit, new, rule, examples, session), _examples(missed, old, rule, examples, session),
            )
            for rule in touched
        ),
        _communities(hit, missed, changed, old, new, read),
    )  # fmt: skip


def _communities(
    hit: Sequence[_Place],
    missed: Sequence[_Place],
    changed: Sequence[_Place],
    old: dict[_Place, Hit],
    new: dict[_Place, Hit],
    read: dict[str, int],
) -> tuple[CommunityChange, ...]:
    fresh = Counter(new[place].community_id for place in hit)
    gone = Counter(old[place].community_id for place in missed)
    graver = Counter(new[place].community_id for place in changed)
    return tuple(
        CommunityChange(each, read.get(each, 0), fresh[each], gone[each], graver[each])
        for each in sorted({*read, *fresh, *gone, *graver})
    )


def _examples(
    places: Sequence[_Place], hits: dict[_Place, Hit], rule: str, most: int, session: Session
) -> tuple[Example, ...]:
    found = []
    for place in [place for place in places if place[2] == rule][:most]:
        row = session.connection.execute(
            "SELECT text FROM message WHERE scope = ? AND message_id = ?", [place[0], place[1]]
        ).fetchone()
        text = mask_text(row[0]) if row and row[0] else None
        found.append(Example(hits[place].community_id, place[0], place[1], text))
    return tuple(found)
