"""Scores a filled-in review form: weights, scales, N/A with weight given back, critical items, conditional items."""

from __future__ import annotations

from typing import TYPE_CHECKING

import msgspec

from qunjian.assessment.scorecard import Score
from qunjian.model.language import Phrase
from qunjian.statistics.intervals import mean

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from qunjian.standards.schema import Review, ReviewItem

# By item: the level chosen, 0 the worst; None: not applicable here (N/A). An item that is absent was not marked.
Marks = dict[str, int | None]
# Below this many reviews a mean of reviews is 证据不足: no number, no rank.
LEAST_REVIEWS = 5
_FORMULA = Phrase(
    "Σ(得分 × 权重) ÷ Σ权重；不适用的让出权重；关键项低于一半归零",
    "Σ(points × weight) ÷ Σ weight; N/A gives its weight back; a critical item below half makes zero",
)


class Line(msgspec.Struct, frozen=True):
    """One item of a filled-in form; `points` is None for N/A, `effective` its percent of the whole after N/A."""

    item: str
    points: float | None
    weight: int
    effective: float
    fallen: bool = False


class Filled(msgspec.Struct, frozen=True):
    """A filled-in form: its score, its lines, the critical items that failed, and what is still to be marked."""

    score: Score
    lines: tuple[Line, ...]
    failed: tuple[str, ...] = ()
    missing: tuple[str, ...] = ()
    passed: bool | None = None


def points_of(level: int, scale: int) -> float:
    """Return the points of a level: the steps of a scale lie evenly between 0 and 100."""
    return 100 * level / (scale - 1)


def is_low(item: ReviewItem, level: int | None) -> bool:
    """Return whether a mark lies below the middle of the scale: a critical item fails, root causes are asked."""
    return level is not None and points_of(level, item.scale) < 50


def asked(form: Review, marks: Mapping[str, int | None]) -> tuple[ReviewItem, ...]:
    """Return the items that apply, given the marks so far: a condition on an item not asked or N/A does not hold."""
    found: list[ReviewItem] = []
    for item in form.items:
        if item.when is not None:
            level = marks.get(item.when.item)
            known = any(each.id == item.when.item for each in found)
            if not known or level is None or not item.when.at_least <= level <= item.when.at_most:
                continue
        found.append(item)
    return tuple(found)


def score_form(form: Review, marks: Mapping[str, int | None]) -> Filled:
    """Return the score of a form; raises ValueError for a level its scale does not have."""
    items = asked(form, marks)
    for item in items:
        level = marks.get(item.id)
        if level is not None and not 0 <= level < item.scale:
            raise ValueError(f"{item.id}: {level}")
    missing = tuple(item.id for item in items if item.id not in marks)
    failed = [item for item in items if item.critical and is_low(item, marks.get(item.id))]
    nil = {item.id for item in failed if item.fails == "item"}
    groups = {item.group.zh for item in failed if item.fails == "group" and item.group is not None}
    # Critical for its group, but in none: it stands for itself.
    nil |= {item.id for item in failed if item.fails == "group" and item.group is None}
    nil |= {item.id for item in items if item.group is not None and item.group.zh in groups}
    marked = [(item, level) for item in items if (level := marks.get(item.id)) is not None]
    left = sum(item.weight for item, _ in marked)
    lines = tuple(_line(item, marks.get(item.id), left, nil) for item in items)
    score = _whole(lines, left, any(item.fails == "review" for item in failed))
    passed = None if score.value is None or missing else score.value >= form.pass_mark
    return Filled(score, lines, tuple(item.id for item in failed), missing, passed)


def _line(item: ReviewItem, level: int | None, left: int, nil: set[str]) -> Line:
    if level is None:
        return Line(item.id, None, item.weight, 0.0)
    points = 0.0 if item.id in nil else points_of(level, item.scale)
    return Line(item.id, points, item.weight, 100 * item.weight / left if left else 0.0, item.id in nil)


def _whole(lines: Sequence[Line], left: int, vetoed: bool) -> Score:
    marked = [line for line in lines if line.points is not None]
    if vetoed:
        why = Phrase("一票否决：关键项不合格", "one-vote veto: a critical item failed")
        return Score("scored", 0.0, n=len(marked), formula=_FORMULA, because=why)
    if not left:
        return Score(
            "not_applicable", formula=_FORMULA, because=Phrase("没有可计分的项目", "no item with a weight was marked")
        )
    total = sum((line.points or 0.0) * line.weight for line in marked)
    return Score("scored", total / left, n=len(marked), formula=_FORMULA)


def mean_of_reviews(scores: Sequence[float]) -> Score:
    """Return the mean of review scores with its 95 % interval (Student's t); too few are insufficient evidence."""
    formula = Phrase("各次复核得分的平均", "mean of the review scores")
    n = len(scores)
    if n < LEAST_REVIEWS:
        why = Phrase(f"只有 {n} 次复核，至少要 {LEAST_REVIEWS} 次", f"{n} reviews; at least {LEAST_REVIEWS} are needed")
        return Score("insufficient", n=n, formula=formula, because=why)
    low, high = mean(sum(scores), sum(score * score for score in scores), n)
    return Score("scored", sum(scores) / n, float(low), min(100.0, float(high)), n, formula)


def aligned(one: float, other: float, most: float) -> float:
    """Return how near two marks of one criterion are, 1 where equal: 1 − their difference over its most points."""
    return 1 - abs(one - other) / most


def alignment(form: Review, one: Mapping[str, int | None], other: Mapping[str, int | None]) -> Score:
    """Return how far two forms on one case agree: per item 1 − |difference| ÷ its range, weighted by weight.

    Equal totals can hide different items: the totals are not looked at. Items only one of them marked count as 0.
    """
    weighed, whole, n = 0.0, 0, 0
    for item in form.items:
        mine, theirs = one.get(item.id), other.get(item.id)
        if (mine is None and theirs is None) or not item.weight:
            continue
        same = 0.0 if mine is None or theirs is None else aligned(mine, theirs, item.scale - 1)
        weighed, whole, n = weighed + same * item.weight, whole + item.weight, n + 1
    formula = Phrase("Σ(1 − |差| ÷ 满分)·权重 ÷ Σ权重", "Σ(1 − |difference| ÷ range)·weight ÷ Σ weight")
    if not whole:
        return Score("not_applicable", formula=formula)
    return Score("scored", 100 * weighed / whole, n=n, formula=formula)
