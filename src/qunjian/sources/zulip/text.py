"""Turns Zulip's Markdown into the text people saw, and finds what it mentions, quotes and uploads."""

from __future__ import annotations

import re
from pathlib import PurePosixPath
from typing import Any
from urllib.parse import unquote

from qunjian.text.late import late

_NAMED = late(r"@(_?)\*{1,2}([^*\n|]+)(?:\|(\d+))?\*{1,2}")
_STREAM = late(r"#\*\*([^*\n]+)\*\*")
_RENDERED = late(r'<span class="user-mention"[^>]*\bdata-user-id="(\d+)"')
# Quote and reply, as Zulip's own button writes it: who said it, where, and the words.
_QUOTE = late(
    r"@_\*\*[^*\n]+\*\* \[[^\]\n]*\]\([^)\n]*/near/(\d+)\):?[ \t]*\n(`{3,})quote\n.*?\n?\2[ \t]*(?:\n|\Z)", re.DOTALL
)
_UPLOAD = late(r"!?\[([^\]\n]*)\]\((?:https?://[^)\s/]+)?/user_uploads/([^)\s]+)\)")
_SUFFIXES = {
    "image": (".png", ".jpg", ".jpeg", ".gif", ".webp", ".bmp", ".heic"),
    "video": (".mp4", ".mov", ".webm", ".mkv", ".avi"),
    "voice": (".mp3", ".m4a", ".ogg", ".wav", ".opus"),
}


def quoted(text: str) -> str | None:
    """Return the id of the first message quoted in order to answer it."""
    found = _QUOTE.search(text) if "/near/" in text else None
    return found[1] if found else None


def plain(text: str) -> str:
    """Return the writer's own words: names instead of their markup, no quoted messages."""
    if "/near/" in text:
        text = _QUOTE.sub("", text)
    if "**" in text or "@*" in text:
        text = _STREAM.sub(r"#\1", _NAMED.sub(r"@\2", text))
    return text.strip("\n")


def mentions(text: str, rendered: str | None) -> list[str] | None:
    """Return the accounts a message notifies; a silent mention notifies nobody."""
    if rendered:
        found = _RENDERED.findall(rendered) if '"user-mention"' in rendered else []
    else:
        found = [number for silent, _, number in _NAMED.findall(text) if number and not silent]
    return list(dict.fromkeys(f"zulip:{one}" for one in found)) or None


def uploads(text: str) -> list[dict[str, Any]]:
    """Return the files a message links to on its own server."""
    made = []
    for label, path in _UPLOAD.findall(text):
        name = label or unquote(PurePosixPath(path).name)
        suffix = PurePosixPath(path).suffix.lower()
        kind = next((kind for kind, suffixes in _SUFFIXES.items() if suffix in suffixes), "file")
        made.append({"kind": kind, "name": name, "size": None, "digest": None, "file": f"uploads/{path}"})
    return made


def only_uploads(text: str) -> bool:
    """Return whether a message is nothing but files."""
    return not _UPLOAD.sub("", text).strip()
