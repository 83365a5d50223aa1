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

    `held`: of each file of a message one place with what was read there, else `why` nothing was; of several places that
    counts which was read. `attachment`: every attachment as the export tells of it, with what is held of its file.
    """
    names = [name for name in TABLES["media_reading"].names if name != "act_id"]
    session.connection.execute(
        f"CREATE OR REPLACE VIEW reading AS SELECT {columns(names)} FROM media_reading "
        f"WHERE reader = {literal(reader)} "
        "QUALIFY row_number() OVER (PARTITION BY digest ORDER BY ocr DESC, act_id DESC) = 1"
    )
    order = "r.content IS NULL, r.unread IS NOT NULL, digest IS NULL, path"
    session.connection.execute(
        f"""CREATE OR REPLACE VIEW held AS
        SELECT {_KEY}, number, digest, r.* EXCLUDE (digest, reader, unread), CASE
            WHEN r.content IS NOT NULL THEN r.unread
            ELSE coalesce(absent, CASE WHEN digest IS NULL THEN 'too_large' ELSE 'pending' END) END AS why
        FROM media LEFT JOIN reading r USING (digest)
        QUALIFY row_number() OVER (PARTITION BY {_KEY}, number ORDER BY {order}) = 1"""
    )
    session.connection.execute(
        f"""CREATE OR REPLACE VIEW attachment AS
        WITH told AS (
            SELECT {_KEY}, community_id, sent_at, generate_subscripts(attachments, 1) - 1 AS number,
                   unnest(attachments) AS one
            FROM message WHERE len(attachments) > 0
        )
        SELECT {_KEY}, community_id, sent_at, number, coalesce(one.kind, '') AS kind, coalesce(one.name, '') AS name,
               digest, content, codes, ocr, h.text, CASE WHEN h.scope IS NULL THEN 'not_given' ELSE why END AS why
        FROM told LEFT JOIN held h USING ({_KEY}, number)"""
    )


def attachment_batches(
    session: Session, reader: str, gone: Sequence[bytes] = (), communities: Sequence[str] | None = None
) -> Iterator[pa.RecordBatch]:
    """Yield every attachment: of which message, its kind and name, whether its file was read, and what that gave.

    `why` it was not; files in `gone` are not there any more.
    """
    readings(session, reader)
    yield from session.batches(
        f"""SELECT {_KEY}, community_id, sent_at, kind, name, content IS NOT NULL AS held,
            CASE WHEN content IS NULL AND digest IN (SELECT unnest(?::BLOB[])) THEN 'gone' ELSE why END AS why,
            codes IS NOT NULL AS codes, coalesce(ocr, false) AS ocr, coalesce(text, '') <> '' AS text
        FROM attachment {_within(communities)}""",
        [list(gone), *_asked(communities)],
        rows=_ROWS,
    )


def media_batches(
    session: Session,
    reader: str,
    names: Sequence[str],
    communities: Sequence[str] | None = None,
    only: pa.Table | None = None,
) -> Iterator[pa.RecordBatch]:
    """Yield the messages with attachments, in a fixed order: the columns named, and of their files `held`.

    `only`: the keys of the messages meant, each once.
    """
    readings(session, reader)
    chosen = ""
    if only is not None:
        session.connection.register("media_only", only)
        chosen = f"SEMI JOIN media_only USING ({_KEY})"
    told = ("number", "content", "width", "height", "codes", "likeness", "text", "ocr", "why")
    struct = ", ".join(f"{name!r}: {name}" for name in told)
    yield from session.batches(
        f"""WITH m AS (SELECT * FROM message {chosen} {_within(communities)}),
        files AS (SELECT {_KEY}, list({{{struct}}}) AS held FROM held {chosen} GROUP BY {_KEY})
        SELECT {columns(names, "m")}, held FROM m LEFT JOIN files USING ({_KEY}) WHERE len(m.attachments) > 0
        ORDER BY m.sent_at, m.scope, m.message_id""",
        _asked(communities),
        rows=_ROWS,
    )


def _within(communities: Sequence[str] | None) -> str:
    return "WHERE community_id IN (SELECT unnest(?))" if communities is not None else ""


def _asked(communities: Sequence[str] | None) -> list[object]:
    return [list(communities)] if communities is not None else []
