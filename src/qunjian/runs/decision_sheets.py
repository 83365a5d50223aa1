"""Use case: the register and the duty table as sheets of cells: read, checked, put in place of what stood."""

from __future__ import annotations

import hashlib
from typing import TYPE_CHECKING, Literal

import msgspec

from qunjian.lake.lock import Patience, writing
from qunjian.model.errors import BadInputError, UnknownNameError
from qunjian.model.language import Language, Phrase
from qunjian.runs.measuring import community_names
from qunjian.sources.decisions import TABLES, duty_of, registered_of, shifts_text, write_lines

if TYPE_CHECKING:
    from collections.abc import Collection, Sequence
    from pathlib import Path

    from qunjian.model.decisions import Duty, Registered
    from qunjian.workspace import Workspace

Name = Literal["register", "duty"]
COLUMNS: dict[Name, tuple[str, ...]] = {
    "register": ("community", "name", "type", "purpose", "tags", "size", "exporter", "every_days"),
    "duty": ("community", "person", "accounts", "starts", "ends", "shifts"),
}
_NEEDED: dict[Name, tuple[str, ...]] = {"register": ("community",), "duty": ("community", "person")}
_ASIDE = "before"  # where tables kept by hand go when a sheet takes their place
_PATIENT = Patience(10.0)


class Sheet(msgspec.Struct, frozen=True):
    """One sheet: its rows in the order of COLUMNS, a stamp of the state read, and the file kept by hand, if any.

    `communities`: the id of the community of each row, where its cell says it by name.
    """

    name: Name
    rows: tuple[tuple[str, ...], ...]
    communities: tuple[str, ...]
    stamp: str
    by_hand: str = ""


class Fault(msgspec.Struct, frozen=True):
    """What is wrong in one cell; rows and columns count from 0."""

    row: int
    column: int
    said: Phrase


class Put(msgspec.Struct, frozen=True):
    """What putting a sheet did: rows before and after, and how many of them are new or gone."""

    before: int
    after: int
    added: int
    removed: int


def read_sheet(workspace: Workspace, name: Name, language: Language = "zh") -> Sheet:
    """Return the sheet as it stands, communities by the name people know where it is one group's alone."""
    folder = workspace.root / "decisions"
    stamp = _stamp(folder, name)
    decisions = workspace.decisions()
    names = _names(workspace)
    single = {title for title in names.values() if list(names.values()).count(title) == 1}
    told = {community: title for community, title in names.items() if title in single}
    rows = (
        [_registered_cells(one) for one in decisions.register]
        if name == "register"
        else [_duty_cells(one, told, language) for one in decisions.duties]
    )
    own: Collection[Registered | Duty] = decisions.register if name == "register" else decisions.duties
    hand = _by_hand(folder, name)
    return Sheet(name, tuple(rows), tuple(one.community_id for one in own), stamp, hand.name if hand else "")


def communities_of(workspace: Workspace, rows: Sequence[Sequence[str]]) -> list[str]:
    """Return the id of each row's community, named by id, name, or id without its platform; else what it says."""
    names = _names(workspace)
    told = {community.partition(":")[2]: community for community in names}
    told |= {title: community for community, title in names.items() if title}
    return [row[0] if row[0] in names else told.get(row[0].strip(), row[0].strip()) for row in rows]


def check(workspace: Workspace, name: Name, rows: Sequence[Sequence[str]]) -> list[Fault]:
    """Return what is wrong, cell by cell; a duty must name a community on record or in the register."""
    known = _known(workspace) if name == "duty" else set()
    found = [fault for number, row in enumerate(rows) if any(row) for fault in _faults(name, number, row, known)]
    return found + (_twice(rows) if name == "register" else [])


def put(workspace: Workspace, name: Name, rows: Sequence[Sequence[str]], stamp: str) -> Put:
    """Put a sheet in the place of what stood; a table kept by hand is set aside in decisions/before.

    Raises BadInputError when a cell is wrong, or when the sheet changed since the state that `stamp` names.
    """
    faults = check(workspace, name, rows)
    if faults:
        first = faults[0]
        raise BadInputError(first.said, where=f"{first.row + 1}:{COLUMNS[name][first.column]}")
    folder = workspace.root / "decisions"
    records = [_record(name, row) for row in rows if any(row)]
    with writing(folder, name, _PATIENT):
        if _stamp(folder, name) != stamp:
            raise BadInputError(
                Phrase("你打开之后有人改过这张表", "somebody changed this sheet after you opened it"),
                todo=Phrase("重新打开，再改一次", "open it again and make the change there"),
            )
        stood = workspace.decisions()
        before: Collection[Registered | Duty] = stood.register if name == "register" else stood.duties
        write_lines(folder / f"{name}.jsonl", records)
        hand = _by_hand(folder, name)
        if hand is not None:
            aside = folder / _ASIDE
            aside.mkdir(exist_ok=True)
            hand.replace(aside / f"{workspace.clock():%Y%m%dT%H%M%S}-{hand.name}")
        now = workspace.decisions()
    after: Collection[Registered | Duty] = now.register if name == "register" else now.duties
    return Put(
        len(before), len(after), sum(one not in before for one in after), sum(one not in after for one in before)
    )


