"""Says of every text of a column how much it tells and whether it is mere filler (灌水), column-wise."""

from __future__ import annotations

from functools import cache
from importlib.resources import files
from typing import TYPE_CHECKING, Literal, get_args

import msgspec
import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from qunjian.text.closings import CLOSINGS
from qunjian.text.fingerprints import fingerprints
from qunjian.text.folding import Folded
from qunjian.text.links import LINK

if TYPE_CHECKING:
    from collections.abc import Sequence

    from numpy.typing import NDArray

# Why a text says nothing of its own: no word at all (marks, emoji, sticker codes, a bare @name); a greeting, thanks or
# acknowledgement; a bump or mere presence (顶、打卡、沙发); laughter and cries (哈哈、666); what its author said
# already within a day (told by whoever knows the messages before).
Filler = Literal["", "wordless", "courtesy", "bump", "cry", "repeat"]
FILLERS: tuple[Filler, ...] = get_args(Filler)
WORDLESS, COURTESY, BUMP, CRY, REPEAT = range(1, len(FILLERS))

_MENTION = r"@[^\s@]+"
_STICKER_CODE = r"\[[^\[\]\s]{1,8}\]"
_SILENT = r"[^\pL\pN]+"
_NUMBER = r"[0-9]+(?:[.,:][0-9]+)*%?"
_DATE = (
    r"[0-9]{1,2}月[0-9]{1,2}[日号]?|[0-9]{4}[-/.年][0-9]{1,2}(?:[-/.月][0-9]{1,2}日?)?|[0-9]{1,2}:[0-9]{2}"
    r"|(?:周|星期|礼拜)[一二三四五六日天]|[今明后昨]天|[今明]晚|[上下本]周|[上下本]个?月|[0-9]{1,2}点"
)
_WORD = r"[a-z][a-z0-9'\-]+"
_QUESTION = (
    r"[?？]|[吗么呢]\s*$|^(?:怎么|如何|为什么|为啥|请问|求助|有没有|谁|哪)"
    r"|(?:怎么样|怎样|如何|多少|多少钱|几点|咋办|怎么办)\s*$"
)


class Substance(msgspec.Struct, frozen=True):
    """One column per measure: what each text holds.

    `characters`: letters, digits and Chinese characters said, links, mentions and sticker codes put aside; `lines` with
    words; `numbers`, `dates`, `links`, foreign `words`; `question`; `filler`: the place in FILLERS (0: none).
    `fingerprint`: equal for texts that say the same; 0 where there is nothing to compare.
    """

    characters: NDArray[np.int64]
    lines: NDArray[np.int64]
    numbers: NDArray[np.int64]
    dates: NDArray[np.int64]
    links: NDArray[np.int64]
    words: NDArray[np.int64]
    question: NDArray[np.bool_]
    filler: NDArray[np.int8]
    fingerprint: NDArray[np.int64]

    @property
    def entities(self) -> NDArray[np.int64]:
        """Return how many checkable things each text names: numbers, dates and links."""
        return np.asarray(self.numbers + self.dates + self.links)


def substance(texts: pa.StringArray | pa.ChunkedArray | Sequence[str]) -> Substance:
    """Return what each text holds; null is an empty text. A row's answer depends on nothing but its own text."""
    folded = Folded(texts)
    column = pa.array(folded.text.split("\0")[: folded.rows], pa.string())
    links = _count(column, LINK)
    rest = _without(column, LINK, links > 0)
    rest = _without(rest, _MENTION, _mask(pc.match_substring(rest, "@")))
    rest = _without(rest, _STICKER_CODE, _mask(pc.match_substring(rest, "[")))
    dates = _count(rest, _DATE)
    bare = _without(rest, _DATE, dates > 0)
    said = pc.replace_substring_regex(rest, _SILENT, "")
    characters = pc.utf8_length(said).to_numpy(zero_copy_only=False).astype(np.int64)
    question = _mask(pc.match_substring_regex(rest, _QUESTION))
    prints, compared = fingerprints(folded)
    return Substance(
        characters, _count(rest, r"[^\n]*[\pL\pN][^\n]*"), _count(bare, _NUMBER), dates, links, _count(rest, _WORD),
        question, _filler(said, characters, links, question), np.where(compared > 0, prints, 0),
    )  # fmt: skip


def repeats(
    author: NDArray[np.int64], fingerprint: NDArray[np.int64], sent_us: NDArray[np.int64], within_us: int
) -> NDArray[np.bool_]:
    """Return which rows say what the same author said at most `within_us` before.

    An author below 0 is nobody known, fingerprint 0 nothing said: neither repeats.
    Of rows at one instant the first in the given order is the original.
    """
    order = np.lexsort((np.arange(len(author)), sent_us, fingerprint, author))
    same = (
        (np.diff(author[order]) == 0)
        & (np.diff(fingerprint[order]) == 0)
        & (author[order][1:] >= 0)
        & (fingerprint[order][1:] != 0)
    )
    found = np.zeros(len(author), dtype=bool)
    found[order[1:]] = same & (np.diff(sent_us[order]) <= within_us)
    return found


def _filler(
    said: pa.Array, characters: NDArray[np.int64], links: NDArray[np.int64], question: NDArray[np.bool_]
) -> NDArray[np.int8]:
    table = _table()
    cry = "".join(sorted(table["cry"]))
    found = np.zeros(len(characters), dtype=np.int8)
    found[_mask(pc.match_substring_regex(said, f"^[{cry}]+$|^(?:233+|(?:ha)+h?|h{{2,}}|w{{2,}}|lo+l|6+|1+)$"))] = CRY
    found[_mask(pc.is_in(said, value_set=pa.array(sorted(table["bump"]))))] = BUMP
    found[_mask(pc.is_in(said, value_set=pa.array(sorted(table["courtesy"] | CLOSINGS))))] = COURTESY
    found[characters == 0] = WORDLESS
    found[question | (links > 0)] = 0
    return found


@cache
def _table() -> dict[str, frozenset[str]]:
    """Return what only bumps, what is only polite, and the characters of cries."""
    lines = (files("qunjian.text") / "tables" / "filler.txt").read_text(encoding="utf-8").splitlines()
    named = [line.partition(":") for line in lines if not line.startswith("#")]
    return {
        kind: frozenset(word for name, _, words in named if name == kind for word in words.split())
        for kind in ("bump", "courtesy", "cry")
    }


def _count(column: pa.Array, pattern: str) -> NDArray[np.int64]:
    counts: NDArray[np.int64] = pc.count_substring_regex(column, pattern).to_numpy(zero_copy_only=False)
    return counts.astype(np.int64)


def _mask(column: pa.Array) -> NDArray[np.bool_]:
    mask: NDArray[np.bool_] = pc.fill_null(column, False).to_numpy(zero_copy_only=False)
    return mask


def _without(column: pa.Array, pattern: str, where: NDArray[np.bool_]) -> pa.Array:
    """Return the column with what matches taken out of the few rows that hold any."""
    if not where.any():
        return column
    mask = pa.array(where)
    return pc.replace_with_mask(column, mask, pc.replace_substring_regex(column.filter(mask), pattern, " "))
