"""Check kind `links`: links by the kind of place they lead to, or by domain, but for the team's own."""

from __future__ import annotations

from typing import TYPE_CHECKING

from pydantic import Field, field_validator, model_validator

from qunjian.checks.contract import CheckKind, Match
from qunjian.model.language import Phrase
from qunjian.model.problems import PhrasedError
from qunjian.standards.rules import Strict
from qunjian.text.links import LINK, LINK_HINT, SENTENCE_MARKS, LinkClass, host_and_path, link_class, trimmed, under
from qunjian.text.scanning import Pattern

if TYPE_CHECKING:
    from qunjian.checks.contract import Candidate


class Parameters(Strict):
    """The classes of link that are a fault, domains that always are, and domains that never are."""

    classes: tuple[LinkClass, ...] = ()
    domains: tuple[str, ...] = ()
    allow: tuple[str, ...] = Field(default=())

    @field_validator("domains", "allow")
    @classmethod
    def _are_domains(cls, domains: tuple[str, ...]) -> tuple[str, ...]:
        for domain in domains:
            if "/" in domain or "." not in domain or domain != domain.strip().lower():
                raise PhrasedError(f"“{domain}”应写成域名，如 example.com", f"write '{domain}' like example.com")
        return domains

    @model_validator(mode="after")
    def _names_something(self) -> Parameters:
        if not (self.classes or self.domains):
            raise PhrasedError("要写 classes（链接类别）或 domains（域名）", "name classes of links or domains")
        return self


class LinksCheck:
    """Links of some classes or domains."""

    needles = (Pattern(LINK, hint=LINK_HINT),)

    def __init__(self, parameters: Parameters) -> None:
        self._classes = frozenset(parameters.classes)
        self._domains = frozenset(parameters.domains)
        self._allowed = frozenset(parameters.allow)

    def judge(self, candidate: Candidate) -> list[Match]:
        """Return the links that lead where they should not."""
        matches = []
        for seen in candidate.sightings:
            if candidate.text[seen.start - 1 : seen.start] == "@" and seen.start:
                continue  # the domain of an e-mail address
            link = trimmed(seen.seen)
            host, _ = host_and_path(link)
            place = link_class(link)
            if under(host, self._allowed) or not (place in self._classes or under(host, self._domains)):
                continue
            end = seen.start + len(candidate.text[seen.start : seen.end].rstrip(SENTENCE_MARKS))
            matches.append(Match(seen.start, end, seen.transformations, seen.confidence, place))
        return matches


KIND = CheckKind("links", Phrase("链接", "links"), Parameters, LinksCheck)
