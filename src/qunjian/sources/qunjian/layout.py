"""How Qunjian's own exports lie on disk: one table, a `record` column that says what a row is, and the lake's columns.

The same rows stand in JSON Lines (only the fields a record has), CSV and Parquet (all columns, empty where a record
has none). The first row is the record `export`; one more for each community says what its sources knew.
Times are UTC; `wall_time` is what the source wrote, without zone.

A CSV cell is empty for null. Where a text is empty, or begins with a sign that a spreadsheet would take for a formula,
or with an apostrophe, one apostrophe stands before it: taking one leading apostrophe away gives the text back.
"""

from __future__ import annotations

import pyarrow as pa
import pyarrow.compute as pc

from qunjian.model.schemas import FACTS, STATES, UTC_US

FORMAT_ID = "qunjian"
VERSION = 1
FORMAT = f"{FORMAT_ID} {VERSION}"
EXPORT = "export"
TIME_FORM = "%Y-%m-%dT%H:%M:%S.%f"
# A cell that begins with one of these may be run as a formula by a spreadsheet.
FORMULA_SIGNS = ("=", "+", "-", "@", "\t", "\r", "\n", "＝", "＋", "－", "＠")

# The records and their fields. `content_hash` is not among them: it is computed from the others.
RECORDS: dict[str, pa.Schema] = {
    EXPORT: pa.schema(
        [("format", pa.string()), ("community_id", pa.string()), ("observed_at", UTC_US), ("capabilities", pa.string())]
    ),
    **{
        name: pa.schema([field for field in schema if field.name != "content_hash"])
        for name, schema in {**FACTS, **STATES}.items()
    },
}


def _columns() -> pa.Schema:
    fields = {"record": pa.field("record", pa.string())}
    for schema in RECORDS.values():
        for field in schema:
            fields.setdefault(field.name, field)
    return pa.schema(list(fields.values()))


COLUMNS = _columns()
HEAD = ",".join(COLUMNS.names[:5])


def unescaped(cells: pa.StringArray) -> pa.StringArray:
    """Return the texts of CSV cells: null for an empty one, one leading apostrophe taken away."""
    marked = pc.starts_with(cells, "'")
    texts = pc.if_else(marked, pc.utf8_slice_codeunits(cells, 1), cells)
    return pc.if_else(pc.equal(cells, ""), pa.scalar(None, pa.string()), texts)
