"""Messages as pages show them: in their conversation, masked, with the spans of findings marked."""

from __future__ import annotations

import datetime as dt
from itertools import pairwise
from typing import TYPE_CHECKING

import msgspec

from qunjian.model.records import SEVERITIES
from qunjian.runs.contexts import Found, Key, Spoken, conversation
from qunjian_console.bridge.masking import mask_account, mask_name, masked_text
from qunjian_console.bridge.naming import TRANSFORMATIONS
from qunjian_console.bridge.reading import Reading, reading
from qunjian_console.bridge.rules import rule_texts
from qunjian_console.bridge.severities import TITLES

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

__all__ = ["Key", "Line", "Part", "Sign", "lines_around", "lines_of"]


class Part(msgspec.Struct, frozen=True):
    """A piece of a text; `severity`: of the gravest finding that covers it, "" where none does."""

    text: str
    severity: str = ""


class Sign(msgspec.Struct, frozen=True):
    """A finding as it is named beside a message; `steps`: the disguises it was seen through, in words."""

    finding_id: str
    rule: str
    name: str
    severity: str
    title: str
    steps: tuple[str, ...]
    confidence: float
    marked: bool


class Line(msgspec.Struct, frozen=True):
    """One message for people to read; `reply`: the key of the message it answers."""

    key: Key
    at: dt.datetime
    name: str
    account: str
    kind: str
    parts: tuple[Part, ...]
    attachments: tuple[str, ...]
    reply: Key | None
    edited: bool
    centre: bool
    signs: tuple[Sign, ...]


def lines_around(
    key: Key, *, before: int = 5, after: int = 5, whole: bool = False, run: str | None = None
) -> tuple[Line, ...]:
    """Return the message among its neighbours, findings of the run (default: the newest) marked; empty: none such."""
    with reading() as at:
        run = run or at.newest_run
        spoken = conversation(at.session, key, before=before, after=after, run=run)
        return lines_of(spoken, at, run, whole=whole)


def lines_of(spoken: Sequence[Spoken], at: Reading, run: str | None, *, whole: bool) -> tuple[Line, ...]:
    """Return messages for people to read; masked unless `whole`."""
    act = at.visible.get(run) if run else None
    names = rule_texts(str(act.parameters["standard"])) if act else {}
    called = {each.name_then for each in spoken if each.name_then and len(each.name_then) > 1}
    rules = {rule: text.name for rule, text in names.items()}
    return tuple(_line(each, rules, called, whole=whole) for each in spoken)


def _line(one: Spoken, rules: dict[str, str], called: Iterable[str], *, whole: bool) -> Line:
    text, name, account = one.text or "", one.name_then or "", one.account_id or ""
    files = one.attachments
    if not whole:
        contacts = [span for found in one.found if found.check == "contact" for span in found.spans]
        text = masked_text(text, contacts, called)
        name, account = mask_name(name), mask_account(account)
        files = tuple(masked_text(each) for each in files)
    answered = one.reply_to if one.reply_to and not one.reply_to.startswith("?") else None
    return Line(
        Key(one.community_id, one.scope, one.message_id), one.sent_at, name, account, one.kind,
        _parts(text, one.found), files, Key(one.community_id, one.scope, answered) if answered else None,
        one.edited_at is not None, one.centre, tuple(sign_of(each, rules) for each in one.found),
    )  # fmt: skip


def sign_of(found: Found, rules: dict[str, str]) -> Sign:
    """Return a finding in words."""
    return Sign(
        found.finding_id, found.rule, rules.get(found.rule, found.rule), found.severity, TITLES[found.severity],
        steps_in_words(found.transformations), found.confidence, bool(found.spans),
    )  # fmt: skip


def steps_in_words(steps: Iterable[str]) -> tuple[str, ...]:
    """Return what the disguises are called."""
    return tuple(TRANSFORMATIONS.get(step, step) for step in steps)


def _parts(text: str, found: Iterable[Found]) -> tuple[Part, ...]:
    """Cut a text where findings begin and end."""
    spans = [(start, min(end, len(text)), each.severity) for each in found for start, end in each.spans]
    cuts = sorted({0, len(text), *(cut for start, end, _ in spans for cut in (start, end) if cut <= len(text))})
    parts = []
    for start, end in pairwise(cuts):
        over = {severity for first, last, severity in spans if first <= start and end <= last}
        parts.append(Part(text[start:end], next((each for each in SEVERITIES if each in over), "")))
    return tuple(parts)
