"""Times message checks on short Chinese messages, whole and per kind, against a naive peer.

    python -m benchmarks.message_checks [--messages 200000] [--repeats 5]

CPU time of one process, medians. The naive peer folds each text by itself, then asks RE2 for every pattern and `in`
for every phrase, rule after rule; it checks nothing further, so it does less work per hit than the product.
"""

from __future__ import annotations

import argparse
import datetime as dt
import random
import statistics
import time
from collections.abc import Callable

import pyarrow as pa

from benchmarks.telegram_export import PUNCTUATION, WORDS
from qunjian.checks.contract import MessageContext
from qunjian.checks.registry import kind_of
from qunjian.checks.runner import Inspector, compile_rules
from qunjian.model.schemas import MESSAGE
from qunjian.runs.standards import DEFAULT, open_edition
from qunjian.standards.rules import Rule
from qunjian.text.folding import Folded, fold
from qunjian.text.matching import Word
from qunjian.text.patterns import confirmer
from qunjian.text.scanning import Needle

ROWS = 65_536
# One message in twenty carries something a rule looks for, or nearly so.
SPICE = (
    "加我微信 abc_12345", "電話13812345678", "全网最低价", "兼 职 刷 单 日结", "你是傻逼吧",
    "https://pan.baidu.com/s/1abcd",
    "保证治愈，无效退款", "微信支付真方便", "订单号 110105194912310021", "www.example.com/help",
)  # fmt: skip


def texts(count: int, seed: int = 7) -> list[str]:
    """Return `count` messages of 5–40 characters."""
    draw = random.Random(seed)
    made = []
    for number in range(count):
        words = draw.choices(WORDS, k=draw.randint(2, 16))
        for place in range(3, len(words), 5):
            words[place] += draw.choice(PUNCTUATION)
        if number % 20 == 0:
            words.insert(draw.randrange(len(words)), draw.choice(SPICE))
        made.append("".join(words))
    return made


def batches(values: list[str]) -> list[pa.RecordBatch]:
    """Return the texts as batches of messages."""
    at = dt.datetime(2026, 11, 16, tzinfo=dt.UTC)
    found = []
    for first in range(0, len(values), ROWS):
        part = values[first : first + ROWS]
        same = {
            "scope": "t:g",
            "platform": "t",
            "community_id": "t:g",
            "channel_id": "",
            "account_id": "t:1",
            "kind": "text",
        }
        columns = {name: [value] * len(part) for name, value in same.items()}
        columns |= {
            "text": part,
            "message_id": [str(first + n) for n in range(len(part))],
            "sent_at": [at] * len(part),
            "content_hash": [b"h"] * len(part),
        }
        arrays = [pa.array(columns.get(field.name, [None] * len(part)), field.type) for field in MESSAGE]
        found.append(pa.RecordBatch.from_arrays(arrays, schema=MESSAGE))
    return found


def median_rate(work: Callable[[], object], count: int, repeats: int) -> float:
    """Return messages a second of CPU time, the median of the repeats after one run to warm up."""
    work()
    spent = []
    for _ in range(repeats):
        began = time.process_time()
        work()
        spent.append(time.process_time() - began)
    return count / statistics.median(spent)


def inspected(inspector: Inspector, every: list[pa.RecordBatch]) -> int:
    """Inspect all batches; returns the number of findings."""
    context = MessageContext("benchmark", "1")
    return sum(inspector.inspect(batch, context).num_rows for batch in every)


def naive(needles: list[Needle], values: list[str]) -> int:
    """Ask every needle of every text."""
    patterns = [confirmer(needle.source) for needle in needles if not isinstance(needle, Word)]
    words = [fold(needle.text) for needle in needles if isinstance(needle, Word)]
    found = 0
    for value in values:
        text = fold(value)
        found += sum(word in text for word in words)
        found += sum(pattern.search(text) is not None for pattern in patterns)
    return found


def main() -> None:
    """Print the table."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--messages", type=int, default=200_000)
    parser.add_argument("--repeats", type=int, default=5)
    asked = parser.parse_args()
    rules: list[Rule] = [rule for rule in open_edition(DEFAULT).rules if not kind_of(rule).window]
    values = texts(asked.messages)
    every = batches(values)
    print(f"{len(values):,} messages, {sum(map(len, values)) / len(values):.1f} characters on average")
    began = time.perf_counter()
    inspector = compile_rules(rules)
    alone = inspector.without_prefilter
    print(
        f"{len(rules)} message rules compiled in {time.perf_counter() - began:.2f} s; "
        f"RE2 alone reads {len(alone)} patterns"
    )

    def show(name: str, rate: float, note: str = "") -> float:
        print(f"{name:<34}{rate:>12,.0f} messages/s  {note}")
        return rate

    show("fold", median_rate(lambda: [Folded(batch.column("text")) for batch in every], len(values), asked.repeats))
    whole = show(
        "all message rules", median_rate(lambda: inspected(inspector, every), len(values), asked.repeats),
        f"{inspected(inspector, every):,} findings",
    )  # fmt: skip
    for kind in sorted({rule.detect.kind for rule in rules}):
        own = [rule for rule in rules if rule.detect.kind == kind]
        one = compile_rules(own)
        rate = median_rate(lambda one=one: inspected(one, every), len(values), asked.repeats)  # type: ignore[misc]
        show(f"  {kind} ({len(own)} rules)", rate, f"{inspected(one, every):,} findings")
    few = values[:2000]
    rate = show(
        "naive: each rule asks each text", median_rate(lambda: naive(list(inspector.needles), few), len(few), 3)
    )
    print(f"all message rules against naive: {whole / rate:.0f}×")


if __name__ == "__main__":
    main()
