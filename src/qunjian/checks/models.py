"""Check kind `model`: what a text model thinks, from the probability on that the rule's severity asks for."""

from __future__ import annotations

from functools import cached_property
from typing import TYPE_CHECKING

from pydantic import Field, model_validator

from qunjian.checks.contract import CheckKind, Match
from qunjian.checks.scoring import Scored, model_of
from qunjian.model.errors import UnknownNameError
from qunjian.model.language import Phrase
from qunjian.model.problems import PhrasedError
from qunjian.model.records import Severity
from qunjian.models.evaluating import threshold_for
from qunjian.models.explaining import weighed
from qunjian.models.locating import NAME
from qunjian.models.shelf import shipped
from qunjian.standards.basics import Strict

if TYPE_CHECKING:
    from qunjian.checks.contract import Candidate

_MODEL = Phrase("模型", "model")


class Cost(Strict):
    """What each error costs, in any unit: only their proportion counts."""

    false_alarm: float = Field(gt=0)
    miss: float = Field(default=1, gt=0)


# The graver a fault, the more a false accusation of it costs: experience values, to be replaced by a team's own.
COSTS: dict[Severity, Cost] = {
    "critical": Cost(false_alarm=199), "major": Cost(false_alarm=99), "minor": Cost(false_alarm=49),
    "notice": Cost(false_alarm=19),
}  # fmt: skip


class Parameters(Strict):
    """The model; from which probability on it counts: as written, or by what errors cost, each by severity.

    `severity` is the rule's, put here when it is compiled; `file` and `digest` of the model when a standard is opened.
    """

    model: str = Field(min_length=1)
    threshold: float | dict[Severity, float] | None = None
    costs: dict[Severity, Cost] = Field(default={})
    severity: Severity = "notice"
    file: str = ""
    digest: str = ""

    @model_validator(mode="after")
    def _can_be_used(self) -> Parameters:
        if not self.file and self.model not in shipped():
            error = UnknownNameError(_MODEL, self.model, shipped())
            near = (f"。{error.todo.zh}", f"; {error.todo.en}") if error.todo else ("", "")
            raise PhrasedError(error.what.zh + near[0], error.what.en + near[1])
        written = self.threshold.values() if isinstance(self.threshold, dict) else (self.threshold,)
        if not all(each is None or 0 < each < 1 for each in written):
            raise PhrasedError("threshold（门槛）是 0 与 1 之间的概率", "a threshold is a probability between 0 and 1")
        if self.threshold is not None and self.costs:
            raise PhrasedError("threshold 与 costs 写一个就够", "write either threshold or costs")
        return self

    @property
    def least(self) -> float:
        """Return the probability from which on a text counts, for the rule's severity."""
        written = self.threshold.get(self.severity) if isinstance(self.threshold, dict) else self.threshold
        if written is not None:
            return written
        cost = self.costs.get(self.severity, COSTS[self.severity])
        return threshold_for(false_alarm=cost.false_alarm, miss=cost.miss)


class ModelCheck:
    """One model and one threshold; what weighed most is shown as the place."""

    def __init__(self, parameters: Parameters) -> None:
        self._least, self._name = parameters.least, parameters.model
        self._scored = Scored(parameters.model, parameters.least, parameters.file)
        self.needles = (self._scored,)

    @cached_property
    def _detail(self) -> str:
        return f"{self._name}@{model_of(self._scored).version}"

    def judge(self, candidate: Candidate) -> list[Match]:
        """Return the runs of characters that weighed most, if the model is sure enough."""
        chance = max((each.confidence for each in candidate.sightings), default=0.0)
        if chance < self._least:
            return []
        runs = [(each.start, each.end) for each in weighed(model_of(self._scored), candidate.text)]
        return [Match(*run, (), chance, self._detail) for run in runs or [(0, len(candidate.text))]]

    def why_not(self, candidate: Candidate) -> Phrase:
        """Return how sure the model is, and what weighed most, where that is not enough."""
        chance = max((each.confidence for each in candidate.sightings), default=0.0)
        runs = weighed(model_of(self._scored), candidate.text, most=3)
        shown = [f"“{candidate.text[each.start : each.end]}”" for each in runs]
        return Phrase(
            f"模型 {self._name} 给出的概率 {chance:.2f} 低于门槛 {self._least:.2f}"
            + (f"；最重的是{'、'.join(shown)}" if shown else ""),
            f"the model {self._name} says {chance:.2f}, below the threshold {self._least:.2f}"
            + (f"; what weighs most: {', '.join(shown)}" if shown else ""),
        )


KIND = CheckKind(NAME, Phrase("文本模型", "text model"), Parameters, ModelCheck)
