"""Reads the audit log, each entry with its sentence."""

from __future__ import annotations

import json
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from django.contrib.auth import get_user_model

from qunjian_console.audit.kinds import kinds
from qunjian_console.audit.models import Entry
from qunjian_console.language import say

if TYPE_CHECKING:
    from collections.abc import Iterable

    from django.db.models import QuerySet


@dataclass(frozen=True)
class Line:
    """One entry as a person reads it."""

    entry: Entry
    sentence: str
    address: str


def entries(*, kind: str = "", actor: int | None = None, subject: str = "") -> QuerySet[Entry]:
    """Return the wanted entries, the newest first."""
    found = Entry.objects.order_by("-number")
    if kind:
        found = found.filter(kind=kind)
    if actor is not None:
        found = found.filter(actor=actor)
    return found.filter(subject=subject) if subject else found


def facts_of(entry: Entry) -> dict[str, Any]:
    """Return the lasting values of an entry as they were after it."""
    told: dict[str, Any] = json.loads(entry.facts).get("after", {})
    return told


def lines(found: Iterable[Entry]) -> list[Line]:
    """Return entries in words; names are joined now, so that whoever was erased is gone here too."""
    rows = list(found)
    people = dict(
        get_user_model().objects.filter(pk__in={row.actor for row in rows if row.actor}).values_list("pk", "name")
    )
    parts: dict[int, dict[str, dict[str, Any]]] = {}
    for row in rows:
        for part in row.parts.all():
            parts.setdefault(row.number, {})[part.slot] = json.loads(part.body)
    return [_line(row, people, parts.get(row.number, {})) for row in rows]


def _line(row: Entry, people: dict[int, str], parts: dict[str, dict[str, Any]]) -> Line:
    facts: dict[str, Any] = json.loads(row.facts)
    personal = parts.get("subject", {})
    values: dict[str, str] = {"subject": row.subject}
    for when in ("before", "after"):
        for own in (facts, personal):
            values.update({name: _plain(value) for name, value in own.get(when, {}).items()})
    program = str(say("程序", "The program"))
    values["actor"] = people.get(row.actor, f"#{row.actor}") if row.actor is not None else program
    kind = kinds().get(row.kind)
    sentence = kind.sentence(values) if kind is not None else row.kind
    return Line(row, sentence, str(parts.get("actor", {}).get("address", "")))


def _plain(value: object) -> str:
    return value if isinstance(value, str) else json.dumps(value, ensure_ascii=False)
