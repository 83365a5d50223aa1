"""Reads what is proposed, published and in force, who may decide, and who was told."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from qunjian_console.accounts.models import User
from qunjian_console.bridge import publishing
from qunjian_console.bridge.publishing import Edition, StandardInForce
from qunjian_console.policy.roles import Role
from qunjian_console.policy.rows import Subject
from qunjian_console.standards.models import InForce, Release, ReleaseState, Revision, Told

if TYPE_CHECKING:
    from collections.abc import Sequence

    from django.db.models import QuerySet

    from qunjian_console.policy.rows import Arguments

DECIDERS = (Role.OWNER, Role.LEAD)


def release_existing(arguments: Arguments) -> Subject | None:
    """Return a subject without limits where there is such a release."""
    return Subject() if Release.objects.filter(pk=int(str(arguments["release"]))).exists() else None


def announced_existing(arguments: Arguments) -> Subject | None:
    """Return a subject without limits where there is such a release and it was published."""
    found = Release.objects.filter(pk=int(str(arguments["release"])), state=ReleaseState.PUBLISHED)
    return Subject() if found.exists() else None


def decided() -> list[StandardInForce]:
    """Return which version counts from when, the ledger's word; before anything was published, the files'."""
    rows = [StandardInForce(each.standard, each.version, each.starts, each.content) for each in InForce.objects.all()]
    return rows or list(publishing.decided_on_file()[0])


def edition_in_force(day: dt.date | None = None) -> Edition:
    """Return the edition that counts today, or on a day."""
    return publishing.counting(decided(), day or publishing.today())


@dataclass(frozen=True)
class Standing:
    """The version that counts now, and those that will."""

    edition: Edition
    since: dt.date | None
    release: Release | None
    coming: Sequence[InForce]


def standing() -> Standing:
    """Return what counts now and what is to come."""
    today = publishing.today()
    rows = list(InForce.objects.select_related("release"))
    begun = [each for each in rows if each.starts <= today]
    now = max(enumerate(begun), key=lambda each: (each[1].starts, each[0]))[1] if begun else None
    return Standing(
        edition_in_force(today), now.starts if now else None, now.release if now else None,
        [each for each in rows if each.starts > today],
    )  # fmt: skip


def published() -> QuerySet[Release]:
    """Return the versions that were published, the newest first."""
    return Release.objects.filter(state=ReleaseState.PUBLISHED).select_related("by", "decided_by")


@dataclass(frozen=True)
class Deciders:
    """Who may publish a proposal; `alone`: there is nobody but the proposer; `shared`: the others wrote in it too."""

    people: Sequence[User]
    alone: bool
    shared: bool


def deciders(release: Release) -> Deciders:
    """Return who may publish: not the proposer, nor, if there is anybody else, who wrote in the draft."""
    wrote = set(Revision.objects.filter(draft=release.draft_id).values_list("by_id", flat=True))
    others = list(User.objects.filter(is_active=True, role__in=DECIDERS).exclude(pk=release.by_id))
    fresh = [each for each in others if each.pk not in wrote]
    return Deciders(fresh or others, not others, bool(others) and not fresh)


def unread_for(user: Any) -> QuerySet[Release]:
    """Return the announcements a person has not said to know of."""
    return Release.objects.filter(state=ReleaseState.PUBLISHED).exclude(told__user=user.pk)


def bound() -> list[str]:
    """Return who is bound by a standard: operators of the console, and the names of the duty table."""
    users = User.objects.filter(is_active=True, role=Role.OPERATOR).values_list("name", flat=True)
    return list(dict.fromkeys([*users, *publishing.people_on_duty()]))


@dataclass(frozen=True)
class Reading:
    """One person who is bound, and since when they know."""

    person: str
    told: Told | None


def readings(release: Release) -> list[Reading]:
    """Return everybody who is bound or was told, and who knows."""
    told = {each.person: each for each in release.told.select_related("user", "by")}
    return [Reading(name, told.get(name)) for name in dict.fromkeys([*bound(), *told])]
