"""Reads the decision files of a workspace: JSON lines of every kind, tables of duties and registered communities."""

from __future__ import annotations

import csv
import datetime as dt
import os
import re
from typing import TYPE_CHECKING, Literal, TypeVar

import msgspec

from qunjian.model.decisions import (
    Announcement,
    Decisions,
    Duty,
    Identity,
    Registered,
    Review,
    Role,
    Shift,
    Silence,
    StandardInForce,
)
from qunjian.model.errors import BadInputError
from qunjian.model.language import Language, Phrase
from qunjian.sources.tables import rows
from qunjian.text.late import late

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
    from pathlib import Path

Record = TypeVar("Record")
TABLES = (".csv", ".tsv", ".xlsx")
# The words a team writes over the columns of its sheets.
_HEADS = {
    "community": ("community_id", "community", "group", "社群", "群", "群名", "社群id", "群id", "社群名称", "群名称"),
    "person": ("person", "operator", "运营", "运营人员", "负责人", "姓名", "值班人", "人员"),
    "accounts": ("accounts", "account", "account_id", "账号", "帐号", "账号id", "群内账号"),
    "starts": ("starts", "from", "start", "开始", "开始日期", "起", "起始日期"),
    "ends": ("ends", "to", "end", "结束", "结束日期", "止", "截止日期"),
    "shifts": ("shifts", "shift", "班次", "值班时间", "值班"),
    "weekdays": ("weekdays", "days", "星期", "周几", "值班日"),
    "name": ("name", "名称"),
    "type": ("type", "类型", "群类型", "社群类型"),
    "purpose": ("purpose", "用途", "目的"),
    "tags": ("tags", "标签"),
    "size": ("size", "人数", "规模"),
    "exporter": ("exporter", "导出人", "提供人"),
    "every_days": ("every_days", "导出周期", "每几天导出"),
}
_COUNT = late(r"\s*(?:每\s*)?(\d{1,9})(?:\.0+)?\s*(?:天|日|人|days?)?\s*")
_EVERY = {"每天": 1, "每日": 1, "daily": 1, "每周": 7, "weekly": 7, "每两周": 14, "每月": 30, "monthly": 30}
_LIST = late(r"[;；,，、|\s]+")
_SPAN = late(r"(\d{1,2})[:：](\d{2})\s*[-–—~～至到]\s*(\d{1,2})[:：](\d{2})")
_LAST = dt.time(23, 59, 59)
_DAYS = {d: n for n, names in enumerate(("一1", "二2", "三3", "四4", "五5", "六6", "日天7"), 1) for d in names}


def read_decisions(folder: Path) -> Decisions:
    """Return all decisions of the folder `decisions`; a file that is absent holds none."""
    return Decisions(
        duties=tuple(_merged(_all(folder, "duty", Duty, duty_of))),
        register=_last(_all(folder, "register", Registered, registered_of)),
        roles=tuple(_all(folder, "roles", Role)),
        silences=tuple(_all(folder, "silence", Silence)),
        in_force=tuple(_all(folder, "standard", StandardInForce)),
        announcements=tuple(_all(folder, "announcement", Announcement)),
        reviews=tuple(_all(folder, "review", Review)),
        identities=tuple(_all(folder, "identity", Identity)),
    )


def written_reviews(folder: Path) -> tuple[Review, ...]:
    """Return what review.jsonl holds."""
    path = folder / "review.jsonl"
    return tuple(_lines(path, Review)) if path.is_file() else ()


def write_lines(path: Path, records: Iterable[msgspec.Struct], *, read_only: bool = False) -> None:
    """Put records in the place of what a file of JSON lines held, whole or not at all."""
    draft = path.with_name(path.name + ".draft")
    with draft.open("wb") as out:
        for each in records:
            out.write(msgspec.json.encode(each) + b"\n")
        out.flush()
        os.fsync(out.fileno())
    if read_only:
        draft.chmod(0o444)
    if path.exists():
        path.chmod(0o644)  # Windows replaces no file that is read-only
    draft.replace(path)


