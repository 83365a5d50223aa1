"""Turns a measured indicator into points: 0 at the standard's floor, 100 at its target, straight between."""

from __future__ import annotations

from typing import TYPE_CHECKING

import msgspec

from qunjian.assessment.scorecard import Item, Part, Score, Status
from qunjian.model.language import Phrase
from qunjian.statistics.weighted import mean_interval

if TYPE_CHECKING:
    from collections.abc import Sequence

    from qunjian.model.records import Value
    from qunjian.standards.schema import Aim

LEAST_WEIGHT = 0.5
PART_TITLES: dict[str, Phrase] = {
    "activity": Phrase("活跃度", "Activity"),
    "interaction": Phrase("互动质量", "Interaction"),
    "growth": Phrase("增长与留存", "Growth and retention"),
    "compliance": Phrase("合规性", "Compliance"),
    "content": Phrase("内容", "Content"),
    "service": Phrase("服务响应", "Service"),
}


class Named(msgspec.Struct, frozen=True):
    """What scoring needs to say about an indicator: its title, its unit, and why a value is missing, in words."""

    title: Phrase
    unit: str = ""


def points(value: float, floor: float, target: float) -> float:
    """Return the points of a value: 0 at or beyond `floor`, 100 at or beyond `target` (which may lie below it)."""
    return min(100.0, max(0.0, 100 * (value - floor) / (target - floor)))


def item(aim: Aim, value: Value | None, named: Named, because: Phrase) -> Item:
    """Return the scored item of one aim; `because` says in words why the value is missing."""
    floor, target = aim.floor, aim.target
    if floor is None or target is None:
        nothing = Phrase("标准没有给出目标", "the standard sets no target")
        return Item(aim.id, named.title, aim.weight, Score("not_applicable", because=nothing), unit=named.unit)
    formula = Phrase(
        f"100 × (测得值 − 底线 {floor:g}) ÷ (目标 {target:g} − 底线 {floor:g})，限于 0–100",
        f"100 × (measured − floor {floor:g}) ÷ (target {target:g} − floor {floor:g}), within 0–100",
    )
    if value is None or value.value is None:
        score = Score("unknown", formula=formula, because=because)
        return Item(aim.id, named.title, aim.weight, score, unit=named.unit, floor=floor, target=target)
    got = points(value.value, floor, target)
    ends = [points(end, floor, target) for end in (value.low, value.high) if end is not None]
    score = Score("scored", got, min([got, *ends]), max([got, *ends]), value.n, formula)
    return Item(
        aim.id, named.title, aim.weight, score, value.value, value.low, value.high, named.unit, floor, target
    )  # fmt: skip


def mean_score(scores: Sequence[tuple[Score, float]], *, what: Phrase, least: float = LEAST_WEIGHT) -> Score:
    """Return the weighted mean of the scores that stand; the others give their weight back.

    With less than `least` of the weight left there is too little evidence. `what` names the things weighed.
    """
    whole = sum(weight for _, weight in scores)
    standing = [(score, weight) for score, weight in scores if score.status == "scored" and weight > 0]
    formula = Phrase(
        f"已评{what.zh}按权重的加权平均，其余让出权重",
        f"weighted mean of the scored {what.en}; others give weight back",
    )
    if not whole:
        return Score("not_applicable", formula=formula, because=Phrase("标准未给权重", "the standard gives no weight"))
    left = sum(weight for _, weight in standing)
    if not standing or left < least * whole:
        known = {score.status for score, weight in scores if weight > 0}
        status: Status = known.pop() if len(known) == 1 and "scored" not in known else "insufficient"
        share = round(100 * left / whole)
        why = Phrase(f"能评的{what.zh}只占权重的 {share} %", f"only {share} % of the weight of {what.en} can be scored")
        return Score(status, n=max((score.n for score, _ in standing), default=0), formula=formula, because=why)
    mean, low, high = mean_interval(
        [(score.value or 0.0, score.low or 0.0, score.high or 0.0, weight) for score, weight in standing]
    )
    return Score(
        "scored", round(mean, 6), round(max(0.0, low), 6), round(min(100.0, high), 6),
        sum(score.n for score, _ in standing), formula,
    )  # fmt: skip


def with_effective_weights(parts: Sequence[Part]) -> tuple[Part, ...]:
    """Return the parts with the weight each has after those without a score gave theirs back; they add up to 100."""
    left = sum(part.weight for part in parts if part.score.status == "scored")
    return tuple(
        msgspec.structs.replace(
            part, effective=round(100 * part.weight / left, 6) if left and part.score.status == "scored" else 0.0
        )
        for part in parts
    )
