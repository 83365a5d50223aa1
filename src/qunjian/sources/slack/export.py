"""What stands beside a Slack document in its export: the workspace, its channels; and where a document belongs."""

from __future__ import annotations

import re
from functools import lru_cache
from typing import TYPE_CHECKING, TypeVar

import msgspec

from qunjian.sources.encodings import utf8_head
from qunjian.sources.json_records import Decoder
from qunjian.sources.slack.records import Channel, User
from qunjian.text.late import late

if TYPE_CHECKING:
    from qunjian.sources.document import Document

T = TypeVar("T")
_BESIDE = 64 * 2**20
_TITLE = late(r"(?i)[ _-]*slack[ _-]+export.*$")
_TEAM = late(rb'"team"\s*:\s*"(T[A-Z0-9]{5,})"')
# Direct messages are nobody's community: a folder named by a D… id, or mpdm-a--b-1 for several people.
_PRIVATE = late(r"(?:D[A-Z0-9]{8,}|mpdm-.+)")


class Place(msgspec.Struct, frozen=True):
    """Where a document's messages belong."""

    community: str
    name: str
    channel: str
    channel_name: str


def is_private(name: str) -> bool:
    """Return whether a document of an export holds direct messages."""
    parts = name.split("/")
    return len(parts) > 1 and _PRIVATE.fullmatch(parts[-2]) is not None


def place_of(document: Document, head: bytes, community: str | None, *, events: bool, root: int) -> Place:
    """Return the place of a document; `root`: how many parts of its name stand below the export's folder."""
    parts = document.name.split("/")
    folder = "/".join(parts[:-root]) if len(parts) > root else ""
    title = _TITLE.sub("", re.sub(r"(?i)\.(zip|tar|tgz)$", "", folder.rpartition("/")[2])).strip() or "export"
    if events:
        teams = _TEAM.findall(head)
        team = max(set(teams), key=teams.count).decode() if teams else None
        return Place(community or f"slack:{team or title.casefold()}", team or title, "", "")
    team = _team(document.beside(f"{folder}/users.json"))
    place = community or f"slack:{team or title.casefold()}"
    name = parts[-2] if len(parts) > root and root > 1 else ""
    native = name
    for index in ("channels", "groups"):
        native = _channels(document.beside(f"{folder}/{index}.json")).get(name, native)
    return Place(place, title, native, name)


@lru_cache(maxsize=8)
def _team(users: Document | None) -> str | None:
    teams = [one.team_id for one in _read(users, User) if one.team_id]
    return max(set(teams), key=teams.count) if teams else None


@lru_cache(maxsize=8)
def _channels(index: Document | None) -> dict[str, str]:
    return {one.name: one.id for one in _read(index, Channel) if one.name}


def _read(document: Document | None, kind: type[T]) -> list[T]:
    """Return the entries of a list beside the messages; what cannot be read is reported where it is read itself."""
    if document is None or document.size > _BESIDE:
        return []
    body = utf8_head(document.content(_BESIDE)).strip().removeprefix(b"[").removesuffix(b"]")
    return Decoder(kind).elements(body, 1, {})[0]
