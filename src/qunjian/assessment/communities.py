"""Scores one community under a standard: its parts, the whole, and what vetoes it."""

from __future__ import annotations

import datetime as dt
from typing import TYPE_CHECKING

import msgspec

from qunjian.assessment.compliance import Tally, compliance, vetoes
from qunjian.assessment.points import PART_TITLES, Named, item, mean_score, with_effective_weights
from qunjian.assessment.scorecard import NOTHING, Item, Part, Score, Scorecard, Standing
from qunjian.model.language import Phrase

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping, Sequence

    from qunjian.model.periods import Period
    from qunjian.model.records import Value
    from qunjian.standards.schema import Standard

_INDICATORS = Phrase("指标", "indicators")
_PARTS = Phrase("部分", "parts")


class Subject(msgspec.Struct, frozen=True):
    """A community as scoring sees it, over one period."""

    community_id: str
    name: str
    type: str = ""
    tags: tuple[str, ...] = ()
    members: int | None = None
    messages: int = 0
    speakers: int | None = None
    inspected: int = 0
    incomplete: Phrase = NOTHING


class Grounds(msgspec.Struct, frozen=True):
    """What all scores of one report rest on: the standard, its edition, the titles and reasons in words."""

    standard: Standard
    version: str
    period: Period
    indicators: Mapping[str, Named]
    rules: Mapping[str, Phrase]
    reason: Callable[[str], Phrase]
    inspected: bool = True


def score_community(
    subject: Subject, values: Mapping[str, Value], tallies: Sequence[Tally], grounds: Grounds
) -> Scorecard:
    """Return the scorecard of a community: `values` by indicator, `tallies` of its findings in the period."""
    standard = grounds.standard
    aims = standard.aims(subject.type, subject.tags, subject.members)
    parts: list[Part] = []
    for name, weight in standard.scorecard.parts.items():
        if not weight:
            continue
        items: tuple[Item, ...] = ()
        if name == "compliance":
            score = (
                compliance(tallies, subject.inspected, standard.scorecard.penalties)
                if grounds.inspected
                else Score("unknown", because=Phrase("本周期还没有质检", "this period has not been inspected"))
            )
        else:
            items = tuple(
                item(aim, values.get(aim.id), _named(grounds, aim.id), _reason(grounds, values.get(aim.id)))
                for aim in aims
                if aim.part == name and aim.weight
            )
            score = mean_score([(each.score, each.weight) for each in items], what=_INDICATORS)
        parts.append(Part(name, PART_TITLES[name], float(weight), 0.0, score, items))
    found = vetoes(tallies, grounds.rules)
    whole = _whole(subject, parts, standard, any(each.confirmed for each in found))
    return Scorecard(
        "community", subject.community_id, subject.name, standard.id, grounds.version, grounds.period.name,
        grounds.period.first, grounds.period.after, whole,
        with_effective_weights(parts), found, standing(standard, grounds.period.first), subject.type,
        awaiting=sum(tally.awaiting for tally in tallies), messages=subject.messages,
        incomplete=subject.incomplete,
    )  # fmt: skip


def _named(grounds: Grounds, indicator: str) -> Named:
    return grounds.indicators.get(indicator, Named(Phrase(indicator, indicator)))


def _reason(grounds: Grounds, value: Value | None) -> Phrase:
    if value is None:
        return Phrase("这个指标尚未测量", "this indicator was not measured")
    return grounds.reason(value.unknown) if value.unknown else Phrase("", "")


def _whole(subject: Subject, parts: Sequence[Part], standard: Standard, vetoed: bool) -> Score:
    card = standard.scorecard
    score = mean_score([(part.score, part.weight) for part in parts], what=_PARTS)
    score = msgspec.structs.replace(score, n=subject.messages)
    if vetoed:
        return Score(
            "scored", 0.0, 0.0, 0.0, subject.messages, score.formula,
            Phrase("一票否决：有经人确认的致命问题", "one-vote veto: a critical finding was confirmed by a person"),
        )  # fmt: skip
    if subject.messages < card.least_messages:
        return Score(
            "insufficient", n=subject.messages, formula=score.formula,
            because=Phrase(
                f"本期 {subject.messages} 条消息，标准要求至少 {card.least_messages} 条",
                f"{subject.messages} messages in the period; the standard asks for {card.least_messages}",
            ),
        )  # fmt: skip
    if subject.speakers is not None and subject.speakers < card.least_speakers:
        return Score(
            "insufficient", n=subject.messages, formula=score.formula,
            because=Phrase(
                f"本期 {subject.speakers} 人发言，标准要求至少 {card.least_speakers} 人",
                f"{subject.speakers} speakers in the period; the standard asks for {card.least_speakers}",
            ),
        )  # fmt: skip
    return score


def standing(standard: Standard, first: dt.date) -> Standing:
    """Return `trial` while the standard is not meant to be in force on the period's first day."""
    effective = standard.effective
    early = effective.first is not None and first < effective.first
    late = effective.last is not None and first > effective.last
    return "trial" if early or late else "formal"
