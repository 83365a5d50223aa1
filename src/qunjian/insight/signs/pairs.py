"""Which exports of a group are compared with which: those that share time, within bounds, and what is left out."""

from __future__ import annotations

import datetime as dt
import heapq
from itertools import combinations, zip_longest
from typing import TYPE_CHECKING

import msgspec

from qunjian.insight.signs.record import Sign
from qunjian.model.language import Phrase

if TYPE_CHECKING:
    from collections.abc import Sequence

MOST_PAIRS = 60
MOST_DOCUMENTS = 60
MOST_RECORDS = 200_000  # larger documents are not compared row by row
NEAR = dt.timedelta(hours=26)


class Held(msgspec.Struct, frozen=True):
    """One document as its claims show it; `observed` is the export's own stamp, else its newest record."""

    act_id: str
    document: int
    name: str
    first: dt.datetime | None
    last: dt.datetime | None
    observed: dt.datetime | None
    communities: tuple[str, ...]
    records: int = 0


def pairs(documents: Sequence[Held]) -> tuple[list[tuple[str, Held, Held]], list[Sign]]:
    """Return the pairs to compare, those that share most time first, and what is left out."""
    by_community: dict[str, list[Held]] = {}
    for document in documents:
        for community in document.communities:
            if document.first and document.last:
                by_community.setdefault(community, []).append(document)
    found: list[tuple[dt.timedelta, str, Held, Held]] = []
    signs: list[Sign] = []
    for community, own in sorted(by_community.items()):
        margin = NEAR
        if len(_near_another(own, margin)) > MOST_DOCUMENTS:  # many that follow each other: only those that overlap
            margin = dt.timedelta(0)
        near = sorted(_near_another(own, margin), key=lambda each: (str(each.last), each.act_id, each.document))
        newest, older = near[-MOST_DOCUMENTS:], near[:-MOST_DOCUMENTS]
        if older:
            signs.append(_left_out(community, older, _TOO_MANY))
        big: dict[str, Held] = {}
        for one, other in combinations(newest, 2):
            shared = _shared(one, other)
            larger = [each for each in (one, other) if each.records > MOST_RECORDS]
            if larger and shared > dt.timedelta(0):
                big |= {f"{each.act_id}#{each.document}": each for each in larger}
            elif not larger and shared + margin > dt.timedelta(0):
                found.append((shared, community, one, other))
        if big:
            signs.append(_left_out(community, list(big.values()), _TOO_LARGE))
    chosen = heapq.nsmallest(MOST_PAIRS, range(len(found)), key=lambda place: (-found[place][0], place))
    rest: dict[str, dict[str, Held]] = {}
    for place in set(range(len(found))) - set(chosen):
        shared, community, *both = found[place]
        if shared > dt.timedelta(0):  # what only comes near is looked at for shifted clocks: no loss worth a word
            rest.setdefault(community, {}).update({f"{each.act_id}#{each.document}": each for each in both})
    signs += [_left_out(community, list(own.values()), _TOO_MANY_PAIRS) for community, own in sorted(rest.items())]
    return [found[place][1:] for place in sorted(chosen)], signs


def _near_another(own: Sequence[Held], margin: dt.timedelta) -> list[Held]:
    """Return the documents whose time comes near that of another of the same group."""
    ordered = sorted(own, key=lambda each: (str(each.first), str(each.last)))
    found: list[Held] = []
    longest: Held | None = None  # of those before, the one that reaches farthest
    for each, following in zip_longest(ordered, ordered[1:]):
        before = longest is not None and _shared(longest, each) + margin > dt.timedelta(0)
        after = following is not None and _shared(each, following) + margin > dt.timedelta(0)
        if before or after:
            found.append(each)
        if longest is None or (each.last and longest.last and each.last > longest.last):
            longest = each
    return found


def _shared(one: Held, other: Held) -> dt.timedelta:
    """Return how long both cover; below zero: how far they are apart."""
    if not (one.first and one.last and other.first and other.last):
        return -NEAR
    return min(one.last, other.last) - max(one.first, other.first)


_TOO_MANY = Phrase(f"一个群只比较最新的 {MOST_DOCUMENTS} 份", f"of one group only the newest {MOST_DOCUMENTS} are")
_TOO_LARGE = Phrase(f"超过 {MOST_RECORDS:,} 条记录的文件不逐条比较", f"files of over {MOST_RECORDS:,} records are not")
_TOO_MANY_PAIRS = Phrase(
    f"只比较重叠时间最长的 {MOST_PAIRS} 对", f"only the {MOST_PAIRS} pairs that share most time are"
)


def _left_out(community: str, documents: list[Held], why: Phrase) -> Sign:
    names = sorted(each.name for each in documents)
    shown = "、".join(names[:3]) + (" …" if len(names) > 3 else "")
    return Sign(
        "not_compared", community,
        min(each.first for each in documents if each.first), max(each.last for each in documents if each.last),
        {"files": len(names)},
        Phrase(
            f"{len(names)} 份导出没有与时间相近的导出逐条比较（{shown}）：{why.zh}",
            f"{len(names)} exports were not compared with others of the same time ({shown}): {why.en}",
        ),
        tuple(names[:20]),
    )  # fmt: skip
