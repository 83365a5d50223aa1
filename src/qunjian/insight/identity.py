"""Suggests which accounts may be one person, with the evidence and how strong it is; people decide.

Two contacts of one source are never suggested, nor a pair that was refused, nor one that would join two such.
"""

from __future__ import annotations

import re
from collections import defaultdict
from hashlib import blake2b
from itertools import combinations, product
from typing import TYPE_CHECKING, Literal

import msgspec

from qunjian.model.persons import Documents, apart, groups, is_exporter, joined, named, native, standing
from qunjian.text.fingerprints import same_text

if TYPE_CHECKING:
    from collections.abc import Collection, Iterable, Mapping, Sequence

    from qunjian.insight.doubles import Double
    from qunjian.model.decisions import Identity

Strength = Literal["strong", "medium", "weak"]
Kind = Literal["same_email", "same_id", "same_messages", "same_name", "same_community"]
STRENGTHS: tuple[Strength, ...] = ("strong", "medium", "weak")
MOST_HOLDERS = 6
MANY_MESSAGES = 5
MOST_OF_THEM = 0.6
_EMAIL = re.compile(r"[^@\s:]+@[^@\s:]+\.[A-Za-z]{2,}")
# Display names that platforms give, and titles: they say nothing of who it is.
_NOBODY = frozenset(
    same_text(
        [
            "微信用户",
            "QQ用户",
            "用户",
            "匿名",
            "匿名用户",
            "管理员",
            "群主",
            "系统消息",
            "Deleted Account",
            "unknown",
            "user",
        ]
    )
)


class Known(msgspec.Struct, frozen=True):
    """What is known of an account: every name it went by, and where it was seen."""

    account_id: str
    names: tuple[str, ...]
    communities: tuple[str, ...]


class Evidence(msgspec.Struct, frozen=True):
    """One reason: `count` names, messages or communities shared."""

    kind: Kind
    count: int = 1


class Suggestion(msgspec.Struct, frozen=True):
    """Two accounts that may be one person; `id` is short, and the same for the same pair."""

    id: str
    strength: Strength
    accounts: tuple[str, str]
    evidence: tuple[Evidence, ...]


def pair_id(one: str, other: str) -> str:
    """Return the short id of a pair."""
    return blake2b("\x1f".join(sorted((one, other))).encode(), digest_size=4).hexdigest()


def suggest(
    known: Iterable[Known],
    doubles: Iterable[Double],
    documents: Mapping[str, Collection[Documents]],
    log: Sequence[Identity],
) -> tuple[Suggestion, ...]:
    """Return the suggestions, strongest first. `documents`: of accounts that are names, which exports show them."""
    accounts = {each.account_id: each for each in known if not is_exporter(each.account_id)}
    found: dict[tuple[str, str], dict[Kind, int]] = defaultdict(dict)
    for kind, keys in (("same_email", _emails), ("same_id", _ids), ("same_name", _names)):
        for pair, count in _sharing(accounts, keys).items():
            found[pair][kind] = count  # type: ignore[index]
    sure: set[tuple[str, str]] = set()
    for each in doubles:
        pair = (min(each.one, each.other), max(each.one, each.other))
        if each.one != each.other and pair[0] in accounts and pair[1] in accounts and each.texts >= 2:
            found[pair]["same_messages"] = found[pair].get("same_messages", 0) + each.texts
            if each.texts >= MANY_MESSAGES and each.messages >= MOST_OF_THEM * each.fewest:
                sure.add(pair)
    persons, decided = groups(log), standing(log)
    told = []
    for (one, other), evidence in found.items():
        own, others = joined(one, other, persons)
        cross = list(product(own, others))
        if own == others or any(frozenset(pair) in decided or apart(*pair, documents) for pair in cross):
            continue
        shared = set(accounts[one].communities) & set(accounts[other].communities)
        if shared:
            evidence["same_community"] = len(shared)
        strength = _strength(accounts[one], accounts[other], evidence, (one, other) in sure)
        if strength is not None:
            reasons = tuple(Evidence(kind, count) for kind, count in evidence.items())
            told.append(Suggestion(pair_id(one, other), strength, (one, other), reasons))
    return tuple(sorted(told, key=lambda one: (STRENGTHS.index(one.strength), one.accounts)))


def _strength(one: Known, other: Known, evidence: Mapping[Kind, int], sure: bool) -> Strength | None:
    if "same_email" in evidence or sure or ("same_id" in evidence and "same_name" in evidence):
        return "strong"
    if "same_messages" in evidence:
        return "medium"
    if "same_id" in evidence:
        return "weak" if native(one.account_id).isdigit() else "medium"
    if "same_name" not in evidence:
        return None
    # A name seen in other groups too may be other people there.
    elsewhere = any(
        named(mine.account_id) and not set(mine.communities) <= set(theirs.communities)
        for mine, theirs in ((one, other), (other, one))
    )
    return "medium" if "same_community" in evidence and not elsewhere else "weak"


def _sharing(accounts: Mapping[str, Known], keys: object) -> dict[tuple[str, str], int]:
    """Return the pairs that share a key which one account of each source holds, and how many such keys they share."""
    holders: dict[str, list[str]] = defaultdict(list)
    for account, own in zip(accounts, keys(accounts.values()), strict=True):  # type: ignore[operator]
        for key in own:
            holders[key].append(account)
    found: dict[tuple[str, str], int] = defaultdict(int)
    for held in holders.values():
        by_source: dict[tuple[str, bool], list[str]] = defaultdict(list)
        for account in held:
            by_source[account.split(":", 1)[0], named(account)].append(account)
        single = sorted(own[0] for own in by_source.values() if len(own) == 1)
        if 2 <= len(held) <= MOST_HOLDERS:
            for pair in combinations(single, 2):
                found[pair] += 1
    return found


def _emails(known: Collection[Known]) -> list[set[str]]:
    found = []
    for each in known:
        own = {word.casefold() for word in (native(each.account_id), *each.names) if _EMAIL.fullmatch(word)}
        if each.account_id.startswith("qq:") and native(each.account_id).isdigit():
            own.add(f"{native(each.account_id)}@qq.com")  # every QQ number is such an address
        found.append(own)
    return found


def _ids(known: Collection[Known]) -> list[set[str]]:
    ids = [native(each.account_id).casefold() for each in known]
    return [set() if named(one.account_id) or len(own) < 5 else {own} for one, own in zip(known, ids, strict=True)]


def _names(known: Collection[Known]) -> list[set[str]]:
    flat = [name for each in known for name in each.names]
    folded = iter(same_text(flat) if flat else [])
    found = []
    for each in known:
        own = {next(folded) for _ in each.names}
        found.append({name for name in own if len(name) >= 2 and not name.isdigit() and name not in _NOBODY})
    return found
