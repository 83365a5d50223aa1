"""What takes a hit away: allow-phrases, patterns, speech, and exemptions somebody answers for until a day."""

from __future__ import annotations

from typing import TYPE_CHECKING

from qunjian.checks.conditions import Asked, Conditions
from qunjian.model.language import Phrase
from qunjian.text.folding import fold
from qunjian.text.patterns import confirmer
from qunjian.text.speech import excuse

if TYPE_CHECKING:
    from collections.abc import Sequence

    from qunjian.checks.conditions import Facts
    from qunjian.checks.contract import Match
    from qunjian.standards.rules import Exempt, Grant
    from qunjian.text.matching import Sighting
    from qunjian.text.scanning import Needle

# So many characters on either side of a hit are read for a pattern that takes it away.
AROUND = 60
_SPEECH = {
    "quotation": Phrase("引用别人的话", "others' words"),
    "negation": Phrase("否定", "negated"),
    "warning": Phrase("提醒警示", "warned of"),
}


class Exemptions:
    """The exemptions of one rule; needles of their conditions are numbered from `first` on."""

    def __init__(self, exempt: Exempt, first: int) -> None:
        self._phrases = _folded(exempt.phrases)
        self._around = tuple((source, confirmer(source)) for source in exempt.around)
        self._patterns = tuple((source, confirmer(source)) for source in exempt.patterns)
        self._speech = exempt.speech
        self._granted: list[tuple[Grant, tuple[tuple[str, str], ...], Conditions | None]] = []
        self.needles: list[Needle] = []
        for grant in exempt.granted:
            conditions = Conditions(grant.when, first + len(self.needles)) if grant.when is not None else None
            self._granted.append((grant, _folded(grant.phrases), conditions))
            self.needles += conditions.needles if conditions else ()
        self.conditional = bool(self._granted)

    def of_message(self, folded: str) -> Phrase | None:
        """Return the pattern that exempts the whole message."""
        for source, compiled in self._patterns:
            if compiled.search(folded) is not None:
                return Phrase(f"被例外样式“{source}”豁免", f"exempted by the pattern '{source}'")
        return None

    def of_hit(self, text: str, folded: str, match: Match) -> Phrase | None:
        """Return what takes one hit away, as far as the text alone tells."""
        source = _overlapping_phrase(self._phrases, text, match) or self._overlapping_pattern(text, match)
        if source is not None:
            return Phrase(f"被例外“{source}”豁免", f"exempted by '{source}'")
        if self._speech:
            before, hit = fold(text[: match.start]), fold(text[match.start : match.end])
            excused = excuse(folded, len(before), len(before) + len(hit), self._speech)
            if excused is not None:
                said = _SPEECH[excused.kind]
                return Phrase(f"是{said.zh}（“{excused.cue}”）", f"it is {said.en} ('{excused.cue}')")
        return None

    def granted(
        self, text: str, folded: str, facts: Facts, match: Match, sightings: Sequence[Sighting]
    ) -> Phrase | None:
        """Return the exemption somebody answers for that takes one hit away; one past its last day takes none."""
        for grant, phrases, conditions in self._granted:
            if facts.local is None or facts.local.date() > grant.expires:
                continue
            if phrases and _overlapping_phrase(phrases, text, match) is None:
                continue
            if conditions is not None and not conditions.answer(Asked(text, folded, facts, match, sightings)):
                continue
            return Phrase(
                f"被例外豁免：{grant.reason}（{grant.owner}，至 {grant.expires}）",
                f"exempted: {grant.reason} ({grant.owner}, until {grant.expires})",
            )
        return None

    def _overlapping_pattern(self, text: str, match: Match) -> str | None:
        if not self._around:
            return None
        before = fold(text[max(0, match.start - AROUND) : match.start])
        hit = fold(text[match.start : match.end])
        around = before + hit + fold(text[match.end : match.end + AROUND])
        for source, compiled in self._around:
            for seen in compiled.finditer(around):
                if seen.start() < len(before) + len(hit) and seen.end() > len(before):
                    return source
        return None


def _folded(phrases: Sequence[str]) -> tuple[tuple[str, str], ...]:
    return tuple((phrase, fold(phrase)) for phrase in phrases if fold(phrase))


def _overlapping_phrase(phrases: Sequence[tuple[str, str]], text: str, match: Match) -> str | None:
    """Return the allow-phrase that overlaps the hit: it stands within its own length around the hit."""
    for phrase, folded in phrases:
        around = fold(text[max(0, match.start - len(phrase) + 1) : match.end + len(phrase) - 1])
        if folded in around:
            return phrase
    return None
