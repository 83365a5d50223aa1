"""Verifies the audit log from its first entry to its sealed head, its personal parts, and the checkpoints."""

from __future__ import annotations

import json
from collections import defaultdict
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field

from django.db import connection, transaction

from qunjian_console.audit.chain import checkpoint_seal, head_seal, part_digest, same
from qunjian_console.audit.checkpoints import checkpoints
from qunjian_console.audit.entries import ERASED
from qunjian_console.audit.models import Entry, Head, Part
from qunjian_console.audit.services import mac_of
from qunjian_console.language import say

MOST = 100  # problems that are told; more are only counted


@dataclass
class Verdict:
    """What a verification found."""

    entries: int = 0
    erased: int = 0
    checkpoints: int = 0
    problems: list[str] = field(default_factory=list)
    untold: int = 0

    @property
    def sound(self) -> bool:
        """Return whether nothing is wrong."""
        return not self.problems

    def tell(self, problem: str) -> None:
        """Note a problem."""
        if len(self.problems) < MOST:
            self.problems.append(problem)
        else:
            self.untold += 1


def verify() -> Verdict:
    """Return what is wrong with the log as it stands now."""
    verdict = Verdict()
    held = list(checkpoints())  # before the log: what is appended meanwhile must not look like a tail cut off
    with _snapshot():
        parts, missing = _parts(), []
        before, macs = "", {}
        for entry in Entry.objects.order_by("number").iterator(chunk_size=2000):
            verdict.entries += 1
            _check_link(entry, before, verdict)
            missing += _check_parts(entry, parts.pop(entry.number, {}), verdict)
            before = entry.mac
            macs[entry.number] = entry.mac
        _check_erasures(missing, verdict)
        if parts:
            verdict.tell(
                say("有不属于任何记录的个人信息：{n} 处", "personal parts without an entry: {n}", n=len(parts))
            )
        _check_head(verdict.entries, before, verdict)
    _check_checkpoints(held, macs, verdict)
    return verdict


@contextmanager
def _snapshot() -> Iterator[None]:
    """See the log as of one instant: SQLite keeps writers out meanwhile, PostgreSQL lets them go on."""
    outermost = not connection.in_atomic_block
    with transaction.atomic():
        if outermost and connection.vendor == "postgresql":
            with connection.cursor() as cursor:
                cursor.execute("SET TRANSACTION ISOLATION LEVEL REPEATABLE READ")
        yield


def _check_link(entry: Entry, before: str, verdict: Verdict) -> None:
    if entry.number != verdict.entries:
        verdict.tell(say("第 {n} 条缺失或错位", "entry {n} is missing or out of place", n=verdict.entries))
        verdict.entries = entry.number
    if not same(entry.mac, mac_of(before, entry)):
        verdict.tell(say("第 {n} 条被改动、调换或插入", "entry {n} was edited, swapped or inserted", n=entry.number))


def _parts() -> dict[int, dict[str, Part]]:
    found: dict[int, dict[str, Part]] = defaultdict(dict)
    for part in Part.objects.iterator(chunk_size=2000):
        found[part.entry_id][part.slot] = part
    return found


def _check_parts(entry: Entry, parts: dict[str, Part], verdict: Verdict) -> list[str]:
    """Check the personal parts that are there; return the places of those that are not."""
    missing = []
    try:
        digests = json.loads(entry.digests)
    except ValueError:
        return []  # the entry's mac has told of it already
    for slot, digest in digests.items():
        part = parts.pop(slot, None)
        if part is None:
            missing.append(f"{entry.number}:{slot}")
        elif not same(part_digest(part.nonce, part.body), digest):
            verdict.tell(say("第 {n} 条的个人信息被改动", "the personal part of entry {n} was edited", n=entry.number))
    if parts:
        verdict.tell(say("第 {n} 条多出了个人信息", "entry {n} has a personal part too many", n=entry.number))
    return missing


def _check_erasures(missing: list[str], verdict: Verdict) -> None:
    erased: set[str] = set()
    for facts in Entry.objects.filter(kind=ERASED.name).values_list("facts", flat=True):
        try:
            erased.update(json.loads(facts)["after"]["places"])
        except (ValueError, KeyError, TypeError):
            continue  # the entry's mac has told of it already
    verdict.erased = len(erased.intersection(missing))
    for place in missing:
        if place not in erased:
            number = place.split(":")[0]
            verdict.tell(
                say(
                    "第 {n} 条的个人信息不见了，却没有删除记录",
                    "a personal part of entry {n} is gone without an erasure",
                    n=number,
                )
            )


def _check_head(entries: int, last: str, verdict: Verdict) -> None:
    head = Head.objects.filter(pk=1).first()
    if head is None:
        if entries:
            verdict.tell(say("链尾的封印不见了", "the seal of the chain's end is gone"))
        return
    if not same(head.seal, head_seal(head.number, head.mac)):
        verdict.tell(say("链尾的封印不对", "the seal of the chain's end is wrong"))
    if (head.number, head.mac) != (entries, last):
        verdict.tell(
            say("链尾应在第 {n} 条，实际在第 {m} 条", "the chain ends at {m}, not at entry {n}", n=head.number,
                m=entries)
        )  # fmt: skip


def _check_checkpoints(held: list[tuple[int, str, str]], macs: dict[int, str], verdict: Verdict) -> None:
    newest, last = 0, max(macs, default=0)
    for number, mac, seal in held:
        verdict.checkpoints += 1
        if not same(seal, checkpoint_seal(number, mac)):
            verdict.tell(say("第 {n} 条的检查点被改动", "the checkpoint of entry {n} was edited", n=number))
        elif number <= last and macs.get(number) != mac:
            verdict.tell(say("第 {n} 条与检查点不符", "entry {n} is not what its checkpoint says", n=number))
        else:
            newest = max(newest, number)
    if newest > verdict.entries:
        verdict.tell(
            say("记录止于第 {m} 条，检查点到第 {n} 条：尾部被截去或换回旧库", "the log ends at entry {m} but "
                "checkpoints reach {n}: its tail was cut off or an old database put back", m=verdict.entries, n=newest)
        )  # fmt: skip
    elif verdict.entries and not verdict.checkpoints:
        verdict.tell(say("检查点文件不见了", "the file of checkpoints is gone"))
