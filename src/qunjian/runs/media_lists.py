"""The team's own lists of pictures: decisions/pictures.csv, one line per picture, which people edit in Excel too."""

from __future__ import annotations

import csv
import datetime as dt
from typing import TYPE_CHECKING

import msgspec

from qunjian.checks.media.contract import Listed
from qunjian.media.likeness import distance, likeness_of, read_likeness, written
from qunjian.media.pictures import PictureError, grey, opened
from qunjian.model.errors import BadInputError
from qunjian.model.language import Phrase
from qunjian.runs.media_words import UNREAD
from qunjian.sources.tables import rows

if TYPE_CHECKING:
    from collections.abc import Sequence
    from pathlib import Path

    from qunjian.workspace import Workspace

FILE = "pictures.csv"
_HEADS = ("list", "likeness", "why", "added", "by")
_LIST = frozenset("abcdefghijklmnopqrstuvwxyz0123456789_")


class Entry(msgspec.Struct, frozen=True):
    """One listed picture; the picture itself is not kept."""

    list: str
    likeness: str
    why: str = ""
    added: str = ""
    by: str = ""


class Added(msgspec.Struct, frozen=True):
    """What adding pictures did: those added, and those that were listed already (or nearly so)."""

    added: tuple[Entry, ...]
    known: tuple[str, ...]


def entries(workspace: Workspace) -> list[Entry]:
    """Return every listed picture; a line that is wrong is named with its number."""
    path = workspace.root / "decisions" / FILE
    if not path.is_file():
        return []
    found = []
    for number, row in enumerate(rows(path), 2):
        cells = {head: row.get(head, "") for head in _HEADS}
        if read_likeness(cells["likeness"]) is None:
            raise BadInputError(
                Phrase("likeness 一列应是 16 位十六进制的图片特征", "the column likeness holds 16 hexadecimal digits"),
                where=f"decisions/{FILE}: {number}",
                todo=Phrase("用 qunjian media add 加入图片", "add pictures with: qunjian media add"),
            )
        found.append(Entry(cells["list"].strip() or "banned", cells["likeness"].strip().lower(), cells["why"].strip(),
                           cells["added"].strip(), cells["by"].strip()))  # fmt: skip
    return found


def lists(workspace: Workspace) -> dict[str, tuple[Listed, ...]]:
    """Return the lists by name, as rules compare with them."""
    found: dict[str, list[Listed]] = {}
    for entry in entries(workspace):
        bits = read_likeness(entry.likeness)
        if bits is not None:
            found.setdefault(entry.list, []).append(Listed(bits, entry.why))
    return {name: tuple(listed) for name, listed in found.items()}


def add_pictures(workspace: Workspace, paths: Sequence[Path], *, name: str, why: str, by: str, today: dt.date) -> Added:
    """Add pictures to a list; nothing is added when one of them cannot be opened."""
    if not name or not set(name) <= _LIST or not name[0].isalpha():
        raise BadInputError(
            Phrase(
                f"名单名“{name}”只能用小写字母、数字和下划线，以字母开头",
                f"write the list's name '{name}' in small letters, digits and underscores",
            )
        )
    before = entries(workspace)
    held = [each.likeness for each in before if each.list == name]
    added: list[Entry] = []
    known: list[str] = []
    for path in paths:
        bits = written(_likeness(path))
        if bits in held:
            known.append(path.name)
            continue
        held.append(bits)
        added.append(Entry(name, bits, why, today.isoformat(), by))
    if added:
        _write(workspace.root / "decisions" / FILE, [*before, *added])
    return Added(tuple(added), tuple(known))


def nearest_pairs(found: Sequence[Entry], within: int) -> int:
    """Return how many pairs of listed pictures are so alike that one would do."""
    bits = [read_likeness(each.likeness) or 0 for each in found]
    return sum(distance(one, other) <= within for n, one in enumerate(bits) for other in bits[:n])


def _likeness(path: Path) -> int:
    try:
        picture, _ = opened(path.read_bytes(), colours=False)
    except OSError as error:
        raise BadInputError(
            Phrase(f"打不开文件（{error.strerror}）", f"cannot open the file ({error.strerror})"), where=str(path)
        ) from error
    except PictureError as error:
        why = UNREAD[error.reason]
        raise BadInputError(
            Phrase(f"读不成图片：{why.zh}", f"cannot be read as a picture: {why.en}"), where=str(path)
        ) from error
    bits = likeness_of(grey(picture))
    if bits is None:
        raise BadInputError(
            Phrase("图片只有一种颜色，没有可比的特征", "the picture is of one colour and has nothing to compare"),
            where=str(path),
        )
    return bits


def _write(path: Path, listed: Sequence[Entry]) -> None:
    path.parent.mkdir(parents=True, exist_ok=True)
    draft = path.with_suffix(".draft")
    with draft.open("w", encoding="utf-8-sig", newline="") as stream:
        writer = csv.writer(stream)
        writer.writerow(_HEADS)
        writer.writerows([getattr(each, head) for head in _HEADS] for each in listed)
    draft.replace(path)
