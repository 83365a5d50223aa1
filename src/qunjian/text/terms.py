"""Tells which texts of a column name one of some terms, and which terms a text names."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pyarrow as pa
import pyarrow.compute as pc
import re2

from qunjian.text.folding import Folded, fold

if TYPE_CHECKING:
    from collections.abc import Sequence

    import numpy as np
    from numpy.typing import NDArray


def naming(texts: pa.StringArray | pa.ChunkedArray | Sequence[str], terms: Sequence[str]) -> NDArray[np.bool_]:
    """Return which texts name a term; case, width and traditional forms are folded, Latin terms are whole words."""
    folded = Folded(texts)
    column = pa.array(folded.text.split("\0")[: folded.rows], pa.string())
    found = pc.match_substring_regex(column, "|".join(map(_pattern, terms)) if terms else r"[^\s\S]")
    mask: NDArray[np.bool_] = found.to_numpy(zero_copy_only=False)
    return mask


def named(text: str, terms: Sequence[str]) -> tuple[str, ...]:
    """Return the terms a text names, in the order they were given."""
    folded = fold(text)
    return tuple(term for term in terms if re2.search(_pattern(term), folded))


def _pattern(term: str) -> str:
    folded = fold(term.strip())
    edges = [r"\b" if end.isascii() and end.isalnum() else "" for end in (folded[:1], folded[-1:])]
    return f"{edges[0]}{re2.escape(folded)}{edges[1]}"
