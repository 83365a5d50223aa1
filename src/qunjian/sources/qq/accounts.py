"""Who wrote and where: QQ accounts, names freed of titles, and the group an export is of by its file's name."""

from __future__ import annotations

import re
from pathlib import PurePosixPath

import msgspec

from qunjian.text.late import late

PLATFORM = "qq"
EVERYONE = "qq:all"
# Titles shown before a name. 【群主】 and 【管理员】 say the role; the rest are levels or titles a group gives itself.
TITLE_ROLES = {"群主": "owner", "管理员": "admin"}
_TITLE = late(r"\A【([^】\n]{1,20})】(.+)\Z", re.DOTALL)
_WITH_ID = late(
    r"\A(?P<name>.*?)\s?(?:\((?P<number>\d{4,12})\)|<(?P<mail>[^<>\s@]{1,128}@[^<>\s]{1,255})>)\Z", re.DOTALL
)
_QUOTES = "“”\"'「」"
# QQ itself speaks under these numbers.
SYSTEM_NUMBERS = frozenset({"10000", "1000000"})
# QQ Chat Exporter: group_123_20250101_093000.json, group_名称_123_20250101_093000.json, 名称(123).json.
_STAMPED = late(r"\A(?P<kind>friend|group|temp)_(?:(?P<name>.+)_)?(?P<number>\d{5,12})_\d{8}_\d{6}\Z")
_FRIENDLY = late(r"\A(?P<name>.+)\((?P<number>\d{5,12})\)(?:_\d{8}_\d{6})?\Z")
_CHUNKED = "_chunked_jsonl"


class Named(msgspec.Struct, frozen=True):
    """What a file's or folder's name says: the stem itself, and the chat's kind, number and name where it says them."""

    stem: str
    kind: str = ""
    number: str | None = None
    name: str | None = None


def account_id(native: str | int | None, name: str | None, platform: str = PLATFORM) -> str | None:
    """Return the account: by number (or internal uid, or mail), else by name; None when neither is known."""
    if native not in (None, "", "0", 0):
        return f"{platform}:{native}"
    return f"{platform}:name:{name}" if name else None


def titled(name: str) -> tuple[str, str | None]:
    """Return the name without a title in front of it, and the role the title says."""
    found = _TITLE.match(name)
    if found is None:
        return name, None
    return found[2].strip() or name, TITLE_ROLES.get(found[1])


def with_id(written: str) -> tuple[str | None, str | None]:
    """Return (name, number or mail) of "name(123)", "name<a@b>" or a bare name; QQ sometimes repeats the number."""
    found = _WITH_ID.match(written.strip().strip(_QUOTES))
    if found is None:
        return written.strip().strip(_QUOTES) or None, None
    native = found["number"] or found["mail"].lower()
    name = found["name"].strip()
    return (name if name and name != native else None), native


def named(document: str) -> Named:
    """Return what the name of an export says; of a chunked export it is the folder that has the name."""
    path = PurePosixPath(document)
    place = path
    if path.parent.name == "chunks":
        place = path.parent.parent
    elif path.name == "manifest.json":
        place = path.parent
    stem = place.name if place is not path and place.name else path.stem
    stem = stem.removesuffix(_CHUNKED)
    found = _STAMPED.match(stem)
    if found:
        return Named(stem, found["kind"], found["number"], found["name"])
    found = _FRIENDLY.match(stem)
    return Named(stem, "", found["number"], found["name"]) if found else Named(stem)
