"""Times the matcher on large lists of words against other matchers: the same words and messages, one core, one run.

    python -m benchmarks.matching --texts FILE [--words 20000 200000] [--messages 100000] [--sensitive-word CLASSES]

FILE: a Telegram export (.json), or one message a line. Each matcher runs in a process of its own: seconds to build
(our own caches empty but for the compiled kernel, used where the extra [kernel] is installed), messages a second of CPU
time (median of the repeats after one to warm up), peak memory, and which spans it found. The word list is the shipped
phrases and made ones, two words drawn from the samples of the shipped rules: beginnings of words stand everywhere,
whole words seldom, as with lists that people keep.

daachorse, ahocorasick_rs and pyahocorasick (install them by name) fold nothing: they get our folded buffer, all rows
at once, and its making counts for them too. CLASSES: jar or class folder of houbb/sensitive-word (and what it needs),
timed through its public interface by SensitiveWord.java beside this file (JDK 17); without it, it is left out.
"""

from __future__ import annotations

import argparse
import json
import os
import random
import shutil
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable
from pathlib import Path
from typing import NamedTuple

import numpy as np

from benchmarks.measure import run
from qunjian.runs.standards import load_packs
from qunjian.text.folding import Folded
from qunjian.text.kernel.loading import installed as kernel_installed
from qunjian.text.keys import USUAL, Key
from qunjian.text.matching import Word
from qunjian.text.scanning import Scanner
from qunjian.text.segmenting import dictionary_words

OURS: dict[str, tuple[Key, ...]] = {
    "ours, literal": ("literal",),
    "ours, literal and digits": ("literal", "digit"),
    "ours, all keys": USUAL,
}
PEERS = ("daachorse", "ahocorasick_rs", "pyahocorasick")
BASE = "ours, literal"
JAVA = "sensitive-word"
BATCH = 8_192
Span = tuple[int, int, int]


class Timed(NamedTuple):
    """What one matcher took: seconds to build, messages a second, peak memory in MiB, the spans it found."""

    build: float
    rate: float
    mib: float
    spans: frozenset[Span]


def messages_of(path: Path, most: int) -> list[str]:
    """Return the messages of a file, at most so many, on one line each."""
    if path.suffix == ".json":
        told = (each["text"] for each in json.loads(path.read_text(encoding="utf-8"))["messages"])
        found = [each for each in told if isinstance(each, str)]
    else:
        found = path.read_text(encoding="utf-8").splitlines()
    # What is beyond the first plane counts as two characters in Java: it is left out, so that spans compare.
    plain = (" ".join("".join(c for c in each if c <= "\uffff").split()) for each in found)
    return [each for each in plain if each][:most]


def words_of(count: int, seed: int) -> list[str]:
    """Return so many words: the shipped phrases, then pairs of words drawn from the samples of the shipped rules."""
    rules = [rule for pack in load_packs().values() for rule in pack]
    phrases = {word for rule in rules if rule.detect.kind == "phrases" for word in rule.detect.parameters["words"]}
    found = dict.fromkeys(sorted(word for word in phrases if len(word) > 1 and "\n" not in word))
    samples = (str(text) for rule in rules for text in (*rule.samples.hit, *rule.samples.passed))
    known = sorted({word for text in samples for word in dictionary_words(text) if len(word) > 1 and word.isalpha()})
    chance = random.Random(seed)
    while len(found) < count:
        found.setdefault(chance.choice(known) + chance.choice(known))
    return list(found)[:count]


def our_matcher(keys: tuple[Key, ...], words: list[str]) -> Callable[[Folded], list[Span]]:
    """Build our matcher; what it returns reads one batch."""
    scanner = Scanner([Word(word, keys) for word in words])
    scanner.ready()
    return lambda folded: [(row, each.start, each.end) for row, seen in scanner.scan(folded).items() for each in seen]


def peer_matcher(name: str, words: list[str]) -> Callable[[Folded], list[Span]]:
    """Build a peer over the folded words; what it returns reads one batch, all rows as one text."""
    batch = Folded(words)
    plain = sorted({batch.row(row) for row in range(batch.rows)})
    lengths = np.array([len(word) for word in plain], dtype=np.int64)
    if name == "daachorse":
        import daachorse

        double_array = daachorse.CharwiseDoubleArrayAhoCorasick(plain)

        def ends(text: str) -> tuple[list[int], list[int]]:
            found = double_array.find_overlapping(text)
            return [end for _, end, _ in found], [word for _, _, word in found]
    elif name == "ahocorasick_rs":
        import ahocorasick_rs

        automaton = ahocorasick_rs.AhoCorasick(plain)

        def ends(text: str) -> tuple[list[int], list[int]]:
            found = automaton.find_matches_as_indexes(text, overlapping=True)
            return [end for _, _, end in found], [word for word, _, _ in found]
    else:
        import ahocorasick

        tree = ahocorasick.Automaton()
        for number, word in enumerate(plain):
            tree.add_word(word, number)
        tree.make_automaton()

        def ends(text: str) -> tuple[list[int], list[int]]:
            found = list(tree.iter(text))
            return [end + 1 for end, _ in found], [word for _, word in found]

    def read(folded: Folded) -> list[Span]:
        stops, found = (np.array(each, dtype=np.int64) for each in ends(folded.text))
        starts = stops - lengths[found]
        rows = np.searchsorted(folded.starts, starts, side="right") - 1
        base = folded.starts[rows]
        places = zip(rows.tolist(), (starts - base).tolist(), (stops - base).tolist(), strict=True)
        return [(row, *folded.place(row, start, stop)) for row, start, stop in places]

    return read


