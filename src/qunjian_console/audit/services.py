"""Writes the audit log: an entry is appended in the transaction of what it tells of, or neither happens."""

from __future__ import annotations

import secrets
from collections.abc import Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING

from django.db import connection, transaction
from django.utils import timezone

from qunjian_console.audit.chain import canonical, entry_mac, head_seal, part_digest
from qunjian_console.audit.checkpoints import write_checkpoint
from qunjian_console.audit.entries import ERASED
from qunjian_console.audit.models import Entry, Head, Part

if TYPE_CHECKING:
    from django.http import HttpRequest

    from qunjian_console.audit.kinds import Kind

Values = Mapping[str, object]


@dataclass(frozen=True)
class Actor:
    """Who acts, and from which address; no person: the program itself."""

    person: int | None = None
    address: str = ""


PROGRAM = Actor()


def actor_of(request: HttpRequest) -> Actor:
    """Return who sent a request."""
    return Actor(request.user.pk, request.META.get("REMOTE_ADDR", ""))


def record(
    kind: Kind,
    actor: Actor,
    *,
    subject: str = "",
    about: str = "",
    community: str = "",
    before: Values | None = None,
    after: Values | None = None,
) -> Entry:
    """Append one entry; call it inside the transaction of the change.

    `subject`: what it is about ("user:5", "job:…"); `about`: whose the personal values are (default: the subject).
    """
    if not connection.in_atomic_block:
        raise RuntimeError("an audit entry belongs into the transaction of what it tells of")
    facts, personal = _sorted_out(kind, before or {}, after or {})
    slots: dict[str, tuple[str, dict[str, object]]] = {}
    if actor.person is not None and actor.address:
        slots["actor"] = (f"user:{actor.person}", {"address": actor.address})
    if personal:
        slots["subject"] = (about or subject, personal)
    parts = [
        Part(slot=slot, about=whose, nonce=secrets.token_hex(32), body=canonical(values))
        for slot, (whose, values) in slots.items()
    ]
    head, _ = Head.objects.select_for_update().get_or_create(pk=1)
    entry = Entry(
        number=head.number + 1, at=timezone.now(), kind=kind.name, actor=actor.person, subject=subject,
        community=community, facts=canonical(facts),
        digests=canonical({part.slot: part_digest(part.nonce, part.body) for part in parts}),
    )  # fmt: skip
    entry.mac = mac_of(head.mac, entry)
    entry.save(force_insert=True)
    for part in parts:
        part.entry = entry
    Part.objects.bulk_create(parts)
    head.number, head.mac, head.seal = entry.number, entry.mac, head_seal(entry.number, entry.mac)
    head.save()
    transaction.on_commit(lambda: write_checkpoint(entry.number, entry.mac))
    return entry


def mac_of(before: str, entry: Entry) -> str:
    """Return the mac an entry must have after the one whose mac is `before`."""
    return entry_mac(
        before, entry.number, entry.at, entry.kind, entry.actor, entry.subject, entry.community, entry.facts,
        entry.digests,
    )  # fmt: skip


@transaction.atomic
def erase_personal(about: str, actor: Actor) -> int:
    """Erase the personal values about one person ("user:5", "account:qq:123"); the chain stays whole."""
    found = Part.objects.filter(about=about)
    places = [f"{entry}:{slot}" for entry, slot in found.order_by("entry_id", "slot").values_list("entry_id", "slot")]
    if places:
        found.delete()
        record(ERASED, actor, subject=about, after={"about": about, "count": len(places), "places": places})
    return len(places)


def _sorted_out(kind: Kind, before: Values, after: Values) -> tuple[dict[str, object], dict[str, object]]:
    """Return the lasting facts and the personal values, each as {"before": …, "after": …}."""
    known = {*kind.facts, *kind.personal}
    stray = sorted({*before, *after} - known)
    if stray:
        raise ValueError(f"{kind.name} does not say whether these values are personal: {', '.join(stray)}")
    facts: dict[str, object] = {}
    personal: dict[str, object] = {}
    for when, values in (("before", before), ("after", after)):
        plain = {name: value for name, value in values.items() if name in kind.facts}
        own = {name: value for name, value in values.items() if name in kind.personal}
        facts.update({when: plain} if plain else {})
        personal.update({when: own} if own else {})
    return facts, personal
