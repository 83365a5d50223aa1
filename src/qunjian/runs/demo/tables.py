"""Writes the rest a team brings along: a text log, a CSV export, rosters, the register and the duty table."""

from __future__ import annotations

import csv
import datetime as dt
import io
from typing import TYPE_CHECKING

import xlsxwriter

from qunjian.runs.demo.records import AFTER_DAY, FIRST_DAY, Line
from qunjian.runs.demo.script import script

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence
    from pathlib import Path

    from qunjian.runs.demo.records import Chronicle, Passage

_LOG_WORDS = {"recall": "撤回了一条消息", "link": "[链接] "}
_ROLES = {"owner": "群主", "admin": "管理员", "staff": "工作人员", "member": "成员"}
_CSV_KINDS = {"text": "文本", "image": "图片", "recall": "撤回", "system": "系统"}


def write_log(chronicle: Chronicle, path: Path) -> None:
    """Write one chat as a text log: a head line of time, name and number, then the words."""
    told = script(chronicle.community)
    parts = [
        "消息记录（此消息记录为文本格式，不支持重新导入）\n",
        "=" * 48, f"\n消息分组:我的QQ群\n{'=' * 48}\n消息对象:{told.name}\n{'=' * 48}\n\n",
    ]  # fmt: skip
    items: list[Line | Passage] = [*chronicle.lines, *chronicle.passages]
    for one in sorted(items, key=lambda item: item.number):
        head = f"{one.at:%Y-%m-%d %H:%M:%S} "
        if isinstance(one, Line):
            said = _LOG_WORDS.get(one.kind, "") + one.text
            for who in one.mentions:
                said = said.replace(f"@{who.name}", f"@{who.name}({who.account})", 1)
            parts.append(f"{head}{one.who.name}({one.who.account})\n{said}\n\n")
        else:
            words = "加入了本群" if one.kind in ("joined", "invited") else "退出了本群"
            parts.append(f"{head}{one.who.name}({one.who.account})\n{words}\n\n")
    path.write_bytes("".join(parts).encode())


def write_csv_chat(chronicle: Chronicle, path: Path) -> None:
    """Write one chat as a CSV table with a header in Chinese."""
    rows = [
        [f"{line.at:%Y-%m-%d %H:%M:%S}", f"om_demo{line.number:06d}", line.who.account, line.who.name,
         _CSV_KINDS.get(line.kind, "其他"), line.text, f"om_demo{line.reply.number:06d}" if line.reply else ""]
        for line in chronicle.lines
    ]  # fmt: skip
    write_table(path, ["时间", "消息ID", "发言人ID", "发言人", "类型", "内容", "回复消息ID"], rows)


def write_roster(chronicle: Chronicle, path: Path, header: Sequence[str]) -> None:
    """Write who is or was a member: id, name, role, when they came and left."""
    told = script(chronicle.community)
    start = dt.datetime.combine(FIRST_DAY - dt.timedelta(days=175), dt.time(10))
    seen = dt.datetime.combine(AFTER_DAY, dt.time(9, 30))
    rows = []
    for number, one in enumerate(chronicle.people):
        joined = one.joined or start + dt.timedelta(hours=17 * (number % 160), minutes=number % 47)
        left = f"{one.left:%Y-%m-%d %H:%M:%S}" if one.left else ""
        rows.append(
            [f"{told.platform}:{told.native_id}", one.account, one.name, _ROLES[one.role],
             f"{joined:%Y-%m-%d %H:%M:%S}", left, f"{seen:%Y-%m-%d %H:%M:%S}"]
        )  # fmt: skip
    write_table(path, header, rows)


def write_table(path: Path, header: Sequence[str], rows: Iterable[Sequence[str]]) -> None:
    """Write a table as CSV (with the mark that lets Excel read Chinese) or as XLSX, by the name of the file."""
    if path.suffix == ".xlsx":
        _write_xlsx(path, [header, *rows])
        return
    text = io.StringIO()
    csv.writer(text, lineterminator="\r\n").writerows([header, *rows])
    path.write_bytes("\ufeff".encode() + text.getvalue().encode())


def _write_xlsx(path: Path, rows: Iterable[Sequence[str]]) -> None:
    book = xlsxwriter.Workbook(str(path), {"in_memory": True, "strings_to_formulas": False, "strings_to_urls": False})
    book.set_properties({"created": dt.datetime.combine(AFTER_DAY, dt.time()), "author": "demo"})
    sheet = book.add_worksheet("Sheet1")
    for number, row in enumerate(rows):
        for column, value in enumerate(row):
            sheet.write_string(number, column, value)
    sheet.freeze_panes(1, 0)
    sheet.set_column(0, 6, 22)
    book.close()
