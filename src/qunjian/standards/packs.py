"""Loads packs of rules; what their files say is kept in the cache, so that YAML is read again only when it changed."""

from __future__ import annotations

import hashlib
from typing import TYPE_CHECKING

import msgspec
from pydantic import ValidationError

from qunjian.model.cache import keep, kept
from qunjian.model.errors import BadInputError
from qunjian.model.problems import Problem, WrittenError
from qunjian.standards.rules import Rule, read_rule

if TYPE_CHECKING:
    from collections.abc import Mapping
    from pathlib import Path

FAMILY = "packs-"
_Kept = dict[str, list[msgspec.Raw]]  # pack → its rules as JSON, in the order of their ids


def load_packs(folders: Mapping[str, Path]) -> dict[str, tuple[Rule, ...]]:
    """Return the rules of the packs in these folders; the problems of all broken files are raised at once."""
    paths = {pack: sorted(folder.glob("*.yaml")) for pack, folder in folders.items()}
    name = _name(paths)
    found = kept(name)
    if found is not None:
        try:
            held = msgspec.json.decode(found, type=_Kept)
            return {
                pack: tuple(Rule.model_validate_json(bytes(rule)) for rule in rules) for pack, rules in held.items()
            }
        except (msgspec.DecodeError, ValidationError):
            pass  # other rules hold for rules now: the files are read, and say by line what is wrong
    return _read(paths, name)


def _rule(content: msgspec.Raw) -> Rule:
    return Rule.model_validate_json(bytes(content))


def _read(paths: Mapping[str, list[Path]], name: str) -> dict[str, tuple[Rule, ...]]:
    packs: dict[str, tuple[Rule, ...]] = {}
    told: dict[str, list[object]] = {}
    problems: list[Problem] = []
    for pack, files in paths.items():
        read = []
        for path in files:
            try:
                read.append(read_rule(path))
            except WrittenError as error:
                problems.extend(error.problems)
            except BadInputError as error:
                problems.append(Problem(error.where, error.what, error.todo))
        packs[pack] = tuple(rule for rule, _ in read)
        told[pack] = [written.data for _, written in read]
    if problems:
        raise WrittenError(problems)
    keep(name, msgspec.json.encode(told), family=FAMILY)
    return packs


def _name(paths: Mapping[str, list[Path]]) -> str:
    """Return a name for exactly these files with exactly this content; one that cannot be read has none of its own."""
    digest = hashlib.blake2b(digest_size=16)
    for pack, files in paths.items():
        digest.update(f"\0\0{pack}\0".encode())
        for path in files:
            try:
                content = path.read_bytes()
            except OSError:
                content = b"?"
            digest.update(f"\0{path.parent.name}/{path.name}\0{len(content)}\0".encode() + content)
    return FAMILY + digest.hexdigest()
