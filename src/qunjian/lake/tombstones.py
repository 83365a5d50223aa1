"""Erased accounts, remembered only as keyed hashes: imports ask here whom they must not bring back."""

from __future__ import annotations

import datetime as dt
import hashlib
from typing import TYPE_CHECKING, Any

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.parquet as pq

from qunjian.lake.tables import TOMBSTONE, commit, files, parquet_writer
from qunjian.lake.traces import STAR

if TYPE_CHECKING:
    from collections.abc import Iterable
    from pathlib import Path

    from qunjian.lake.acting import Acting


_NAME = "name\0"  # before a name, so that its mark is never that of an account


class Tombstones:
    """The marks of erased accounts; without any, asking costs nothing."""

    def __init__(self, root: Path) -> None:
        self._key = (root / "erasure.key").read_bytes()
        self._known: dict[str, bool] = {}
        rows = [row for path in files(root, "tombstone") for row in _rows(path)]
        self.marks = frozenset(row["mark"] for row in rows)
        self._lengths = sorted({row["length"] for row in rows if row.get("length")}, reverse=True)

    def __bool__(self) -> bool:
        return bool(self.marks)

    def mark(self, account_id: str) -> bytes:
        """Return the keyed hash of an account."""
        return hashlib.blake2b(account_id.encode("utf-8", "surrogatepass"), key=self._key, digest_size=16).digest()

    def covers(self, account_id: str) -> bool:
        """Return whether the account was erased."""
        if account_id not in self._known:
            if len(self._known) > 200_000:
                self._known.clear()
            self._known[account_id] = self.mark(account_id) in self.marks
        return self._known[account_id]

    def erased(self, accounts: Iterable[str | None]) -> list[str]:
        """Return those of the accounts that were erased."""
        return [name for name in accounts if name is not None and self.covers(name)]

    def rows(self, column: pa.StringArray) -> pa.BooleanArray | None:
        """Return which rows name an erased account; None when no row does."""
        gone = self.erased(pc.unique(column).to_pylist()) if self.marks else []
        return pc.is_in(column, pa.array(gone, pa.string())) if gone else None

    def unsaid(self, text: str, *, only_calls: bool = False) -> str:
        """Return the text with the names of erased accounts starred out; in people's texts only those after an @."""
        if not self._lengths:
            return text
        starts = [at + 1 for at, c in enumerate(text) if c in "@＠"] if only_calls else range(len(text))
        for start in starts:
            for length in self._lengths:
                name = text[start : start + length]
                if len(name) == length and (only_calls or length > 1) and self.covers(_NAME + name):
                    first = start - only_calls
                    text = text[:first] + STAR * (start + length - first) + text[start + length :]
                    break
        return text

    def uncalled(self, column: pa.StringArray) -> pa.StringArray:
        """Return texts with the calls of erased names starred out."""
        if not self._lengths:
            return column
        places = pc.indices_nonzero(pc.fill_null(pc.match_substring_regex(column, "[@＠]"), False)).to_pylist()
        changed = {place: self.unsaid(column[place].as_py(), only_calls=True) for place in places}
        changed = {place: text for place, text in changed.items() if text != column[place].as_py()}
        if not changed:
            return column
        mask = np.zeros(len(column), dtype=bool)
        mask[sorted(changed)] = True
        return pc.replace_with_mask(column, mask, pa.array([changed[n] for n in sorted(changed)], pa.string()))


def bury(act: Acting, tombstones: Tombstones, account_id: str, names: Iterable[str] = ()) -> None:
    """Commit the tombstones of an account and its names, before anything is erased."""
    lengths = {tombstones.mark(account_id): None} | {tombstones.mark(_NAME + name): len(name) for name in names}
    new = {mark: length for mark, length in lengths.items() if mark not in tombstones.marks}
    if not new:
        return
    path = act.staging / f"{act.act_id}-mark.parquet"
    at = act.began.astimezone(dt.UTC)
    rows = [{"mark": mark, "at": at, "length": length, "act_id": act.act_id} for mark, length in new.items()]
    with parquet_writer(path, "tombstone") as writer:
        writer.write_table(pa.Table.from_pylist(rows, schema=TOMBSTONE))
    commit(act.root, "tombstone", [path])


def _rows(path: str) -> list[dict[str, Any]]:
    with pq.ParquetFile(path) as file:
        return file.read().to_pylist()  # type: ignore[no-any-return]
