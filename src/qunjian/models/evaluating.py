"""Measures a text model on labelled texts: errors of each kind with intervals, calibration, thresholds by cost."""

from __future__ import annotations

from typing import TYPE_CHECKING

import msgspec
import numpy as np
import pyarrow as pa

from qunjian.statistics.intervals import wilson
from qunjian.statistics.pairs import sign_test

if TYPE_CHECKING:
    from collections.abc import Sequence

    import numpy.typing as npt

    from qunjian.models.text_model import TextModel

_BINS = 10


class Share(msgspec.Struct, frozen=True):
    """A share of `n` with its 95 % interval (Wilson); None where n is 0."""

    value: float | None
    low: float | None
    high: float | None
    n: int


class Bin(msgspec.Struct, frozen=True):
    """Texts the model gave a probability in [low, high): how many, what it said on average, what was so."""

    low: float
    high: float
    n: int
    said: float | None
    so: float | None


class Evaluation(msgspec.Struct, frozen=True):
    """How a model did on `n` texts, telling from the probability `threshold` on."""

    n: int
    threshold: float
    accuracy: Share
    macro_f1: float | None
    precision: Share
    recall: Share
    false_alarms: Share
    calibration: tuple[Bin, ...]


class Comparison(msgspec.Struct, frozen=True):
    """Two models on the same texts: what only one gets right, and how likely so uneven a split is by chance."""

    n: int
    both: int
    only_first: int
    only_second: int
    p_value: float


def threshold_for(*, false_alarm: float, miss: float) -> float:
    """Return the probability from which telling costs less than keeping silent, given what each error costs."""
    return false_alarm / (false_alarm + miss)


def evaluate(model: TextModel, texts: Sequence[str], labels: Sequence[bool], threshold: float = 0.5) -> Evaluation:
    """Measure a model; the model must not have seen these texts."""
    marks = np.asarray(labels, dtype=bool)
    chances = model.probabilities(pa.array(texts, pa.string()))
    told = chances >= threshold
    right = int((told == marks).sum())
    hits, alarms = int((told & marks).sum()), int((told & ~marks).sum())
    return Evaluation(
        len(marks), threshold, _share(right, len(marks)), _macro_f1(told, marks), _share(hits, hits + alarms),
        _share(hits, int(marks.sum())), _share(alarms, int((~marks).sum())), _calibration(chances, marks),
    )  # fmt: skip


def compare(first: TextModel, second: TextModel, texts: Sequence[str], labels: Sequence[bool]) -> Comparison:
    """Compare two models on texts neither has seen, by the sign test on those only one gets right."""
    marks = np.asarray(labels, dtype=bool)
    column = pa.array(texts, pa.string())
    one, other = ((model.margins(column) > 0) == marks for model in (first, second))
    only_first, only_second = int((one & ~other).sum()), int((other & ~one).sum())
    return Comparison(len(marks), int((one & other).sum()), only_first, only_second, sign_test(only_first, only_second))


def _share(part: int, of: int) -> Share:
    if not of:
        return Share(None, None, None, 0)
    low, high = wilson(part, of)
    return Share(part / of, float(low), float(high), of)


def _macro_f1(told: npt.NDArray[np.bool_], marks: npt.NDArray[np.bool_]) -> float | None:
    scores = []
    for label in (True, False):
        both, either = (
            int(((told == label) & (marks == label)).sum()),
            int((told == label).sum() + (marks == label).sum()),
        )
        if not either:
            return None
        scores.append(2 * both / either)
    return sum(scores) / 2


def _calibration(chances: npt.NDArray[np.float64], marks: npt.NDArray[np.bool_]) -> tuple[Bin, ...]:
    place = np.minimum((chances * _BINS).astype(int), _BINS - 1)
    found = []
    for each in range(_BINS):
        there = place == each
        n = int(there.sum())
        said, so = (float(chances[there].mean()), float(marks[there].mean())) if n else (None, None)
        found.append(Bin(each / _BINS, (each + 1) / _BINS, n, said, so))
    return tuple(found)
