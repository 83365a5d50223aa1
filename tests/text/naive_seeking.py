"""Seeks the words of a lexicon one by one, character by character: what the fast way must find, no more and no less."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from qunjian.text.alternates import READINGS, SOUND, Alternates
from qunjian.text.keys import FLAG, SYLLABLE, sounds
from qunjian.text.lexicon import Entry, collapsed
from qunjian.text.matching import Word, word_keys
from qunjian.text.streams import JOINED

if TYPE_CHECKING:
    from collections.abc import Sequence

    from qunjian.text.streams import Stream

_ALLOWED = {
    "digit": "digit", "letter": "letter", "sound": "homophone", "emoji": "emoji", "pinyin": "pinyin",
    "initials": "initial", "shape": "shape", "split": "split", "repeat": "repeat",
}  # fmt: skip


def entries_of(words: Sequence[Word]) -> list[Entry]:
    """Return the words that may be hidden, as a lexicon takes them."""
    keys = zip(words, word_keys(words), strict=True)
    return [Entry(number, key.folded, word.keys) for number, (word, key) in enumerate(keys) if key.hidden]


class Naive:
    """Words with the key `shape`, looked for one by one.

    Such a word must stand by one of its pairs side by side more surely than by resemblance.
    """

    def __init__(self, entries: Sequence[Entry]) -> None:
        self._entries = entries
        characters = "".join(entry.folded for entry in entries)
        self._alternates = Alternates(np.array([ord(each) for each in characters], dtype=np.uint32))
        keys, flags = self._alternates.table()
        self._listed = dict(zip(keys.tolist(), flags.tolist(), strict=True))
        self._known: dict[tuple[int, str, int], tuple[int | None, int]] = {}

    def sought(self, stream: Stream) -> set[tuple[int, int, int]]:
        """Return the word's number, the start and the flags of every find."""
        at = np.arange(len(stream.codes))
        how, runs, codes = stream.how(at).tolist(), stream.run(at).tolist(), stream.codes.tolist()
        found = set()
        for entry in self._entries:
            characters, need = collapsed(entry.folded)
            allowed = sum(FLAG[_ALLOWED[key]] for key in entry.keys if key in _ALLOWED)
            places = [0, 1] if len(characters) == 3 else range(0, len(characters) - 1, 2)
            for start in range(len(codes) - len(characters) + 1):
                flags, sure = 0, []
                for nth, meant in enumerate(characters):
                    took, surely = self._stands(codes[start + nth], meant, allowed)
                    if took is None or runs[start + nth] < need[nth]:
                        break
                    if how[start + nth] == JOINED:
                        took |= FLAG["split"]
                    if runs[start + nth] > need[nth] and 0 < nth < len(characters) - 1:
                        took |= FLAG["repeat"]
                    flags |= took
                    sure.append(surely)
                else:
                    pairs = [(sure[place], sure[place + 1]) for place in places]
                    if not flags & ~allowed and any(min(each) and sum(each) > 2 for each in pairs):
                        found.add((entry.number, start, flags))
        return found

    def _stands(self, code: int, meant: str, allowed: int) -> tuple[int | None, int]:
        """Return the flag by which a code stands for a character, and 2 for a sure way, 1 for another, 0 if it only
        resembles it.
        """
        asked = code, meant, allowed
        if asked not in self._known:
            self._known[asked] = self._took(code, meant, allowed), self._sure(code, meant, allowed)
        return self._known[asked]

    def _took(self, code: int, meant: str, allowed: int) -> int | None:
        if code == ord(meant):
            return 0
        read = sounds().readings.get(meant, ())[:READINGS]
        by = FLAG["pinyin"] if code >= SYLLABLE else FLAG["homophone"]
        return by if sounds().usual[code] in read and by & allowed else self._listed.get(ord(meant) << 32 | code)

    def _sure(self, code: int, meant: str, allowed: int) -> int:
        kind = np.array([allowed << 32 | ord(meant)], dtype=np.uint64)
        for standing, level in zip(self._alternates.standing(kind), (2, 1), strict=True):
            ways = standing.flat.tolist()
            if code in ways or (sounds().usual[code] and SOUND | int(sounds().usual[code]) in ways):
                return level
        return 0
