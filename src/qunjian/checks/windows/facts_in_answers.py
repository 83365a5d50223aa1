"""Finds answers of staff that contradict the fact sheet, where the question they reply to says what they are about."""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence
from typing import TYPE_CHECKING
from zoneinfo import ZoneInfo

from qunjian.checks.claims import Implied, Sheet
from qunjian.checks.speaking import is_question
from qunjian.checks.windows import eligible
from qunjian.checks.windows.contract import Found, Hit, Parameters, WindowKind
from qunjian.model.language import Phrase
from qunjian.standards.facts import Fact
from qunjian.text.folding import fold, fold_with_origin

if TYPE_CHECKING:
    from qunjian.checks.windows.contract import WindowContext, WindowRule

DEFAULT_ZONE = "Asia/Shanghai"
# An answer to an older question is rare, and each one read costs a look at older messages.
_OLDEST = dt.timedelta(days=7)
_READ = """
SELECT m.scope, m.message_id, m.community_id, m.sent_at, m.text, q.message_id AS asked, q.text AS question
FROM message m JOIN message q ON q.scope = m.scope AND q.message_id = m.reply_to
WHERE {condition} AND m.text IS NOT NULL AND q.text IS NOT NULL
    AND q.sent_at <= m.sent_at AND q.sent_at >= m.sent_at - to_days(7)
"""


class FactsParameters(Parameters):
    """`facts` are the standard's, put here when it is loaded; `examples` serve only the samples of the rule."""

    facts: tuple[Fact, ...] = ()
    examples: tuple[Fact, ...] = ()


def look_back(rule: WindowRule, context: WindowContext) -> dt.timedelta:
    """The question is a week older than its answer at most."""
    return _OLDEST


def find(rules: Sequence[WindowRule], context: WindowContext) -> list[Found]:
    """Return the wrong answers of each rule."""
    return [Found(rule, tuple(_wrong(rule, context))) for rule in rules]


def _wrong(rule: WindowRule, context: WindowContext) -> list[Hit]:
    if not rule.parameters.facts:
        return []
    sheet = Sheet(rule.parameters.facts)
    scope = eligible.scope(rule, context)
    read = eligible.span(context, dt.timedelta()).also(scope.sql, *scope.parameters)
    hits: list[Hit] = []
    for row in context.session.arrow(_READ.format(condition=read.sql), list(read.parameters)).to_pylist():
        if not context.holds(row["community_id"], row["sent_at"]):
            continue
        zone = ZoneInfo(context.zones.get(row["community_id"]) or DEFAULT_ZONE)
        hit = answer(sheet, row["question"], row["text"], row["sent_at"].astimezone(zone).date())
        if hit is not None:
            spans, detail, confidence = hit
            hits.append(Hit(row["scope"], row["message_id"], (row["asked"],), detail, confidence, spans=spans))
    return hits


def answer(
    sheet: Sheet, question: str, text: str, day: dt.date
) -> tuple[tuple[tuple[int, int], ...], str, float] | None:
    """Return the spans of an answer that contradict the sheet, the facts, and how sure; it names no subject itself."""
    asked = fold(question)
    named = {subject for group in sheet.subjects(asked) for subject in group.subjects}
    folded, origin = fold_with_origin(text)
    if len(named) != 1 or sheet.subjects(folded) or not is_question(asked):
        return None
    wrong = sheet.wrong(folded, day, Implied(named.pop(), asked))
    if not wrong:
        return None
    spans = tuple((origin[each.start], origin[each.end - 1] + 1) for each in wrong)
    detail = "、".join(dict.fromkeys(each.fact.citation() for each in wrong))
    return spans, detail, min(each.confidence for each in wrong)


FACTS_IN_ANSWERS = WindowKind(
    "facts_in_answers",
    Phrase("答复与事实表不符", "Answers against the fact sheet"),
    FactsParameters,
    look_back,
    find,
)
