"""Says which kinds, lengths, forms, topics and hours of posts start a discussion and which fall flat, hours matched."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING, Literal, get_args

import msgspec
import numpy as np
import pyarrow.compute as pc

from qunjian.insight.anomaly import benjamini_hochberg
from qunjian.model.language import Phrase
from qunjian.statistics.intervals import wilson
from qunjian.statistics.stratified import Stratified, matched_difference
from qunjian.text.substance import substance
from qunjian.text.terms import naming

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    import pyarrow as pa
    from numpy.typing import NDArray

Family = Literal["kind", "length", "form", "topic", "hour"]
FAMILIES: tuple[Family, ...] = get_args(Family)
Verdict = Literal["starts", "flat", "unclear", "few"]
FAMILY_TITLES: dict[Family, Phrase] = {
    "kind": Phrase("类型", "kind"),
    "length": Phrase("长短（字）", "length (characters)"),
    "form": Phrase("形式", "form"),
    "topic": Phrase("话题", "topic"),
    "hour": Phrase("时段", "hours"),
}
VERDICTS: dict[Verdict, Phrase] = {
    "starts": Phrase("开得起", "starts more"),
    "flat": Phrase("容易冷场", "falls flat"),
    "unclear": Phrase("看不出差别", "no clear difference"),
    "few": Phrase("太少，不比较", "too few to compare"),
}
_FORM_TITLES = {
    "question": Phrase("提问", "question"),
    "link": Phrase("带链接", "with a link"),
    "numbers": Phrase("有数字或日期", "with numbers or dates"),
    "mention": Phrase("@ 了人", "mentions somebody"),
    "filler": Phrase("灌水", "filler"),
}
KIND_TITLES = {
    "text": Phrase("文字", "text"),
    "image": Phrase("图片", "image"),
    "voice": Phrase("语音", "voice"),
    "video": Phrase("视频", "video"),
    "file": Phrase("文件", "file"),
    "link": Phrase("链接", "link"),
    "sticker": Phrase("表情", "sticker"),
    "red_packet": Phrase("红包", "red packet"),
    "location": Phrase("位置", "location"),
    "card": Phrase("名片", "card"),
    "forward": Phrase("转发", "forward"),
    "other": Phrase("其他", "other"),
}
# Fewer openers than this, inside the group or outside, are shown but not judged.
LEAST = 20
RATE = 0.05
# The last length of each band, in characters said.
LENGTHS = (5, 15, 40, 100)
# The first hour of each band of the day.
HOURS = (0, 6, 9, 12, 14, 18, 21)
FORMS = ("question", "link", "numbers", "mention", "filler")
_STRATA = 48


class Starter(msgspec.Struct, frozen=True):
    """One group of posts that opened a conversation in a community: how many were joined by somebody else.

    `share` has a Wilson interval. `difference`: share of this group less that of the community's other openers at the
    same hour, workdays and weekends apart (Mantel–Haenszel; of hours: not matched), with its 95 % interval; None:
    nothing to compare. `q`: its p after Benjamini–Hochberg over all compared groups of the community.
    """

    community_id: str
    family: Family
    group: str
    n: int
    started: int
    share: float
    low: float
    high: float
    difference: float | None
    difference_low: float | None
    difference_high: float | None
    q: float | None
    verdict: Verdict


def starters(openers: pa.Table, topics: Mapping[str, Sequence[str]]) -> list[Starter]:
    """Return every group of every community that has openers, in order of community, family and group.

    `openers`: as conversations.openers gives them, those still open left out here. `topics`: terms by topic.
    """
    known = openers.filter(pc.invert(openers["open"]))
    groups = _groups(known, topics)
    joined = np.asarray(known["people"].to_numpy()) >= 2
    hour = known["hour"].to_numpy().astype(np.int64)
    weekend = known["weekend"].to_numpy().astype(np.int64)
    found: list[Starter] = []
    communities = np.asarray(known["community_id"].to_numpy(zero_copy_only=False))
    for community in dict.fromkeys(communities.tolist()):
        here = communities == community
        rows = [
            _group(community, family, name, member[here], joined[here], hour[here], weekend[here])
            for (family, name), member in groups.items()
            if member[here].any()
        ]
        found += _judged(rows)
    return found


def _groups(known: pa.Table, topics: Mapping[str, Sequence[str]]) -> dict[tuple[Family, str], NDArray[np.bool_]]:
    """Return which openers belong to which group; forms, lengths and topics are those of posts with words."""
    texts = pc.fill_null(known["text"], "").combine_chunks()
    found = substance(texts)
    written = np.asarray(pc.not_equal(texts, "").to_numpy(zero_copy_only=False), dtype=bool)
    groups: dict[tuple[Family, str], NDArray[np.bool_]] = {}
    kinds = np.asarray(known["kind"].to_numpy(zero_copy_only=False))
    for kind in sorted(set(kinds.tolist())):
        groups["kind", kind] = kinds == kind
    band = np.searchsorted(LENGTHS, found.characters)
    for place, name in enumerate(length_bands()):
        groups["length", name] = written & (band == place)
    mentions = pc.fill_null(pc.list_value_length(known["mentions"]), 0).to_numpy() > 0
    told = (found.question, found.links > 0, found.numbers + found.dates > 0, mentions, found.filler > 0)
    for name, member in zip(FORMS, told, strict=True):
        groups["form", name] = written & member
    about = {name: written & naming(texts, terms) for name, terms in topics.items()}
    groups.update({("topic", name): member for name, member in about.items()})
    if about:
        groups["topic", "-"] = written & ~np.logical_or.reduce(list(about.values()))
    hours = np.searchsorted(HOURS, known["hour"].to_numpy(), side="right") - 1
    for place, name in enumerate(hour_bands()):
        groups["hour", name] = hours == place
    return groups


def group_title(one: Starter, topics: Mapping[str, Phrase]) -> Phrase:
    """Return the name of a group as people say it; bands of length and hours are their own names."""
    titles = {"kind": KIND_TITLES, "form": _FORM_TITLES, "topic": topics}.get(one.family, {})
    return titles.get(one.group, Phrase(one.group, one.group))


def length_bands() -> tuple[str, ...]:
    """Return the names of the bands of length: characters said, from–to."""
    lows = (0, *(last + 1 for last in LENGTHS))
    return (*(f"{low}-{last}" for low, last in zip(lows[:-1], LENGTHS, strict=True)), f"{lows[-1]}-")


def hour_bands() -> tuple[str, ...]:
    """Return the names of the bands of the day: first hour–last hour, both included."""
    return tuple(f"{low:02d}-{after - 1:02d}" for low, after in zip(HOURS, (*HOURS[1:], 24), strict=True))


def _group(
    community: str,
    family: Family,
    name: str,
    member: NDArray[np.bool_],
    joined: NDArray[np.bool_],
    hour: NDArray[np.int64],
    weekend: NDArray[np.int64],
) -> tuple[Starter, float]:
    """Return the group, not yet judged, and its p."""
    stratum = weekend if family == "hour" else weekend * 24 + hour

    def per_stratum(rows: NDArray[np.bool_]) -> NDArray[np.int64]:
        return np.bincount(stratum[rows], minlength=_STRATA)

    n, started = int(member.sum()), int((member & joined).sum())
    low, high = wilson(started, n)
    if n < LEAST or len(member) - n < LEAST:
        compared = Stratified(math.nan, math.nan, math.nan, math.nan)
    else:
        compared = matched_difference(
            per_stratum(member & joined), per_stratum(member), per_stratum(~member & joined), per_stratum(~member)
        )
    difference, least, most = (_known(number) for number in (compared.difference, compared.low, compared.high))
    row = Starter(
        community, family, name, n, started, started / n, float(low), float(high), difference, least, most, None, "few"
    )
    return row, compared.p


def _known(number: float) -> float | None:
    return None if math.isnan(number) else number


def _judged(rows: list[tuple[Starter, float]]) -> list[Starter]:
    p = np.array([each for _, each in rows], dtype=np.float64)
    tested = ~np.isnan(p)
    q = np.full(len(p), np.nan)
    if tested.any():
        q[tested] = benjamini_hochberg(p[tested])
    judged = []
    for (row, _), value in zip(rows, q.tolist(), strict=True):
        if row.difference is None:
            judged.append(row)
            continue
        clear = not math.isnan(value) and value <= RATE
        verdict: Verdict = "unclear" if not clear else "starts" if row.difference > 0 else "flat"
        judged.append(msgspec.structs.replace(row, q=None if math.isnan(value) else value, verdict=verdict))
    return judged
