"""The one policy table: the rows of every app's `policy.py`, gathered; a route without a row is an error at start."""

from __future__ import annotations

from functools import cache
from typing import TYPE_CHECKING

from django.core.checks import CheckMessage, Error
from django.core.exceptions import ImproperlyConfigured
from django.urls import URLPattern, URLResolver, get_resolver

from qunjian_console.gathering import gathered
from qunjian_console.policy.rows import Row, Subject

if TYPE_CHECKING:
    from collections.abc import Iterator

    from qunjian_console.policy.roles import Person


@cache
def table() -> dict[str, Row]:
    """Return the row of every route ("app:name") and of every permission ("may:name")."""
    rows: dict[str, Row] = {}
    for own in gathered("policy", "ROWS"):
        twice = rows.keys() & own.keys()
        if twice:
            raise ImproperlyConfigured(f"two rows of the policy table are named {min(twice)}")
        rows.update(own)
    return rows


def routes() -> list[str]:
    """Return the name of every address of the console, "" for one without a name."""
    return sorted(_names(get_resolver(), ""))


def _names(resolver: URLResolver, prefix: str) -> Iterator[str]:
    for entry in resolver.url_patterns:
        if isinstance(entry, URLResolver):
            yield from _names(entry, f"{prefix}{entry.namespace}:" if entry.namespace else prefix)
        elif isinstance(entry, URLPattern):
            yield f"{prefix}{entry.name}" if entry.name else ""


def check_routes(**_: object) -> list[CheckMessage]:
    """Return an error for every route without a row and every row without a route."""
    known, named = set(table()), set(routes())
    missing = [
        Error(f"the route '{name or '(unnamed)'}' has no row in the policy table", hint="add it to its app's policy.py",
              id="qunjian.E001")
        for name in sorted(named - known)
    ]  # fmt: skip
    idle = [
        Error(f"the policy table has a row '{name}' but there is no such route", id="qunjian.E002")
        for name in sorted(known - named)
        if not name.startswith("may:")
    ]
    return [*missing, *idle]


def may(person: Person, name: str, /, **arguments: object) -> bool:
    """Return whether this person may call that route with these arguments, or has that permission."""
    row = table()[name]
    if row.roles is None:
        return True
    if not person.is_authenticated or person.role not in row.roles:
        return False
    return row.of is None or in_scope(person, row.of(arguments))


def in_scope(person: Person, subject: Subject | None) -> bool:
    """Return whether a person may know of what a call is about."""
    if subject is None:
        return False
    if subject.person is not None and subject.person != person.pk:
        return False
    if not all(map(person.sees, subject.communities)):
        return False
    return subject.community is None or person.sees(subject.community)
