"""Signs of single files and imports: row order, the same file again, many records refused, promises not kept."""

from __future__ import annotations

import datetime as dt
from pathlib import PurePosixPath
from typing import TYPE_CHECKING

import msgspec

from qunjian.insight.signs.record import Sign, lasting
from qunjian.model.language import Phrase

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

LEAST_STEPS = 20
RARE = 0.02
FEW_STRETCHES = 3
SHORT = 0.2  # of a file's rows, within which all that runs the other way lies
LEAST_SECONDS = 600
LEAST_REJECTED = 20
MANY_REJECTED = 0.05  # of the records of a file that none of the import's own rules put aside


class Direction(msgspec.Struct, frozen=True):
    """Clear steps one way, as the document table tells them."""

    steps: int = 0
    first: int = 0
    largest: int = 0
    last: int = 0
    stretches: int = 0
    covered: int = 0


class Order(msgspec.Struct, frozen=True):
    """How a document's messages follow each other."""

    rows: int = 0
    forward: Direction = Direction()
    back: Direction = Direction()


class Promise(msgspec.Struct, frozen=True):
    """What the indexes of one import promised and what came of it: messages, and files absent or short."""

    promised: int
    found: int
    absent: int = 0
    short: int = 0


class FileFacts(msgspec.Struct, frozen=True):
    """What the document table tells of one file."""

    name: str
    digest: str
    read: int
    communities: tuple[str, ...]
    first: dt.datetime | None
    last: dt.datetime | None
    order: Order | None = None
    rejected: int = 0
    act_id: str = ""


def out_of_order(files: Sequence[FileFacts]) -> list[Sign]:
    """Return files whose rows run one way in time but for a few, or outside a few short stretches.

    Files without any order are none of these.
    """
    signs = []
    for file in files:
        if file.order is None:
            continue
        rare, usual = sorted((file.order.forward, file.order.back), key=lambda each: each.steps)
        steps = rare.steps + usual.steps
        few = rare.steps <= max(3, RARE * steps)
        orderly = usual.steps - rare.steps >= LEAST_STEPS  # a shuffled stretch steps as often forth as back
        apart = orderly and 0 < rare.stretches <= FEW_STRETCHES and rare.covered <= SHORT * file.order.rows
        if steps < LEAST_STEPS or not rare.steps or not (few or apart) or rare.largest < LEAST_SECONDS:
            continue
        size = lasting(rare.largest)
        where = Phrase(f"最早在第 {rare.first} 条", f"the first at message {rare.first}")
        if not few:
            where = Phrase(
                f"都在第 {rare.first} 至 {rare.last} 条之间", f"all between messages {rare.first} and {rare.last}"
            )
        signs.append(
            Sign(
                "order", file.communities[0] if file.communities else "", file.first, file.last,
                {"steps": rare.steps, "of": steps, "row": rare.first, "last": rare.last, "seconds": rare.largest},
                Phrase(
                    f"“{file.name}”的行按时间排列，唯有 {rare.steps} 处反向，{where.zh}，最大相差 {size.zh}",
                    f"the rows of '{file.name}' follow time but for {rare.steps} places, {where.en}, the largest of "
                    f"{size.en}",
                ),
                (file.name,),
            )
        )  # fmt: skip
    return signs


def same_files(files: Sequence[FileFacts]) -> list[Sign]:
    """Return files whose very bytes were imported before under another name."""
    seen: dict[str, FileFacts] = {}
    signs = []
    for file in files:
        if not file.digest or not file.read:
            continue
        before = seen.setdefault(file.digest, file)
        if PurePosixPath(before.name).name != PurePosixPath(file.name).name:
            signs.append(
                Sign(
                    "same_file", file.communities[0] if file.communities else "", file.first, file.last,
                    {"records": file.read},
                    Phrase(
                        f"“{file.name}”与先前导入的“{before.name}”逐字节相同，只是名字不同",
                        f"'{file.name}' is byte for byte '{before.name}', imported before under that name",
                    ),
                    (before.name, file.name),
                )
            )  # fmt: skip
    return signs


def many_rejected(files: Sequence[FileFacts]) -> list[Sign]:
    """Return files of which so many records were refused that what they told may be missing."""
    return [
        Sign(
            "rejected", community, file.first, file.last, {"rejected": file.rejected, "of": file.read},
            Phrase(
                f"“{file.name}”的 {file.read} 条记录里有 {file.rejected} 条没能读入"
                f"（{file.rejected / file.read:.0%}），原因见那次导入的报告",
                f"{file.rejected} of the {file.read} records of '{file.name}' were refused "
                f"({file.rejected / file.read:.0%}): the report of that import says why",
            ),
            (file.name,),
        )
        for file in files
        if file.rejected >= LEAST_REJECTED and file.rejected >= MANY_REJECTED * file.read
        for community in file.communities
    ]  # fmt: skip


def promises_unkept(files: Sequence[FileFacts], promises: Mapping[str, Promise]) -> list[Sign]:
    """Return, for every community of an import, that its index promised more than came; `promises`: by import."""
    signs = []
    for act, promise in sorted(promises.items()):
        own = [file for file in files if file.act_id == act]
        firsts = [file.first for file in own if file.first]
        lasts = [file.last for file in own if file.last]
        signs += [
            Sign(
                "promised", community, min(firsts, default=None), max(lasts, default=None),
                {"promised": promise.promised, "found": promise.found, "absent": promise.absent,
                 "short": promise.short},
                Phrase(
                    f"导入 {act} 的索引承诺 {promise.promised} 条消息，实得 {promise.found} 条："
                    f"缺 {promise.absent} 份文件，{promise.short} 份条数不足",
                    f"the index of import {act} promises {promise.promised} messages, {promise.found} came: "
                    f"{promise.absent} files absent, {promise.short} with fewer than promised",
                ),
            )
            for community in sorted({name for file in own for name in file.communities})
        ]  # fmt: skip
    return signs
