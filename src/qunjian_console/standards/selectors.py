"""Reads standards: which there are, what one says, which of its rules are wanted, and what a check found."""

from __future__ import annotations

import itertools
import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from django.http import Http404
from django.shortcuts import get_object_or_404

from qunjian_console.bridge import drafting
from qunjian_console.bridge.checking import CheckFinding, Explained
from qunjian_console.bridge.errors import QunjianError
from qunjian_console.bridge.severities import TITLES
from qunjian_console.bridge.standards import VERSION, Edition, Place, Rule, opened, shelf
from qunjian_console.bridge.trying import wrong_samples
from qunjian_console.policy.rows import Subject
from qunjian_console.policy.table import may
from qunjian_console.standards.models import Draft, DraftState

if TYPE_CHECKING:
    from django.db.models import QuerySet

    from qunjian_console.bridge.drafting import Whole
    from qunjian_console.policy.rows import Arguments
    from qunjian_console.standards.releases import Standing

DRAFT = "draft"  # the origin of standards that are still being written
COLOURS = {"critical": "red", "major": "orange", "minor": "yellow", "notice": "secondary"}
MOST_SHOWN = 200  # words of a rule that its page lists at once


def existing(arguments: Arguments) -> Subject | None:
    """Return a subject without limits where there is such a standard; one that is broken is there, and says so."""
    origin, name = str(arguments["origin"]), str(arguments["name"])
    if origin == DRAFT:
        return Subject() if name.isdecimal() and Draft.objects.filter(pk=int(name[:18])).exists() else None
    try:
        found = opened(Place(origin, name))
    except QunjianError:
        return Subject()
    return None if found is None else Subject()


def draft_existing(arguments: Arguments) -> Subject | None:
    """Return a subject without limits where there is such a draft."""
    return Subject() if Draft.objects.filter(pk=int(str(arguments["draft"]))).exists() else None


def edition_at(person: Any, origin: str, name: str) -> Edition:
    """Return the standard at an address; drafts are shown to those who may see them."""
    if origin == DRAFT:
        if not may(person, "may:see-drafts"):
            raise Http404
        return drafting.edition_at(get_object_or_404(Draft, pk=int(name)).digest)
    found = opened(Place(origin, name))
    if found is None:
        raise Http404
    return found


def drafts_for(person: Any) -> QuerySet[Draft]:
    """Return the drafts that are worked on, the newest first, to those who may see them."""
    if not may(person, "may:see-drafts"):
        return Draft.objects.none()
    return Draft.objects.filter(state__in=(DraftState.OPEN, DraftState.PROPOSED)).select_related("by")


def names_taken() -> set[str]:
    """Return the ids that standards and drafts have already."""
    return {each.place.name for each in shelf()} | set(Draft.objects.values_list("standard", flat=True))


@dataclass(frozen=True)
class Wanted:
    """Which rules are asked for: words in them, a severity, a pack, a kind of check."""

    text: str = ""
    severity: str = ""
    pack: str = ""

    @classmethod
    def of(cls, query: Mapping[str, str]) -> Wanted:
        """Return what an address asks for."""
        severity = query.get("severity", "")
        return cls(query.get("q", "").strip()[:80], severity if severity in TITLES else "", query.get("pack", "")[:80])

    def has(self, rule: Rule) -> bool:
        """Return whether a rule is wanted."""
        if self.severity and rule.severity != self.severity:
            return False
        if self.pack and rule.pack != self.pack:
            return False
        return not self.text or self.text.casefold() in _said(rule)


def _said(rule: Rule) -> str:
    words = rule.detect.parameters.get("words") or rule.detect.parameters.get("patterns") or ()
    return "\n".join((rule.id, rule.name.zh, rule.name.en, rule.citation, *map(str, words))).casefold()


def by_pack(edition: Edition, wanted: Wanted) -> list[tuple[str, list[Rule]]]:
    """Return the wanted rules of an edition, pack by pack."""
    packs: dict[str, list[Rule]] = {}
    for rule in edition.rules:
        if wanted.has(rule):
            packs.setdefault(rule.pack, []).append(rule)
    return sorted(packs.items())


def tally(edition: Edition) -> list[tuple[str, str, str, int]]:
    """Return code, title, colour and number of rules of every severity, the gravest first."""
    counts = dict.fromkeys(TITLES, 0)
    for rule in edition.rules:
        counts[rule.severity] += 1
    return [(code, title, COLOURS[code], counts[code]) for code, title in TITLES.items()]


@dataclass(frozen=True)
class Detection:
    """How a rule finds its fault, as its page shows it."""

    words: Sequence[str]
    more: int
    patterns: Sequence[str]
    keys: Sequence[str]
    rest: Sequence[tuple[str, str]]


def detection_of(rule: Rule) -> Detection:
    """Return words, patterns, keys, and what else a rule's check is told, each on its own."""
    parameters = {name: value for name, value in rule.detect.parameters.items() if name not in ("facts", "file")}
    words = list(parameters.pop("words", ()))
    patterns = list(parameters.pop("patterns", ()))
    keys = list(parameters.pop("keys", ()))
    rest = [(name, json.dumps(value, ensure_ascii=False, default=str)) for name, value in parameters.items()]
    return Detection(words[:MOST_SHOWN], max(0, len(words) - MOST_SHOWN), patterns, keys, rest)


@dataclass(frozen=True)
class Piece:
    """A piece of a text, and the rules that hit it."""

    text: str
    rules: tuple[str, ...]


def pieces_of(text: str, spans: Sequence[tuple[int, int, str]]) -> list[Piece]:
    """Cut a text at the borders of spans (start, end, rule)."""
    borders = sorted({0, len(text), *(place for start, end, _ in spans for place in (start, end))})
    return [
        Piece(text[start:end], tuple(dict.fromkeys(rule for a, b, rule in spans if a <= start and end <= b)))
        for start, end in itertools.pairwise(borders)
    ]


@dataclass(frozen=True)
class Checked:
    """One pasted text with its hits marked, and why the rule asked about did not hit."""

    pieces: Sequence[Piece]
    findings: Sequence[tuple[CheckFinding, Rule]]
    explained: Explained | None


def copy_of_counting(standing: Standing) -> tuple[Place, Whole]:
    """Return where what counts today comes from, and it in one piece, to be copied."""
    release = standing.release
    if release is not None:
        place = Place(VERSION, release.content)
    else:
        name = standing.edition.standard.id
        place = next(each.place for each in shelf() if each.place.name == name)
    return place, drafting.copy_of(place)


def wrong_rules(digest: str) -> list[tuple[Rule, int]]:
    """Return the rules of a draft that get samples of their own wrong, of those that were changed in it."""
    content = drafting.draft_at(digest)
    counted = [(rule, wrong_samples(rule)) for rule in content.rules.values()]
    return [(rule, count) for rule, count in counted if count]
