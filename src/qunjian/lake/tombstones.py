"""Erased accounts, remembered only as keyed hashes: imports ask here whom they must not bring back."""

from __future__ import annotations

import datetime as dt
import hashlib
from typing import TYPE_CHECKING

import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.parquet as pq

from qunjian.lake.tables import TOMBSTONE, commit, files, parquet_writer

if TYPE_CHECKING:
    from collections.abc import Iterable
    from pathlib import Path

    from qunjian.lake.acting import Acting


class Tombstones:
    """The marks of erased accounts; without any, asking costs nothing."""

    def __init__(self, root: Path) -> None:
        self._key = (root / "erasure.key").read_bytes()
        self._known: dict[str, bool] = {}
        self.marks = frozenset(
            mark.as_py() for name in files(root, "tombstone") for mark in pq.read_table(name, partitioning=None)["mark"]
        )

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


def bury(act: Acting, tombstones: Tombstones, account_id: str) -> bytes:
    """Commit the tombstone of an account, before anything is erased, so that a killed erasure is finished later."""
    mark = tombstones.mark(account_id)
    if mark not in tombstones.marks:
        path = act.staging / f"{act.act_id}-mark.parquet"
        rows = [{"mark": mark, "at": act.began.astimezone(dt.UTC), "act_id": act.act_id}]
        with parquet_writer(path, "tombstone") as writer:
            writer.write_table(pa.Table.from_pylist(rows, schema=TOMBSTONE))
        commit(act.root, "tombstone", [path])
    return mark
