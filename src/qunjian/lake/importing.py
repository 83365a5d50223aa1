"""The import act: documents opened, filled and closed, then settled, checked and committed as one."""

from __future__ import annotations

import datetime as dt
from typing import TYPE_CHECKING

import msgspec
import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from qunjian.lake.acting import Acting, stamped
from qunjian.lake.conserving import require_accounted, require_written
from qunjian.lake.intake import Intake
from qunjian.lake.media import media_rows
from qunjian.lake.order import LEAST_ROWS
from qunjian.lake.records import Counts, DocumentCounts, DocumentEntry, ImportCounts, Reading, Told
from qunjian.lake.resolution import Timed, doubts
from qunjian.lake.settling import Settled, settle
from qunjian.lake.tables import TABLES, parquet_writer
from qunjian.lake.views import plain_session
from qunjian.model.persons import owner_of
from qunjian.model.schemas import FACTS, STATES

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from qunjian.lake.media import Find
    from qunjian.lake.tombstones import Tombstones
    from qunjian.model.records import Act

_NAMES = ("community", "channel")  # what messages themselves tell of, no list of its own
_REPEATS = "{n} 条记录的消息在本次导入中已出现过 / {n} records repeat a message of this import"


class _Document(msgspec.Struct):
    entry: DocumentEntry
    reading: Reading
    closed: bool = False
    counts: Counts = msgspec.field(default_factory=Counts)
    communities: dict[str, int] = {}
    repeated: int = 0
    observed_at: dt.datetime | None = None


