"""What a standard says: goals, topics, indicators with targets, rules, facts, duties, scorecards, reviews, guidance."""

from __future__ import annotations

import datetime as dt
import hashlib
import json
from functools import cached_property
from typing import Annotated, Literal

from pydantic import Field, SerializerFunctionWrapHandler, model_serializer, model_validator

from qunjian.model.problems import PhrasedError
from qunjian.model.records import Severity
from qunjian.standards.basics import Role, Said, Strict
from qunjian.standards.facts import Fact

Part = Literal["activity", "interaction", "growth", "compliance", "content", "service"]
PARTS: tuple[Part, ...] = ("activity", "interaction", "growth", "compliance", "content", "service")
# Where a number comes from: experience (经验值, to be replaced by one's own), one's own history, or an authority.
Evidence = Literal["experience", "own_data", "authority"]
_NAME = r"^[a-z][a-z0-9_-]*$"


class Applies(Strict):
    """Which communities something is for; an empty field means any."""

    types: tuple[str, ...] = ()
    tags: tuple[str, ...] = ()
    min_members: int | None = Field(default=None, ge=0)
    max_members: int | None = Field(default=None, ge=0)

    def covers(self, type_: str, tags: tuple[str, ...], members: int | None) -> bool:
        """Return whether a community is meant; an unknown size is outside any stated bound."""
        if self.types and type_ not in self.types:
            return False
        if self.tags and not set(self.tags) & set(tags):
            return False
        if self.min_members is not None and (members is None or members < self.min_members):
            return False
        return self.max_members is None or (members is not None and members <= self.max_members)


class Goal(Strict):
    """What the team wants, and the indicators that show it."""

    id: str = Field(pattern=_NAME)
    name: Said
    indicators: tuple[str, ...] = Field(min_length=1)


class Topic(Strict):
    """One thing the communities are for, and the terms that show a message is about it."""

    id: str = Field(pattern=_NAME)
    name: Said
    terms: tuple[Annotated[str, Field(min_length=1, max_length=40, pattern=r"\S")], ...] = Field(min_length=1)


class Variant(Strict):
    """Another target, floor or weight for some communities; the first variant that covers a community counts."""

    when: Applies
    target: float | None = None
    floor: float | None = None
    weight: int | None = Field(default=None, ge=0, le=100)


class Aim(Strict):
    """One indicator with its target (full points), floor (no points) and weight within its part."""

    id: str
    part: Part
    target: float | None = None
    floor: float | None = None
    weight: int = Field(default=0, ge=0, le=100)
    direction: Literal["up", "down"] | None = None
    evidence: Evidence = "experience"
    note: Said | None = None
    variants: tuple[Variant, ...] = ()

    @model_validator(mode="after")
    def _scored_needs_bounds(self) -> Aim:
        if self.weight and (self.target is None or self.floor is None):
            raise PhrasedError(
                "有权重的指标要写 target 目标和 floor 底线", "a weighted indicator needs target and floor"
            )
        if self.target is not None and self.target == self.floor:
            raise PhrasedError("目标与底线不能相同", "target and floor must differ")
        return self


class Waiver(Strict):
    """A rule put aside for some communities: who answers for it, why, and until when."""

    rule: str
    communities: tuple[str, ...] = ()
    tags: tuple[str, ...] = ()
    reason: str = Field(min_length=1)
    owner: str = Field(min_length=1)
    expires: dt.date

    @model_validator(mode="after")
    def _has_scope(self) -> Waiver:
        if not (self.communities or self.tags):
            raise PhrasedError("例外要写明社群 communities 或标签 tags", "an exception names communities or tags")
        return self


class Rules(Strict):
    """Which packs are on, which of their rules are off, other severities, and exceptions."""

    packs: tuple[str, ...] = ()
    off: tuple[str, ...] = ()
    severity: dict[str, Severity] = Field(default={})
    exceptions: tuple[Waiver, ...] = ()


class Duty(Strict):
    """What staff must do: answer, welcome, publish, patrol; `share` is the part of cases within the time."""

    id: Literal["first_response", "welcome", "publishing", "patrol"]
    name: Said
    within_minutes: int | None = Field(default=None, ge=1)
    share: float | None = Field(default=None, ge=0, le=1)
    per_day: int | None = Field(default=None, ge=0)
    per_week: int | None = Field(default=None, ge=0)
    roles: tuple[Role, ...] = ("owner", "admin", "staff")
    note: Said | None = None


class Penalties(Strict):
    """Points lost per finding per 1,000 inspected messages, by severity; the compliance part is 100 less these."""

    critical: float = Field(default=10, ge=0, le=100)
    major: float = Field(default=3, ge=0, le=100)
    minor: float = Field(default=0.5, ge=0, le=100)
    notice: float = Field(default=0, ge=0, le=100)


class Scorecard(Strict):
    """How a community's parts weigh, what findings cost, and the least evidence below which there is no score."""

    parts: dict[Part, int] = Field(default={})
    penalties: Penalties = Penalties()
    least_messages: int = Field(default=50, ge=0)
    least_speakers: int = Field(default=5, ge=0)

    @model_validator(mode="after")
    def _weights_are_percent(self) -> Scorecard:
        if any(weight < 0 for weight in self.parts.values()) or (self.parts and sum(self.parts.values()) != 100):
            raise PhrasedError(
                f"各部分权重之和应为 100，现为 {sum(self.parts.values())}",
                f"the parts' weights should add up to 100, not {sum(self.parts.values())}",
            )
        return self


