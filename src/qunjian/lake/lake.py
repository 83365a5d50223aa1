"""The lake of facts: open it, read what is visible, and start the acts that write to it."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import TYPE_CHECKING

import msgspec

from qunjian.lake.acting import Acting, acting
from qunjian.lake.beside import NOTHING, Beside
from qunjian.lake.compacting import compact, crowded
from qunjian.lake.erasing import begin, erase, unfinished
from qunjian.lake.founding import Clock, found_lake, require_lake, wall_clock
from qunjian.lake.importing import ImportAct
from qunjian.lake.lock import IMPATIENT, Patience
from qunjian.lake.portions import Portion, portions
from qunjian.lake.reporting import stored_report
from qunjian.lake.sweeping import stale, sweep
from qunjian.lake.tables import files
from qunjian.lake.tombstones import Tombstones
from qunjian.lake.traces import Traces, traces
from qunjian.lake.undoing import undo
from qunjian.lake.views import columns as select_list
from qunjian.lake.views import open_session
from qunjian.lake.visibility import Visible, facts_of, read_visible
from qunjian.model.capabilities import FIELDS, Answer, Capabilities, Field
from qunjian.model.errors import LockedError, OutdatedError, StorageError
from qunjian.model.language import Phrase
from qunjian.model.records import Act, ActKind
from qunjian.model.schemas import MESSAGE

if TYPE_CHECKING:
    import pyarrow as pa

    from qunjian.engines.local import Session
    from qunjian.lake.records import EraseCounts, ImportCounts, UndoCounts


class Lake:
    """A folder of facts. Readers see the acts committed when they opened a session; one writer at a time."""

    def __init__(self, root: Path, clock: Clock, *, patience: Patience = IMPATIENT, beside: Beside = NOTHING) -> None:
        self.root = root
        self._clock = clock
        self._patience = patience
        self._beside = beside

    @classmethod
    def create(cls, root: Path, *, clock: Clock = wall_clock) -> Lake:
        """Make an empty lake; does nothing to one that exists."""
        found_lake(root)
        return cls.open(root, clock=clock)

    @classmethod
    def open(
        cls, root: Path, *, clock: Clock = wall_clock, patience: Patience = IMPATIENT, beside: Beside = NOTHING
    ) -> Lake:
        """Open a lake; raises WorkspaceError when there is none, or when a newer program made it.

        `patience`: how long acts wait for another writer; `beside`: what else erasure has to clear.
        """
        require_lake(root)
        return cls(root, clock, patience=patience, beside=beside)

    def visible(self) -> Visible:
        """Return the committed acts and which of them are hidden, as of now."""
        return read_visible(self.root)

    def acts(self, *kinds: ActKind) -> list[Act]:
        """Return the visible acts, oldest first; of these kinds only, when any is named."""
        visible = self.visible()
        wanted = set(visible.of(*kinds))
        return [act for act in visible.acts if act.act_id in wanted]

    def session(self, memory_mb: int = 256, *, threads: int = 2, visible: Visible | None = None) -> Session:
        """Return a session with a view per table: visible, winning rows only, all of the same instant."""
        return open_session(self.root, visible or self.visible(), memory_mb=memory_mb, threads=threads)

    def messages(
        self,
        session: Session,
        communities: Sequence[str] | None = None,
        first: dt.datetime | None = None,
        after: dt.datetime | None = None,
        columns: Sequence[str] | None = None,
    ) -> pa.RecordBatchReader:
        """Return visible messages of these communities sent in [first, after), in the order they are stored."""
        conditions, values = ["true"], list[object]()
        for condition, value in (
            ("list_contains(?, community_id)", list(communities) if communities is not None else None),
            ("sent_at >= ?", first),
            ("sent_at < ?", after),
        ):
            if value is not None:
                conditions.append(condition)
                values.append(value)
        wanted = select_list(columns or MESSAGE.names)
        return session.batches(f"SELECT {wanted} FROM message WHERE {' AND '.join(conditions)}", values)

    def portions(
        self,
        session: Session,
        visible: Visible,
        communities: Sequence[str] | None = None,
        first: dt.datetime | None = None,
        after: dt.datetime | None = None,
    ) -> list[Portion]:
        """Return the same messages in portions that processes may read side by side; `visible`: the session's."""
        return portions(self.root, visible, session, communities=communities, first=first, after=after)

    def capabilities(self, community_id: str, session: Session | None = None) -> Capabilities:
        """Return the best answer per field over the visible documents that fed a community."""
        return self.all_capabilities(session).get(community_id, Capabilities())

    def all_capabilities(self, session: Session | None = None) -> dict[str, Capabilities]:
        """Return the merged capabilities of every community."""
        own = session or self.session()
        query = "SELECT DISTINCT capabilities, json_keys(communities) FROM document"
        best: dict[str, dict[Field, Answer]] = {}
        for text, communities in own.connection.execute(query).fetchall():
            said = msgspec.json.decode(text, type=dict[str, Answer | dict[Field, Answer]])
            for community in communities:
                answers = _said_of(said, community)
                merged = best.setdefault(community, {})
                for field in FIELDS:
                    merged[field] = _better(merged.get(field, "no"), answers.get(field, "no"))
        if session is None:
            own.close()
        return {community: Capabilities(answers) for community, answers in best.items()}

    def import_report(self, import_id: str) -> tuple[Act, ImportCounts]:
        """Return the act of an import and the report it made, also when it was undone since."""
        return stored_report(self.root, self.visible(), import_id)

    def file_count(self, table: str) -> int:
        """Return how many files a table has."""
        return len(files(self.root, table))

    @contextmanager
    def importing(self, parameters: Mapping[str, object] | None = None) -> Iterator[ImportAct]:
        """Begin an import; it becomes visible by its `commit()`, and leaves nothing behind without it."""
        with self._writing("import") as (act, tombstones):
            yield ImportAct(act, parameters or {}, tombstones)

    def append(
        self,
        kind: ActKind,
        parameters: Mapping[str, object],
        tables: Mapping[str, pa.RecordBatchReader],
        counts: Mapping[str, object] | Callable[[], Mapping[str, object]] | None = None,
        *,
        seen: Visible | None = None,
    ) -> Act:
        """Write computed rows (findings, indicator values) as one act; `counts` may be asked after they were read.

        `seen`: what they are computed from; raises OutdatedError, before a row is read, when the lake has moved on.
        """
        with self._writing(kind) as (act, _):
            if seen is not None and facts_of(seen) != facts_of(act.visible):
                raise OutdatedError(
                    Phrase("另一个程序刚刚改写了工作区", "another process has just written to the workspace"),
                    todo=Phrase("再试一次", "try again"),
                )
            rows = {table: act.write(table, reader) for table, reader in tables.items()}
            said = counts() if callable(counts) else counts
            return act.commit(parameters, {"rows": rows, **(said or {})})

    def undo(self, import_id: str) -> UndoCounts:
        """Take an import back; what other imports claim too stays."""
        with self._writing("undo") as (act, _):
            return undo(act, import_id)

    def traces(self, account_id: str, *, quotes: bool = True) -> Traces:
        """Return what an erasure of the account would look for: its names, its words, and who quotes them."""
        session = self.session()
        try:
            return traces(session, self.root, account_id, quotes=quotes)
        finally:
            session.close()

    def erase(self, account_id: str, *, quotes: bool = True) -> EraseCounts:
        """Erase an account from every table, file and log of the lake, for good; its rows stay without it."""
        with self._writing("erase") as (act, tombstones):
            return erase(act, begin(act, account_id, quotes=quotes), tombstones, self._beside)

    def compact(self, patience: Patience | None = None) -> dict[str, int]:
        """Merge small files and drop rows no act shows; readers see no difference."""
        with self._writing("compact", patience) as (act, _):
            gone = compact(act)
            sweep(act.root)
            return gone

    def tidy(self) -> bool:
        """Merge the smallest files when any table lies in many; a reason not to is left for the next time.

        Else remove files that were dropped long ago, if there are any.
        """
        with suppress(LockedError, StorageError):
            if crowded(self.root):
                with self._writing("compact", IMPATIENT) as (act, _):
                    compact(act, whole=False)
                    sweep(act.root)
                return True
            if next(stale(self.root), None) is not None:
                with self._writing("compact", IMPATIENT) as (act, _):
                    sweep(act.root)
        return False

    @contextmanager
    def _writing(self, kind: ActKind, patience: Patience | None = None) -> Iterator[tuple[Acting, Tombstones]]:
        """Begin an act; an erasure that was cut off is finished first."""
        patience = patience or self._patience
        while True:
            with acting(self.root, kind, self._clock, patience) as act:
                left = unfinished(act)
                if left is None:
                    yield act, Tombstones(self.root)
                    return
            with acting(self.root, "erase", self._clock, patience) as act:
                again = unfinished(act)  # another process may have finished it meanwhile
                if again is not None:
                    erase(act, again, Tombstones(self.root), self._beside)


def _said_of(said: dict[str, Answer | dict[Field, Answer]], community: str) -> dict[str, Answer]:
    """Return what a document knows of a community: it is of one mind, or says it for each of its communities."""
    own = said.get(community)
    if isinstance(own, dict):
        return {str(field): answer for field, answer in own.items()}
    return {field: answer for field, answer in said.items() if not isinstance(answer, dict)}


def _better(one: Answer, other: Answer) -> Answer:
    order: tuple[Answer, ...] = ("no", "partly", "yes")
    return max(one, other, key=order.index)
