"""Where the files of attachments lie: rows of the table `media`, made when an import commits, and their views."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING, TypeAlias

import msgspec
import pyarrow as pa

from qunjian.lake.tables import TABLES
from qunjian.lake.views import columns, literal
from qunjian.model.schemas import MEDIA

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from qunjian.engines.local import Session

_ROWS = 8_192
_KEY = "scope, message_id, content_hash"
_COPIED = ("scope", "message_id", "content_hash", "community_id", "account_id", "sent_at", "document")
_TOLD = tuple(name for name in MEDIA.names if name not in _COPIED)


class Place(msgspec.Struct, frozen=True):
    """Where a file lies: the folder or archive of the export, the place within; or why there is none."""

    root: str | None
    path: str
    size: int | None = None
    digest: bytes | None = None
    absent: str | None = None


# (document, kind of attachment, the place written in the export) → where it is
Find: TypeAlias = Callable[[int, str, str], Place]


def media_rows(held: Sequence[pa.RecordBatch], find: Find) -> Iterator[pa.RecordBatch]:
    """Yield the rows of MEDIA for messages that say where their files lie."""
    for batch in held:
        lists = (batch.column(name).to_pylist() for name in ("document", "attachments", "files"))
        of: list[int] = []
        told: dict[str, list[object]] = {name: [] for name in _TOLD}
        for row, (document, attached, files) in enumerate(zip(*lists, strict=True)):
            for number, (one, file) in enumerate(zip(attached or (), files, strict=False)):
                if not file:
                    continue
                place = find(document, one["kind"], file)
                of.append(row)
                about = number, one["kind"], one["name"], place.root, place.path, place.size, place.digest, place.absent
                for name, value in zip(_TOLD, about, strict=True):
                    told[name].append(value)
        copied = batch.select(_COPIED).take(pa.array(of, pa.int64()))
        arrays = [
            copied.column(field.name).cast(field.type)
            if field.name in _COPIED
            else pa.array(told[field.name], field.type)
            for field in MEDIA
        ]
        yield pa.RecordBatch.from_arrays(arrays, schema=MEDIA)


def readings(session: Session, reader: str) -> None:
    """Define the view `reading`: of each file the fullest reading by this version of the reader.

    And `held`: of each attachment one place with what was read there; of several places that counts which was read.
    """
    names = [name for name in TABLES["media_reading"].names if name != "act_id"]
    session.connection.execute(
        f"CREATE OR REPLACE VIEW reading AS SELECT {columns(names)} FROM media_reading "
        f"WHERE reader = {literal(reader)} "
        "QUALIFY row_number() OVER (PARTITION BY digest ORDER BY ocr DESC, act_id DESC) = 1"
    )
    order = "r.content IS NULL, r.unread IS NOT NULL, digest IS NULL, path"
    session.connection.execute(
        f"CREATE OR REPLACE VIEW held AS SELECT {_KEY}, number, absent, digest, r.* EXCLUDE (digest, reader) "
        "FROM media LEFT JOIN reading r USING (digest) "
        f"QUALIFY row_number() OVER (PARTITION BY {_KEY}, number ORDER BY {order}) = 1"
    )


def media_batches(
    session: Session, reader: str, names: Sequence[str], communities: Sequence[str] | None = None
) -> Iterator[pa.RecordBatch]:
    """Yield the messages with attachments, in a fixed order: the columns named, and of their files `held`."""
    readings(session, reader)
    own = "WHERE community_id IN (SELECT unnest(?))" if communities is not None else ""
    values: list[object] = [list(communities)] if communities is not None else []
    told = ("number", "absent", "digest", "content", "width", "height", "codes", "likeness", "text", "ocr", "unread")
    struct = ", ".join(f"{name!r}: {name}" for name in told)
    yield from session.batches(
        f"""WITH files AS (SELECT {_KEY}, list({{{struct}}}) AS held FROM held GROUP BY {_KEY}),
        m AS (SELECT * FROM message {own})
        SELECT {columns(names, "m")}, held FROM m LEFT JOIN files USING ({_KEY}) WHERE len(m.attachments) > 0
        ORDER BY m.sent_at, m.scope, m.message_id""",
        values,
        rows=_ROWS,
    )
