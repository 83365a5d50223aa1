"""Which acts are visible: the act table is read first, and every other row is real only by it."""

from __future__ import annotations

import datetime as dt
from typing import TYPE_CHECKING, Any

import msgspec
import pyarrow as pa
import pyarrow.parquet as pq

from qunjian.lake.tables import ACT, MANY_FILES, commit, files, parquet_writer
from qunjian.model.records import Act, ActKind

if TYPE_CHECKING:
    from collections.abc import Iterable
    from pathlib import Path


class Visible(msgspec.Struct, frozen=True):
    """The committed acts at one instant, in order, and those that no later act hides."""

    acts: tuple[Act, ...] = ()
    hidden: frozenset[str] = frozenset()

    def of(self, *kinds: ActKind) -> list[str]:
        """Return the ids of the visible acts of these kinds, in order; of all kinds when none is named."""
        return [a.act_id for a in self.acts if a.act_id not in self.hidden and (not kinds or a.kind in kinds)]

    def get(self, act_id: str) -> Act | None:
        """Return the committed act of that id, hidden or not."""
        return next((act for act in self.acts if act.act_id == act_id), None)


def facts_of(visible: Visible) -> list[str]:
    """Return the acts that decide which messages are seen and what stands in them: equal lists, equal messages."""
    return visible.of("import", "undo", "erase")


def read_visible(root: Path) -> Visible:
    """Read the act table."""
    rows = [row for name in files(root, "act") for row in _rows(name)]
    decode = msgspec.json.decode
    acts = [
        Act(
            act_id=row["act_id"],
            kind=row["kind"],
            at=row["at"],
            parameters=decode(row["parameters"]),
            counts=decode(row["counts"]),
            hides=tuple(row["hides"] or ()),
        )
        for row in rows
    ]
    acts.sort(key=lambda act: (act.at, act.act_id))
    return Visible(tuple(acts), frozenset(hidden for act in acts for hidden in act.hides))


def _rows(name: str) -> list[dict[str, Any]]:
    """Return the rows of one file; `pq.read_table` would load the dataset reader, and with it pandas: a second."""
    with pq.ParquetFile(name) as file:
        return file.read().to_pylist()  # type: ignore[no-any-return]


def write_act(root: Path, staging: Path, act: Act) -> None:
    """Commit the act's row: from this moment its rows, and only now, are visible."""
    draft = staging / f"{act.act_id}-act.parquet"
    _write(draft, [act])
    commit(root, "act", [draft])


def merge_act_files(root: Path, staging: Path, name: str) -> None:
    """Gather the many one-row files of the act table into one, in one atomic step."""
    old = files(root, "act")
    if len(old) > MANY_FILES:
        draft = staging / f"{name}-acts.parquet"
        _write(draft, read_visible(root).acts)
        commit(root, "act", [draft], old)


def _write(path: Path, acts: Iterable[Act]) -> None:
    rows = [
        {
            "act_id": act.act_id,
            "kind": act.kind,
            "at": act.at.astimezone(dt.UTC),
            "parameters": msgspec.json.encode(act.parameters, order="deterministic").decode(),
            "counts": msgspec.json.encode(act.counts, order="deterministic").decode(),
            "hides": list(act.hides),
        }
        for act in acts
    ]
    with parquet_writer(path, "act") as writer:
        writer.write_table(pa.Table.from_pylist(rows, schema=ACT))