class Asked(Strict):
    """When an item of the review form is asked: only where an earlier item was marked within these levels (0 worst)."""

    item: str
    at_least: int = Field(default=0, ge=0, le=4)
    at_most: int = Field(default=4, ge=0, le=4)


class ReviewItem(Strict):
    """One line of the human reviewer's form.

    A critical one (一票否决) marked below the middle of its scale makes 0 what `fails` names: itself, its group, or the
    whole review. `causes` are the root causes offered when it is marked so low.
    """

    id: str = Field(pattern=_NAME)
    name: Said
    weight: int = Field(default=0, ge=0, le=100)
    criteria: str = ""
    critical: bool = False
    scale: Literal[2, 3, 4, 5] = 2
    group: Said | None = None
    fails: Literal["item", "group", "review"] = "review"
    when: Asked | None = None
    causes: tuple[Said, ...] = ()

    @model_serializer(mode="wrap")
    def _unused_left_out(self, write: SerializerFunctionWrapHandler) -> dict[str, object]:
        """Leave out what came later and is not used, so that standards from before keep their hash."""
        written: dict[str, object] = write(self)
        unused = {"group": self.group is None, "fails": self.fails == "review", "when": self.when is None,
                  "causes": not self.causes}  # fmt: skip
        return {name: value for name, value in written.items() if not unused.get(name, False)}


class Review(Strict):
    """The human review: its form, and the windows for second review and appeal."""

    items: tuple[ReviewItem, ...] = ()
    pass_mark: int = Field(default=80, ge=0, le=100)
    appeal_days: int = Field(default=7, ge=1, le=90)
    second_review_days: int = Field(default=3, ge=1, le=90)

    @model_validator(mode="after")
    def _asks_of_earlier_items(self) -> Review:
        known: dict[str, ReviewItem] = {}
        for item in self.items:
            if item.id in known:
                raise PhrasedError(f"复核项 {item.id} 写了两次", f"the review item {item.id} is written twice")
            if item.when is not None and item.when.item not in known:
                raise PhrasedError(
                    f"复核项 {item.id} 的条件 when 要写在它前面的一项",
                    f"the condition of the review item {item.id} should name an item before it",
                )
            known[item.id] = item
        return self


class Criterion(Strict):
    """One thing a language model may be asked about messages of these roles; yes means a fault (off unless allowed)."""

    id: str = Field(pattern=_NAME)
    name: Said
    question: str = Field(min_length=4, max_length=400)
    roles: tuple[Role, ...] = Field(default=("owner", "admin", "staff"), min_length=1)


class Guidance(Strict):
    """How to speak in a situation (话术): words to say and words to avoid."""

    id: str = Field(pattern=_NAME)
    situation: Said
    say: tuple[str, ...] = ()
    avoid: tuple[str, ...] = ()


class Effective(Strict):
    """The local days on which a standard is meant to be in force."""

    first: dt.date | None = None
    last: dt.date | None = None


class Standard(Strict):
    """One standard as written; after loading, with everything it extends merged in."""

    id: str = Field(pattern=_NAME)
    name: Said
    version: str = Field(default="1", min_length=1)
    extends: str | None = None
    summary: Said | None = None
    scope: Applies = Applies()
    effective: Effective = Effective()
    goals: tuple[Goal, ...] = ()
    topics: tuple[Topic, ...] = ()
    indicators: tuple[Aim, ...] = ()
    rules: Rules = Rules()
    facts: tuple[Fact, ...] = ()
    duties: tuple[Duty, ...] = ()
    scorecard: Scorecard = Scorecard()
    review: Review = Review()
    guidance: tuple[Guidance, ...] = ()
    judge: tuple[Criterion, ...] = ()

    @cached_property
    def version_hash(self) -> str:
        """Return the hash of the canonical content: equal content, equal hash, whatever the file looked like.

        Topics count where there are any, so that standards from before there were topics keep their hash.
        """
        empty = set() if self.topics else {"topics"}
        return content_hash(self.model_dump(mode="json", by_alias=True, exclude=empty))

    def aims(self, type_: str = "", tags: tuple[str, ...] = (), members: int | None = None) -> tuple[Aim, ...]:
        """Return the indicators as they apply to one community: the first variant that covers it is merged in."""
        found = []
        for aim in self.indicators:
            for variant in aim.variants:
                if variant.when.covers(type_, tags, members):
                    changes = variant.model_dump(exclude={"when"}, exclude_none=True)
                    found.append(aim.model_copy(update={**changes, "variants": ()}))
                    break
            else:
                found.append(aim)
        return tuple(found)


def content_hash(content: object) -> str:
    """Return the first 16 hex digits of BLAKE2b over canonical JSON."""
    canonical = json.dumps(content, ensure_ascii=False, sort_keys=True, separators=(",", ":"))
    return hashlib.blake2b(canonical.encode(), digest_size=8).hexdigest()
