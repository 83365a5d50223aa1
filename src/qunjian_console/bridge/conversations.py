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

    from qunjian.runs.finding_pages import Row

HIT = "hit"
_BEFORE, _AFTER = 80, 240  # so much of a long text is shown around the first hit
__all__ = ["HIT", "Key", "Line", "Part", "Sign", "line_of_row", "lines_around", "lines_of"]


class Part(msgspec.Struct, frozen=True):
    """A piece of a text; `mark`: the severity of the gravest finding over it, else "hit" (looked for), or ""."""

    text: str
    mark: str = ""


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


def lines_of(
    spoken: Sequence[Spoken], at: Reading, run: str | None, *, whole: bool, words: str = ""
) -> tuple[Line, ...]:
    """Return messages for people to read; masked unless `whole`; with `words` those are marked, and long texts cut."""
    act = at.visible.get(run) if run else None
    names = rule_texts(str(act.parameters["standard"])) if act else {}
    called = {each.name_then for each in spoken if each.name_then and len(each.name_then) > 1}
    rules = {rule: text.name for rule, text in names.items()}
    return tuple(_line(each, rules, called, whole=whole, words=words) for each in spoken)


def line_of_row(row: Row, rules: dict[str, str], *, whole: bool) -> Line:
    """Return the message of a finding, cut short around it; without words where the message is gone."""
    if row.message is not None:
        return _line(row.message, rules, (), whole=whole, short=True)
    found = Found(row.finding_id, row.rule, row.severity, (), row.transformations, row.confidence)
    account = row.account_id or ""
    return Line(
        Key(row.community_id, row.scope, row.message_id), row.sent_at, "", account if whole else mask_account(account),
        "text", (), (), None, False, False, (sign_of(found, rules),),
    )  # fmt: skip


def _line(
    one: Spoken, rules: dict[str, str], called: Iterable[str], *, whole: bool, words: str = "", short: bool = False
) -> Line:
    text, name, account = one.text or "", one.name_then or "", one.account_id or ""
    files = one.attachments
    if not whole:
        contacts = [span for found in one.found if found.check == "contact" for span in found.spans]
        text = masked_text(text, contacts, called)
        name, account = mask_name(name), mask_account(account)
        files = tuple(masked_text(each) for each in files)
    replied = one.reply_to if one.reply_to and not one.reply_to.startswith("?") else None
    parts = _parts(text, [*_spans(one), *_hits(one.text or "", words)], short=short or bool(words))
    return Line(
        Key(one.community_id, one.scope, one.message_id), one.sent_at, name, account, one.kind,
        parts, files, Key(one.community_id, one.scope, replied) if replied else None,
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


def _spans(one: Spoken) -> list[tuple[int, int, str]]:
    return [(start, end, found.severity) for found in one.found for start, end in found.spans]


def _hits(text: str, words: str) -> list[tuple[int, int, str]]:
    """Return where the words stand in the text as it was written."""
    found, at = list[tuple[int, int, str]](), text.find(words) if words else -1
    while at >= 0:
        found.append((at, at + len(words), HIT))
        at = text.find(words, at + len(words))
    return found


def _parts(text: str, spans: Sequence[tuple[int, int, str]], *, short: bool) -> tuple[Part, ...]:
    """Cut a text where marks begin and end; a `short` one is what stands around the first of them."""
    hits = [start for start, _, mark in spans if mark == HIT] or [start for start, _, _ in spans]
    first = min(hits, default=0)
    begin, last = (max(0, first - _BEFORE), first + _AFTER) if short else (0, len(text))
    last = min(last, len(text))
    cuts = sorted({begin, last, *(cut for start, end, _ in spans for cut in (start, end) if begin < cut < last)})
    parts = [Part("…")] if begin else []
    for start, end in pairwise(cuts):
        over = {mark for lower, upper, mark in spans if lower <= start and end <= upper}
        parts.append(Part(text[start:end], next((each for each in (*SEVERITIES, HIT) if each in over), "")))
    return (*parts, Part("…")) if last < len(text) else tuple(parts)
