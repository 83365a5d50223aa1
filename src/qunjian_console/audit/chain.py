"""The arithmetic of the chain: what is sealed, with which key, and how values become bytes."""

from __future__ import annotations

import hashlib
import hmac
import json
from typing import TYPE_CHECKING

from django.conf import settings
from django.core.exceptions import ImproperlyConfigured

if TYPE_CHECKING:
    import datetime as dt


def canonical(value: object) -> str:
    """Return JSON that is the same for the same value, in ASCII, so that no text can be unstorable."""
    return json.dumps(value, sort_keys=True, separators=(",", ":"), ensure_ascii=True, allow_nan=False)


def _keyed(purpose: str, message: str) -> str:
    if not settings.AUDIT_KEY:
        raise ImproperlyConfigured("QUNJIAN_AUDIT_KEY is not set; start the console with: qunjian serve -w DIR")
    return hmac.new(settings.AUDIT_KEY.encode(), f"{purpose}\n{message}".encode(), hashlib.sha256).hexdigest()


def entry_mac(
    before: str,
    number: int,
    at: dt.datetime,
    kind: str,
    actor: int | None,
    subject: str,
    community: str,
    facts: str,
    digests: str,
) -> str:
    """Return what binds an entry to all before it."""
    return _keyed(
        "entry", canonical([before, number, at.timestamp().hex(), kind, actor, subject, community, facts, digests])
    )


def head_seal(number: int, mac: str) -> str:
    """Return the seal of the end of the chain."""
    return _keyed("head", canonical([number, mac]))


def checkpoint_seal(number: int, mac: str) -> str:
    """Return the seal of one line of the checkpoints."""
    return _keyed("checkpoint", canonical([number, mac]))


def part_digest(nonce: str, body: str) -> str:
    """Return what an entry keeps of a personal part: without the nonce nobody can guess what was in it."""
    return hmac.new(bytes.fromhex(nonce), body.encode(), hashlib.sha256).hexdigest()


def same(one: str, other: str) -> bool:
    """Return whether two seals are equal, in constant time."""
    return hmac.compare_digest(one.encode(), other.encode())
