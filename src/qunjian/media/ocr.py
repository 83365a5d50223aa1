"""Reads the text of a picture with RapidOCR, an optional extra whose models lie in its wheel: nothing is fetched."""

from __future__ import annotations

import importlib.util
import logging
from functools import lru_cache
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from PIL.Image import Image

NEEDED = ("rapidocr", "onnxruntime")
_LARGEST = 2000
_LEAST_SURE = 0.6
MOST_LETTERS = 8192


def installed() -> bool:
    """Return whether the extra is there."""
    return all(importlib.util.find_spec(name) is not None for name in NEEDED)


def text_in(picture: Image) -> str:
    """Return the lines of text in a picture, from top to bottom; uncertain lines are left out."""
    import numpy as np

    shown = picture.convert("RGB")
    if max(shown.size) > _LARGEST:
        shown.thumbnail((_LARGEST, _LARGEST))
    found = _engine()(np.asarray(shown)[:, :, ::-1])
    texts, scores = found.txts or (), found.scores or ()
    sure = [text for text, score in zip(texts, scores, strict=True) if score >= _LEAST_SURE]
    return "\n".join(sure)[:MOST_LETTERS]


@lru_cache(maxsize=1)
def _engine() -> Any:
    from rapidocr import RapidOCR

    logging.getLogger("RapidOCR").setLevel(logging.ERROR)
    return RapidOCR(params={
        "Global.log_level": "error",
        "EngineConfig.onnxruntime.intra_op_num_threads": 1,
        "EngineConfig.onnxruntime.inter_op_num_threads": 1,
    })  # fmt: skip
