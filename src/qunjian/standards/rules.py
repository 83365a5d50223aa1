"""What a rule file may say: the fault, how grave it is, on which law it rests, how it is found, and its samples."""

from __future__ import annotations

import datetime as dt
import re
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any, Literal
from zoneinfo import ZoneInfo

from pydantic import BaseModel, ConfigDict, Discriminator, Field, Tag, field_validator, model_validator

from qunjian.model.errors import BadInputError
from qunjian.model.language import Phrase
from qunjian.model.problems import PhrasedError, Problem, WrittenError
from qunjian.model.records import Severity
from qunjian.model.written import read_written
from qunjian.standards.basics import MessageKind, Role, Said, Strict
from qunjian.standards.conditions import MOST_OF_OTHERS, Condition, Speech, needs_others

if TYPE_CHECKING:
    from qunjian.model.written import Written

__all__ = ["Condition", "MessageKind", "Role", "Said", "Speech", "Strict"]  # and what stands below

Category = Literal["compliance", "spam", "privacy", "conduct", "quality"]
Lifecycle = Literal["trial", "active", "retired"]
# The kinds of check that exist; their parameters are described and validated in checks/.
MESSAGE_KINDS = ("phrases", "patterns", "contact", "personal_data", "links", "facts", "model")
# A question is put to a person; it is no finding.
QUESTION = "question"
WINDOW_KINDS = (
    "duplicates", "cross_community_duplicates", "flood", "mention_all", "staff_first_response", "facts_in_answers",
    "mass_sends",
)  # fmt: skip
# Of attachments: their names, and what was read from their files.
MEDIA_KINDS = ("files", "codes", "pictures")
DETECT_KINDS = (*MESSAGE_KINDS, *WINDOW_KINDS, *MEDIA_KINDS, QUESTION)

SAMPLE_ZONE = "Asia/Shanghai"
_SAMPLE_DAY = dt.date(2026, 11, 16)
_CLOCK = re.compile(r"(?:(\d{4}-\d{2}-\d{2})[ T])?(\d{1,2}:\d{2}(?::\d{2})?)")


class Basis(Strict):
    """One clause a rule rests on: a law with article and the date of its version, or another named source."""

    law: str | None = None
    article: str | None = None
    version: dt.date | None = None
    source: str | None = None
    verified: bool = False

    @model_validator(mode="after")
    def _names_something(self) -> Basis:
        if bool(self.law) == bool(self.source):
            raise PhrasedError("依据写 law（法规）或 source（其他来源）之一", "a basis names either a law or a source")
        if self.law and self.version is None:
            raise PhrasedError("法规依据要写 version（版本日期）", "a law needs the date of its version")
        return self

    @property
    def citation(self) -> str:
        """Return the clause as people cite it, e.g. 《广告法》第九条（2021-04-29 版）."""
        if self.source:
            return f"{self.source}{self.article or ''}"
        mark = "" if self.verified else "，条文待核"
        return f"《{self.law}》{self.article or ''}（{self.version} 版{mark}）"


# Every kind whose words somebody chose: captions, titles of files and red packets, what a forward or card says.
WORDED: tuple[MessageKind, ...] = (
    "text", "link", "image", "voice", "video", "file", "red_packet", "location", "card", "forward", "other",
)  # fmt: skip


class RuleScope(Strict):
    """Which messages a rule looks at: kinds of message, community tags, roles it is for, roles it spares."""

    kinds: tuple[MessageKind, ...] = WORDED
    tags: tuple[str, ...] = ()
    roles: tuple[Role, ...] = ()
    exempt_roles: tuple[Role, ...] = ()


class Detect(BaseModel):
    """How the fault is found: the kind of check; the other keys are that kind's own parameters."""

    model_config = ConfigDict(frozen=True, extra="allow", strict=True)

    kind: str

    @property
    def parameters(self) -> dict[str, Any]:
        """Return the parameters as written, for the kind's own model to validate."""
        return dict(self.model_extra or {})


class Grant(Strict):
    """An exemption somebody answers for until a day: for hits a phrase overlaps, for messages a condition holds for."""

    reason: str = Field(min_length=1)
    owner: str = Field(min_length=1)
    expires: dt.date
    phrases: tuple[str, ...] = ()
    when: Condition | None = None

    @model_validator(mode="after")
    def _has_bounds(self) -> Grant:
        if not (self.phrases or self.when):
            raise PhrasedError("要写 phrases（词句）或 when（条件）", "name phrases or a condition (when)")
        if self.when is not None and self.when.looks_back:
            raise PhrasedError("例外的条件不能看别的消息", "an exemption's condition cannot look at other messages")
        return self


class Exempt(Strict):
    """What is not a fault: a phrase or a pattern (RE2) that overlaps the hit, or a pattern anywhere in the message.

    `speech`: the hit is quoted, negated or warned of. `granted`: exemptions with an owner and a last day.
    """

    phrases: tuple[str, ...] = ()
    around: tuple[str, ...] = ()
    patterns: tuple[str, ...] = ()
    speech: tuple[Speech, ...] = ()
    granted: tuple[Grant, ...] = ()


