"""Feeds every reader and shipped mapping with mutated samples and counts crashes, hangs, memory and lost records.

    python scripts/fuzz_readers.py --count 200000 --state DIR --dictionaries DIR [--only slack,onebot] [--share 1/2]

The run may be stopped and started again: each batch is drawn from (seed, target, batch), and the state folder keeps how
many are done. With --long each reads so many documents in which one value is 400 KB of something opened and never
closed: a reader that needs the square of a length shows there. A finding is written to the state folder as
<target>-<number>.bin beside its traceback. An error of Qunjian's own or a counted reject is the expected answer;
everything else is a finding: any other exception, a document that takes more than 5 seconds of processor time, rows
that do not add up, an invalid Arrow batch, memory over 512 MB.
"""

from __future__ import annotations

import argparse
import faulthandler
import json
import random
import resource
import signal
import sys
import time
import traceback
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import asdict, dataclass
from importlib.resources import files
from pathlib import Path

from fuzz_mutations import Mutator, Seed, dictionary, small

from qunjian.model.errors import QunjianError
from qunjian.model.schemas import FILES, MEMBERSHIP, MESSAGE
from qunjian.sources.document import Document, memory_document
from qunjian.sources.finding import find_documents
from qunjian.sources.mapping.loading import shipped_mappings
from qunjian.sources.reader import Options, Outcome, Slice, Task
from qunjian.sources.registry import FORMATS, detect, run_task, tasks

BATCH = 64
SECONDS = 5.0
MEMORY = 512 * 2**20
SLICES = (*[4 << 20] * 14, 1000, 100)  # bytes; small slices cost much
NEVER_NULL = ("scope", "message_id", "platform", "community_id", "channel_id", "sent_at", "kind", "content_hash")


class HangError(Exception):
    """A document took too long."""


class LostError(Exception):
    """Rows that do not add up, or a batch that is not what the schema says."""


@dataclass
class Target:
    """One format: how it is forced, its samples, and the documents found beside each."""

    name: str
    forced: str
    seeds: list[Seed]
    documents: list[Document]


def targets() -> list[Target]:
    """Return the registered formats and the shipped mappings that have samples."""
    folder = Path(str(files("qunjian.sources")))
    found = [_target(name, name, folder / name / "samples") for name in FORMATS if name != "mapping"]
    for mapping in shipped_mappings():
        samples = folder / "mapping" / "samples" / mapping.id
        found.append(_target(f"mapping.{mapping.id}", f"mapping:{mapping.id}", samples))
    return [target for target in found if target.seeds]


def _target(name: str, forced: str, samples: Path) -> Target:
    documents = []
    if samples.is_dir():
        for path in sorted(samples.iterdir()):
            if not path.name.endswith(("expected.json", "mapping.yaml")):
                documents += find_documents([path])
    seeds = [
        seed
        for number, document in enumerate(documents)
        for seed in small(document.name, document.content(1 << 24), number)
        if detect(document, forced).role != "ignored" and seed.tokens
    ]
    return Target(name, forced, seeds, documents)


@dataclass
class Tally:
    """What has been done for one target."""

    target: str
    done: int = 0
    documents: int = 0
    batches: int = 0
    refused: int = 0
    read: int = 0
    rows: int = 0
    rejected: int = 0
    findings: int = 0
    seconds: float = 0.0
    slowest: float = 0.0
    memory: int = 0


@contextmanager
def no_longer_than(seconds: float) -> Iterator[None]:
    """Stop what takes more processor time; far more on the clock means code that heeds no signal: the process ends."""

    def stop(*_: object) -> None:
        raise HangError

    signal.signal(signal.SIGPROF, stop)
    signal.setitimer(signal.ITIMER_PROF, seconds)
    faulthandler.dump_traceback_later(60 * seconds, exit=True)
    try:
        yield
    finally:
        signal.setitimer(signal.ITIMER_PROF, 0)
        faulthandler.cancel_dump_traceback_later()


