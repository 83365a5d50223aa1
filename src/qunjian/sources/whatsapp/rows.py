"""Turns the text of a slice into message rows and membership rows."""

from __future__ import annotations

from functools import lru_cache
from itertools import zip_longest

from qunjian.model.records import Reject
from qunjian.sources.day_order import Order
from qunjian.sources.json_records import excerpt
from qunjian.sources.wall_rows import EventRow, MessageRow, Rows
from qunjian.sources.whatsapp.heads import HEAD, wall_of
from qunjian.sources.whatsapp.media import media
from qunjian.sources.whatsapp.phrases import Told, bare, is_deleted, is_you, told, without_edit_mark
from qunjian.text.late import late

_PHONE = late(r"\+[\d\s()\-.]{6,24}")
_MENTION = late("@\u2068~?(?P<name>[^\u2069\n]{1,60})\u2069|(?<!\\w)@(?P<phone>\\d{8,15})(?!\\w)")
_OPENING = late('[“"„«「『]')
_MEMBERSHIP = frozenset({"joined", "left", "kicked", "invited", "renamed"})


def rows_of(text: str, first: int, order: Order, title: str) -> Rows:
    """Return the rows of a text whose messages begin at their heads."""
    rows = Rows()
    heads = list(HEAD.finditer(text))
    before = text[: heads[0].start()] if heads else text
    if before.strip("\ufeff \n\t"):
        rows.rejects.append(Reject("before_first_record", first, excerpt(before.encode("utf-8", "replace"))))
    line, counted = first, 0
    for head, following in zip_longest(heads, heads[1:]):
        line += text.count("\n", counted, head.start())
        counted = head.start()
        body = text[head.end() : following.start() if following else len(text)].rstrip("\n")
        wall = wall_of(head, order)
        if wall is None:
            rows.rejects.append(Reject("bad_time", line, bare(head.group())[:40]))
        else:
            _add(rows, wall, body, title)
    return rows


@lru_cache(maxsize=4096)
def account(name: str) -> tuple[str | None, str | None]:
    """Return (account id, name) of somebody as the export writes them; a number is an id, "you" is nobody known."""
    plain = bare(name).removeprefix("~").strip()
    if not plain or is_you(plain):
        return None, plain or None
    if _PHONE.fullmatch(plain):
        return "whatsapp:+" + "".join(char for char in plain if char.isdigit()), plain
    return f"whatsapp:name:{plain}", plain


def _add(rows: Rows, wall: int, body: str, title: str) -> None:
    sender, colon, text = body.partition(": ")
    if not colon:
        stem, colon, text = body.partition(":\n")
        sender = stem if colon else body.removesuffix(":")
        colon = colon or (":" if body.endswith(":") else "")
    if not colon or "\n" in sender or len(sender) > 120 or (_OPENING.search(sender) and told(body)):
        _own_line(rows, wall, told(body), body)
        return
    if text.startswith("\u200e") or bare(sender) == title:
        # An iPhone writes its own lines as said by the group, or by whom they tell of.
        said = None if media(text) else told(text)
        if said is not None:
            _own_line(rows, wall, said, text)
            return
    rows.messages.append(_message(rows, wall, sender, text))


def _own_line(rows: Rows, wall: int, said: Told | None, line: str) -> None:
    """Add what one of WhatsApp's own lines tells: events of those it names, else a system message."""
    if said is None or said.kind not in _MEMBERSHIP or not said.who:
        rows.messages.append(MessageRow(wall, None, None, "system", bare(line)))
        return
    actor = account(said.actor)[0] if said.actor else None
    for name in said.who:
        who, called = account(name)
        by = actor if said.actor else who
        mine = bool(said.actor and is_you(bare(said.actor).strip()))
        rows.events.append(EventRow(wall, who, called, said.kind, by, said.detail, mine))


def _message(rows: Rows, wall: int, sender: str, text: str) -> MessageRow:
    who, called = account(sender)
    if is_deleted(text):
        return MessageRow(wall, who, called, "recall", bare(text))
    kept = without_edit_mark(text)
    rows.marks += kept is not text and kept != text
    found = media(kept)
    if found is None:
        return MessageRow(wall, who, called, "text", kept, _mentions(kept))
    kind, name, beside = found
    attachment = {"kind": kind, "name": name, "size": None, "digest": None, "file": name}
    files = None if kind == "location" else [attachment]
    return MessageRow(wall, who, called, kind, beside, _mentions(beside), files)


def _mentions(text: str) -> list[str] | None:
    if "@" not in text:
        return None
    found = [
        f"whatsapp:+{hit['phone']}" if hit["phone"] else account(hit["name"])[0] for hit in _MENTION.finditer(text)
    ]
    return list(dict.fromkeys(who for who in found if who)) or None
