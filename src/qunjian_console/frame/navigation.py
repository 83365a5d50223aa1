"""The links of the side bar, gathered from each app's `navigation.py` and shown to those who may follow them."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cache
from typing import TYPE_CHECKING

from qunjian_console.gathering import gathered
from qunjian_console.policy.table import may

if TYPE_CHECKING:
    from qunjian_console.policy.roles import Person


@dataclass(frozen=True)
class Link:
    """One link: its route, its text, its icon, its place (small first), and the key that follows `g`."""

    route: str
    text: str
    icon: str
    place: int
    key: str


@cache
def links() -> tuple[Link, ...]:
    """Return every link in its order."""
    found: list[Link] = [link for own in gathered("navigation", "LINKS") for link in own]
    return tuple(sorted(found, key=lambda link: link.place))


def links_for(person: Person) -> list[Link]:
    """Return the links a person may follow."""
    return [link for link in links() if may(person, link.route)]
