"""Tells which site a document is of: its addresses say so, else those of the documents beside it, else the folder."""

from __future__ import annotations

from pathlib import PurePosixPath
from typing import TYPE_CHECKING

from qunjian.sources.discord_csv.rows import rows
from qunjian.sources.discourse.tables import headings, table_of
from qunjian.sources.encodings import utf8_head
from qunjian.text.late import late

if TYPE_CHECKING:
    from collections.abc import Mapping

    from qunjian.sources.document import Document

# Pictures people uploaded have the site's name in their address; links in posts lead anywhere.
_AVATAR = late(rb"/user_avatar/([a-z0-9.-]+\.[a-z]{2,})/")
_URL = late(r"https?://([a-z0-9.-]+)(?:/[\w.-]+)?/t/")
_ARCHIVE = late(r"(?i)(?:\.(?:zip|tar|tgz|gz))+$")
_LOOKED_AT = 20


class Sites:
    """Remembers the sites of the folders of one import."""

    def __init__(self) -> None:
        self._family: Mapping[str, Document] | None = None
        self._folders: dict[str, list[Document]] = {}
        self._hosts: dict[str, str | None] = {}

    def site(self, document: Document, head: bytes) -> str:
        """Return the site of a document; `head` is its beginning as UTF-8."""
        folder = str(PurePosixPath(document.name).parent)
        named = _ARCHIVE.sub("", PurePosixPath(folder).name).casefold()
        return host(head) or self._beside(document.family, folder) or named or "site"

    def _beside(self, family: Mapping[str, Document], folder: str) -> str | None:
        if family is not self._family:
            self._family, self._folders, self._hosts = family, {}, {}
            for name, one in family.items():
                near = self._folders.setdefault(str(PurePosixPath(name).parent), [])
                if len(near) < _LOOKED_AT:
                    near.append(one)
        if folder not in self._hosts:
            near = self._folders.get(folder, [])
            self._hosts[folder] = next((told for one in near if (told := host(utf8_head(one.head())))), None)
        return self._hosts[folder]


def host(head: bytes) -> str | None:
    """Return the name of the site that a document's beginning tells."""
    if head.lstrip().startswith((b"{", b"[")):
        found = _AVATAR.search(head)
        return found[1].decode() if found else None
    names = headings(head)
    if table_of(names) != "archive":
        return None
    for row in rows(head.decode("utf-8", "replace").replace("\0", " "), 1, ",", broken=False)[0]:
        cells = dict(zip(names, row.cells, strict=False))
        if (told := _URL.match(cells.get("url") or "")) is not None:
            return told[1]
    return None
