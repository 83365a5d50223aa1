"""One writing act: under the lock, into a staging folder, visible only when its row is committed, last."""

from __future__ import annotations

import datetime as dt
import secrets
import shutil
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import TYPE_CHECKING

import msgspec
import pyarrow.parquet as pq

from qunjian.lake.lock import IMPATIENT, Patience, writing
from qunjian.lake.tables import TABLES, commit, parquet_writer
from qunjian.lake.visibility import Visible, merge_act_files, read_visible, write_act
from qunjian.model.errors import QunjianError
from qunjian.model.language import Phrase
from qunjian.model.mishaps import storage_error
from qunjian.model.records import Act, ActKind

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Mapping

    import pyarrow as pa


# An erasure that has begun: this file stands beside the tables until it is done (lake/erasing.py).
PENDING = "erasing.json"
_AS_BEFORE = Phrase("什么也没有写成，工作区仍是原来的样子", "nothing was written and the workspace is as it was")
_BEGUN = Phrase(
    "删除已经开始，下一条写入命令会先把它做完", "the erasure has begun, and the next writing command finishes it first"
)


class Acting(msgspec.Struct):
    """The act under way: its id, its staging folder, and what was visible when it began."""

    root: Path
    act_id: str
    kind: ActKind
    began: dt.datetime
    staging: Path
    visible: Visible
    staged: dict[str, list[Path]] = {}
    rewritten: int = 0

    def new_file(self, table: str) -> Path:
        """Name the next staged file of a table; it is committed with the act."""
        paths = self.staged.setdefault(table, [])
        path = self.staging / table / f"{self.act_id}-{len(paths):04d}.parquet"
        path.parent.mkdir(parents=True, exist_ok=True)
        paths.append(path)
        return path

    def new_rewrite(self, table: str) -> Path:
        """Name the next file of rows that belong to other acts; a table may be rewritten more than once in one act."""
        self.rewritten += 1
        return self.staging / f"{self.act_id}-{table}-{self.rewritten:04d}.parquet"

    def write(self, table: str, batches: pa.RecordBatchReader) -> int:
        """Stage the rows of a table, stamped with this act; returns their number."""
        rows = 0
        with parquet_writer(self.new_file(table), table) as writer:
            for batch in batches:
                rows += batch.num_rows
                writer.write_batch(stamped(batch, self.act_id, TABLES[table]))
        if rows == 0:
            self.staged[table].pop().unlink()
        return rows

    def commit(
        self, parameters: Mapping[str, object], counts: Mapping[str, object], hides: tuple[str, ...] = ()
    ) -> Act:
        """Commit every staged file, and then, last, the act's own row."""
        for table, paths in self.staged.items():
            commit(self.root, table, [path for path in paths if path.exists()])
        act = Act(self.act_id, self.kind, self.began, dict(parameters), dict(counts), hides)
        try:
            write_act(self.root, self.staging, act)
        except Exception:
            if read_visible(self.root).get(self.act_id) is None:  # else it failed only after the act had become visible
                raise
        with suppress(Exception):  # from here on the act stands; gathering small files can wait for the next act
            merge_act_files(self.root, self.staging, self.act_id)
        return act


def stamped(batch: pa.RecordBatch, act_id: str, schema: pa.Schema) -> pa.RecordBatch:
    """Return the batch with exactly the schema's columns, stamped with the act's id; absent columns are null."""
    import pyarrow as pa

    rows = batch.num_rows
    arrays = []
    for field in schema:
        if field.name == "act_id":
            arrays.append(pa.repeat(pa.scalar(act_id, field.type), rows))
        elif (place := batch.schema.get_field_index(field.name)) >= 0:
            column = batch.column(place)
            arrays.append(column if column.type == field.type else column.cast(field.type))
        else:
            arrays.append(pa.nulls(rows, field.type))
    return pa.RecordBatch.from_arrays(arrays, schema=schema)


@contextmanager
def acting(
    root: Path, kind: ActKind, clock: Callable[[], dt.datetime], patience: Patience = IMPATIENT
) -> Iterator[Acting]:
    """Begin an act under the write lock; whatever a killed writer had staged is swept first."""
    with _told(root), writing(root, kind, patience):
        staging = root / "staging"
        shutil.rmtree(staging, ignore_errors=True)
        visible = read_visible(root)
        now = _moment(clock(), visible)
        act_id = f"{now.astimezone(dt.UTC):%Y%m%d-%H%M%S}-{secrets.token_hex(4)}"
        folder = staging / act_id
        folder.mkdir(parents=True)
        try:
            yield Acting(root, act_id, kind, now, folder, visible)
        finally:
            shutil.rmtree(staging, ignore_errors=True)


def _moment(now: dt.datetime, visible: Visible) -> dt.datetime:
    """Return when this act begins: after every earlier one, even if the clock stood still or was set back.

    Acts are ordered by this moment, and "the newest inspection" means the one written last.
    """
    last = max((act.at for act in visible.acts), default=now)
    return now if now > last or not visible.acts else last + dt.timedelta(microseconds=1)


@contextmanager
def _told(root: Path) -> Iterator[None]:
    """Turn an error of the disk into one sentence that also says how the workspace stands."""
    try:
        yield
    except QunjianError:
        raise
    except BaseException as error:
        after = _BEGUN if (root / PENDING).exists() else _AS_BEFORE
        told = storage_error(error, after)
        if told is None:
            raise
        raise told from error


def rows_of(path: Path | str) -> int:
    """Return the number of rows of a Parquet file."""
    return int(pq.read_metadata(path).num_rows)
