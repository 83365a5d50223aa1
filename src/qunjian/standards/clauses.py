"""The clauses of law that bear on what is said in a community, each with its version, from the files under laws/.

A clause needs no field for the rules that rest on it: they name it as their basis. `ask` is what a person is asked
where no rule can tell, `reason` says why neither is needed; a clause without rule, question or reason is an omission.
"""

from __future__ import annotations

import datetime as dt
from importlib.resources import files
from pathlib import Path
from typing import TYPE_CHECKING, NamedTuple

from pydantic import Field

from qunjian.model.written import read_written
from qunjian.standards.basics import Said, Strict

if TYPE_CHECKING:
    from collections.abc import Iterable

    from qunjian.standards.rules import Basis, Rule


class Clause(Strict):
    """One clause: an article or a paragraph of it (none: the law as a whole), its gist in our words."""

    article: str = ""
    title: Said
    verified: bool
    ask: Said | None = None
    reason: Said | None = None


class Law(Strict):
    """One law in one version, with the clauses that bear on content."""

    law: str = Field(min_length=1)
    english: str = Field(min_length=1)
    version: dt.date
    clauses: tuple[Clause, ...] = Field(min_length=1)


class Row(NamedTuple):
    """A clause with the rules that find breaches of it and the rules that only put a question to a person."""

    law: Law
    clause: Clause
    rules: tuple[Rule, ...]
    questions: tuple[Rule, ...]

    @property
    def covered(self) -> bool:
        """Return whether the clause has a rule, a question or a reason for having neither."""
        return bool(self.rules or self.questions or self.clause.ask or self.clause.reason)


def load_laws(folder: Path | None = None) -> tuple[Law, ...]:
    """Return the laws of the files in a folder (default: those shipped), in the order of their file names."""
    home = folder or Path(str(files("qunjian.standards") / "laws"))
    return tuple(read_written(path, name=path.name).make(Law) for path in sorted(home.glob("*.yaml")))


def matrix(laws: Iterable[Law], rules: Iterable[Rule]) -> list[Row]:
    """Return every clause with the rules that rest on it, in the order of the laws."""
    resting: dict[tuple[str, str, dt.date], list[Rule]] = {}
    for rule in rules:
        for key in dict.fromkeys(map(_key, rule.basis)):
            resting.setdefault(key, []).append(rule)
    rows = []
    for law in laws:
        for clause in law.clauses:
            found = resting.get((law.law, clause.article, law.version), [])
            finding = tuple(rule for rule in found if not rule.is_question)
            rows.append(Row(law, clause, finding, tuple(rule for rule in found if rule.is_question)))
    return rows


def unknown_bases(laws: Iterable[Law], rules: Iterable[Rule]) -> list[tuple[Rule, Basis]]:
    """Return the bases in law that are no known clause, or that say otherwise whether the clause was verified."""
    known = {(law.law, each.article, law.version): each.verified for law in laws for each in law.clauses}
    return [
        (rule, basis)
        for rule in rules
        for basis in rule.basis
        if basis.law and known.get(_key(basis)) is not basis.verified
    ]


def _key(basis: Basis) -> tuple[str, str, dt.date]:
    return (basis.law or "", basis.article or "", basis.version or dt.date.min)
