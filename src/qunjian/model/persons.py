"""Which accounts are one person, by the decisions that stand, and which accounts can never be one.

An account id is "platform:id"; where an export shows names only it is "platform:name:shown name".
"""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Collection, Iterable, Mapping, Sequence

    from qunjian.model.decisions import Identity

# What an export calls whoever made it: somebody else in every export.
EXPORTERS = frozenset({"我", "你", "自己", "本人", "me", "you", "myself", "나", "自分", "あなた", "tú", "du", "vous"})
Documents = tuple[str, int]


def named(account: str) -> bool:
    """Return whether an account is only a name, not an id."""
    return account.split(":", 2)[1:2] == ["name"]


def native(account: str) -> str:
    """Return the id, or the name, without the platform."""
    return account.split(":", 2)[-1] if named(account) else account.split(":", 1)[-1]


def owned_by(account: str) -> str:
    """Return the community that stands for all groups of an owner: figures of them together, divided among none."""
    platform, _, own = account.partition(":")
    return f"{platform}:owner:{own}"


def owner_of(community_id: str) -> str | None:
    """Return whose groups a community stands for together; null for one that is a group."""
    platform, kind, own = (*community_id.split(":", 2), "", "")[:3]
    return f"{platform}:{own}" if kind == "owner" and own else None


def is_exporter(account: str) -> bool:
    """Return whether the account is whoever made the export ("我")."""
    return named(account) and native(account).strip().casefold() in EXPORTERS


def apart(one: str, other: str, documents: Mapping[str, Collection[Documents]]) -> bool:
    """Return whether two accounts are two contacts of one source, so never one person.

    Two ids of one platform are. Two names of one platform are when one export shows both.
    """
    if one.split(":", 1)[0] != other.split(":", 1)[0] or named(one) != named(other):
        return False
    return not named(one) or not set(documents.get(one, ())).isdisjoint(documents.get(other, ()))


def standing(log: Iterable[Identity]) -> dict[frozenset[str], Identity]:
    """Return the decision that stands for each pair: the last one that was not taken back."""
    entries = list(log)
    undone = {entry.of for entry in entries if entry.act == "undo"}
    return {
        frozenset(entry.accounts): entry
        for entry in entries
        if entry.act != "undo" and entry.id not in undone and len(entry.accounts) == 2
    }


def groups(log: Iterable[Identity]) -> list[tuple[str, ...]]:
    """Return the accounts of every person who has several: ids before names, then in order."""
    of: dict[str, set[str]] = {}
    for pair, entry in standing(log).items():
        if entry.act == "accept":
            merged = set().union(*(of.get(account, {account}) for account in pair))
            of.update(dict.fromkeys(merged, merged))
    found = {tuple(sorted(group, key=lambda account: (named(account), account))) for group in of.values()}
    return sorted(found)


def persons(log: Iterable[Identity]) -> dict[str, str]:
    """Return for every merged account the one that stands for the person (itself included)."""
    return {account: group[0] for group in groups(log) for account in group}


def joined(one: str, other: str, found: Sequence[tuple[str, ...]]) -> tuple[tuple[str, ...], tuple[str, ...]]:
    """Return the accounts of both persons, as the groups stand."""
    own = next((group for group in found if one in group), (one,))
    others = next((group for group in found if other in group), (other,))
    return own, others