def here(name: str, words: Path, texts: Path, repeats: int, spans: Path) -> None:
    """Time one matcher in this process; print build, rates and memory, and write its spans."""
    messages = texts.read_text(encoding="utf-8").split("\n")
    listed = words.read_text(encoding="utf-8").split("\n")
    began = time.process_time()
    read = our_matcher(OURS[name], listed) if name in OURS else peer_matcher(name, listed)
    build = time.process_time() - began
    batches = [messages[first : first + BATCH] for first in range(0, len(messages), BATCH)]
    spent = []
    for _ in range(repeats + 1):
        began = time.process_time()
        found = [read(Folded(batch)) for batch in batches]
        spent.append(time.process_time() - began)
    with spans.open("w", encoding="utf-8") as file:
        for nth, batch in enumerate(found):
            file.writelines(f"{nth * BATCH + row} {start} {end}\n" for row, start, end in batch)
    print(peak(), build, *spent[1:])


def peak() -> float:
    """Return the most memory this process held, in MiB (0: this system does not say)."""
    status = Path("/proc/self/status")
    lines = status.read_text().splitlines() if status.exists() else []
    return sum(int(line.split()[1]) for line in lines if line.startswith("VmHWM")) / 1024


def timed(name: str, folder: Path, count: int, repeats: int, classes: str | None) -> Timed:
    """Time one matcher in a process of its own, on one core."""
    words, texts, spans = (str(folder / each) for each in ("words.txt", "texts.txt", "spans.txt"))
    if name == JAVA:
        command = ["java", "-XX:+UseSerialGC", "-Xmx4g", "-cp", f"{folder}{os.pathsep}{classes}", "SensitiveWord"]
        command += [words, texts, str(repeats), spans]
    else:
        command = [sys.executable, "-m", "benchmarks.matching", "--one", name, "--repeats", str(repeats)]
        command += ["--files", words, texts, spans]
    shutil.rmtree(folder / "cache", ignore_errors=True)
    cache = ["env", f"QUNJIAN_CACHE={folder / 'cache'}"]
    if name != JAVA and kernel_installed():  # once a machine, in the background: no part of a build
        subprocess.run([*cache, sys.executable, "-m", "qunjian.text.kernel.compiling"], check=True)
    command = [*cache, *command]
    pinned = ["taskset", "-c", "0", *command] if shutil.which("taskset") else command
    done = run(pinned, memory=False)
    if done.code:
        raise SystemExit(f"{name} failed: {done.output[-2000:]}")
    mib, build, *spent = map(float, done.output.split())
    found = frozenset(
        (int(row), int(start), int(end)) for row, start, end in map(str.split, Path(spans).read_text().splitlines())
    )
    return Timed(build, count / statistics.median(spent), mib, found)


def compared(name: str, mine: frozenset[Span], base: frozenset[Span]) -> str:
    """Say how the spans of a matcher agree with our literal ones."""
    rows, base_rows = {each[0] for each in mine}, {each[0] for each in base}
    return (
        f"{len(mine):>9,} spans in {len(rows):>7,} messages; not among our literal ones {len(mine - base):,}, "
        f"messages only {name} hits {len(rows - base_rows):,}, only ours {len(base_rows - rows):,}"
    )


def main() -> None:
    """Print the table."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--texts", type=Path)
    parser.add_argument("--words", type=int, nargs="*", default=[20_000, 200_000])
    parser.add_argument("--messages", type=int, default=100_000)
    parser.add_argument("--repeats", type=int, default=3)
    parser.add_argument("--seed", type=int, default=7)
    parser.add_argument("--sensitive-word", help="class path of houbb/sensitive-word")
    parser.add_argument("--one", help=argparse.SUPPRESS)
    parser.add_argument("--files", type=Path, nargs=3, help=argparse.SUPPRESS)
    given = parser.parse_args()
    if given.one:
        words, texts, spans = given.files
        here(given.one, words, texts, given.repeats, spans)
        return
    if given.texts is None:
        parser.error("--texts is needed")
    messages = messages_of(given.texts, given.messages)
    print(f"{len(messages):,} messages, {sum(map(len, messages)) / len(messages):.1f} characters on average")
    with tempfile.TemporaryDirectory(prefix="qunjian-bench-") as name:
        folder = Path(name)
        (folder / "texts.txt").write_text("\n".join(messages), encoding="utf-8")
        matchers = [*OURS, *(peer for peer in PEERS if installed(peer))]
        if given.sensitive_word:
            source = Path(__file__).with_name("SensitiveWord.java")
            subprocess.run(["javac", "-cp", given.sensitive_word, "-d", str(folder), str(source)], check=True)
            matchers.append(JAVA)
        else:
            print(f"{JAVA}: not measured, no classes given (--sensitive-word)")
        for count in given.words:
            listed = words_of(count, given.seed)
            (folder / "words.txt").write_text("\n".join(listed), encoding="utf-8")
            print(f"\n{len(listed):,} words, {sum(map(len, listed)) / len(listed):.1f} characters on average")
            found = {each: timed(each, folder, len(messages), given.repeats, given.sensitive_word) for each in matchers}
            for each, took in found.items():
                against = f"{took.rate / found[JAVA].rate:>6.1f}× {JAVA}" if JAVA in found else ""
                print(f"{each:<26}{took.rate:>10,.0f} messages/s{against}  {took.build:6.2f} s  {took.mib:6.0f} MiB")
                print("    " + compared(each, took.spans, found[BASE].spans))


def installed(peer: str) -> bool:
    """Return whether a peer can be imported."""
    module = "ahocorasick" if peer == "pyahocorasick" else peer
    try:
        __import__(module)
    except ImportError:
        print(f"{peer}: not installed, left out")
        return False
    return True


if __name__ == "__main__":
    main()
