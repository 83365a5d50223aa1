"""Gathers what later events say of earlier ones: edits, reactions, redactions, and the names people had."""

from __future__ import annotations

from typing import TYPE_CHECKING

import msgspec

from qunjian.sources.epochs import epoch_micros
from qunjian.text.late import late

if TYPE_CHECKING:
    from collections.abc import Iterable

    from qunjian.sources.matrix.records import Content, Event

_EVENT_ID = late(rb'"event_id"\s*:\s*"([^"\\]+)"')
_SENDER = late(rb'"sender"\s*:\s*"([^"\\]+)"')


class Edit(msgspec.Struct, frozen=True):
    """What a message says since an edit."""

    at: int
    body: str


class Beside(msgspec.Struct):
    """What a slice needs to know from the rest of the document.

    `orphans`: events about messages that are not in the document; `names`: when somebody took which name.
    """

    edits: dict[str, Edit] = {}
    reactions: dict[str, dict[str, int]] = {}
    redacted: list[str] = []
    orphans: list[str] = []
    names: dict[str, list[tuple[int, str]]] = {}


class Gathered:
    """What a whole document says of its own events."""

    def __init__(self) -> None:
        self._senders: dict[str, str | None] = {}
        self._about: list[Event] = []
        self._names: dict[str, list[tuple[int, str]]] = {}
        self._whole = Beside()

    def add(self, events: Iterable[Event]) -> None:
        """Take in the events of a slice."""
        for one in events:
            if one.event_id:
                self._senders[one.event_id] = one.sender
            if target(one) is not None:
                self._about.append(one)
            if one.type == "m.room.member" and one.state_key and one.content and one.content.displayname:
                at = epoch_micros(one.origin_server_ts) or 0
                self._names.setdefault(one.state_key, []).append((at, one.content.displayname))

    def settle(self) -> None:
        """Give every event that is about another to the one it is about."""
        whole = self._whole
        for one in self._about:
            about = target(one) or ""
            if about not in self._senders:
                whole.orphans.append(one.event_id or "")
            elif one.type == "m.room.redaction":
                whole.redacted.append(about)
            elif one.type == "m.reaction":
                counts = whole.reactions.setdefault(about, {})
                key = one.relation.key or ""
                counts[key] = counts.get(key, 0) + 1
            elif one.sender == self._senders[about]:  # nobody edits what another wrote
                edit = Edit(epoch_micros(one.origin_server_ts) or 0, new_body(one.content))
                if about not in whole.edits or whole.edits[about].at <= edit.at:
                    whole.edits[about] = edit
        for names in self._names.values():
            names.sort()

    def of(self, data: bytes) -> Beside:
        """Return what the events of a slice need to know."""
        ids = {found.decode("utf-8", "replace") for found in _EVENT_ID.findall(data)}
        senders = {found.decode("utf-8", "replace") for found in _SENDER.findall(data)}
        whole = self._whole
        return Beside(
            edits={one: whole.edits[one] for one in sorted(ids & whole.edits.keys())},
            reactions={one: whole.reactions[one] for one in sorted(ids & whole.reactions.keys())},
            redacted=sorted(ids.intersection(whole.redacted)),
            orphans=sorted(ids.intersection(whole.orphans)),
            names={one: self._names[one] for one in sorted(senders & self._names.keys())},
        )


def target(one: Event) -> str | None:
    """Return the id of the event that this one changes; None for what stands by itself."""
    if one.type == "m.room.redaction":
        return one.redacts or (one.content.redacts if one.content else None)
    if one.type == "m.reaction" or one.relation.rel_type == "m.replace":
        return one.relation.event_id
    return None


def new_body(content: Content | None) -> str:
    """Return what an edit says now; without the new words, the old form of it that older clients show."""
    if content is None:
        return ""
    if content.new is not None and content.new.body is not None:
        return content.new.body
    return (content.body or "").removeprefix("* ")
