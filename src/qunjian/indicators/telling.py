"""Reads the posts near the asked periods and says of each whether it is filler: a small table the facts may read."""

from __future__ import annotations

import datetime as dt
from typing import TYPE_CHECKING

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from qunjian.aggregates.frame import PARAMETERS, PREFIX, RECENT
from qunjian.aggregates.spoken import NOTICES

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from qunjian.engines.local import Session

READS = "told"
WITHIN = dt.timedelta(days=1)


def told(session: Session) -> pa.Table:
    """Return the rows of the parameter table `told`: every recent post with words, and every sticker.

    A repeat is what the same account said in the same community at most a day before.
    """
    from qunjian.text.substance import REPEAT, repeats, substance  # loads tables that only this needs

    query = (
        f"SELECT community_id, account_id, sent_at, epoch_us(sent_at) AS us, text, kind = 'sticker' AS sticker "  # noqa: S608
        f"FROM {PREFIX}{RECENT} WHERE kind NOT IN {NOTICES} AND (text <> '' OR kind = 'sticker') "
        "ORDER BY sent_at, scope, message_id"
    )
    kept: list[pa.RecordBatch] = []
    filler: list[NDArray[np.int8]] = []
    prints: list[NDArray[np.int64]] = []
    for batch in session.batches(query):
        found = substance(batch.column("text"))
        sticker = batch.column("sticker").to_numpy(zero_copy_only=False)
        filler.append(np.where(sticker, REPEAT, found.filler).astype(np.int8))
        prints.append(found.fingerprint)
        kept.append(batch.select(["community_id", "account_id", "sent_at", "us"]))
    if not kept:
        return PARAMETERS[READS].empty_table()
    rows = pa.Table.from_batches(kept)
    verdict = np.concatenate(filler)
    again = repeats(_authors(rows), np.concatenate(prints), rows["us"].to_numpy(), round(WITHIN.total_seconds() * 1e6))
    return rows.drop_columns(["us"]).append_column("filler", pa.array((verdict != 0) | again)).cast(PARAMETERS[READS])


def _authors(rows: pa.Table) -> NDArray[np.int64]:
    """Return one number per account of a community; −1 where nobody knows whose a post is."""
    codes = [pc.dictionary_encode(rows[name].combine_chunks()) for name in ("community_id", "account_id")]
    place, who = (np.asarray(pc.fill_null(one.indices, -1)).astype(np.int64) for one in codes)
    return np.where(who < 0, -1, place * (len(codes[1].dictionary) + 1) + who)