def check(outcome: Outcome) -> tuple[int, int, int]:
    """Return (read, rows, rejected) of an outcome whose parts add up and whose batches are sound."""
    totals = [0, 0]
    for place, (batch, schema) in enumerate(
        ((outcome.messages, MESSAGE.append(FILES)), (outcome.membership, MEMBERSHIP))
    ):
        if batch is None:
            continue
        batch.validate(full=True)
        if batch.schema != schema:
            raise LostError(f"not the schema: {batch.schema}")
        for name in NEVER_NULL:
            if batch.column(name).null_count:
                raise LostError(f"null in {name}")
        for name in {"sent_at", "wall_time", "edited_at"} & set(batch.schema.names):
            batch.column(name).to_pylist()  # a time past the year 9999 cannot be shown
        totals[place] = batch.num_rows
    for batch in outcome.states.values():
        batch.validate(full=True)
    rejected = 0
    for part in outcome.parts:
        rejected += len(part.rejects)
        if part.read != part.messages + part.membership + len(part.rejects):
            raise LostError(f"read {part.read} = {part.messages} + {part.membership} + {len(part.rejects)}?")
    for place, rows in enumerate(("messages", "membership")):
        if sum(getattr(part, rows) for part in outcome.parts) != totals[place]:
            raise LostError(f"{rows} of the parts are not those of the batch")
    return sum(part.read for part in outcome.parts), sum(totals), rejected


def read_one(target: Target, seed: Seed, data: bytes, size: int) -> tuple[int, int, int] | None:
    """Read one variant alone, detection included; None when it was refused with a sentence."""
    try:
        document = _document(target, seed, data)
        detect(document)
        detection = detect(document, target.forced, (), Options(zone="Asia/Shanghai", slice_bytes=size))
        totals = [0, 0, 0]
        for task in tasks([(0, document, detection)]):
            totals = [a + b for a, b in zip(totals, check(run_task(task)), strict=True)]
    except QunjianError as error:
        if not (error.what.zh and error.what.en):
            raise LostError("an error without a sentence") from error
        return None
    return totals[0], totals[1], totals[2]


def _document(target: Target, seed: Seed, data: bytes) -> Document:
    document = memory_document(seed.name, data)
    document.family = target.documents[seed.document].family
    return document


def read_together(target: Target, variants: list[tuple[Seed, bytes, int]], size: int) -> tuple[int, int, int, int]:
    """Read a batch as an import reads many small files; returns (refused, read, rows, rejected)."""
    pieces: list[tuple[int, Slice]] = []
    refused, key = 0, None
    for number, (seed, data, _) in enumerate(variants):
        document = _document(target, seed, data)
        try:
            if number % 8 == 0:
                detect(document)
            detection = detect(document, target.forced, (), Options(zone="Asia/Shanghai", slice_bytes=size))
            key = key or (detection.reader.format_id, detection.options)
            if detection.role == "messages" and detection.reader.format_id == key[0]:
                pieces += [(number, piece) for piece in detection.reader.slices(document, detection.options)]
        except QunjianError as error:
            refused += 1
            if not (error.what.zh and error.what.en):
                raise LostError("an error without a sentence") from error
    if not pieces or key is None:
        return refused, 0, 0, 0
    read, rows, rejected = check(run_task(Task(key[0], key[1], tuple(pieces))))
    return refused, read, rows, rejected


def _peak() -> int:
    """Return the most memory this process ever held, in bytes."""
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss * 1024


def run_batch(target: Target, mutator: Mutator, tally: Tally, chance: random.Random, out: Path | None) -> None:
    """Read one batch; when anything is wrong with it, one document after the other."""
    variants = [mutator.variant(chance) for _ in range(BATCH)]
    size = chance.choice(SLICES)
    before = _peak()
    began = time.process_time()
    try:
        with no_longer_than(SECONDS):
            refused, read, rows, rejected = read_together(target, variants, size)
        tally.slowest = max(tally.slowest, (time.process_time() - began) / BATCH)
    except Exception:  # whatever it is: each document is read alone to know which
        refused, read, rows, rejected = _singly(target, variants, size, tally, out)
    tally.refused += refused
    tally.read += read
    tally.rows += rows
    tally.rejected += rejected
    tally.done += sum(changes for _, _, changes in variants)
    tally.documents += BATCH
    tally.batches += 1
    tally.seconds += time.process_time() - began
    tally.memory = max(tally.memory, _peak())
    if tally.memory > MEMORY and tally.memory > before:  # not what the process had needed for other things
        raise MemoryError(f"{tally.memory >> 20} MB")


