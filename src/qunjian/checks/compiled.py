"""One rule ready to judge: its check, its exemptions, its scope; every reason not to fire has words."""

from __future__ import annotations

from typing import TYPE_CHECKING

from qunjian.checks.contract import Candidate, Match, Verdict
from qunjian.checks.registry import kind_of, parameters_of
from qunjian.model.language import Phrase
from qunjian.text.folding import fold
from qunjian.text.patterns import confirmer

if TYPE_CHECKING:
    from collections.abc import Sequence

    from qunjian.standards.rules import Rule
    from qunjian.text.matching import Sighting


# So many characters on either side of a hit are read for what takes it away.
_AROUND = 60


class CompiledRule:
    """One message rule, compiled."""

    def __init__(self, rule: Rule) -> None:
        self.rule = rule
        build = kind_of(rule).build
        if build is None:
            raise TypeError(rule.id)
        self._check = build(parameters_of(rule))
        self.needles = tuple(self._check.needles)
        # Those of its needles that can be a fault; the later ones only stand near one.
        self.main: int = getattr(self._check, "main", len(self.needles))
        self._kinds = frozenset(rule.scope.kinds)
        self._tags = frozenset(rule.scope.tags)
        self._roles = frozenset(rule.scope.roles)
        self._exempt_roles = frozenset(rule.scope.exempt_roles)
        self._exempt_phrases = tuple((phrase, fold(phrase)) for phrase in rule.exempt.phrases if fold(phrase))
        self._exempt_around = tuple((source, confirmer(source)) for source in rule.exempt.around)
        self._exempt_patterns = tuple((source, confirmer(source)) for source in rule.exempt.patterns)

    def outside(self, kind: str, role: str, tags: Sequence[str] | None) -> Phrase | None:
        """Return why the rule does not look at such a message, or None if it does; tags None: not known, let pass."""
        if kind not in self._kinds:
            return Phrase(f"不检查这类消息（{kind}）", f"does not look at messages of this kind ({kind})")
        if role in self._exempt_roles:
            return Phrase(f"身份“{role}”豁免", f"the role '{role}' is exempt")
        if self._roles and role not in self._roles:
            return Phrase(
                f"只针对身份：{'、'.join(sorted(self._roles))}", f"is only for: {', '.join(sorted(self._roles))}"
            )
        if self._tags and tags is not None and not self._tags.intersection(tags):
            return Phrase(
                f"只用于标签：{'、'.join(sorted(self._tags))}", f"is only for tags: {', '.join(sorted(self._tags))}"
            )
        return None

    def matches(self, text: str, folded: str, sightings: Sequence[Sighting]) -> tuple[Match, ...]:
        """Return the matches that no exemption takes away."""
        found = self._check.judge(Candidate(text, tuple(sightings)))
        if not found or self._exempting_pattern(folded) is not None:
            return ()
        return tuple(match for match in found if self._exempting_around(text, match) is None)

    def verdict(self, text: str, folded: str, sightings: Sequence[Sighting]) -> Verdict:
        """Return what the rule makes of one text, with the reason where it does not fire."""
        if matches := self.matches(text, folded, sightings):
            return Verdict(self.rule.id, True, matches)
        if not sightings:
            return Verdict(self.rule.id, False, (), Phrase("没有出现要找的词句或样式", "nothing it looks for is there"))
        found = self._check.judge(Candidate(text, tuple(sightings)))
        if not found:
            seen = "、".join(dict.fromkeys(f"“{text[each.start : each.end]}”" for each in sightings))
            why = Phrase(
                f"看到{seen}，但没有通过核验（校验码、邻近词、类别或白名单）",
                f"saw {seen}, but it did not pass (check digit, words near it, class, or the team's own)",
            )
            return Verdict(self.rule.id, False, (), why)
        source = self._exempting_pattern(folded)
        if source is None:
            source = next(filter(None, (self._exempting_around(text, match) for match in found)), "")
            return Verdict(self.rule.id, False, (), Phrase(f"被例外“{source}”豁免", f"exempted by '{source}'"))
        return Verdict(
            self.rule.id, False, (), Phrase(f"被例外样式“{source}”豁免", f"exempted by the pattern '{source}'")
        )

    def _exempting_pattern(self, folded: str) -> str | None:
        for source, compiled in self._exempt_patterns:
            if compiled.search(folded) is not None:
                return source
        return None

    def _exempting_around(self, text: str, match: Match) -> str | None:
        """Return what overlaps the hit and takes it away: an allow-phrase or a pattern."""
        return self._exempting_phrase(text, match) or self._exempting_overlap(text, match)

    def _exempting_overlap(self, text: str, match: Match) -> str | None:
        if not self._exempt_around:
            return None
        before = fold(text[max(0, match.start - _AROUND) : match.start])
        hit = fold(text[match.start : match.end])
        around = before + hit + fold(text[match.end : match.end + _AROUND])
        for source, compiled in self._exempt_around:
            for seen in compiled.finditer(around):
                if seen.start() < len(before) + len(hit) and seen.end() > len(before):
                    return source
        return None

    def _exempting_phrase(self, text: str, match: Match) -> str | None:
        """Return the allow-phrase that overlaps the hit: it stands within its own length around the hit."""
        for phrase, folded in self._exempt_phrases:
            around = fold(text[max(0, match.start - len(phrase) + 1) : match.end + len(phrase) - 1])
            if folded in around:
                return phrase
        return None