def _faults(name: Name, number: int, row: Sequence[str], known: Collection[str]) -> list[Fault]:
    columns = COLUMNS[name]
    cells = {column: cell.strip() for column, cell in zip(columns, row, strict=True) if cell.strip()}
    missing = [column for column in _NEEDED[name] if column not in cells]
    if missing:
        return [Fault(number, columns.index(each), Phrase("这一格要填", "this cell is needed")) for each in missing]
    needed = {column: cells[column] for column in _NEEDED[name]}
    found = []
    for column, cell in cells.items():
        try:
            _made(name, {**needed, column: cell})
        except (KeyError, ValueError):
            found.append(Fault(number, columns.index(column), _FORMS[column]))
    if name == "duty" and cells["community"] not in known:
        error = UnknownNameError(Phrase("社群", "community"), cells["community"], known)
        said = Phrase(error.sentence("zh"), error.sentence("en"))
        found.append(Fault(number, columns.index("community"), said))
    return found


def _twice(rows: Sequence[Sequence[str]]) -> list[Fault]:
    first: dict[str, int] = {}
    found = []
    for number, row in enumerate(rows):
        community = row[0].strip()
        if community and community in first:
            line = first[community] + 1
            found.append(Fault(number, 0, Phrase(f"与第 {line} 行是同一个社群", f"the same community as row {line}")))
        first.setdefault(community, number)
    return found


_FORMS = {
    "size": Phrase("写一个数，如 200", "write a number, such as 200"),
    "every_days": Phrase("写 7、每天、每周或每月", "write 7, daily, weekly or monthly"),
    "starts": Phrase("写成 2026-11-20", "write it as 2026-11-20"),
    "ends": Phrase("写成 2026-11-20", "write it as 2026-11-20"),
    "shifts": Phrase("写成 周一至周五 09:00-18:00；周六 10:00-12:00", "write it as 1-5 09:00-18:00; 6 10:00-12:00"),
}


def _record(name: Name, row: Sequence[str]) -> Registered | Duty:
    return _made(name, {column: cell.strip() for column, cell in zip(COLUMNS[name], row, strict=True) if cell.strip()})


def _made(name: Name, cells: dict[str, str]) -> Registered | Duty:
    return registered_of(cells) if name == "register" else duty_of(cells)


def _registered_cells(one: Registered) -> tuple[str, ...]:
    size, every = ("" if number is None else str(number) for number in (one.size, one.every_days))
    return (one.community_id, one.name, one.type, one.purpose, " ".join(one.tags), size, one.exporter, every)


def _duty_cells(one: Duty, told: dict[str, str], language: Language) -> tuple[str, ...]:
    platform = one.community_id.partition(":")[0] + ":"
    title = told.get(one.community_id)
    accounts = [account.removeprefix(platform) if title else account for account in one.accounts]
    return (
        title or one.community_id, one.person, " ".join(accounts), one.starts.isoformat() if one.starts else "",
        one.ends.isoformat() if one.ends else "", shifts_text(one.shifts, language),
    )  # fmt: skip


def _names(workspace: Workspace) -> dict[str, str]:
    session = workspace.lake.session()
    try:
        return community_names(session)
    finally:
        session.close()


def _known(workspace: Workspace) -> set[str]:
    names = _names(workspace)
    registered = workspace.decisions().register
    told = {*names, *names.values(), *(community.partition(":")[2] for community in names)}
    return {
        one for one in (*told, *(each.community_id for each in registered), *(each.name for each in registered)) if one
    }


def _by_hand(folder: Path, name: Name) -> Path | None:
    return next((folder / f"{name}{suffix}" for suffix in TABLES if (folder / f"{name}{suffix}").is_file()), None)


def _stamp(folder: Path, name: Name) -> str:
    files = [folder / f"{name}{suffix}" for suffix in (".jsonl", *TABLES)]
    return hashlib.sha256(b"\0".join(path.read_bytes() for path in files if path.is_file())).hexdigest()[:16]
