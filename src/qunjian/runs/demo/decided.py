"""Writes what the demo's team decided: who is on duty where, which groups it runs, and who was told the standard."""

from __future__ import annotations

import datetime as dt
from importlib.resources import files
from typing import TYPE_CHECKING

import msgspec

from qunjian.model.decisions import Announcement
from qunjian.runs.demo.people import account
from qunjian.runs.demo.records import FIRST_DAY
from qunjian.runs.demo.script import NAMES, script
from qunjian.runs.demo.tables import write_table

if TYPE_CHECKING:
    from collections.abc import Sequence
    from pathlib import Path

ANNOUNCED = FIRST_DAY - dt.timedelta(days=7)
# A group the team says it runs, of which nobody handed in an export: the report's coverage page must say so.
MISSING = ("暖芽宝妈互助二群", "母婴", "新手妈妈互助答疑，带动会员复购", "母婴 互助", "150", "陆晚晴", "7")
_DAYS = "一二三四五六日"


def write_decisions(folder: Path, standards: Sequence[str]) -> None:
    """Write duty.csv, register.xlsx and announcement.jsonl as a team keeps them."""
    folder.mkdir(parents=True, exist_ok=True)
    scripts = [script(name) for name in NAMES]
    duty = [
        [told.name, one.person, account(told, number), f"{FIRST_DAY:%Y-%m-%d}", "",
         "、".join(f"周{_DAYS[day - 1]}" for day in one.weekdays) + f" {one.starts}-{one.ends}"]
        for told in scripts
        for number, one in enumerate(told.operators, start=1)
    ]  # fmt: skip
    write_table(folder / "duty.csv", ["社群", "运营", "账号", "开始日期", "结束日期", "班次"], duty)
    register = [
        [told.name, told.type, told.purpose, " ".join(told.tags), str(told.members), told.operators[0].person, "7"]
        for told in scripts
    ]
    register.append([*MISSING])
    write_table(folder / "register.xlsx", ["社群", "类型", "用途", "标签", "人数", "导出人", "导出周期"], register)
    persons = dict.fromkeys(one.person for told in scripts for one in told.operators)
    told_of = [Announcement(standard, person, ANNOUNCED) for standard in standards for person in persons]
    (folder / "announcement.jsonl").write_bytes(b"".join(msgspec.json.encode(one) + b"\n" for one in told_of))


def write_mappings(folder: Path) -> None:
    """Write the two mapping files that read the demo's text log and table."""
    folder.mkdir(parents=True, exist_ok=True)
    for page in sorted(files("qunjian.runs.demo").joinpath("mappings").iterdir(), key=lambda page: page.name):
        (folder / page.name).write_bytes(page.read_bytes())
