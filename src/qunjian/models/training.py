"""Trains a text model: a logistic model whose features are weighed by naive Bayes first (Wang & Manning 2012).

The same texts, labels and recipe give the same model: nothing is drawn but by the seed, and nothing runs side by side.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import msgspec
import numpy as np
import pyarrow as pa
import scipy.optimize as so
import scipy.sparse as sp

from qunjian.model.errors import BadInputError
from qunjian.model.language import Phrase
from qunjian.models.cloaking import Cloak
from qunjian.models.features import grams, readings
from qunjian.models.text_model import TextModel, quantised
from qunjian.text.folding import Folded

if TYPE_CHECKING:
    from collections.abc import Sequence

    import numpy.typing as npt

_FEWEST = 50  # of each label; with fewer, nothing is learnt that would hold elsewhere
_ROWS = 16_384


class Recipe(msgspec.Struct, frozen=True):
    """How a model is made: size of the table, smoothing, cost of an error, cloaked copies, held-out share, seed."""

    bits: int = 20
    smoothing: float = 1.0
    cost: float = 2.0
    cloaked: bool = True
    iterations: int = 200
    held_out: float = 0.1
    seed: int = 20261122


def train(name: str, texts: Sequence[str], labels: Sequence[bool], recipe: Recipe | None = None) -> TextModel:
    """Train a model on texts with labels; a share of them, drawn by the seed, only calibrates its probabilities."""
    recipe = recipe or Recipe()
    marks = np.asarray(labels, dtype=bool)
    if min(int(marks.sum()), int((~marks).sum())) < _FEWEST:
        raise BadInputError(
            Phrase(
                f"每类至少要 {_FEWEST} 条文本（是 {int(marks.sum())}，否 {int((~marks).sum())}）",
                f"at least {_FEWEST} texts of each label are needed ({int(marks.sum())} yes, {int((~marks).sum())} no)",
            ),
            todo=Phrase("再标注一些，见 qunjian model next", "label some more, see: qunjian model next"),
        )
    held = np.random.default_rng(recipe.seed).random(len(marks)) < recipe.held_out
    learnt = [text for text, aside in zip(texts, held.tolist(), strict=True) if not aside]
    kept = [text for text, aside in zip(texts, held.tolist(), strict=True) if aside]
    signs = marks[~held]
    shown = list(learnt)
    if recipe.cloaked:
        cloak = Cloak(learnt, recipe.seed)
        # Emoji twice: they take away more of what a text says than homophones do.
        shown += [*map(cloak.homophones, learnt), *map(cloak.emoji, learnt), *map(cloak.emoji, learnt)]
        signs = np.tile(signs, 4)
    weights, bias = _fitted(_matrix(shown, recipe.bits), signs, recipe)
    small, scale = quantised(weights)
    model = TextModel(name, recipe.bits, small, scale, bias, heard=readings())
    slope, shift = _calibrated(model.margins(pa.array(kept, pa.string())), marks[held])
    return msgspec.structs.replace(model, slope=slope, shift=shift)


def _matrix(texts: Sequence[str], bits: int) -> Any:
    """Return the texts as rows of their n-grams, each weighing one over the root of their number."""
    parts = []
    for start in range(0, len(texts), _ROWS):
        folded = Folded(pa.array(texts[start : start + _ROWS], pa.string()))
        found = list(grams(folded, bits, readings()))
        rows, places = np.concatenate([each.rows for each in found]), np.concatenate([each.places for each in found])
        count = np.maximum(np.bincount(rows, minlength=folded.rows), 1)
        values = (1 / np.sqrt(count))[rows].astype(np.float32)
        part = sp.csr_matrix((values, (rows, places)), shape=(folded.rows, 1 << bits))
        part.sum_duplicates()
        parts.append(part)
    return sp.vstack(parts, format="csr")


def _fitted(matrix: Any, marks: npt.NDArray[np.bool_], recipe: Recipe) -> tuple[npt.NDArray[np.float64], float]:
    """Return weights and bias of the logistic model over the naive-Bayes-weighed features."""
    present = matrix.copy()
    present.data[:] = 1
    yes = np.asarray(present[marks].sum(axis=0)).ravel() + recipe.smoothing
    no = np.asarray(present[~marks].sum(axis=0)).ravel() + recipe.smoothing
    ratio = np.log((yes / yes.sum()) / (no / no.sum()))
    weighed = (matrix @ sp.diags(ratio.astype(np.float32))).tocsr()
    across = weighed.T.tocsr()
    sign = np.where(marks, 1.0, -1.0)

    def loss(point: npt.NDArray[np.float64]) -> tuple[float, npt.NDArray[np.float64]]:
        agreed = sign * (weighed @ point[:-1] + point[-1])
        pull = -sign / (1 + np.exp(np.clip(agreed, -500, 500))) * recipe.cost
        value = float(np.logaddexp(0, -agreed).sum() * recipe.cost + point[:-1] @ point[:-1] / 2)
        return value, np.concatenate([across @ pull + point[:-1], [pull.sum()]])

    start = np.zeros(matrix.shape[1] + 1)
    best = so.minimize(loss, start, jac=True, method="L-BFGS-B", options={"maxiter": recipe.iterations}).x
    return best[:-1] * ratio, float(best[-1])


def _calibrated(margins: npt.NDArray[np.float64], marks: npt.NDArray[np.bool_]) -> tuple[float, float]:
    """Return slope and shift of the logistic curve through held-out margins (Platt 1999, with its soft targets)."""
    yes, no = int(marks.sum()), int((~marks).sum())
    if not (yes and no):
        return 1.0, 0.0
    target = np.where(marks, (yes + 1) / (yes + 2), 1 / (no + 2))

    def loss(point: npt.NDArray[np.float64]) -> float:
        leaning = point[0] * margins + point[1]
        return float((np.logaddexp(0, leaning) - target * leaning).sum())

    slope, shift = so.minimize(loss, np.array([1.0, 0.0]), method="Nelder-Mead").x
    return float(slope), float(shift)
