"""Proposes which texts to label next: those a model is least sure of, spread over what it thinks of them."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
import pyarrow as pa

if TYPE_CHECKING:
    from collections.abc import Sequence

    from qunjian.models.text_model import TextModel

_DOUBTFUL = 0.8  # of the proposals; the rest is drawn by chance, so that what the model never doubts is looked at too


def propose(model: TextModel, texts: Sequence[str], count: int = 50, seed: int = 1) -> list[int]:
    """Return the places of the texts to label next, each text once, the most doubtful first, then a random draw."""
    places = np.array(list({text: place for place, text in reversed(list(enumerate(texts)))}.values()), dtype=np.int64)
    places.sort()
    if not len(places):
        return []
    doubt = np.abs(model.margins(pa.array([texts[place] for place in places.tolist()], pa.string())))
    order = places[np.argsort(doubt, kind="stable")]
    sure = min(len(order), round(count * _DOUBTFUL))
    rest = order[sure:]
    drawn = np.random.default_rng(seed).permutation(len(rest))[: max(0, min(count, len(order)) - sure)]
    return [*order[:sure].tolist(), *rest[np.sort(drawn)].tolist()]
