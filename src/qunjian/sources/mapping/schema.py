"""The schema of a mapping file: how records are found in a table, JSON, XML or text log, and which field means what."""

from __future__ import annotations

import hashlib
from functools import cached_property
from typing import Annotated, Any, Literal

import re2
from pydantic import AfterValidator, BaseModel, BeforeValidator, ConfigDict, Field, model_validator

from qunjian.model.capabilities import Answer, Capabilities
from qunjian.model.capabilities import Field as CapabilityField
from qunjian.model.errors import BadInputError
from qunjian.model.problems import PhrasedError
from qunjian.sources.times import EPOCHS, time_pattern

Kind = Literal[
    "text", "image", "voice", "video", "file", "link", "sticker", "red_packet", "location", "card",
    "forward", "system", "recall", "other",
]  # fmt: skip
Event = Literal["joined", "left", "kicked", "invited", "renamed"]


_QUIET = re2.Options()
_QUIET.log_errors = False  # the sentence below says it


def _checked_pattern(pattern: str) -> str:
    try:
        re2.compile(pattern, _QUIET)
    except re2.error as error:
        reason = error.args[0] if error.args else ""
        reason = reason.decode() if isinstance(reason, bytes) else str(reason)
        raise PhrasedError(f"不是 RE2 能用的正则：{reason}", f"not an RE2 pattern: {reason}") from None
    return pattern


def _checked_form(form: str) -> str:
    if form != "auto" and form not in EPOCHS:
        if "%" not in form:
            known = "auto " + " ".join(EPOCHS)
            raise PhrasedError(
                f"“{form}”不是时间格式。写成 %Y-%m-%d %H:%M 这样，或用：{known}",
                f"'{form}' is no form of time. Write one like %Y-%m-%d %H:%M, or use: {known}",
            )
        try:
            time_pattern(form)
        except BadInputError as error:
            raise PhrasedError(error.what.zh, error.what.en) from None
    return form


def _checked_groups(pattern: str) -> str:
    """Refuse named and unnamed groups in one pattern: nobody could say which field the unnamed ones are."""
    compiled = re2.compile(pattern, _QUIET)
    if compiled.groupindex and compiled.groups > len(compiled.groupindex):
        raise PhrasedError(
            "有的括号没有名字：要取值就写 (?P<名>…)，只为归组就写 (?:…)",
            "some groups have no name: write (?P<name>…) to take a value, (?:…) only to group",
        )
    return pattern


Pattern = Annotated[str, AfterValidator(_checked_pattern)]
Fielded = Annotated[str, AfterValidator(_checked_pattern), AfterValidator(_checked_groups)]
TimeForm = Annotated[str, AfterValidator(_checked_form)]


class Part(BaseModel):
    """Base of every part of a mapping file."""

    model_config = ConfigDict(extra="forbid", frozen=True, strict=True, populate_by_name=True)


class Replacement(Part):
    """Every hit of `match` becomes `by` (\\1 stands for a group)."""

    model_config = ConfigDict(extra="forbid", frozen=True, strict=False)

    match: Pattern
    by: str = ""


class Value(Part):
    """Where a value comes from: a field's name, a template with {fields}, or =text; then what is done to it, in order.

    `fallback` is a template for rows left empty, `default` a text for those still empty (or not in `map`).
    """

    # A value may also be written as a plain string, and past that step JSON's lists count as Python's.
    model_config = ConfigDict(extra="forbid", frozen=True, strict=False, populate_by_name=True)

    source: str = Field(alias="from")
    pattern: Pattern | None = None
    replace: tuple[Replacement, ...] = ()
    decode: tuple[Literal["html", "dot_percent", "percent"], ...] = ()
    map: dict[str, str] | None = None
    default: str | None = None
    fallback: str | None = None


def _short(written: Any) -> Any:
    return {"from": written} if isinstance(written, str) else written


Spec = Annotated[Value, BeforeValidator(_short)]


class Time(Value):
    """When: a value (replace and map put its words into those a form knows), its forms, the zone of unzoned times."""

    formats: tuple[TimeForm, ...] = ("auto",)
    zone: str | None = None


class Quote(Part):
    """A reply known only by the quoted author and time."""

    author: Spec
    time: Spec
    formats: tuple[TimeForm, ...] = ("auto",)


class Rule(Part):
    """What a record is when `match` hits `on` (a log's whole record by default, else the text); first hit wins."""

    match: Fielded
    on: str | None = None
    kind: Kind | None = None
    event: Event | None = None
    skip: bool = False


class Log(Part):
    """A text log: `start` matches where a record begins.

    `carry`: fields kept from the record before where absent, each with its value at the start of a file.
    """

    start: Fielded
    multiline: bool = True
    carry: dict[str, str] = {}


