"""Turns Telegram messages into message columns."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pyarrow as pa
import pyarrow.compute as pc

from qunjian.model.records import Reject
from qunjian.sources.json_records import places
from qunjian.sources.telegram.records import Entity, Record
from qunjian.sources.times import EARLIEST, LATEST, iso_wall, utc_of_wall

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

_FIRST, _LAST = EARLIEST // 1_000_000, LATEST // 1_000_000
_MEDIA = {
    "sticker": "sticker", "voice_message": "voice", "video_message": "video", "video_file": "video",
    "animation": "video", "audio_file": "file", "photo": "image",
}  # fmt: skip


def message_columns(records: Sequence[Record], zone: str | None) -> tuple[dict[str, Any], dict[str, int]]:
    """Return the columns of messages (not of service messages) and the kinds nobody knows, counted.

    Most messages are plain text: what only a few have is looked at for those few.
    """
    unknown: dict[str, int] = {}
    special = [
        place
        for place, one in enumerate(records)
        if one.media_type is not None
        or one.photo is not None
        or one.file is not None
        or one.location_information is not None
        or one.contact_information is not None
        or one.poll is not None
        or one.type != "message"
    ]
    columns: dict[str, Any] = {
        "message_id": written([one.id for one in records]),
        "account_id": _accounts(records),
        "name_then": [one.sender for one in records],
        "kind": "text",
        "text": [one.text if type(one.text) is str else flat(one.text) for one in records],
        "reply_to": written([one.reply_to_message_id or None for one in records]),
        "forwarded_from": _optional([one.forwarded_from for one in records]),
        "mentions": _sparse(records, _mentions, [n for n, one in enumerate(records) if type(one.text) is list]),
        "reactions": _sparse(records, _reactions, [n for n, one in enumerate(records) if one.reactions]),
        "attachments": _sparse(records, _attachments, special),
        **times(records, zone),
    }
    if special:
        columns["kind"] = kinds = ["text"] * len(records)
        for place in special:
            kinds[place] = _kind(records[place], unknown)
    edited = [one.edited_unixtime for one in records]
    if any(edited):
        columns["edited_at"] = [None if at is None else at * 1_000_000 for at in edited]
    return columns, unknown


def written(numbers: list[int | None]) -> pa.Array:
    """Return numbers as text; an id of any length is one."""
    try:
        return pa.array(numbers, pa.int64()).cast(pa.string())
    except (pa.ArrowInvalid, OverflowError):
        return pa.array([None if number is None else str(number) for number in numbers], pa.string())


def times(records: Sequence[Record], zone: str | None) -> dict[str, Any]:
    """Return sent_at, and wall_time where the export gives no epoch (older versions of Telegram Desktop)."""
    known = pa.array([one.date_unixtime for one in records], pa.int64())
    sent = pc.multiply(known, 1_000_000)
    if not known.null_count:
        return {"sent_at": sent}
    wall = iso_wall([one.date for one in records])
    return {
        "sent_at": pc.coalesce(sent, utc_of_wall(wall, zone).cast(pa.int64())),
        "wall_time": pc.if_else(known.is_null(), wall, None),
    }


def timed(records: list[Record], first: int) -> tuple[list[Record], list[Reject]]:
    """Return the records whose time can be read, and the others as rejects."""
    try:
        stamps = pc.min_max(pa.array([one.date_unixtime for one in records], pa.int64()), skip_nulls=False)
        least, most = stamps["min"].as_py(), stamps["max"].as_py()
    except OverflowError:  # a number of more than 64 bits
        least = most = None
    if least is not None and least >= _FIRST and most < _LAST:
        return records, []
    good: list[Record] = []
    rejects: list[Reject] = []
    unclear = {one.date for one in records if one.date_unixtime is None}
    readable = dict(zip(unclear, iso_wall(list(unclear)).to_pylist(), strict=True))
    for at, one in zip(places(records, first), records, strict=False):
        epoch = one.date_unixtime
        if readable[one.date] is not None if epoch is None else _FIRST <= epoch < _LAST:
            good.append(one)
        else:
            rejects.append(Reject("bad_time", at, one.date[:40] or str(epoch)[:40]))
    return good, rejects


def _accounts(records: Sequence[Record]) -> list[str | None]:
    natives = [one.from_id for one in records]
    known = {native: account(native, None) for native in set(natives)}
    if None in known:
        return [account(one.from_id, one.sender) for one in records]
    return [known[native] for native in natives]


def account(native: str | int | None, name: str | None) -> str | None:
    """Return the account id: by the export's id, else by name; old exports give a bare number."""
    if native is None:
        return f"telegram:name:{name}" if name else None
    return f"telegram:user{native}" if isinstance(native, int) or native.isdecimal() else f"telegram:{native}"


def _optional(values: list[Any]) -> list[Any] | None:
    return values if values.count(None) < len(values) else None


def _sparse(records: Sequence[Record], make: Callable[[Record], Any], places: list[int]) -> list[Any] | None:
    """Return a column of which only these places may hold anything; None when none does."""
    found = {place: value for place in places if (value := make(records[place])) is not None}
    if not found:
        return None
    column: list[Any] = [None] * len(records)
    for place, value in found.items():
        column[place] = value
    return column


def _kind(one: Record, unknown: dict[str, int]) -> str:
    if one.media_type is not None:
        kind = _MEDIA.get(one.media_type)
        if kind is None:
            unknown[one.media_type] = unknown.get(one.media_type, 0) + 1
        return kind or "other"
    if one.photo is not None:
        return "image"
    if one.file is not None:
        return "image" if (one.mime_type or "").startswith("image/") else "file"
    if one.location_information is not None:
        return "location"
    if one.contact_information is not None:
        return "card"
    if one.type == "system":
        return "system"
    if one.type != "message":
        unknown[one.type] = unknown.get(one.type, 0) + 1
        return "other"
    return "other" if one.poll is not None else "text"


def flat(text: str | list[str | Entity]) -> str:
    """Return formatted text as plain text."""
    if isinstance(text, str):
        return text
    return "".join(piece if isinstance(piece, str) else piece.text for piece in text)


def _mentions(one: Record) -> list[str] | None:
    found: list[str] = []
    for piece in one.text:
        if type(piece) is Entity:
            if piece.type == "mention":
                found.append(f"telegram:{piece.text}")
            elif piece.type == "mention_name" and piece.user_id:
                found.append(f"telegram:user{piece.user_id}")
    return found or None


def _reactions(one: Record) -> list[dict[str, Any]]:
    return [{"emoji": each.emoji or each.type, "count": each.count} for each in one.reactions or ()]


def _attachments(one: Record) -> list[dict[str, Any]] | None:
    if one.file is None and one.photo is None:
        return None
    name = one.file_name or one.file or one.photo or ""
    size = one.file_size if one.file is not None else one.photo_file_size
    place = one.file if one.file is not None else one.photo
    file = None if place is None or place.startswith("(") else place  # "(File not included. …)"
    return [{"kind": _kind(one, {}), "name": name.rsplit("/", 1)[-1], "size": size, "digest": None, "file": file}]
