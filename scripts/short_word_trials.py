"""Tries words of two characters in disguise, in texts that hold them: a part of evaluation/EVASION.md.

Two lists, each as one rule with the key `short`: ToxiCN's, which were looked at when that key was made, and SWSR's
without what ToxiCN has, which were not. Words the dictionary does not know are left out of the second: it was gathered
by machine and holds pieces of words.
"""

from __future__ import annotations

import csv
import json
import random
import re
from typing import TYPE_CHECKING, Any, NamedTuple

from tests.evasion.benign import sample

from qunjian.checks.phrases import Parameters, PhrasesCheck
from qunjian.statistics.intervals import wilson
from qunjian.text.folding import Folded
from qunjian.text.scanning import Scanner
from qunjian.text.segmenting import dictionary_words, word_frequency

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence
    from pathlib import Path

    from tests.evasion.disguises import Disguise

TWO = re.compile("[\u4e00-\u9fff]{2}")
BATCH = 4096
HIDING = ("homophone", "pinyin", "emoji", "split", "shape")
BENIGN = ("waimai_10k", "online_shopping_10_cats", "weibo_ced_zh", "forum_s1_zh")


class Words(NamedTuple):
    """A list of words of two ideographs, and texts that hold some of them."""

    name: str
    words: tuple[str, ...]
    texts: tuple[str, ...]


def lists(labelled: Path) -> tuple[Words, Words]:
    """Return ToxiCN's words with its toxic texts, and SWSR's other words with the offensive texts of SWSR and COLD."""
    toxic = {word for path in (labelled / "toxicn").glob("lexicon_*.json") for word in _strings(_read(path))}
    listed = (labelled / "swsr" / "SexHateLex.txt").read_text(encoding="utf-8", errors="replace").split()
    other = {word for word in listed if word_frequency(word) and dictionary_words(word) == [word]} - toxic
    cold = [text for part in ("train", "dev", "test") for text in _of(labelled / "cold" / f"{part}.csv", "TEXT")]
    swsr = [*_of(labelled / "swsr" / "SexComment_text_labels.csv", "comment_text"), *cold]
    return (
        Words("ToxiCN's", _two(toxic), tuple(_of(labelled / "toxicn" / "ToxiCN_1.0.csv", "content", "toxic"))),
        Words("SWSR's others (held out)", _two(other), tuple(swsr)),
    )


def short_table(data: Path, disguises: Mapping[str, Disguise]) -> list[str]:
    """Return the lines of the table: recall by disguise with and without another word, alarms on benign texts."""
    lines = [
        "| words | " + " | ".join(HIDING) + " | none beside | new alarms per 1,000: " + ", ".join(BENIGN) + " |",
        "|---|" + "---|" * (len(HIDING) + 2),
    ]
    for each in lists(data / "labelled"):
        check = PhrasesCheck(Parameters(words=each.words))
        scanner = Scanner(list(check.needles))
        beside = [_recall(each, disguises[name], check, scanner, many=True) for name in HIDING]
        alone = [_recall(each, disguises[name], check, scanner, many=False) for name in HIDING]
        found, n = (sum(column) for column in zip(*alone, strict=True))
        alarms = []
        for name in BENIGN:
            texts = [text for text in sample(data, name) if not any(word in text for word in each.words)]
            alarms.append(f"{1000 * sum(any(said) for said in _told(texts, check, scanner)) / len(texts):.2f}")
        cells = [_share(*one) for one in beside]
        lines.append(
            f"| {each.name}, {len(each.words)} | {' | '.join(cells)} | {_share(found, n)} | {', '.join(alarms)} |"
        )
    return lines


def _recall(each: Words, disguise: Disguise, check: PhrasesCheck, scanner: Scanner, *, many: bool) -> tuple[int, int]:
    """Return in how many texts a hidden word is found, of how many; `many`: those that hold several words, or one."""
    chance = random.Random(11)
    hidden = []
    for text in each.texts:
        own = [word for word in each.words if word in text]
        if (len(own) > 1) is not many or not own:
            continue
        made = text
        for word in own:
            at = chance.randrange(2)
            if forms := disguise.forms(word[at]):
                made = made.replace(word, word[:at] + chance.choice(forms) + word[at + 1 :])
        if not any(word in made for word in own):
            hidden.append(made)
    return sum(any(said) for said in _told(hidden, check, scanner)), len(hidden)


def _told(texts: Sequence[str], check: PhrasesCheck, scanner: Scanner) -> Iterator[list[bool]]:
    """Yield for each text whether each of its sightings counts."""
    for first in range(0, len(texts), BATCH):
        batch = texts[first : first + BATCH]
        seen = scanner.scan(Folded(batch))
        for row in range(len(batch)):
            own = tuple(seen.get(row, ()))
            yield [check.has_company(one, own) for one in own]


def _share(found: int, n: int) -> str:
    low, high = wilson(found, n)
    return f"{100 * found / n:.0f} % [{100 * low:.0f}, {100 * high:.0f}] of {n}" if n else "–"


def _two(words: set[str]) -> tuple[str, ...]:
    return tuple(sorted(word for word in words if TWO.fullmatch(word)))


def _read(path: Path) -> Any:
    return json.loads(path.read_text(encoding="utf-8"))


def _strings(value: Any) -> Iterator[str]:
    if isinstance(value, dict):
        yield from value
        value = list(value.values())
    if isinstance(value, list):
        for each in value:
            yield from _strings(each)
    elif isinstance(value, str):
        yield value


def _of(path: Path, text: str, label: str = "label") -> list[str]:
    with path.open(encoding="utf-8-sig", newline="") as file:
        return [row[text] for row in csv.DictReader(file) if row[label] == "1"]
