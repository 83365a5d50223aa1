"""What realm.json tells about the messages beside it: streams, people, reactions."""

from __future__ import annotations

from functools import lru_cache
from pathlib import PurePosixPath
from typing import TYPE_CHECKING, Any

import msgspec

from qunjian.sources.encodings import Utf8Stream
from qunjian.sources.epochs import epoch_micros
from qunjian.sources.json_records import Decoder
from qunjian.sources.json_stream import Walker
from qunjian.sources.zulip.records import Audit, Reaction, Realm, Recipient, Stream, User

if TYPE_CHECKING:
    from qunjian.sources.document import Document

_STREAM = 2
_BOTS = "zerver_userprofile_crossrealm"
_TABLES: dict[str, Decoder[Any]] = {
    "zerver_realm": Decoder(Realm),
    "zerver_recipient": Decoder(Recipient),
    "zerver_stream": Decoder(Stream),
    "zerver_userprofile": Decoder(User),
    "zerver_userprofile_mirrordummy": Decoder(User),
    _BOTS: Decoder(User),
    "zerver_reaction": Decoder(Reaction),
    "zerver_realmauditlog": Decoder(Audit),
}
_TARGETS = frozenset((name,) for name in _TABLES)
_ADMIN_ROLES = {100: "owner", 200: "admin", 300: "admin"}
_SLICE = 1 << 20


class Person(msgspec.Struct, frozen=True):
    """An account as people see it; `server`: it belongs to the server and speaks for it."""

    name: str | None
    role: str
    active: bool = True
    server: bool = False


class Export(msgspec.Struct):
    """The parts of realm.json that its messages need. `newest`: the newest time it holds, in microseconds."""

    realm: str
    name: str
    streams: dict[int, str] = {}
    stream_of: dict[int, int] = {}
    people: dict[int, Person] = {}
    reactions: dict[int, dict[str, int]] = {}
    newest: int = 0


@lru_cache(maxsize=4)
def export_of(document: Document) -> Export:
    """Return what a realm.json tells; rows that cannot be read are left out."""
    tables: dict[str, list[Any]] = {}
    export = Export("", "")
    for block in Walker(Utf8Stream(document), _TARGETS, _SLICE).blocks():
        table = block.path[0]
        rows = _TABLES[table].elements(block.data, block.first, {}, broken=block.broken)[0]
        if table == "zerver_reaction":
            for one in rows:
                counts = export.reactions.setdefault(one.message, {})
                counts[one.emoji_name] = counts.get(one.emoji_name, 0) + 1
        elif table == "zerver_realmauditlog":
            export.newest = max(export.newest, *(epoch_micros(one.event_time) or 0 for one in rows), 0)
        else:
            tables.setdefault(table, []).extend(rows)
    _settle(export, tables, PurePosixPath(document.name).parent.name)
    return export


def _settle(export: Export, tables: dict[str, list[Any]], folder: str) -> None:
    realm: Realm | None = next(iter(tables.get("zerver_realm", ())), None)
    export.realm = (realm.string_id or realm.subdomain if realm else None) or folder or "realm"
    export.name = (realm.name if realm else None) or export.realm
    export.streams = {one.id: one.name for one in tables.get("zerver_stream", ())}
    export.stream_of = {
        one.id: one.type_id
        for one in tables.get("zerver_recipient", ())
        if one.type == _STREAM and one.type_id in export.streams
    }
    for table in ("zerver_userprofile_mirrordummy", "zerver_userprofile", _BOTS):
        for one in tables.get(table, ()):
            export.people[one.id] = _person(one, table)
            for stamp in (one.date_joined, one.last_login):
                export.newest = max(export.newest, epoch_micros(stamp) or 0)


def _person(one: User, table: str) -> Person:
    server = table == _BOTS
    role = _ADMIN_ROLES.get(one.role or 0, "admin" if one.role is None and one.is_realm_admin else "member")
    name = one.full_name or ((one.email or "").partition("@")[0] if server else None) or None
    return Person(name, "bot" if one.is_bot or server else role, one.is_active is not False, server)
