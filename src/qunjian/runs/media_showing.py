"""Use case: show attachments with what was read from their files, or why nothing was."""

from __future__ import annotations

import datetime as dt
from contextlib import closing
from typing import TYPE_CHECKING, Any

import msgspec

from qunjian.lake.media import media_batches
from qunjian.media.codes import Code
from qunjian.media.reading import READER
from qunjian.model.language import Phrase
from qunjian.runs.media_words import UNREAD
from qunjian.text.code_links import shown
from qunjian.text.masking import mask_text

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from qunjian.engines.local import Session
    from qunjian.workspace import Workspace

PICTURES = frozenset(("image", "sticker"))
_COLUMNS = ("scope", "message_id", "community_id", "account_id", "sent_at", "attachments")
_decode = msgspec.json.Decoder(tuple[Code, ...]).decode
_NOTHING = Phrase("", "")


class MediaRow(msgspec.Struct, frozen=True):
    """One attachment. `unread`: the code of the reason why nothing was read, `why` in words."""

    community_id: str
    account_id: str | None
    scope: str
    message_id: str
    sent_at: dt.datetime
    number: int
    kind: str
    name: str
    content: str | None = None
    codes: tuple[Code, ...] = ()
    text: str = ""
    unread: str | None = None
    why: Phrase = _NOTHING


def media_rows(
    workspace: Workspace, communities: Sequence[str] | None = None, *, codes: bool = False, unread: bool = False,
    masked: bool = True,
) -> Iterator[MediaRow]:  # fmt: skip
    """Yield the attachments in the order of time; only those with codes, or not read, where asked for."""
    with closing(workspace.lake.session()) as session:
        for row in rows_of(session, communities, masked=masked):
            if (row.codes or not codes) and (row.unread is not None or not unread):
                yield row


def rows_of(session: Session, communities: Sequence[str] | None = None, *, masked: bool = True) -> Iterator[MediaRow]:
    """Yield every attachment of the messages of a session."""
    for batch in media_batches(session, READER, _COLUMNS, communities):
        for row in batch.to_pylist():
            held = {one["number"]: one for one in row["held"] or ()}
            for number, one in enumerate(row["attachments"]):
                yield _row(row, number, one, held.get(number), masked)


def _masked(text: str) -> str:
    """Return a link by its place only, another text with what is personal starred."""
    return shown(text) if "://" in text else mask_text(text)


def _row(row: dict[str, Any], number: int, one: dict[str, Any], held: dict[str, Any] | None, masked: bool) -> MediaRow:
    unread: str | None = held["why"] if held is not None else "not_given"
    said = _masked if masked else str
    codes = _decode(held["codes"]) if held and held["codes"] else ()
    return MediaRow(
        row["community_id"], row["account_id"], row["scope"], row["message_id"], row["sent_at"], number,
        one["kind"] or "", one["name"] or "", held["content"] if held else None,
        tuple(Code(code.kind, said(code.text)) for code in codes), said((held["text"] if held else "") or ""), unread,
        UNREAD.get(unread, Phrase(unread, unread)) if unread else _NOTHING,
    )  # fmt: skip
