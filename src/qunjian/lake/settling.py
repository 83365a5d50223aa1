"""Settles an import before its commit: which rows are new, known, or another content of a known message."""

from __future__ import annotations

from typing import TYPE_CHECKING

import msgspec
import numpy as np
import pyarrow.parquet as pq

from qunjian.lake.conserving import require_merged
from qunjian.lake.tables import CONTESTED, parquet_writer
from qunjian.lake.views import literal, written_by

if TYPE_CHECKING:
    from collections.abc import Sequence

    from numpy.typing import NDArray

    from qunjian.engines.local import Session
    from qunjian.lake.acting import Acting
    from qunjian.lake.intake import Intake, Pair


class Settled(msgspec.Struct):
    """Rows of one document in one community by what became of them; `repeated`: their message stood in it before."""

    kept: int = 0
    duplicate: int = 0
    edited: int = 0
    repeated: int = 0


def settle(session: Session, act: Acting, intake: Intake) -> dict[tuple[int, str], Settled]:
    """Drop the staged payloads that are there already; returns what became of the rows.

    Most imports bring only new rows: then two counts say so, and the staged files are taken as they are.
    """
    pairs = intake.finish()
    if not pairs:
        return {}
    _stage_view(session, pairs)
    lake = _lake_view(session, act, intake.fact)
    if not _overlaps(session, intake.rows, lake):
        return {key: Settled(kept=tally.rows) for key, tally in intake.tallies.items()}
    _judge(session, lake)
    require_merged(session, intake.fact)
    _contest(session, act, intake.fact)
    keep = np.ones(intake.rows, dtype=bool)
    keep[session.connection.execute("SELECT place FROM verdict WHERE NOT kept").fetchnumpy()["place"]] = False
    for pair in pairs:
        _thin(act, intake.fact, pair, keep)
    counts = _counts(session, intake)
    for name in ("verdict", "doubtful", "touched"):
        session.connection.execute(f"DROP TABLE {name}")
    return counts


def _stage_view(session: Session, pairs: Sequence[Pair]) -> None:
    paths = ", ".join(literal(str(pair.claims)) for pair in pairs)
    starts = ", ".join(f"{literal(pair.claims.name)}: {pair.before}" for pair in pairs)
    session.connection.execute(
        f"""CREATE OR REPLACE VIEW staged AS
        SELECT scope, message_id, content_hash, document, community_id,
               file_row_number + map_extract_value(MAP {{{starts}}}, parse_filename(filename)) AS place
        FROM read_parquet([{paths}], filename=true, file_row_number=true)"""
    )


def _lake_view(session: Session, act: Acting, fact: str) -> bool:
    """Define what the lake shows already, won or lost; returns whether there can be any."""
    acts = act.visible.of("import", "undo")
    session.connection.execute(
        f"CREATE OR REPLACE VIEW known AS SELECT scope, message_id, content_hash "
        f"FROM {written_by(act.root, fact, act.visible, acts)}"
    )
    return bool(acts)


def _overlaps(session: Session, rows: int, lake: bool) -> bool:
    """Return whether any key stands twice: within the import, or in it and in the lake."""
    distinct = session.connection.execute("SELECT count(DISTINCT hash(scope, message_id)) FROM staged").fetchone()
    if distinct is None or distinct[0] != rows:
        return True
    if not lake:
        return False
    met = session.connection.execute("SELECT 1 FROM known SEMI JOIN staged USING (scope, message_id) LIMIT 1")
    return met.fetchone() is not None


def _judge(session: Session, lake: bool) -> None:
    """Build `touched` (keys with a content in the lake) and `verdict` (a row per staged row that could be a double).

    Every other staged row is the only one of its key.
    """
    run = session.connection.execute
    run(
        "CREATE TABLE touched AS SELECT DISTINCT scope, message_id, content_hash FROM known "
        f"SEMI JOIN staged USING (scope, message_id) WHERE {str(lake).lower()}"
    )
    run("""
        CREATE TABLE doubtful AS
        WITH twice AS (
            SELECT hash(scope, message_id) AS mark FROM staged GROUP BY mark HAVING count(*) > 1
            UNION SELECT hash(scope, message_id) FROM touched
        )
        SELECT staged.* FROM staged SEMI JOIN twice ON hash(staged.scope, staged.message_id) = twice.mark
    """)
    run("""
        CREATE TABLE verdict AS
        WITH marked AS (
            SELECT s.place, s.document, s.community_id, s.scope, s.message_id,
                   row_number() OVER (PARTITION BY s.scope, s.message_id, s.content_hash ORDER BY s.place) AS copy,
                   min(s.place) OVER (PARTITION BY s.scope, s.message_id) AS earliest,
                   same.content_hash IS NOT NULL AS present
            FROM doubtful s LEFT JOIN touched same
            ON s.scope = same.scope AND s.message_id = same.message_id AND s.content_hash = same.content_hash
        )
        SELECT m.place, m.document, m.community_id, m.scope, m.message_id,
               NOT m.present AND m.copy = 1 AS kept,
               m.present OR m.copy > 1 AS duplicate,
               m.place > m.earliest AS repeated,
               NOT m.present AND m.copy = 1 AND (m.place > m.earliest OR k.scope IS NOT NULL) AS edited
        FROM marked m LEFT JOIN (SELECT DISTINCT scope, message_id FROM touched) k
        ON m.scope = k.scope AND m.message_id = k.message_id
    """)


def _contest(session: Session, act: Acting, fact: str) -> None:
    """Stage the keys that now have more than one content."""
    found = session.batches(
        f"SELECT DISTINCT {literal(fact)} AS fact, scope, message_id, {literal(act.act_id)} AS act_id "
        "FROM verdict WHERE edited"
    )
    path = None
    for batch in found:
        if batch.num_rows:
            if path is None:
                path = act.new_file("contested")
                writer = parquet_writer(path, "contested")
            writer.write_batch(batch.cast(CONTESTED))
    if path is not None:
        writer.close()


def _thin(act: Acting, fact: str, pair: Pair, keep: NDArray[np.bool_]) -> None:
    """Rewrite one staged payload file with the kept rows only."""
    import pyarrow as pa

    source = pq.ParquetFile(pair.payload)
    mine = keep[pair.before : pair.before + source.metadata.num_rows]
    if mine.all():
        source.close()
        return
    draft = pair.payload.with_suffix(".thin")
    place = 0
    if mine.any():
        with parquet_writer(draft, fact) as writer:
            for batch in source.iter_batches(batch_size=65_536):
                chosen = batch.filter(pa.array(mine[place : place + batch.num_rows]))
                place += batch.num_rows
                if chosen.num_rows:
                    writer.write_batch(chosen)
    source.close()
    pair.payload.unlink()
    if draft.exists():
        draft.rename(pair.payload)
    else:
        act.staged[fact].remove(pair.payload)


def _counts(session: Session, intake: Intake) -> dict[tuple[int, str], Settled]:
    rows = session.connection.execute("""
        SELECT document, community_id, count(*), count(*) FILTER (kept), count(*) FILTER (duplicate),
               count(*) FILTER (edited), count(*) FILTER (repeated)
        FROM verdict GROUP BY ALL ORDER BY ALL
    """).fetchall()
    settled = {key: Settled(kept=tally.rows) for key, tally in intake.tallies.items()}
    for document, community, judged, kept, *counts in rows:
        alone = settled[document, community].kept - judged
        settled[document, community] = Settled(alone + kept, *counts)
    return settled
