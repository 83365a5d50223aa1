"""Writes one demo world into a folder: exports, rosters, register, duty table, mapping files and truths.json."""

from __future__ import annotations

from typing import TYPE_CHECKING

import msgspec

from qunjian.runs.demo.chat_exports import write_chatlab, write_chatlab_lines, write_telegram
from qunjian.runs.demo.decided import write_decisions, write_mappings
from qunjian.runs.demo.living import live
from qunjian.runs.demo.plants import community_id, plant_all, slowed
from qunjian.runs.demo.records import AFTER_DAY, DEFAULT_SEED, FIRST_DAY, Truths
from qunjian.runs.demo.script import NAMES, script
from qunjian.runs.demo.tables import write_csv_chat, write_log, write_roster

if TYPE_CHECKING:
    from pathlib import Path

    from qunjian.runs.demo.records import Chronicle

EXPORTS = {
    "mother_baby": ("exports/mother-baby.json", write_chatlab),
    "paid_course": ("exports/writing-course.jsonl", write_chatlab_lines),
    "gadgets": ("exports/gadgets/result.json", write_telegram),
    "reading": ("exports/reading-club.txt", write_log),
    "quiet": ("exports/bird-watchers.csv", write_csv_chat),
}
ROSTERS = {
    "mother_baby": "rosters/mother-baby-members.xlsx", "paid_course": "rosters/writing-course.csv",
    "gadgets": "rosters/gadgets.csv", "reading": "rosters/reading-club.csv", "quiet": "rosters/bird-watchers.csv",
}  # fmt: skip
# The standards that were announced to the operators before the first day.
STANDARDS = ("general", "mother_baby", "paid_course")
ROSTER_HEADER = ("群ID", "成员ID", "昵称", "身份", "入群时间", "退群时间", "导出时间")


def imagine(seed: int, effect: float) -> tuple[dict[str, Chronicle], Truths]:
    """Return the world of that seed, with its truths planted, without writing anything."""
    world = {name: live(script(name), seed, slowed(effect)) for name in NAMES}
    truths = plant_all(world, seed, effect)
    for chronicle in world.values():
        chronicle.settle()
    counts = {community_id(one): len(one.lines) for one in world.values()}
    return world, Truths(seed, effect, FIRST_DAY, AFTER_DAY, counts, tuple(truths))


def generate(folder: Path, *, seed: int = DEFAULT_SEED, effect: float = 1.0) -> Truths:
    """Write the demo world for `seed` under `folder`; `effect` 0 plants nothing, 1 plants everything in full."""
    world, truths = imagine(seed, effect)
    for name, chronicle in world.items():
        place, write = EXPORTS[name]
        path = folder / place
        path.parent.mkdir(parents=True, exist_ok=True)
        write(chronicle, path)
        roster = folder / ROSTERS[name]
        roster.parent.mkdir(parents=True, exist_ok=True)
        write_roster(chronicle, roster, ROSTER_HEADER)
    write_decisions(folder / "decisions", STANDARDS)
    write_mappings(folder / "mappings")
    (folder / "truths.json").write_bytes(msgspec.json.format(msgspec.json.encode(truths), indent=2) + b"\n")
    return truths
