"""Check kind `facts`: statements of staff against the standard's fact sheet, in force on the message's own day."""

from __future__ import annotations

from typing import TYPE_CHECKING

from qunjian.checks.claims import Sheet
from qunjian.checks.contract import CheckKind, Match
from qunjian.model.language import Phrase
from qunjian.standards.basics import Strict
from qunjian.standards.facts import FACT_KINDS, Fact
from qunjian.standards.rules import Detect
from qunjian.text.folding import fold_with_origin
from qunjian.text.matching import Word

if TYPE_CHECKING:
    import datetime as dt

    from qunjian.checks.contract import Candidate
    from qunjian.standards.rules import Rule
    from qunjian.text.scanning import Needle


class Parameters(Strict):
    """`facts` are the standard's, put here when it is loaded; `examples` serve only the samples of the rule."""

    facts: tuple[Fact, ...] = ()
    examples: tuple[Fact, ...] = ()


class FactsCheck:
    """The names of a sheet's subjects are looked for; where one stands, what is said of it is compared."""

    dated = True

    def __init__(self, parameters: Parameters) -> None:
        self._sheet = Sheet(parameters.facts)
        self.needles: tuple[Needle, ...] = tuple(
            Word(name.strip()) for name in dict.fromkeys(name for fact in parameters.facts for name in fact.names)
        )

    def judge(self, candidate: Candidate) -> list[Match]:
        """Return every place that contradicts a fact in force on the candidate's day."""
        return contradictions(self._sheet, candidate.text, candidate.day)


def with_examples(rule: Rule) -> Rule:
    """Return a rule that compares with the fact sheet with its own examples for a sheet: for its samples."""
    if rule.detect.kind not in FACT_KINDS:
        return rule
    parameters = rule.detect.parameters
    facts = parameters.get("examples", ())
    return rule.model_copy(update={"detect": Detect(kind=rule.detect.kind, **{**parameters, "facts": facts})})


def contradictions(sheet: Sheet, text: str, day: dt.date | None) -> list[Match]:
    """Return the places of a text that contradict a sheet, in the original's offsets, each citing the fact."""
    folded, origin = fold_with_origin(text)
    return [
        Match(origin[each.start], origin[each.end - 1] + 1, (), each.confidence, each.fact.citation())
        for each in sheet.wrong(folded, day)
    ]


KIND = CheckKind("facts", Phrase("与事实表不符", "against the fact sheet"), Parameters, FactsCheck)