def _all(
    folder: Path, name: str, kind: type[Record], of_row: Callable[[dict[str, str]], Record] | None = None
) -> Iterator[Record]:
    lines = folder / f"{name}.jsonl"
    if lines.is_file():
        yield from _lines(lines, kind)
    if of_row is None:
        return
    for suffix in TABLES:
        path = folder / f"{name}{suffix}"
        if path.is_file():
            for number, cells in enumerate(rows(path), 2):
                yield from _row(path, number, cells, of_row)


def read_register(path: Path) -> tuple[Registered, ...]:
    """Return the communities a CSV, TSV or XLSX table registers; a community written twice is its last row."""
    found = (one for number, cells in enumerate(rows(path), 2) for one in _row(path, number, cells, registered_of))
    return _last(found)


def read_duties(path: Path) -> tuple[Duty, ...]:
    """Return the duties a CSV, TSV or XLSX table states; the rows of one person and term are one duty."""
    return tuple(
        _merged(one for number, cells in enumerate(rows(path), 2) for one in _row(path, number, cells, duty_of))
    )


def written_duties(folder: Path) -> tuple[Duty, ...]:
    """Return what duty.jsonl holds, the file that imports of tables write."""
    path = folder / "duty.jsonl"
    return tuple(_lines(path, Duty)) if path.is_file() else ()


def table_kind(path: Path) -> Literal["register", "duty"] | None:
    """Return whether a table is a register of communities or a table of duties, by its headings; None for others."""
    if path.suffix.lower() not in TABLES:
        return None
    try:
        first = next(rows(path), {})
    except (BadInputError, UnicodeError, csv.Error):
        return None
    named = {field for head in first for field, heads in _HEADS.items() if head.strip().lower() in heads}
    if {"community", "person"} <= named and named & {"shifts", "weekdays", "starts"}:
        return "duty"
    if named & {"community", "name"} and "every_days" in named and "person" not in named:
        return "register"
    return None


def written_register(folder: Path) -> tuple[Registered, ...]:
    """Return what register.jsonl holds, the file that imports of tables write."""
    path = folder / "register.jsonl"
    return _last(_lines(path, Registered)) if path.is_file() else ()


def _last(register: Iterable[Registered]) -> tuple[Registered, ...]:
    return tuple({each.community_id: each for each in register}.values())


def _lines(path: Path, kind: type[Record]) -> Iterator[Record]:
    decoder = msgspec.json.Decoder(kind)
    for number, line in enumerate(path.read_bytes().removeprefix(b"\xef\xbb\xbf").splitlines(), 1):
        if line.strip():
            try:
                yield decoder.decode(line)
            except msgspec.MsgspecError as error:
                raise BadInputError(
                    Phrase(f"看不懂这一行：{error}", f"cannot read this line: {error}"), where=f"{path.name}:{number}"
                ) from error


def _row(
    path: Path, number: int, cells: dict[str, str], of_row: Callable[[dict[str, str]], Record]
) -> Iterator[Record]:
    named = {}
    for head, value in cells.items():
        key = head.strip().lower()
        field = next((field for field, heads in _HEADS.items() if key in heads), None)
        if field and value and value.strip():
            named[field] = value.strip()
    if not named:
        return
    try:
        yield of_row(named)
    except (KeyError, ValueError) as error:
        raise BadInputError(
            Phrase(f"这一行缺列或写法不对：{error}", f"this row lacks a column or cannot be read: {error}"),
            where=f"{path.name}:{number}",
        ) from error


def duty_of(cells: Mapping[str, str]) -> Duty:
    """Return a duty from cells by field; raises KeyError or ValueError with what is missing or cannot be read."""
    return Duty(
        community_id=cells["community"],
        person=cells["person"],
        accounts=tuple(filter(None, _LIST.split(cells.get("accounts", "")))),
        starts=_day(cells.get("starts")),
        ends=_day(cells.get("ends")),
        shifts=tuple(shifts(cells.get("weekdays", ""), cells.get("shifts", ""))),
    )


def registered_of(cells: Mapping[str, str]) -> Registered:
    """Return a registered community from cells by field; raises as `duty_of` does."""
    return Registered(
        community_id=cells.get("community") or cells["name"],
        name=cells.get("name", ""),
        type=cells.get("type", ""),
        purpose=cells.get("purpose", ""),
        tags=tuple(filter(None, _LIST.split(cells.get("tags", "")))),
        size=_whole(cells.get("size")),
        exporter=cells.get("exporter", ""),
        every_days=_every(cells.get("every_days")),
    )


