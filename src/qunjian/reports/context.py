"""What every part looks up: names, indicator facts and scorecards by id, with the words of the report's language."""

from __future__ import annotations

import hashlib
from collections import defaultdict
from functools import cached_property
from typing import TYPE_CHECKING, Protocol, TypeVar

from qunjian.indicators.reasons import sentence
from qunjian.model.language import Language
from qunjian.model.records import SEVERITIES
from qunjian.reports.material import CommunityFacts, IndicatorFacts, Material, RuleFacts
from qunjian.reports.words import NONE, Words, masked_person, visible
from qunjian.text.masking import mask_name

if TYPE_CHECKING:
    from collections.abc import Iterable

    from qunjian.assessment.compliance import Tally
    from qunjian.assessment.scorecard import Scorecard
    from qunjian.insight.records import Anomaly, Change
    from qunjian.model.records import Value

MOST_SECTIONS = 12


class _OfCommunity(Protocol):
    @property
    def community_id(self) -> str: ...


R = TypeVar("R", bound=_OfCommunity)


class Context:
    """The material of one report with its look-ups; parts read it and never change it."""

    def __init__(self, material: Material, language: Language) -> None:
        self.material = material
        self.words = Words(language, material.zone)

    @cached_property
    def communities(self) -> dict[str, CommunityFacts]:
        """Return communities by id."""
        return {each.community_id: each for each in self.material.communities}

    @cached_property
    def present(self) -> list[CommunityFacts]:
        """Return the communities with a message in the period."""
        return [each for each in self.material.communities if each.messages]

    @cached_property
    def indicators(self) -> dict[str, IndicatorFacts]:
        """Return indicators by id."""
        return {each.indicator: each for each in self.material.indicators}

    @cached_property
    def rules(self) -> dict[str, RuleFacts]:
        """Return rules by id."""
        return {each.rule: each for each in self.material.rules}

    @cached_property
    def cards(self) -> dict[str, Scorecard]:
        """Return the communities' scorecards by id."""
        return {card.subject: card for card in self.material.scorecards}

    @cached_property
    def values(self) -> dict[tuple[str, str], Value]:
        """Return this period's values by (indicator, community)."""
        return {(each.indicator, each.community_id): each for each in self.material.values if each.account_id is None}

    @cached_property
    def changes(self) -> dict[str, list[Change]]:
        """Return changes by community."""
        return _grouped(self.material.changes)

    @cached_property
    def anomalies(self) -> dict[str, list[Anomaly]]:
        """Return this period's anomalies by community."""
        first, after = self.material.period.first, self.material.period.after
        return _grouped(each for each in self.material.anomalies if first <= each.first < after)

    @cached_property
    def tallies(self) -> dict[str, list[Tally]]:
        """Return finding counts by community."""
        return _grouped(self.material.counts)

    def name(self, community_id: str) -> str:
        """Return a community's name, safe to show; its id where it has none."""
        facts = self.communities.get(community_id)
        return visible((facts.name if facts else "") or community_id)

    def person(self, name: str | None, account: str | None = None) -> str:
        """Return how somebody is named: masked, but a pseudonym as it stands."""
        if self.material.pseudonymous:
            return name or (account or NONE).rpartition(":")[2]
        return masked_person(name, account)

    def colleague(self, name: str) -> str:
        """Return how somebody of the team is named: masked, but a pseudonym as it stands."""
        return name if self.material.pseudonymous else visible(mask_name(name))

    def colleagues(self, names: str) -> str:
        """Return how several of the team are named, as a list joins them."""
        return "、".join(self.colleague(name) for name in names.split("、") if name)

    def title(self, indicator: str) -> str:
        """Return an indicator's title."""
        facts = self.indicators.get(indicator)
        return self.words.said(facts.title) if facts else indicator

    def unit(self, indicator: str) -> str:
        """Return an indicator's unit code."""
        facts = self.indicators.get(indicator)
        return facts.unit if facts else ""

    def rule_name(self, rule: str) -> str:
        """Return a rule's name."""
        facts = self.rules.get(rule)
        return self.words.said(facts.name) if facts else rule

    def reason(self, code: str) -> str:
        """Return why a value is unknown, in words."""
        return sentence(code, self.words.language)

    def anchor(self, community_id: str) -> str:
        """Return a community's place in the report: short, stable, and free of what the id says."""
        return "c" + hashlib.blake2b(community_id.encode(), digest_size=5).hexdigest()

    @property
    def period_text(self) -> str:
        """Return the period's name and days."""
        period = self.material.period
        running = self.words.say("，尚未结束", ", still running") if self.material.unfinished else ""
        if newer := self.material.newer:
            running = self.words.say(
                f"，更近的 {newer.period} 只有 {newer.messages:,} 条消息，没有取",
                f", the newer {newer.period} has only {newer.messages:,} messages and was left out",
            )
        days = self.words.days(period.first, period.after)
        return (
            f"{period.name}{self.words.say('（', ' (')}{days}{running}{self.words.say('）', ')')}"
            if period.days > 1
            else f"{period.name}{running}"
        )

    @cached_property
    def featured(self) -> list[CommunityFacts]:
        """Return the communities that get a section: vetoed, odd, grave findings, low-scored, large; then by id."""
        chosen = sorted(self.present, key=self._concern)
        return chosen[:MOST_SECTIONS]

    def _concern(self, facts: CommunityFacts) -> tuple[float, float, float, float, float, str]:
        card = self.cards.get(facts.community_id)
        grave = [0, 0]
        for tally in self.tallies.get(facts.community_id, ()):
            rank = SEVERITIES.index(tally.severity)
            if rank < 2:
                grave[rank] += tally.counted
        score = card.score.value if card and card.score.value is not None else 101.0
        odd = len(self.anomalies.get(facts.community_id, ()))
        return (-grave[0], -odd, -grave[1], score, -facts.messages, facts.community_id)


def _grouped(rows: Iterable[R]) -> dict[str, list[R]]:
    groups: defaultdict[str, list[R]] = defaultdict(list)
    for row in rows:
        groups[row.community_id].append(row)
    return groups
