"""Tries every hidden phrase of the shipped rules, and every phrase on benign texts: writes evaluation/EVASION.md.

    python -m scripts.evasion_trials DATA

DATA is the folder of the unpacked private sets (lexical_aids, labelled, weibo_ced_zh, forum_s1_zh). Run it from the
root of the project; it needs the development requirements. No text of the sets is written down, only counts.
"""

from __future__ import annotations

import argparse
import datetime as dt
from collections import Counter
from pathlib import Path
from typing import TYPE_CHECKING, NamedTuple

from scripts.short_word_trials import short_table
from tests.evasion.benign import SETS, sample
from tests.evasion.disguises import built_in, from_data, listed_lookalikes, lookalikes, splits
from tests.evasion.trials import cases, measure, pairs, scanner_of

from qunjian.runs.standards import load_packs
from qunjian.statistics.intervals import wilson
from qunjian.text.folding import Folded
from qunjian.text.keys import USUAL

if TYPE_CHECKING:
    from tests.evasion.trials import Result

    from qunjian.text.keys import Key

PAGE = Path(__file__).parents[1] / "evaluation" / "EVASION.md"
DRAWS = 3
BATCH = 4096
# Steps of folding and gaps: what a phrase was found through before it could be hidden otherwise.
PLAIN = frozenset(("width", "mark", "case", "traditional", "invisible", "separator"))
GRAVE = ("major", "critical")

PAGE_TEXT = """# Hidden words: recall and false alarms

Made by `python -m scripts.evasion_trials` on {day}; not written by hand.

All {phrases} phrases of three characters or more of the shipped rules, each with the keys of `USUAL` (`initial`:
with the key `initials` too). The tables of the disguises are not the matcher's (tests/evasion/disguises.py): splits
({splits} characters) and traditional forms of chaizi; {alike} pairs of look-alikes by four corners, structure and
strokes of nlp-hanzi-similar and shared parts of chaizi (the cut is stated there); `listed`: {listed} pairs that
people listed as alike (pycorrector) and that have one structure; readings of xpinyin; Unicode's numeric values and
confusables; emoji listed by hand. One to half of a phrase's characters are changed (of look-alikes fewer than
half), {draws} draws each, set into sentences. Twins have the same characters in another order, disguised alike.
Intervals are Wilson's, 95 %.

What was fitted: the weights of text/plausible.py, on disguises by the matcher's own tables and on every other text
of the benign sets below (where to cut, and two hand rules, were chosen on both halves). What was looked at: the
misses of earlier runs of this page told which parts of characters (日 for 曰) and which emoji the matcher's tables
lacked; a dozen splits and four emoji were added by hand after it; that splits with unnamed parts were missed led to
splits measured on glyphs, and which phrases were missed led to phrases with signs of their own (0.1折). On
2026-11-22, late: the misses of `shape` were read by cause (below); after it characters that share half of their
strokes in one place, of the matcher's own decompositions, became sure look-alikes, the last pair of a word of odd
length became an anchor, a look-alike inside an ordinary word became a question instead of nothing, and the cut
between a finding and a question went from 4 to 2.5 of the evidence's weight. These changes were chosen with the
figures of `shape` in view, which they flatter; no choice rested on `listed`.

### What is still missed of look-alikes

Sorted by hand: half of the missed hold one of some dozen pairs that are in none of the matcher's rows (老 and 芒,
视 and 祁, 里 and 昌, 少 and 光, 中 and 丈, 离 and 雍): a person would take few of these for each other; they count
as missed. Three in ten are words of three characters whose middle one is only resembled, and words of five with two
such, where no pair of neighbours stands intact. The rest make sense as written (七天祛斑 as 九天祛斑, 一夜七次 as
一夜九次): seeing the phrase there would be wrong as often as right.

## Recall

*Found* is what is seen at all. *Surely*: what stands as a finding by itself; the rest sounds or looks like the phrase
in a text that makes sense as written, and is put to a person unless an offer or another word of the rule stands by.

{recall}

## Alarms on benign texts that plain matching does not give

All phrases at once, without what their rules add (words near, exemptions), so an upper bound. A few of these finds
are right: abuse in disguise.

{alarms}

## Words of two characters

No shipped rule lists one. Each list below is tried as one rule (key `short`) in offensive texts that hold several
of its words, all of them with one character hidden: the share of texts with a finding. *None beside*: texts that
hold one word only, in all five disguises together; there nothing is to be found, on purpose. New alarms: of benign
texts without any word as written. ToxiCN's list was looked at when the key was made; SWSR's words (SexHateLex,
those that the dictionary has and ToxiCN's list has not) in texts of SWSR and COLD were not.

{short}

## What the confidence of a finding is

A stated order, no probability: these alarms are too few per transformation to calibrate one.
"""


class Alarms(NamedTuple):
    """Of n texts: with a plain hit; with none but a hidden one, also of grave rules alone; what the finds took.

    sure: those of the grave rules that are no matter for a person.
    """

    n: int
    plain: int
    hidden: int
    grave: int
    sure: int
    kinds: Counter[str]


def phrases() -> dict[str, bool]:
    """Return the phrases of three characters or more, and whether a rule that has it is major or higher."""
    found: dict[str, bool] = {}
    for pack in load_packs().values():
        for rule in pack:
            for word in rule.detect.parameters["words"] if rule.detect.kind == "phrases" else ():
                if len(word) >= 3:
                    found[word] = found.get(word, False) or rule.severity in GRAVE
    return dict(sorted(found.items()))


