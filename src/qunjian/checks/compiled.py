"""One rule ready to judge: its check, conditions, exemptions, scope; every reason not to fire has words."""

from __future__ import annotations

from typing import TYPE_CHECKING

import msgspec

from qunjian.checks.conditions import Asked, Conditions, Facts
from qunjian.checks.contract import Candidate, Match, Verdict
from qunjian.checks.doubts import stands, why_doubtful
from qunjian.checks.exemptions import Exemptions
from qunjian.checks.registry import kind_of, parameters_of
from qunjian.model.language import Phrase

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from qunjian.standards.rules import Rule
    from qunjian.text.matching import Sighting


class Hit(msgspec.Struct, frozen=True):
    """One match that no exemption takes away; `table`: for which answers of other messages it counts."""

    match: Match
    table: int


class CompiledRule:
    """One message rule, compiled."""

    def __init__(self, rule: Rule) -> None:
        self.rule = rule
        build = kind_of(rule).build
        if build is None:
            raise TypeError(rule.id)
        self._check = build(parameters_of(rule))
        own = tuple(self._check.needles)
        # Those of its needles that can be a fault; the later ones only stand near one.
        self.main: int = getattr(self._check, "main", len(own))
        self._own = len(own)
        self._dated: bool = getattr(self._check, "dated", False)  # whether the day of the message matters
        self.conditions = Conditions(rule.when, len(own)) if rule.when is not None else None
        more = tuple(self.conditions.needles) if self.conditions else ()
        self._exempt = Exemptions(rule.exempt, len(own) + len(more))
        self.needles = (*own, *more, *self._exempt.needles)
        # Whether the text alone does not tell: facts of the message are asked for.
        self.conditional = self.conditions is not None or self._exempt.conditional
        self._kinds = frozenset(rule.scope.kinds)
        self._tags = frozenset(rule.scope.tags)
        self._roles = frozenset(rule.scope.roles)
        self._exempt_roles = frozenset(rule.scope.exempt_roles)

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

    def matches(
        self, text: str, folded: str, sightings: Sequence[Sighting], facts: Callable[[], Facts]
    ) -> tuple[Match, ...]:
        """Return the matches of a finding; `facts` are asked for late."""
        left = self.left(text, folded, sightings, facts)
        return left if left and stands(left, folded) else ()

    def doubts(
        self, text: str, folded: str, sightings: Sequence[Sighting], facts: Callable[[], Facts]
    ) -> tuple[Match, ...]:
        """Return the matches that make no finding but are put to a person."""
        left = () if all(not each.doubtful for each in sightings) else self.left(text, folded, sightings, facts)
        return () if not left or stands(left, folded) else left

    def left(
        self, text: str, folded: str, sightings: Sequence[Sighting], facts: Callable[[], Facts]
    ) -> tuple[Match, ...]:
        """Return the matches that meet the conditions and that no exemption takes away, doubtful ones too."""
        found = self._found(text, sightings, facts)
        if not found or self._exempt.of_message(folded) is not None:
            return ()
        left = tuple(match for match in found if self._exempt.of_hit(text, folded, match) is None)
        if not left or not self.conditional:
            return left
        known = facts()
        return tuple(match for match in left if self._counts(text, folded, known, match, sightings))

    def hits(self, text: str, folded: str, sightings: Sequence[Sighting], facts: Callable[[], Facts]) -> list[Hit]:
        """Return the matches no exemption takes away, each with the answers of other messages it would count for."""
        found = self._found(text, sightings, facts)
        if not found or self._exempt.of_message(folded) is not None:
            return []
        left = [match for match in found if self._exempt.of_hit(text, folded, match) is None]
        if not left or not self.conditional:
            return [Hit(match, 1) for match in left]
        known = facts()
        return [
            Hit(match, self._table(Asked(text, folded, known, match, sightings)))
            for match in left
            if self._exempt.granted(text, folded, known, match, sightings) is None
        ]

    def _table(self, asked: Asked) -> int:
        return self.conditions.table(asked) if self.conditions is not None else 1

    def verdict(self, text: str, folded: str, sightings: Sequence[Sighting], facts: Callable[[], Facts]) -> Verdict:
        """Return what the rule makes of one text, with the reason where it does not fire."""
        if matches := self.matches(text, folded, sightings, facts):
            return Verdict(self.rule.id, True, matches)
        return Verdict(self.rule.id, False, (), self._why_not(text, folded, sightings, facts))

    def _why_not(self, text: str, folded: str, sightings: Sequence[Sighting], facts: Callable[[], Facts]) -> Phrase:
        own = [each for each in sightings if each.needle < self._own]
        if not own:
            return NOTHING
        found = self._found(text, sightings, facts)
        if not found and (own_words := getattr(self._check, "why_not", None)) is not None:
            told: Phrase = own_words(Candidate(text, tuple(own)))
            return told
        if not found:
            seen = "、".join(dict.fromkeys(f"“{text[each.start : each.end]}”" for each in own))
            return Phrase(
                f"看到{seen}，但没有通过核验（校验码、邻近词、类别或白名单）",
                f"saw {seen}, but it did not pass (check digit, words near it, class, or the team's own)",
            )
        if (exempted := self._exempt.of_message(folded)) is not None:
            return exempted
        if left := self.left(text, folded, sightings, facts):
            return why_doubtful(text, left)
        reasons: dict[Phrase, None] = {}
        for match in found:
            reason = self._exempt.of_hit(text, folded, match)
            if reason is None and self.conditional:
                reason = self._exempt.granted(text, folded, facts(), match, sightings)
            if reason is None and self.conditions is not None:
                reason = self.conditions.why_not(Asked(text, folded, facts(), match, sightings))
            if reason is not None:
                reasons[reason] = None
        return Phrase("；".join(each.zh for each in reasons), "; ".join(each.en for each in reasons))

    def _found(self, text: str, sightings: Sequence[Sighting], facts: Callable[[], Facts]) -> list[Match]:
        if len(self.needles) > self._own:
            sightings = [each for each in sightings if each.needle < self._own]
            if not sightings:
                return []
        if not self._dated:
            return self._check.judge(Candidate(text, tuple(sightings)))
        local = facts().local
        return self._check.judge(Candidate(text, tuple(sightings), local.date() if local else None))

    def _counts(self, text: str, folded: str, facts: Facts, match: Match, sightings: Sequence[Sighting]) -> bool:
        asked = Asked(text, folded, facts, match, sightings)
        if self.conditions is not None and not self.conditions.answer(asked):
            return False
        return self._exempt.granted(text, folded, facts, match, sightings) is None


NOTHING = Phrase("没有出现要找的词句或样式", "nothing it looks for is there")
