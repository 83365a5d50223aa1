"""Reviews and the engine: draws, review forms and their scores, duties, verdicts into the workspace."""

from __future__ import annotations

import hashlib
from functools import lru_cache
from typing import TYPE_CHECKING

import msgspec

from qunjian.assessment.review_form import Filled, is_low, mean_of_reviews, score_form
from qunjian.assessment.scorecard import Score
from qunjian.model.decisions import Review
from qunjian.model.errors import BadInputError
from qunjian.runs.drawing import Draw, Wanted, draw_reviews
from qunjian.runs.standards import open_edition
from qunjian.runs.surveying import standing_on
from qunjian.sampling.draw import Quota, Stratum
from qunjian.sources.decisions import read_decisions, write_lines, written_reviews
from qunjian.standards.schema import Review as Form
from qunjian.standards.schema import ReviewItem
from qunjian.statistics.intervals import wilson
from qunjian_console.bridge.opening import workspace

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

__all__ = [
    "BadInputError", "Draw", "Filled", "Form", "Quota", "Review", "ReviewItem", "Score", "Stratum", "Wanted", "is_low",
    "mean_of_reviews",
]  # fmt: skip


class OnDuty(msgspec.Struct, frozen=True):
    """A person of the duty table and the accounts it names for them, anywhere."""

    person: str
    accounts: tuple[str, ...]


class Share(msgspec.Struct, frozen=True):
    """A share with its 95 % interval (Wilson); nothing observed: no value."""

    hits: int
    of: int
    value: float | None = None
    low: float | None = None
    high: float | None = None


def draw(wanted: Wanted) -> Draw:
    """Return what a plan draws now."""
    return draw_reviews(workspace(), wanted)


def form_of(standard: str) -> str:
    """Return the review form of a standard as JSON, empty where it has no items."""
    review = open_edition(standard, (workspace().standards,)).standard.review
    return review.model_dump_json() if review.items else ""


def appeal_days(standard: str) -> tuple[int, int]:
    """Return within how many days results can be appealed and appeals are to be decided."""
    try:
        review = open_edition(standard, (workspace().standards,)).standard.review
    except BadInputError:
        review = Form()
    return review.appeal_days, review.second_review_days


@lru_cache(maxsize=64)
def read_form(text: str) -> Form:
    """Return a pinned form."""
    return Form.model_validate_json(text)


def fill(text: str, marks: Mapping[str, int | None]) -> Filled:
    """Return the score of a pinned form with these marks."""
    return score_form(read_form(text), marks)


def on_duty() -> tuple[OnDuty, ...]:
    """Return the people of the duty table with all their accounts."""
    return _on_duty(standing_on(workspace()))


@lru_cache(maxsize=4)
def _on_duty(state: tuple[str, ...]) -> tuple[OnDuty, ...]:
    """Read it once for each state of lake and decisions: names of groups are looked up in the lake."""
    found: dict[str, dict[str, None]] = {}
    for duty in workspace().decisions().duties:
        found.setdefault(duty.person, {}).update(dict.fromkeys(duty.accounts))
    return tuple(OnDuty(person, tuple(accounts)) for person, accounts in sorted(found.items()))


def share(hits: int, of: int) -> Share:
    """Return a share with its interval."""
    if not of:
        return Share(hits, of)
    low, high = wilson(hits, of)
    return Share(hits, of, hits / of, float(low), float(high))


def standing_verdicts() -> tuple[Review, ...]:
    """Return the verdicts that stand in the workspace's files."""
    folder = workspace().root / "decisions"
    written = {each.finding_id: each for each in sorted(written_reviews(folder), key=lambda each: each.at)}
    return tuple(written.values())


def write_verdicts(reviews: Sequence[Review]) -> str:
    """Put verdicts in the place of those in the workspace, for its reports; returns the file's digest."""
    path = workspace().root / "decisions" / "review.jsonl"
    write_lines(path, reviews, read_only=True)
    return digest_of_verdicts()


def digest_of_verdicts() -> str:
    """Return the digest of the file of verdicts, empty where there is none."""
    path = workspace().root / "decisions" / "review.jsonl"
    return hashlib.sha256(path.read_bytes()).hexdigest() if path.is_file() else ""


def read_back() -> dict[str, str]:
    """Return the verdict of each finding as the engine reads it."""
    return read_decisions(workspace().root / "decisions").verdicts()