class Table(Part):
    """A table: names from its header row, or `columns` where there is none (or to rename them)."""

    header: bool = True
    columns: tuple[str, ...] = ()
    delimiter: str = ","
    quoted: bool = True
    skip_lines: int = 0
    sheet: str | None = None


class Json(Part):
    """Where the records stand: a dotted path ("" the document is the array, * every element), or the whole document.

    `children`: the key under which a record holds records of its own kind (replies), to any depth.
    """

    records: str = ""
    whole: bool = False
    children: str = ""


class Xml(Part):
    """Where the records stand: the names of the elements from the outermost one, joined by dots; * is any name."""

    records: str


class Many(Part):
    """All hits of a pattern in a field: mentions (group 1: who), reactions (emoji, count), attachments (name).

    `who`: whether a mention writes the name or the account id.
    """

    source: str = Field(alias="from")
    pattern: Pattern
    kind: Kind = "file"
    who: Literal["name", "account"] = "name"
    decode: tuple[Literal["html"], ...] = ()


class Companion(Part):
    """A file that lies beside: ignored, or an index that promises how many messages each document holds."""

    names: tuple[str, ...]
    role: Literal["ignored", "index"] = "ignored"
    records: str = ""
    document: str = ""
    promised: str = ""


class Detect(Part):
    """What tells such a file: name globs (any of them) and patterns in its first 64 KB (all of them)."""

    names: tuple[str, ...] = ()
    content: tuple[Pattern, ...] = ()
    companions: tuple[Companion, ...] = ()


class Fields(Part):
    """What each part of a message is made of."""

    message_id: Spec | None = None
    community: Spec | None = None
    community_name: Spec | None = None
    channel: Spec | None = None
    account: Spec | None = None
    name: Spec | None = None
    kind: Spec | None = None
    text: Spec | None = None
    reply_to: Spec | None = None
    thread: Spec | None = None
    forwarded_from: Spec | None = None
    edited: Spec | None = None
    actor: Spec | None = None
    detail: Spec | None = None


class Title(Part):
    """The name people see."""

    zh: str
    en: str


class Mapping(Part):
    """One mapping file."""

    id: Annotated[str, Field(pattern=r"^[a-z][a-z0-9_]{1,40}$")]
    name: Title
    platform: Annotated[str, Field(pattern=r"^[a-z][a-z0-9_]{1,20}$")]
    format: Literal["csv", "tsv", "xlsx", "json", "jsonl", "xml", "log"]
    encoding: str | None = None
    detect: Detect = Detect()
    path: Pattern | None = None
    table: Table = Table()
    json_: Json = Field(default=Json(), alias="json")
    xml: Xml | None = None
    log: Log | None = None
    scope: Literal["global", "server", "community", "channel"] = "community"
    server: str = ""
    fields: Fields
    time: Time
    quote: Quote | None = None
    rules: tuple[Rule, ...] = ()
    otherwise: Literal["text", "system", "other", "skip", "reject"] | None = None
    mentions: Many | None = None
    reactions: Many | None = None
    attachments: Many | None = None
    capabilities: dict[CapabilityField, Answer] = {}

    @model_validator(mode="after")
    def _fits(self) -> Mapping:
        if self.format == "log" and self.log is None:
            raise PhrasedError("文本日志要写 log 一项及其 start", "a text log needs the part 'log' with 'start'")
        if self.format == "xml" and self.xml is None:
            raise PhrasedError("XML 要写 xml 一项及其 records", "XML needs the part 'xml' with 'records'")
        if self.fields.account is None and self.fields.name is None:
            raise PhrasedError(
                "fields 要写 account 或 name：消息是谁发的", "fields needs 'account' or 'name': who wrote the message"
            )
        if self.scope == "server" and not self.server:
            raise PhrasedError("scope: server 需要写 server", "scope: server needs 'server'")
        return self

    @cached_property
    def key(self) -> str:
        """Return the hash of the content: the same mapping is compiled once."""
        return hashlib.sha256(self.model_dump_json(by_alias=True).encode()).hexdigest()

    @property
    def answers(self) -> Capabilities:
        """Return what the source can know: as declared, else by the fields that are mapped."""
        has = self.fields
        guessed: dict[CapabilityField, Answer] = {
            "message_ids": "yes" if has.message_id else "no",
            "replies": "yes" if has.reply_to else "partly" if self.quote else "no",
            "threads": "yes" if has.thread else "no",
            "accounts": "yes" if has.account else "no",
            "mentions": "partly" if self.mentions else "no",
            "reactions": "partly" if self.reactions else "no",
            "media": "partly" if self.attachments else "no",
            "edits": "partly" if has.edited else "no",
            "joins": "partly" if any(rule.event in ("joined", "invited") for rule in self.rules) else "no",
            "leaves": "partly" if any(rule.event in ("left", "kicked") for rule in self.rules) else "no",
        }
        return Capabilities({**guessed, **self.capabilities})