class Line(Strict):
    """One message of a short conversation; `at` is a local wall time, with a day when days matter.

    `joins`: no message, the account joins the community then. `attachments`: names of files. `tags`: the community's.
    `codes`: what the codes say in pictures of the message; `pictures`: likenesses of its pictures (16 digits).
    """

    at: str
    by: str
    text: str = ""
    community: str = "甲群"
    role: Role = "member"
    kind: MessageKind = "text"
    reply_to: int | None = Field(default=None, ge=1)
    mentions: tuple[str, ...] = ()
    forwarded: bool = False
    attachments: tuple[str, ...] = ()
    codes: tuple[str, ...] = ()
    pictures: tuple[str, ...] = ()
    joins: bool = False
    tags: tuple[str, ...] = ()

    @field_validator("at")
    @classmethod
    def _is_clock(cls, value: str) -> str:
        if not _CLOCK.fullmatch(value):
            raise PhrasedError(f"时间“{value}”应写成 10:00:05 或 2026-11-16 10:00", f"write '{value}' like 10:00:05")
        return value

    @property
    def shown(self) -> str:
        """Return the text, and what stands for the attachments."""
        attached = (f"[{each}]" for each in (*self.attachments, *self.codes, *self.pictures))
        return " ".join(filter(None, (self.text, *attached)))

    @property
    def instant(self) -> dt.datetime:
        """Return the UTC instant of the line; without a day it is Monday 2026-11-16 in the samples' zone."""
        match = _CLOCK.fullmatch(self.at)
        day, clock = match.groups() if match else (None, "0:00")
        hour, minute, second = [*(int(part) for part in str(clock).split(":")), 0][:3]
        local = dt.datetime.combine(
            dt.date.fromisoformat(day) if day else _SAMPLE_DAY,
            dt.time(hour, minute, second),
            tzinfo=ZoneInfo(SAMPLE_ZONE),
        )
        return local.astimezone(dt.UTC)


def _sample_shape(value: object) -> str:
    return "lines" if isinstance(value, list | tuple) else "text"


Sample = Annotated[
    Annotated[str, Tag("text")] | Annotated[tuple[Line, ...], Tag("lines")], Discriminator(_sample_shape)
]


class Samples(Strict):
    """What must hit and what must pass: texts, or short conversations; `cloaked`: what must hit though it is hidden."""

    hit: tuple[Sample, ...] = Field(min_length=3)
    passed: tuple[Sample, ...] = Field(min_length=3, alias="pass")
    cloaked: tuple[Sample, ...] = ()


class Rule(Strict):
    """One rule as written in its file; the id is <pack>.<fault> and names the fault."""

    id: str = Field(pattern=r"^[a-z][a-z0-9_]*\.[a-z][a-z0-9_]*$")
    name: Said
    severity: Severity
    category: Category
    basis: tuple[Basis, ...] = Field(min_length=1)
    scope: RuleScope = RuleScope()
    detect: Detect
    when: Condition | None = None
    exempt: Exempt = Exempt()
    samples: Samples
    hint: Said
    lifecycle: Lifecycle = "active"

    @model_validator(mode="after")
    def _conditions_can_be_answered(self) -> Rule:
        asked = [name for name, value in self.when.everywhere() if needs_others(name, value)] if self.when else []
        if asked and self.detect.kind in (*WINDOW_KINDS, QUESTION):
            zh = f"{self.detect.kind} 的 when 不能看之前的消息（{asked[0]}）"
            raise PhrasedError(zh, f"when of {self.detect.kind} cannot look at earlier messages ({asked[0]})")
        if self.when is not None and self.detect.kind in WINDOW_KINDS:
            raise PhrasedError(f"{self.detect.kind} 本来就看多条消息，不能写 when", f"{self.detect.kind} takes no when")
        if self.detect.kind in MEDIA_KINDS and (self.when is not None or self.exempt != Exempt()):
            zh = f"{self.detect.kind} 看附件，不能写 when 和 exempt；例外写在 detect 的 allow 里"
            raise PhrasedError(zh, f"{self.detect.kind} looks at attachments: no when, no exempt; use detect.allow")
        if len(asked) > MOST_OF_OTHERS:
            zh = f"看之前的消息的条件至多 {MOST_OF_OTHERS} 个"
            raise PhrasedError(zh, f"at most {MOST_OF_OTHERS} conditions look at earlier messages")
        return self

    @property
    def pack(self) -> str:
        """Return the pack's name: the part before the dot."""
        return self.id.partition(".")[0]

    @property
    def is_window(self) -> bool:
        """Return whether the rule looks at several messages at once."""
        return self.detect.kind in WINDOW_KINDS or (self.when is not None and self.when.looks_back)

    @property
    def is_question(self) -> bool:
        """Return whether the rule only puts questions to a person and finds nothing itself."""
        return self.detect.kind == QUESTION

    @property
    def citation(self) -> str:
        """Return the clauses the rule rests on, as shown with each finding."""
        return "；".join(each.citation for each in self.basis)


def read_rule(path: Path) -> tuple[Rule, Written]:
    """Read one rule file and keep its lines, for errors found later; the id must agree with the path."""
    written = read_written(path, name="/".join(path.parts[-2:]))
    rule = written.make(Rule)
    expected = f"{path.parent.name}.{path.stem}"
    if rule.id != expected:
        raise WrittenError(
            [
                Problem(
                    written.where(("id",)),
                    Phrase(f"规则编号“{rule.id}”与文件位置不符", f"the id '{rule.id}' does not agree with the path"),
                    Phrase(f"应为“{expected}”", f"it should be '{expected}'"),
                )
            ]
        )
    return rule, written


def load_rule(path: Path) -> Rule:
    """Return the rule in the file `<pack>/<fault>.yaml`."""
    return read_rule(path)[0]


def load_pack(folder: Path) -> tuple[Rule, ...]:
    """Return the rules of one pack folder in the order of their ids; every broken file is reported at once."""
    rules: list[Rule] = []
    problems: list[Problem] = []
    for path in sorted(folder.glob("*.yaml")):
        try:
            rules.append(load_rule(path))
        except WrittenError as error:
            problems.extend(error.problems)
        except BadInputError as error:
            problems.append(Problem(error.where, error.what, error.todo))
    if problems:
        raise WrittenError(problems)
    return tuple(rules)
