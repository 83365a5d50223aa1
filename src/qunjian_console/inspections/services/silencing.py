"""Silences: put findings of a rule aside until a day, and take that back; the workspace's file follows the ledger."""

from __future__ import annotations

import datetime as dt
from threading import Lock
from typing import TYPE_CHECKING

from django.db import transaction
from django.utils import timezone

from qunjian_console.audit.services import PROGRAM, Actor, record
from qunjian_console.bridge import silencing
from qunjian_console.inspections.entries import ADOPTED, SILENCED, UNSILENCED
from qunjian_console.inspections.models import Adopted, Silence

if TYPE_CHECKING:
    from qunjian_console.accounts.models import User

_KIND = "silence"
_WRITING = Lock()  # the last to write has read the newest rows


def adopt() -> None:
    """Take over what the workspace's files say, once; from then on the ledger owns the silences."""
    if Adopted.objects.filter(kind=_KIND).exists():
        return
    found = silencing.written_silences()
    with transaction.atomic():
        _, first = Adopted.objects.get_or_create(kind=_KIND)
        if not first:
            return
        Silence.objects.bulk_create(
            Silence(
                rule=each.rule, community=each.community_id or "", account=each.account_id or "",
                reason=each.reason[:500], owner=each.owner[:80], expires=each.expires,
            )
            for each in found
        )  # fmt: skip
        record(ADOPTED, PROGRAM, subject="silences", after={"count": len(found)})


def silence(
    rule: str, *, community: str, account: str, reason: str, expires: dt.date, user: User, actor: Actor
) -> Silence:
    """Put findings aside; who does it answers for it."""
    adopt()
    with transaction.atomic():
        made = Silence.objects.create(
            rule=rule, community=community, account=account, reason=reason, owner=user.name, expires=expires, by=user
        )
        record(
            SILENCED, actor, subject=f"silence:{made.pk}", about=f"account:{account}" if account else "",
            community=community, after=_told(made),
        )  # fmt: skip
        transaction.on_commit(export)
    return made


def unsilence(one: Silence, actor: Actor) -> None:
    """Take a silence back: what it put aside is open again."""
    adopt()
    with transaction.atomic():
        if Silence.objects.filter(pk=one.pk, withdrawn=None).update(withdrawn=timezone.now()):
            record(
                UNSILENCED, actor, subject=f"silence:{one.pk}", about=f"account:{one.account}" if one.account else "",
                community=one.community, before=_told(one),
            )  # fmt: skip
            transaction.on_commit(export)


def export() -> None:
    """Let the workspace's file say what the ledger says."""
    with _WRITING:
        silencing.export_silences(
            silencing.Silence(
                each.rule, each.reason, each.owner, each.expires, each.community or None, each.account or None
            )
            for each in Silence.objects.filter(withdrawn=None).order_by("pk")
        )


def _told(one: Silence) -> dict[str, object]:
    return {
        "rule": one.rule, "community": one.community, "account": one.account, "reason": one.reason, "owner": one.owner,
        "expires": one.expires.isoformat(),
    }  # fmt: skip
