"""Fits the weights by which a hidden word is told from what makes sense by itself (text/plausible.py).

    python -m scripts.evasion_weights DATA

DATA is the folder of the unpacked private sets. Phrases of the shipped rules are hidden by the matcher's own tables
(never by those of tests/evasion, which only measure), and sought in half of the benign texts; the other half tells
the alarms. A logistic regression weighs what `evidence` counts. No text is printed, only weights and counts.
"""

from __future__ import annotations

import argparse
import random
from itertools import combinations
from pathlib import Path
from typing import TYPE_CHECKING, NamedTuple

import numpy as np
from scripts.evasion_trials import phrases
from tests.evasion.benign import SETS, sample
from tests.evasion.disguises import Disguise, built_in
from tests.evasion.trials import cases, scanner_of

from qunjian.text.folding import Folded
from qunjian.text.keys import USUAL, emoji, resembling, shapes, sounds, splits
from qunjian.text.matching import sighting_of
from qunjian.text.plausible import Evidence, evidence

if TYPE_CHECKING:
    from collections.abc import Sequence

    from qunjian.text.scanning import Scanner

BATCH = 4096
FREQUENT = 3500
EACH = 700
ALARMS_WEIGH = 4.0  # a false alarm against a missed word
STRICTER = -0.84  # less than 0: more is found, for a few alarms more


class Find(NamedTuple):
    """A word found in a text by its keys, before it is judged."""

    row: int
    needle: int
    seen: Evidence


def own_disguises() -> dict[str, Disguise]:
    """Return disguises by the matcher's own tables."""
    known, drawn, like = sounds(), shapes(), resembling()
    often = frozenset(list(like)[:FREQUENT])
    parts: dict[str, list[str]] = {}
    for written, join in splits().items():
        for made in join.made if len(written) <= 3 else ():
            parts.setdefault(made, []).append(written)
    signs: dict[str, list[str]] = {}
    for sign, read in emoji().items():
        signs.setdefault(read[0], []).append(sign)

    def heard(character: str) -> tuple[str, ...]:
        readings = known.readings.get(character, (0,))
        return tuple(each for each in known.read_so.get(readings[0], ()) if each in often and each != character)

    def alike(character: str) -> tuple[str, ...]:
        sure = [each for each in drawn.get(character, "") if each in often]
        return (*sure, *sure, *(each for each in like.get(character, "")[:40] if each in often))

    given = built_in()
    mine: tuple[Disguise, ...] = (
        Disguise("homophone", heard),
        Disguise("shape", alike),
        Disguise("split", lambda c: tuple(parts.get(c, ()))),
        Disguise("emoji", lambda c: tuple(sign for each in (c, *heard(c)) for sign in signs.get(each, ()))),
        Disguise("pinyin", lambda c: tuple(known.syllables[n] for n in known.readings.get(c, ())[:1])),
        given["separator"], given["repeat"], given["invisible"],
    )  # fmt: skip
    return {each.name: each for each in mine}


def finds(scanner: Scanner, texts: Sequence[str]) -> list[Find]:
    """Return the words found in texts that stand there in other characters, near enough to each other."""
    hidden = scanner.hidden
    found = []
    for first in range(0, len(texts), BATCH):
        folded = Folded(texts[first : first + BATCH])
        for each in hidden.seek(folded):
            for needle, (row, text, places, meant) in zip(
                each.needles.tolist(), hidden.placed(each, folded), strict=True
            ):
                seen = evidence(text, places, meant)
                if seen is not None and sighting_of(needle, hidden.words[needle], folded, row, places) is not None:
                    found.append(Find(first + row, needle, seen))
    return found


def wholly(known: Sequence[str], disguise: Disguise) -> dict[str, str]:
    """Return some phrases with every character changed, and the phrases."""
    chance = random.Random(7)
    made = {}
    for phrase in chance.sample(known, EACH):
        forms = [disguise.forms(each) for each in phrase]
        if all(forms):
            made["".join(map(chance.choice, forms))] = phrase
    return made


def fitted(rows: np.ndarray, said: np.ndarray, weigh: np.ndarray) -> tuple[np.ndarray, float]:
    """Return weights and base of a logistic regression (Newton's method, a little ridge)."""
    mean, spread = rows.mean(axis=0), rows.std(axis=0) + 1e-9
    scaled = np.column_stack([(rows - mean) / spread, np.ones(len(rows))])
    found = np.zeros(scaled.shape[1])
    for _ in range(30):
        likely = 1 / (1 + np.exp(-np.clip(scaled @ found, -30, 30)))
        slope = scaled.T @ (weigh * (likely - said)) + 1e-2 * found
        bend = (scaled * (weigh * likely * (1 - likely))[:, None]).T @ scaled + 1e-2 * np.eye(len(found))
        found -= np.linalg.solve(bend, slope)
    weights = found[:-1] / spread
    return weights, float(found[-1] - weights @ mean)


def main() -> None:
    """Print the weights, and the alarms in the half of the benign texts they were not fitted to."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("data", type=Path, help="folder of the unpacked private sets")
    data = parser.parse_args().data
    known = list(phrases())
    scanner = scanner_of(known, USUAL)
    benign = {name: finds(scanner, sample(data, name)) for name in SETS}
    own = own_disguises()
    ways = [("homophone",), ("shape",), *(each for each in combinations(own, 2) if {"homophone", "shape"} & {*each})]
    hidden = list[Find]()
    for way in ways:
        tried = cases(known, tuple(own[name] for name in way), seed=5)
        random.Random(1).shuffle(tried)
        tried = tried[:EACH]
        hidden += [
            each for each in finds(scanner, [one.text for one in tried]) if tried[each.row].needle == each.needle
        ]
    whole = wholly(known, own["homophone"])
    hidden += [each for each in finds(scanner, list(whole)) if known[each.needle] == list(whole.values())[each.row]]
    alarms = [each for some in benign.values() for each in some if each.row % 2 == 0]
    rows = np.array([each.seen for each in (*alarms, *hidden)], dtype=float)
    said = np.repeat([0.0, 1.0], [len(alarms), len(hidden)])
    weights, base = fitted(rows, said, np.where(said > 0, 1.0, ALARMS_WEIGH))
    base -= STRICTER
    print(f"BASE = {base:.2f}")
    print("WEIGHTS =", {name: round(float(each), 2) for name, each in zip(Evidence._fields, weights, strict=True)})
    for name, some in benign.items():
        seen = {each.row for each in some if each.row % 2 and base + float(np.dot(weights, each.seen)) >= 0}
        print(f"{name}: rows with an alarm in the other half: {len(seen)}")
    share = np.mean([base + float(np.dot(weights, each.seen)) >= 0 for each in hidden])
    print(f"own disguises kept: {share:.3f} of {len(hidden)}")


if __name__ == "__main__":
    main()
