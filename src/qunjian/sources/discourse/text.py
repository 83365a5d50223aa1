"""Turns posts into the writer's own words, and finds what they quote, mention and attach."""

from __future__ import annotations

from html import unescape
from typing import TYPE_CHECKING, Any

import pyarrow as pa

from qunjian.sources.mapping.html import html_text
from qunjian.text.late import late

if TYPE_CHECKING:
    from collections.abc import Sequence

# No class may run over the sign a pattern begins with: of a hundred thousand beginnings each would be read to the end.
# The innermost quote: quotes within quotes are taken out from the inside.
_ASIDE = late(r'<aside class="quote(?:(?!<aside)[\s\S])*?</aside>')
_BLOCK = late(r"\[quote[^\[\]\n]*\](?:(?!\[quote)[\s\S])*?\[/quote\]\n?")
_DEPTH = 8
_ASIDE_OF = late(r'<aside class="quote[^<>]{0,500}?\bdata-post="(\d{1,15})"[^<>]{0,500}?\bdata-topic="(\d{1,15})"')
_BLOCK_OF = late(r'\[quote="[^"\n]*?\bpost:\s*(\d{1,15}),\s*topic:\s*(\d{1,15})\b')
_CALLED = late(r'<a class="mention"[^<>]*>@([^<]+)</a>')
_MENTION = late(r"(?<![\w@./])@([\w][\w.-]*)")
_FILES = (
    (late(r'<a class="attachment"[^<>]*>([^<]*)</a>'), "file"),
    (late(r"\[([^\[\]|\n]*)\|attachment\]\("), "file"),
    (late(r'<img src="[^"<>]{0,500}/uploads/[^"<>]{0,500}"(?:[^<>]{0,500}?\balt="([^"]*)")?'), "image"),
    (late(r"!\[([^\[\]|\n]*)(?:\|[^\[\]\n]*)?\]\(upload://"), "image"),
)


def without_quotes(body: str) -> str:
    """Return a body without quoted posts: they are not the writer's words."""
    for pattern, sign in ((_ASIDE, '<aside class="quote'), (_BLOCK, "[quote")):
        for _ in range(_DEPTH):
            if sign not in body:
                break
            body = pattern.sub("", body)
    return body


def quoted(body: str, topic: int) -> str | None:
    """Return the post quoted first, where it is of the same topic."""
    found = _ASIDE_OF.search(body) or _BLOCK_OF.search(body)
    return f"{topic}/{found[1]}" if found and int(found[2]) == topic else None


def shown(bodies: Sequence[str]) -> list[str]:
    """Return HTML bodies as the text people see."""
    texts: list[str] = html_text(pa.array(bodies, pa.string())).to_pylist()
    return [text.strip("\n") for text in texts]


def mentions(own: str, *, html: bool) -> list[str] | None:
    """Return the accounts a post calls by name."""
    found = [unescape(name) for name in _CALLED.findall(own)] if html else _MENTION.findall(own)
    names = (name.rstrip(".-").lower() for name in found)
    return list(dict.fromkeys(f"discourse:{name}" for name in names if name)) or None


def attachments(own: str) -> list[dict[str, Any]] | None:
    """Return the files a post shows or offers."""
    if "upload" not in own and "attachment" not in own:
        return None
    made = [
        {"kind": kind, "name": unescape(name) or None, "size": None, "digest": None}
        for pattern, kind in _FILES
        for name in pattern.findall(own)
    ]
    return made or None
