"""One row of the policy table: which roles may call a route, by which method, and about whom or which community."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Literal

from qunjian_console.policy.roles import EVERYBODY, Role

Arguments = Mapping[str, object]
EVERYTHING = "*"  # stands for all communities: only who sees all of them sees it


@dataclass(frozen=True)
class Subject:
    """What a call is about: a community, a person, several communities that must all be in scope.

    Out of scope looks like not there.
    """

    community: str | None = None
    person: int | None = None
    communities: tuple[str, ...] = ()


@dataclass(frozen=True)
class Row:
    """Who may call a route. No roles: anybody, also without an account.

    `of` finds what the call is about from the arguments in its address; it returns None where there is no such thing.
    """

    roles: frozenset[Role] | None
    method: Literal["GET", "POST", "BOTH"]
    of: Callable[[Arguments], Subject | None] | None = None


def page(*roles: Role, of: Callable[[Arguments], Subject | None] | None = None) -> Row:
    """Return the row of a page that only shows; no roles named: everybody who signed in."""
    return Row(frozenset(roles) or EVERYBODY, "GET", of)


def action(*roles: Role, of: Callable[[Arguments], Subject | None] | None = None) -> Row:
    """Return the row of an address that only changes something."""
    return Row(frozenset(roles) or EVERYBODY, "POST", of)


def form(*roles: Role, of: Callable[[Arguments], Subject | None] | None = None) -> Row:
    """Return the row of a page with a form that is sent to its own address."""
    return Row(frozenset(roles) or EVERYBODY, "BOTH", of)


def public(method: Literal["GET", "POST", "BOTH"] = "GET") -> Row:
    """Return the row of an address that needs no account."""
    return Row(None, method)


def permission(*roles: Role) -> Row:
    """Return the row of something that is no address but done within a page, such as unmasking."""
    return Row(frozenset(roles), "BOTH")


def community(name: str = "community") -> Callable[[Arguments], Subject]:
    """Return a finder for routes that name a community in their address."""
    return lambda arguments: Subject(community=str(arguments[name]))
