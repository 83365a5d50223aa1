"""Proposing, publishing, sending back and announcing: two people, one day on which it begins, nothing backdated."""

from __future__ import annotations

import datetime as dt
from typing import TYPE_CHECKING

from django.db import transaction
from django.utils import timezone

from qunjian_console.audit.services import record
from qunjian_console.bridge import drafting, publishing
from qunjian_console.bridge.publishing import Announcement, StandardInForce
from qunjian_console.bridge.trying import wrong_samples
from qunjian_console.standards import entries
from qunjian_console.standards.models import Draft, DraftState, InForce, Release, ReleaseState, Told
from qunjian_console.standards.releases import deciders
from qunjian_console.standards.services.drafts import ClosedError, writer

if TYPE_CHECKING:
    from collections.abc import Sequence

    from qunjian_console.accounts.models import User
    from qunjian_console.audit.services import Actor


class NotYouError(Exception):
    """Somebody else has to decide."""


class TooEarlyError(Exception):
    """The first day lies in the past: nobody is bound backwards."""


class SamplesError(Exception):
    """Rules of the draft get samples of their own wrong; `rules` are their ids."""

    def __init__(self, rules: Sequence[str]) -> None:
        super().__init__(", ".join(rules))
        self.rules = rules


@transaction.atomic
def propose(draft: Draft, starts: dt.date, announcement: str, actor: Actor) -> Release:
    """Put a draft up for publishing; it cannot be changed until it is decided."""
    row = Draft.objects.select_for_update().get(pk=draft.pk)
    if row.state != DraftState.OPEN:
        raise ClosedError
    if starts < publishing.today():
        raise TooEarlyError
    digest = row.digest
    wrong = [rule.id for rule in drafting.draft_at(digest).rules.values() if wrong_samples(rule)]
    if wrong:
        raise SamplesError(wrong)
    row.state = DraftState.PROPOSED
    row.save(update_fields=["state"])
    made = Release.objects.create(
        draft=row, revision=row.head, digest=digest, standard=drafting.draft_at(digest).standard.id, title=row.title,
        starts=starts, announcement=announcement, by_id=writer(actor),
    )  # fmt: skip
    record(
        entries.PROPOSED, actor, subject=f"release:{made.pk}",
        after={"title": made.title, "starts": starts.isoformat(), "content": digest, "announcement": announcement},
    )  # fmt: skip
    return made


@transaction.atomic
def publish(release: Release, actor: Actor, reason: str = "") -> Release:
    """Publish: by a second person; where there is none, by the proposer, who says why (a waiver, logged)."""
    row = Release.objects.select_for_update().get(pk=release.pk)
    if row.state != ReleaseState.PROPOSED:
        raise ClosedError
    may = deciders(row)
    alone = may.alone and actor.person == row.by_id and bool(reason)
    if not alone and actor.person not in {each.pk for each in may.people}:
        raise NotYouError
    if row.starts < publishing.today():
        raise TooEarlyError
    written = publishing.write(row.digest)
    adopt()
    row.state, row.version, row.content = ReleaseState.PUBLISHED, written.version, written.content
    row.decided_by_id, row.decided, row.waived, row.reason = writer(actor), timezone.now(), alone, reason
    row.save()
    Draft.objects.filter(pk=row.draft_id).update(state=DraftState.PUBLISHED)
    InForce.objects.create(
        standard=row.standard, version=row.version, content=row.content, starts=row.starts, release=row
    )
    record(
        entries.WAIVED if alone else entries.PUBLISHED, actor, subject=f"release:{row.pk}",
        after={
            "title": row.title, "version": row.version, "content": row.content, "starts": row.starts.isoformat(),
            "proposer": row.by_id, "shared": may.shared, "reason": reason,
        },
    )  # fmt: skip
    hand_out()
    return row


@transaction.atomic
def send_back(release: Release, actor: Actor, reason: str) -> None:
    """Send a proposal back to be changed: whoever may publish it, or its proposer."""
    row = Release.objects.select_for_update().get(pk=release.pk)
    if row.state != ReleaseState.PROPOSED:
        raise ClosedError
    if actor.person != row.by_id and actor.person not in {each.pk for each in deciders(row).people}:
        raise NotYouError
    row.state, row.reason, row.decided_by_id, row.decided = ReleaseState.RETURNED, reason, actor.person, timezone.now()
    row.save()
    Draft.objects.filter(pk=row.draft_id).update(state=DraftState.OPEN)
    record(entries.RETURNED, actor, subject=f"release:{row.pk}", after={"title": row.title, "reason": reason})


@transaction.atomic
def know(release: Release, user: User, actor: Actor) -> None:
    """Write down that somebody read an announcement: from this day on the standard may count for them."""
    made = _told(release, user.name, actor, user=user)
    if made:
        record(
            entries.READ, actor, subject=f"release:{release.pk}", about=f"user:{user.pk}",
            after={"title": release.title, "version": release.version},
        )  # fmt: skip
        hand_out()


@transaction.atomic
def tell(release: Release, people: Sequence[str], how: str, actor: Actor) -> int:
    """Write down that people were told outside the console, and how; today, never earlier."""
    made = [name for name in people if _told(release, name, actor, how=how)]
    if made:
        record(
            entries.TOLD, actor, subject=f"release:{release.pk}",
            after={"title": release.title, "version": release.version, "people": made, "how": how},
        )  # fmt: skip
        hand_out()
    return len(made)


def _told(release: Release, person: str, actor: Actor, *, user: User | None = None, how: str = "") -> bool:
    _, made = Told.objects.get_or_create(
        standard=release.standard, version=release.version, person=person,
        defaults={"release": release, "user": user, "on": publishing.today(), "by_id": actor.person, "how": how},
    )  # fmt: skip
    return made


def adopt() -> None:
    """Take over what the workspace's files decided before the console owned it."""
    in_force, announced = publishing.decided_on_file()
    known = set(InForce.objects.values_list("standard", "version", "starts"))
    InForce.objects.bulk_create(
        InForce(standard=each.standard, version=each.version, content=each.content, starts=each.starts)
        for each in in_force if (each.standard, each.version, each.starts) not in known
    )  # fmt: skip
    told = set(Told.objects.values_list("standard", "version", "person"))
    Told.objects.bulk_create(
        Told(standard=each.standard, version=each.version, person=each.person, on=each.on)
        for each in announced if (each.standard, each.version, each.person) not in told
    )  # fmt: skip


def hand_out() -> None:
    """Write the ledger's word where the command line reads it, once the change stands."""
    transaction.on_commit(_hand_out)


def _hand_out() -> None:
    publishing.hand_out(
        (StandardInForce(each.standard, each.version, each.starts, each.content) for each in InForce.objects.all()),
        (Announcement(each.standard, each.person, each.on, each.version) for each in Told.objects.all()),
    )