class ImportAct:
    """One import under way. Nothing of it can be seen until `commit` has returned; without it nothing remains."""

    def __init__(self, act: Acting, parameters: Mapping[str, object], tombstones: Tombstones) -> None:
        self.act_id = act.act_id
        self.committed: Act | None = None
        # Looks for the file of an attachment, by the number of its document and the place written there.
        self.find: Find | None = None
        self._act = act
        self._parameters = dict(parameters)
        self._tombstones = tombstones
        self._documents: list[_Document] = []
        self._intakes = {fact: Intake(act, fact, tombstones) for fact in FACTS}
        self._states: dict[str, list[tuple[Sequence[tuple[int, int]], pa.RecordBatch]]] = {}
        self._warnings: list[str] = []
        self._promised: dict[str, int] | None = None
        self._settled: dict[str, dict[tuple[int, str], Settled]] = {}

    def open_document(self, entry: DocumentEntry) -> int:
        """Announce a document; returns the number its rows are added under."""
        self._documents.append(_Document(entry, Reading()))
        return len(self._documents) - 1

    def reading(self, document: int) -> Reading:
        """Return what is being noted about the document: include every slice's yield in it."""
        return self._documents[document].reading

    def communities(self) -> set[str]:
        """Return the communities that what was added so far belongs to."""
        found = {community for intake in self._intakes.values() for _, community in intake.tallies}
        for state, parts in self._states.items():
            if "community_id" in STATES[state].names:
                found.update(*(batch.column("community_id").unique().to_pylist() for _, batch in parts))
        return {community for community in found if community and not self._of_erased(community)}

    def warn(self, warning: str) -> None:
        """Note what concerns the import as a whole."""
        self._warnings.append(warning)

    def unkept(self, promised: int, found: int, absent: int, short: int) -> None:
        """Note that an index promised more messages than came, and how many files are absent or short of it."""
        self._promised = {"promised": promised, "found": found, "absent": absent, "short": short}

    def add(
        self,
        document: int,
        messages: pa.RecordBatch | None = None,
        membership: pa.RecordBatch | None = None,
        states: Mapping[str, pa.RecordBatch] | None = None,
    ) -> None:
        """Add rows of one document, in the order read."""
        for fact, batch in (("message", messages), ("membership", membership)):
            if batch is not None:
                self._intakes[fact].add(batch, [(document, batch.num_rows)])
        for state, batch in (states or {}).items():
            self.add_states(state, batch, [(document, batch.num_rows)])

    def add_states(self, state: str, batch: pa.RecordBatch, runs: Sequence[tuple[int, int]]) -> None:
        """Add states of several documents at once, in their order: `runs` are (document, rows)."""
        if sum(rows for _, rows in runs) != batch.num_rows:
            raise ValueError("the runs do not add up to the batch")
        if batch.num_rows:
            self._states.setdefault(state, []).append((runs, batch))

    def add_together(
        self,
        fact: str,
        batch: pa.RecordBatch,
        runs: Sequence[tuple[int, int]],
    ) -> None:
        """Add rows of several documents at once, in their order: `runs` are (document, rows).

        Only the first document may have begun in an earlier call, and only the last may go on in a later one.
        """
        self._intakes[fact].add(batch, runs)

    def close_document(self, document: int, entry: DocumentEntry | None = None) -> None:
        """Say that all of the document was read; `entry` replaces what was not known when it was opened."""
        held = self._documents[document]
        held.closed = True
        if entry is not None:
            held.entry = entry
        for intake in self._intakes.values():
            intake.close_document(document)

    def commit(self, *, memory_mb: int = 256) -> ImportCounts:
        """Settle, check that no record was lost, and make the import visible at one instant."""
        session = plain_session(self._act.root, memory_mb=memory_mb)
        try:
            settled = {fact: settle(session, self._act, intake) for fact, intake in self._intakes.items()}
        finally:
            session.close()
        self._settled = settled
        communities = self._gather(settled)
        self._doubt_times()
        self._unsay()
        self._check()
        self._write_states()
        self._write_documents()
        self._write_media()
        total = _total([document.counts for document in self._documents])
        lines = [self._line(number) for number in range(len(self._documents))]
        report = ImportCounts(self.act_id, total, lines, communities, self._warnings)
        counts = msgspec.to_builtins(
            {
                "total": total,
                "files": len(self._documents),
                "formats": sorted({held.entry.format for held in self._documents if held.counts.read}),
                "communities": communities,
                "warnings": self._warnings,
                **({"promised": self._promised} if self._promised else {}),
            }
        )
        self.committed = self._act.commit(self._parameters, counts)
        return report

    def _doubt_times(self) -> None:
        """Warn where the messages of a document may count twice because another tells time less or more finely."""
        orders = self._intakes["message"].order.orders
        fresh = [
            Timed(number, self._documents[number].entry.name, community, orders[number].unit,
                  orders[number].unnamed > 0, tally.first, tally.last)
            for (number, community), tally in self._intakes["message"].tallies.items()
            if tally.first is not None and tally.last is not None
            and number in orders and orders[number].rows >= LEAST_ROWS
        ]  # fmt: skip
        for number, doubt in doubts(self._act, fresh).items():
            self._documents[number].reading.warnings.append(doubt)

    def _unsay(self) -> None:
        """Star the names of erased accounts out of the names of files and out of warnings."""
        if not self._tombstones:
            return
        said = self._tombstones.unsaid
        for held in self._documents:
            held.entry = msgspec.structs.replace(held.entry, name=said(held.entry.name))
            held.reading.warnings = [said(warning) for warning in held.reading.warnings]
        self._warnings = [said(warning) for warning in self._warnings]
        self._parameters = {
            name: [said(str(one)) for one in value] if isinstance(value, list) else value
            for name, value in self._parameters.items()
        }

    def _gather(self, settled: Mapping[str, dict[tuple[int, str], Settled]]) -> dict[str, Counts]:
        communities: dict[str, Counts] = {}
        for fact, intake in self._intakes.items():
            for (number, community), tally in intake.tallies.items():
                became = settled[fact][number, community]
                document = self._documents[number]
                document.communities[community] = document.communities.get(community, 0) + tally.rows
                document.repeated += became.repeated
                for counts in (document.counts, communities.setdefault(community, Counts())):
                    counts.kept += became.kept
                    counts.duplicate += became.duplicate
                    counts.edited += became.edited
                    counts.events += tally.rows if fact == "membership" else 0
                    counts.spans(tally.first, tally.last)
                communities[community].read += tally.rows
            for number, rows in intake.erased.items():
                rejected = self._documents[number].reading.rejected
                rejected["erased"] = rejected.get("erased", 0) + rows
        for state, parts in self._states.items():
            for number, rows in (run for runs, _ in parts for run in runs):
                if rows and state not in _NAMES:
                    listed = self._documents[number].counts.listed
                    listed[state] = listed.get(state, 0) + rows
        for document in self._documents:
            document.counts.read = document.reading.read
            document.counts.rejected = dict(sorted(document.reading.rejected.items()))
            document.observed_at = document.reading.export_stamp or document.counts.last
            if document.repeated:
                document.reading.warnings.append(_REPEATS.format(n=document.repeated))
        if repeated := sum(document.repeated for document in self._documents):
            self.warn(_REPEATS.format(n=repeated))
        return dict(sorted(communities.items()))

    def _check(self) -> None:
        for number, document in enumerate(self._documents):
            where = f"{document.entry.name} (#{number})"
            require_accounted(where, document.counts, closed=document.closed)
        for fact, intake in self._intakes.items():
            kept = sum(settled.kept for settled in self._settled[fact].values())
            claims = [pair.claims for pair in intake.pairs]
            require_written(fact, kept, intake.rows, self._act.staged.get(fact, ()), claims)

    def _write_states(self) -> None:
        for state, parts in self._states.items():
            batches = [self._observed(state, runs, batch) for runs, batch in parts]
            batches = [batch for batch in batches if batch.num_rows]
            if batches:
                with parquet_writer(self._act.new_file(state), state) as writer:
                    writer.write_table(pa.Table.from_batches(batches))

    def _observed(self, state: str, runs: Sequence[tuple[int, int]], batch: pa.RecordBatch) -> pa.RecordBatch:
        """Date rows without a date of their own by their document; leave erased accounts out."""
        batch = stamped(batch, self.act_id, TABLES[state])
        place = batch.schema.get_field_index("observed_at")
        if place >= 0 and batch.column(place).null_count:
            field = batch.schema.field(place)
            held = [self._documents[number] for number, _ in runs]
            seen = pa.array([None if one.entry.dated else one.observed_at for one in held], field.type)
            seen = seen.take(pa.array(np.repeat(np.arange(len(runs)), [rows for _, rows in runs])))
            batch = batch.set_column(place, field, pc.coalesce(batch.column(place), seen))
        if "community_id" in STATES[state].names and self._tombstones:
            column = batch.column("community_id")
            owned = [one for one in pc.unique(column).to_pylist() if self._of_erased(one or "")]
            if owned:
                batch = batch.filter(pc.invert(pc.is_in(column, pa.array(owned, pa.string()))))
        if state in ("community", "channel") and self._tombstones:
            place = batch.schema.get_field_index("name")
            names = [
                None if name is None else self._tombstones.unsaid(name) for name in batch.column(place).to_pylist()
            ]
            batch = batch.set_column(place, batch.schema.field(place), pa.array(names, pa.string()))
        if "account_id" in STATES[state].names and self._tombstones:
            gone = self._tombstones.rows(batch.column("account_id"))
            if gone is not None:
                batch = batch.filter(pc.invert(pc.fill_null(gone, False)))
            if "inviter" in batch.schema.names:
                place = batch.schema.get_field_index("inviter")
                known = self._known_inviters(batch.column(place))
                batch = batch.set_column(place, batch.schema.field(place), known)
        return batch

    def _of_erased(self, community: str) -> bool:
        """Return whether the community stands for all groups of an erased owner."""
        owner = owner_of(community)
        return owner is not None and self._tombstones.covers(owner)

    def _known_inviters(self, column: pa.StringArray) -> pa.StringArray:
        gone = self._tombstones.rows(column)
        return column if gone is None else pc.if_else(pc.fill_null(gone, False), pa.scalar(None, pa.string()), column)

    def _write_documents(self) -> None:
        if not self._documents:
            return
        encode = msgspec.json.Encoder(order="deterministic").encode
        rows = [
            {
                "document": number,
                "name": held.entry.name,
                "digest": held.entry.digest,
                "bytes": held.entry.bytes,
                "format": held.entry.format,
                "zone": held.entry.zone,
                "zone_basis": held.entry.zone_basis,
                "observed_at": held.observed_at,
                "first": held.counts.first,
                "last": held.counts.last,
                "counts": encode(held.counts).decode(),
                "rejects": encode(held.reading.rejects).decode(),
                "warnings": encode(held.reading.warnings).decode(),
                "capabilities": encode(held.reading.capabilities or held.entry.capabilities.answers).decode(),
                "communities": encode(held.communities).decode(),
                "report": encode(self._told(number)).decode(),
            }
            for number, held in enumerate(self._documents)
        ]
        batch = pa.RecordBatch.from_pylist(rows, schema=TABLES["document"])
        with parquet_writer(self._act.new_file("document"), "document") as writer:
            writer.write_batch(stamped(batch, self.act_id, TABLES["document"]))

    def _write_media(self) -> None:
        """Note where the files of attachments lie; without somebody who can look, none is noted."""
        held = self._intakes["message"].with_files
        if held and self.find is not None:
            act, schema = self._act, TABLES["media"]
            batches = (stamped(batch, act.act_id, schema) for batch in media_rows(held, self.find))
            self._act.write("media", pa.RecordBatchReader.from_batches(schema, batches))

    def _line(self, number: int) -> DocumentCounts:
        held = self._documents[number]
        return DocumentCounts(
            document=number,
            name=held.entry.name,
            format=held.entry.format,
            zone=held.entry.zone,
            zone_basis=held.entry.zone_basis,
            counts=held.counts,
            cleaned=held.reading.cleaned,
            unknown_kinds=held.reading.unknown_kinds,
            warnings=held.reading.warnings,
            communities=held.communities,
            rejects=held.reading.rejects,
            digest=held.entry.digest,
            bytes=held.entry.bytes,
            confidence=held.entry.confidence,
            doubts=list(held.entry.doubts),
            order=self._intakes["message"].order.orders.get(number),
        )

    def _told(self, number: int) -> Told:
        held = self._documents[number]
        return Told(
            held.reading.cleaned, held.reading.unknown_kinds, held.entry.confidence, list(held.entry.doubts),
            self._intakes["message"].order.orders.get(number),
        )  # fmt: skip


def _total(parts: Sequence[Counts]) -> Counts:
    total = Counts()
    for part in parts:
        total.read += part.read
        total.kept += part.kept
        total.duplicate += part.duplicate
        total.edited += part.edited
        total.events += part.events
        for state, rows in part.listed.items():
            total.listed[state] = total.listed.get(state, 0) + rows
        for reason, rows in part.rejected.items():
            total.rejected[reason] = total.rejected.get(reason, 0) + rows
        total.spans(part.first, part.last)
    return total
