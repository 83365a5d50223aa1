"""Tells what in a text weighed most with a model: runs of characters, in the text as it was written."""

from __future__ import annotations

from typing import TYPE_CHECKING

import msgspec
import numpy as np

from qunjian.models.features import standing
from qunjian.text.folding import Folded

if TYPE_CHECKING:
    from qunjian.models.text_model import TextModel

_MOST = 5
_PART = 1 / 3  # of the weightiest character: what weighs less is not shown


class Weighed(msgspec.Struct, frozen=True):
    """A run of characters: [start, end) of the text as written, and its share of all that spoke for the label."""

    start: int
    end: int
    share: float


def weighed(model: TextModel, text: str, most: int = _MOST) -> tuple[Weighed, ...]:
    """Return the runs of characters that spoke most for the label, the weightiest first; none where nothing did.

    Each n-gram's weight is shared out evenly among its characters.
    """
    folded = Folded([text])
    length = int(folded.starts[1]) - 1
    if length < 1:
        return ()
    weight = np.zeros(length)
    for each in standing(folded.codes[: length + 1], model.bits, model.heard):
        pulls = model.weights.take(each.places).astype(np.float64) / each.length
        for nth in range(each.length):
            np.add.at(weight, each.begins + nth, pulls)
    top = float(weight.max())
    if top <= 0:
        return ()
    told = np.concatenate([[False], weight >= top * _PART, [False]])
    edges = np.flatnonzero(told[1:] != told[:-1]).tolist()
    total = float(weight[weight > 0].sum())
    runs = [
        Weighed(*folded.place(0, first, last), float(weight[first:last].sum()) / total)
        for first, last in zip(edges[::2], edges[1::2], strict=True)
    ]
    return tuple(sorted(runs, key=lambda run: (-run.share, run.start))[:most])