def _whole(text: str | None) -> int | None:
    if not text:
        return None
    found = _COUNT.fullmatch(text)
    if found is None:
        raise ValueError(text)
    return int(found[1])


def _every(text: str | None) -> int | None:
    """Return every how many days, from a number or from words as people write them ("每周", "7天", "weekly")."""
    days = _EVERY.get((text or "").strip().lower()) or _whole(text)
    if days is not None and not 1 <= days <= 3660:
        raise ValueError(text)
    return days


def shifts(weekdays: str, text: str) -> Iterator[Shift]:
    """Read shifts as people write them: "周一至周五 09:00-18:00; 周六 10:00-12:00", or days and hours apart."""
    for part in re.split(r"[;；\n]", text):
        spans = _SPAN.findall(part)
        if part.strip() and not spans:
            raise ValueError(part)
        days = _weekdays(_SPAN.sub("", part)) or _weekdays(weekdays) or tuple(range(1, 8))
        for h1, m1, h2, m2 in spans:
            ends = _LAST if int(h2) == 24 else dt.time(int(h2), int(m2))
            yield Shift(days, dt.time(int(h1), int(m1)), ends)


def shifts_text(found: Iterable[Shift], language: Language = "zh") -> str:
    """Return shifts as `shifts` reads them: 周一至周五 09:00-18:00; 周六 10:00-12:00 (in English: 1-5 09:00-18:00)."""
    spans: dict[tuple[int, ...], list[str]] = {}
    for one in found:
        ends = "24:00" if one.ends == _LAST else f"{one.ends:%H:%M}"
        spans.setdefault(one.weekdays, []).append(f"{one.starts:%H:%M}-{ends}")
    return "; ".join(f"{_days_text(days, language)} {' '.join(hours)}" for days, hours in spans.items())


def _days_text(days: Sequence[int], language: Language) -> str:
    runs: list[list[int]] = []
    for day in sorted(days):
        if runs and day == runs[-1][-1] + 1:
            runs[-1].append(day)
        else:
            runs.append([day])
    name = (lambda day: f"周{'一二三四五六日'[day - 1]}") if language == "zh" else str
    join = "至" if language == "zh" else "-"
    told = [join.join((name(run[0]), name(run[-1]))) if len(run) > 2 else " ".join(map(name, run)) for run in runs]
    return ("、" if language == "zh" else ",").join(told)


def _weekdays(text: str) -> tuple[int, ...]:
    text = text.replace("工作日", "1-5").replace("每天", "1-7").replace("周末", "6-7")
    text = re.sub(r"周|星期|礼拜", "", text)
    found: set[int] = set()
    for first, last in re.findall(r"([一二三四五六日天1-7])(?:\s*[-–—~～至到]\s*([一二三四五六日天1-7]))?", text):
        start, end = _DAYS[first], _DAYS[last or first]
        found.update(range(start, end + 1) if start <= end else [*range(start, 8), *range(1, end + 1)])
    return tuple(sorted(found))


def _day(text: str | None) -> dt.date | None:
    if not text:
        return None
    match = re.match(r"(\d{4})[-/.年](\d{1,2})[-/.月](\d{1,2})", text)
    if match is None:
        raise ValueError(text)
    return dt.date(*map(int, match.groups()))


def _merged(duties: Iterator[Duty]) -> list[Duty]:
    """Gather the rows of one person in one community and term: one row per shift or per account is usual."""
    found: dict[tuple[object, ...], Duty] = {}
    for duty in duties:
        key = (duty.community_id, duty.person, duty.starts, duty.ends)
        old = found.get(key)
        if old is not None:
            duty = msgspec.structs.replace(
                duty,
                accounts=tuple(dict.fromkeys((*old.accounts, *duty.accounts))),
                shifts=tuple(dict.fromkeys((*old.shifts, *duty.shifts))) if old.shifts and duty.shifts else (),
            )
        found[key] = duty
    return list(found.values())