def share(found: int, n: int) -> str:
    """Return a share in percent with its 95 % interval."""
    low, high = wilson(found, n)
    return f"{100 * found / n:.1f} % [{100 * low:.1f}, {100 * high:.1f}]"


def alarms(known: dict[str, bool], texts: list[str]) -> Alarms:
    """Return what the phrases with their usual keys find in benign texts."""
    grave = list(known.values())
    scanner = scanner_of(list(known), USUAL)
    plain, hidden, gravely, surely = set[int](), set[int](), set[int](), set[int]()
    kinds: Counter[str] = Counter()
    for first in range(0, len(texts), BATCH):
        for row, seen in scanner.scan(Folded(texts[first : first + BATCH])).items():
            for each in seen:
                took = [name for name in each.transformations if name not in PLAIN]
                if not took:
                    plain.add(first + row)
                    continue
                kinds[" + ".join(took)] += 1
                hidden.add(first + row)
                if grave[each.needle]:
                    gravely.add(first + row)
                    if not each.doubtful:
                        surely.add(first + row)
    return Alarms(len(texts), len(plain), len(hidden - plain), len(gravely - plain), len(surely - plain), kinds)


def recall_tables(known: list[str], data: Path) -> list[str]:
    """Return the lines of the tables of recall: each disguise, then mixtures of two."""
    disguises = {**built_in(), **from_data(data / "lexical_aids")}
    every: tuple[Key, ...] = (*USUAL, "initials")
    scanners = {"usual": scanner_of(known, USUAL), "every": scanner_of(known, every)}
    lines = [
        "| disguise | hidden phrases | found | of n, surely: a finding by itself | span not exact | twins | found |",
        "|---|---|---|---|---|---|---|",
    ]
    for name, disguise in disguises.items():
        scanner = scanners["every" if name == "initial" else "usual"]
        mine = measure(scanner, [case for seed in range(DRAWS) for case in cases(known, (disguise,), seed=seed)])
        twins = measure(scanner, cases(known, (disguise,), seed=0, twins=True))
        lines.append(
            f"| {name} | {mine.n:,} | {share(mine.found, mine.n)} | {share(mine.found - mine.doubtful, mine.n)} | "
            f"{mine.elsewhere} | {twins.n:,} | {twins.found} |"
        )
    lines += ["", "## Mixtures of two", "", "| of | hidden phrases | found | surely |", "|---|---|---|---|"]
    mixed: list[tuple[str, Result]] = []
    for one, other in pairs(disguises, ("initial", "listed")):
        result = measure(scanners["usual"], cases(known, (one, other), seed=DRAWS))
        if result.n:
            mixed.append((f"{one.name} and {other.name}", result))
    n, hits = sum(each.n for _, each in mixed), sum(each.found for _, each in mixed)
    sure = hits - sum(each.doubtful for _, each in mixed)
    lines.append(f"| all pairs of disguises | {n:,} | {share(hits, n)} | {share(sure, n)} |")
    weak = [(name, each) for name, each in mixed if each.found < 0.9 * each.n and each.n >= 30]
    lines += [
        f"| {name} | {each.n:,} | {share(each.found, each.n)} | {share(each.found - each.doubtful, each.n)} |"
        for name, each in weak
    ]
    good = len([each for _, each in mixed if each.n >= 30]) - len(weak)
    lines += ["", f"Listed are the pairs below 90 %; the other {good} pairs (of 30 phrases or more) are at or above."]
    return lines


def alarm_table(known: dict[str, bool], data: Path) -> list[str]:
    """Return the lines of the table of alarms on benign texts."""
    lines = [
        "| texts | n | plain hits | hidden hits only | per 1,000 | of major or higher rules, per 1,000 | surely |",
        "|---|---|---|---|---|---|---|",
    ]
    kinds: Counter[str] = Counter()
    for name in SETS:
        seen = alarms(known, sample(data, name))
        kinds += seen.kinds
        low, high = wilson(seen.grave, seen.n)
        grave = f"{1000 * seen.grave / seen.n:.2f} [{1000 * low:.2f}, {1000 * high:.2f}]"
        each = f"{1000 * seen.hidden / seen.n:.2f}"
        low, high = wilson(seen.sure, seen.n)
        sure = f"{1000 * seen.sure / seen.n:.2f} [{1000 * low:.2f}, {1000 * high:.2f}]"
        lines.append(f"| {name} | {seen.n:,} | {seen.plain} | {seen.hidden} | {each} | {grave} | {sure} |")
    lines += ["", "By what it took to see them (folding and gaps not named): "]
    lines[-1] += ", ".join(f"{name} {count}" for name, count in kinds.most_common()) + "."
    return lines


def page(data: Path) -> str:
    """Return the page."""
    known = phrases()
    aids = data / "lexical_aids"
    alike = sum(map(len, lookalikes(aids).values())) // 2
    listed = sum(map(len, listed_lookalikes(aids).values())) // 2
    apart = len(splits(aids / "chaizi" / "chaizi-jt.txt"))
    return PAGE_TEXT.format(
        day=dt.datetime.now(dt.UTC).date(),
        phrases=f"{len(known):,}",
        splits=f"{apart:,}",
        alike=f"{alike:,}",
        listed=f"{listed:,}",
        short="\n".join(short_table(data, {**built_in(), **from_data(aids)})),
        draws=DRAWS,
        recall="\n".join(recall_tables(list(known), data)),
        alarms="\n".join(alarm_table(known, data)),
    )


def main() -> None:
    """Write the page."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("data", type=Path, help="folder of the unpacked private sets")
    PAGE.write_text(page(parser.parse_args().data), encoding="utf-8")
    print(PAGE)


if __name__ == "__main__":
    main()
