"""A standard in one piece, with every rule of its packs: as one file that is named by its content and never changes."""

from __future__ import annotations

import hashlib
import json
import os
import tempfile
from pathlib import Path
from typing import TYPE_CHECKING, TypeVar

from pydantic import Field, ValidationError

from qunjian.model.errors import BadInputError
from qunjian.model.language import Phrase
from qunjian.standards.basics import Strict
from qunjian.standards.editions import Edition, make_edition
from qunjian.standards.rules import Rule
from qunjian.standards.schema import Standard

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

    from pydantic import BaseModel

Kept = TypeVar("Kept", bound=Strict)


class Whole(Strict):
    """A standard with everything it extends merged in, and all rules of its packs, those switched off too."""

    standard: Standard
    rules: tuple[Rule, ...] = ()

    def by_id(self) -> dict[str, Rule]:
        """Return the rules by their ids."""
        return {rule.id: rule for rule in self.rules}

    def packs(self) -> dict[str, tuple[Rule, ...]]:
        """Return the rules pack by pack."""
        return packs_of(self.rules)


class Draft(Strict):
    """What differs from a whole standard (`base`, by digest): the standard's own text, rules changed, rules gone."""

    base: str
    standard: Standard
    rules: dict[str, Rule] = Field(default={})
    gone: tuple[str, ...] = ()

    def over(self, base: Whole) -> Whole:
        """Return the whole standard a draft stands for."""
        kept = {rule.id: rule for rule in base.rules if rule.id not in self.gone}
        return Whole(standard=self.standard, rules=tuple(sorted((kept | self.rules).values(), key=lambda r: r.id)))

    def with_rules(self, base: Whole, rules: Iterable[Rule]) -> Draft:
        """Return the draft with these rules as they are now; one that is as in the base stands there alone."""
        before, packs = base.by_id(), list(self.standard.rules.packs)
        changed, gone = dict(self.rules), set(self.gone)
        for rule in rules:
            changed.pop(rule.id, None)
            if before.get(rule.id) != rule:
                changed[rule.id] = rule
            gone.discard(rule.id)
            if rule.pack not in packs:
                packs.append(rule.pack)
        own = self.standard.rules.model_copy(update={"packs": tuple(packs)})
        return self.model_copy(update={
            "rules": changed, "gone": tuple(sorted(gone)), "standard": self.standard.model_copy(update={"rules": own}),
        })  # fmt: skip

    def without(self, base: Whole, rule: str) -> Draft:
        """Return the draft without a rule; what the standard said of it goes with it."""
        own = self.standard.rules
        rules = own.model_copy(update={
            "off": tuple(each for each in own.off if each != rule),
            "severity": {name: grave for name, grave in own.severity.items() if name != rule},
            "exceptions": tuple(each for each in own.exceptions if each.rule != rule),
        })  # fmt: skip
        gone = {*self.gone, rule} if rule in base.by_id() else set(self.gone)
        return self.model_copy(update={
            "rules": {name: each for name, each in self.rules.items() if name != rule}, "gone": tuple(sorted(gone)),
            "standard": self.standard.model_copy(update={"rules": rules}),
        })  # fmt: skip


class Published(Strict):
    """A version as it was published: the version findings and scores name, and the standard it stands for."""

    version: str
    whole: Whole

    @property
    def edition(self) -> Edition:
        """Return the edition under the version it was published as, whatever this program would call it today."""
        return make_edition(self.whole.standard, self.whole.packs())._replace(version=self.version)


def packs_of(rules: Iterable[Rule]) -> dict[str, tuple[Rule, ...]]:
    """Return rules pack by pack."""
    found: dict[str, list[Rule]] = {}
    for rule in rules:
        found.setdefault(rule.pack, []).append(rule)
    return {pack: tuple(own) for pack, own in found.items()}


def whole_of(standard: Standard, packs: Mapping[str, tuple[Rule, ...]]) -> Whole:
    """Return a loaded standard with the rules of the packs that are on, in one piece."""
    merged = standard.model_copy(update={"extends": None})
    rules = sorted((r for pack in standard.rules.packs for r in packs.get(pack, ())), key=lambda rule: rule.id)
    return Whole(standard=merged, rules=tuple(rules))


def encoded(content: BaseModel) -> bytes:
    """Return what is kept of it: canonical, so that equal content has equal bytes."""
    plain = content.model_dump(mode="json", by_alias=True, exclude_unset=True)
    return json.dumps(plain, ensure_ascii=False, sort_keys=True, separators=(",", ":")).encode()


def digest_of(content: bytes) -> str:
    """Return the name of a content."""
    return hashlib.blake2b(content, digest_size=16).hexdigest()


def keep(folder: Path, content: bytes, prefix: str = "") -> str:
    """Keep a content in a file named by its digest, whole or not at all; the same content twice is one file."""
    name = digest_of(content)
    path = folder / f"{prefix}{name}.json"
    if path.is_file() and path.read_bytes() == content:
        return name
    folder.mkdir(parents=True, exist_ok=True)
    handle, draft = tempfile.mkstemp(dir=folder, prefix=".draft-")
    with os.fdopen(handle, "wb") as file:
        file.write(content)
        file.flush()
        os.fsync(file.fileno())
    Path(draft).replace(path)
    return name


def kept(path: Path, model: type[Kept]) -> Kept:
    """Return a kept content; one that was changed is refused."""
    try:
        content = path.read_bytes()
    except OSError as error:
        raise BadInputError(
            Phrase("读不到已保存的标准", "a standard that was kept cannot be read"), where=str(path),
            todo=Phrase("从备份恢复这个文件", "restore this file from a backup"),
        ) from error  # fmt: skip
    if not path.stem.endswith(digest_of(content)):
        raise BadInputError(
            Phrase("文件内容与名字里的哈希不符，已被改动", "the file does not agree with its hash: it was changed"),
            where=str(path),
            todo=Phrase("从备份恢复这个文件，或重新发布", "restore this file from a backup, or publish again"),
        )
    try:
        return model.model_validate_json(content)
    except ValidationError as error:
        raise BadInputError(
            Phrase("这个版本读不懂已保存的标准", "this version cannot read a standard that was kept"), where=str(path)
        ) from error
