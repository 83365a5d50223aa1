"""Scores people where a duty table says who is responsible; only findings a human confirmed count, the rest await."""

from __future__ import annotations

from typing import TYPE_CHECKING

import msgspec

from qunjian.assessment.compliance import Tally, compliance
from qunjian.assessment.points import PART_TITLES, Named, item, mean_score, with_effective_weights
from qunjian.assessment.scorecard import NOTHING, Part, Score, Scorecard
from qunjian.model.language import Phrase

if TYPE_CHECKING:
    import datetime as dt
    from collections.abc import Mapping, Sequence

    from qunjian.assessment.communities import Grounds
    from qunjian.model.decisions import Decisions, Duty
    from qunjian.model.records import Value

# What a person answers for: their own conduct, and the service of the communities they alone hold.
PERSON_PARTS = ("service", "compliance")


class Held(msgspec.Struct, frozen=True):
    """One duty of a person within the period, and what was seen of it."""

    duty: Duty
    alone: bool
    messages: int
    values: Mapping[str, Value]
    tallies: tuple[Tally, ...]


def duties_within(decisions: Decisions, first: dt.date, after: dt.date) -> tuple[Duty, ...]:
    """Return the duties that touch the local days [first, after)."""
    return tuple(
        duty
        for duty in decisions.duties
        if (duty.starts is None or duty.starts < after) and (duty.ends is None or duty.ends >= first)
    )


def announced(decisions: Decisions, standard: str, version: str, person: str, first: dt.date) -> bool:
    """Return whether a version counts for a person in a period: announced to them and in force by its first day."""
    begins = [each.starts for each in decisions.in_force if (each.standard, each.version) == (standard, version)]
    if begins and min(begins) > first:
        return False
    return any(
        each.person == person and each.standard == standard and each.version in ("", version) and each.on <= first
        for each in decisions.announcements
    )


def score_person(
    person: str, held: Sequence[Held], decisions: Decisions, grounds: Grounds, incomplete: Phrase = NOTHING
) -> Scorecard:
    """Return a person's scorecard over all their duties; 试算 until the standard was announced to them.

    `incomplete`: why the data of one of their communities may not be whole.
    """
    standard = grounds.standard
    tallies = [tally for each in held for tally in each.tallies]
    messages = sum(each.messages for each in held)
    parts = []
    for name in PERSON_PARTS:
        weight = float(standard.scorecard.parts.get(name, 0))  # type: ignore[call-overload]
        if not weight:
            continue
        score = _service(held, grounds) if name == "service" else _conduct(tallies, messages, grounds)
        parts.append(Part(name, PART_TITLES[name], weight, 0.0, score))
    whole = mean_score([(part.score, part.weight) for part in parts], what=Phrase("部分", "parts"))
    confirmed = [tally for tally in tallies if tally.severity == "critical" and tally.sure]
    if confirmed:
        why = Phrase("一票否决：有经人确认的致命问题", "one-vote veto: a critical finding was confirmed")
        whole = Score("scored", 0.0, 0.0, 0.0, messages, whole.formula, why)
    trial = not announced(decisions, standard.id, grounds.version, person, grounds.period.first)
    return Scorecard(
        "operator", person, person, standard.id, grounds.version, grounds.period.name, grounds.period.first,
        grounds.period.after, whole, with_effective_weights(parts), (), "trial" if trial else "formal",
        awaiting=sum(tally.awaiting for tally in tallies), messages=messages,
        unranked=Phrase("人员不排名：人数少、职责不同", "people are not ranked: few of them, with different duties"),
        incomplete=incomplete,
    )  # fmt: skip


def _conduct(tallies: Sequence[Tally], messages: int, grounds: Grounds) -> Score:
    if not grounds.inspected:
        return Score("unknown", because=Phrase("本周期还没有质检", "this period has not been inspected"))
    awaiting = sum(tally.awaiting for tally in tallies)
    if awaiting and not any(tally.confirmed or tally.refuted for tally in tallies):
        why = Phrase(f"{awaiting} 条待复核，复核前不计分", f"{awaiting} await review and count nowhere before it")
        return Score("insufficient", n=messages, because=why)
    return compliance(tallies, messages, grounds.standard.scorecard.penalties, confirmed_only=True)


def _service(held: Sequence[Held], grounds: Grounds) -> Score:
    aims = [aim for aim in grounds.standard.aims() if aim.part == "service" and aim.weight]
    scores: list[tuple[Score, float]] = []
    for each in held:
        if not each.alone:
            why = Phrase(
                "这个社群由多人同时负责，无法分清是谁的响应",
                "several people share this community: whose answer it was is unknown",
            )
            scores += [(Score("unknown", because=why), float(aim.weight)) for aim in aims]
            continue
        for aim in aims:
            value = each.values.get(aim.id)
            because = grounds.reason(value.unknown) if value is not None and value.unknown else Phrase("", "")
            scored = item(aim, value, Named(Phrase(aim.id, aim.id)), because)
            scores.append((scored.score, float(aim.weight)))
    return mean_score(scores, what=Phrase("值班指标", "duty indicators"))