def run_long(
    target: Target, mutator: Mutator, tally: Tally, chance: random.Random, out: Path | None, count: int = BATCH
) -> None:
    """Read a batch of documents with one endless value each."""
    variants = [mutator.lengthened(chance) for _ in range(count)]
    began = time.process_time()
    refused, read, rows, rejected = _singly(target, variants, SLICES[0], tally, out)
    tally.refused += refused
    tally.read += read
    tally.rows += rows
    tally.rejected += rejected
    tally.done += count
    tally.documents += count
    tally.batches += 1
    tally.seconds += time.process_time() - began
    tally.memory = max(tally.memory, _peak())


def _singly(
    target: Target, variants: list[tuple[Seed, bytes, int]], size: int, tally: Tally, out: Path | None
) -> tuple[int, int, int, int]:
    refused, read, rows, rejected, found = 0, 0, 0, 0, 0
    for seed, data, _ in variants:
        began = time.process_time()
        try:
            with no_longer_than(SECONDS):
                one = read_one(target, seed, data, size)
        except Exception:  # a finding
            found += 1
            _keep(target, seed, data, size, tally, tally.findings + found, out)
            continue
        tally.slowest = max(tally.slowest, time.process_time() - began)
        refused += one is None
        if one is not None:
            read, rows, rejected = read + one[0], rows + one[1], rejected + one[2]
    tally.findings += found
    return refused, read, rows, rejected


def _keep(target: Target, seed: Seed, data: bytes, size: int, tally: Tally, number: int, out: Path | None) -> None:
    shown = f"{target.name}: {seed.name}, slices of {size}\n{traceback.format_exc()}"
    if out is None:
        sys.stderr.write(shown)
    elif number <= 40:
        (out / f"{tally.target}-{number}.bin").write_bytes(data)
        (out / f"{tally.target}-{number}.txt").write_text(shown, "utf-8")


def main() -> int:
    """Run until every target has its count; one line per target."""
    asked = argparse.ArgumentParser(description=__doc__)
    asked.add_argument("--count", type=int, default=200_000)
    asked.add_argument("--state", type=Path, default=Path("fuzz_state"))
    asked.add_argument("--dictionaries", type=Path)
    asked.add_argument("--only", default="")
    asked.add_argument("--share", default="1/1", help="n/m: this process takes every m-th target")
    asked.add_argument("--seed", type=int, default=3)
    asked.add_argument("--long", action="store_true", help="documents with one endless value, --count of them")
    given = asked.parse_args()
    given.state.mkdir(exist_ok=True, parents=True)
    words = dictionary(given.dictionaries)
    mine, of = map(int, given.share.split("/"))
    chosen = [t for t in targets() if not given.only or t.name in given.only.split(",")][mine - 1 :: of]
    ending = ".long" if given.long else ""
    work = [(target, _tally(given.state, target.name + ending), Mutator(target.seeds, words)) for target in chosen]
    # In rounds, so that a run cut short has seen every target.
    while behind := [one for one in work if one[1].done < given.count]:
        for target, tally, mutator in behind:
            for _ in range(2 if given.long else 10):
                chance = random.Random(f"{given.seed}/{tally.target}/{tally.batches}")
                (run_long if given.long else run_batch)(target, mutator, tally, chance, given.state)
            (given.state / f"{tally.target}.json").write_text(json.dumps(asdict(tally)), "utf-8")
    for _, tally, _ in work:
        print(json.dumps(asdict(tally)))
    return int(any(tally.findings for _, tally, _ in work))


def _tally(state: Path, name: str) -> Tally:
    path = state / f"{name}.json"
    return Tally(**json.loads(path.read_text("utf-8"))) if path.is_file() else Tally(name)


if __name__ == "__main__":
    sys.exit(main())
