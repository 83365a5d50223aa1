"""A linear model over hashed n-grams: what it holds, how it scores a batch, how it is kept in a file."""

from __future__ import annotations

import hashlib
import io
import math
from pathlib import Path
from typing import TYPE_CHECKING
from zipfile import BadZipFile

import msgspec
import numpy as np

from qunjian.model.errors import BadInputError, UnknownNameError
from qunjian.model.language import Phrase
from qunjian.models.features import grams, readings
from qunjian.models.shelf import library, shipped
from qunjian.text.folding import Folded

if TYPE_CHECKING:
    import numpy.typing as npt
    import pyarrow as pa

_ROWS = 1024  # the n-grams of so many texts sort within the processor's cache
_LARGEST = 127


class TextModel(msgspec.Struct, frozen=True):
    """`weights`: int8 by place, times `scale`; `bias`; `slope`, `shift`: from margin to probability (Platt 1999).

    `heard`: how every character was read when the model learnt; the tables of readings may change, a model does not.
    """

    id: str
    bits: int
    weights: npt.NDArray[np.int8]
    scale: float
    bias: float
    slope: float = 1.0
    shift: float = 0.0
    heard: npt.NDArray[np.uint64] = msgspec.field(default_factory=readings)

    @property
    def version(self) -> str:
        """Return a short hash of all that decides a score."""
        about = f"{self.bits} {self.scale!r} {self.bias!r} {self.slope!r} {self.shift!r}".encode()
        return hashlib.blake2b(self.weights.tobytes() + self.heard.tobytes() + about, digest_size=6).hexdigest()

    def margins(self, texts: pa.StringArray) -> npt.NDArray[np.float64]:
        """Return the margin of every text, above 0 where the model leans to the label; a null is an empty text."""
        found = [self.margins_of(Folded(texts.slice(start, _ROWS))) for start in range(0, len(texts), _ROWS)]
        return np.concatenate(found) if found else np.zeros(0)

    def margins_of(self, folded: Folded) -> npt.NDArray[np.float64]:
        """Return the margin of every row of a folded batch."""
        found = [self._margins(folded, at, min(at + _ROWS, folded.rows)) for at in range(0, folded.rows, _ROWS)]
        return np.concatenate(found) if found else np.zeros(0)

    def probabilities(self, texts: pa.StringArray) -> npt.NDArray[np.float64]:
        """Return the probability of the label for every text, as calibrated on held-out texts."""
        return self.calibrated(self.margins(texts))

    def calibrated(self, margins: npt.NDArray[np.float64]) -> npt.NDArray[np.float64]:
        """Return the probabilities of the label that margins stand for."""
        return 1 / (1 + np.exp(-(self.slope * margins + self.shift)))

    def _margins(self, folded: Folded, first: int, last: int) -> npt.NDArray[np.float64]:
        rows = last - first
        total, count = np.zeros(rows), np.zeros(rows)
        for each in grams(folded, self.bits, self.heard, first, last):
            # Sums of whole numbers: the same on every machine, in whatever order they are taken.
            total += np.bincount(each.rows, weights=self.weights.take(each.places), minlength=rows)
            count += np.bincount(each.rows, minlength=rows)
        return total * self.scale / np.sqrt(np.maximum(count, 1)) + self.bias

    def save(self, path: Path) -> None:
        """Write the model to a file, the same bytes for the same model."""
        about = np.array([self.bits, self.scale, self.bias, self.slope, self.shift])
        read = np.flatnonzero(self.heard != np.arange(len(self.heard), dtype=np.uint64))
        steps = np.diff(read, prepend=0).astype(np.uint32)
        sounds, sound = np.unique(self.heard[read], return_inverse=True)
        np.savez_compressed(
            path, weights=self.weights, about=about, id=np.array(self.id), read=steps, sound=sound.astype(np.uint16),
            sounds=sounds,
        )  # fmt: skip


def quantised(weights: npt.NDArray[np.float64]) -> tuple[npt.NDArray[np.int8], float]:
    """Return weights as int8 and their scale; none is cut, for the few large ones carry most of what was learnt."""
    scale = (float(np.abs(weights).max()) or 1.0) / _LARGEST
    return np.rint(weights / scale).astype(np.int8), scale


def load_model(name_or_path: str | Path) -> TextModel:
    """Return a shipped model by name, or one of a team's own by its file; raises BadInputError."""
    path = Path(name_or_path)
    if path.suffix == ".npz":
        if not path.is_file():
            raise BadInputError(Phrase("没有这个模型文件", "there is no such model file"), where=str(path))
        data = path.read_bytes()
    elif str(name_or_path) in shipped():
        data = (library() / f"{name_or_path}.npz").read_bytes()
    else:
        raise UnknownNameError(Phrase("模型", "model"), str(name_or_path), shipped())
    try:
        with np.load(io.BytesIO(data), allow_pickle=False) as held:
            bits, scale, bias, slope, shift = held["about"].tolist()
            weights, name = held["weights"], str(held["id"])
            heard = _heard(held["read"], held["sound"], held["sounds"])
    except (OSError, ValueError, KeyError, IndexError, EOFError, BadZipFile) as error:
        raise BadInputError(Phrase("这不是模型文件", "this is no model file"), where=str(path)) from error
    sound = weights.dtype == np.int8 and weights.shape == (1 << int(bits),)
    if not sound or not all(map(math.isfinite, (scale, bias, slope, shift))):
        raise BadInputError(Phrase("模型文件已损坏", "the model file is damaged"), where=str(path))
    return TextModel(name, int(bits), weights, scale, bias, slope, shift, heard)


def _heard(
    steps: npt.NDArray[np.uint32], sound: npt.NDArray[np.uint16], sounds: npt.NDArray[np.uint64]
) -> npt.NDArray[np.uint64]:
    """Return the readings a model's file keeps."""
    heard = np.arange(len(readings()), dtype=np.uint64)
    heard[np.cumsum(steps.astype(np.int64))] = sounds.astype(np.uint64)[sound]
    return heard
