"""One finding as evidence: the message masked, its hits marked, its neighbours, rule, basis and standing."""

from __future__ import annotations

from typing import TYPE_CHECKING

from qunjian.model.language import Phrase
from qunjian.model.records import SEVERITY_TITLES
from qunjian.reports.report import Evidence, Line, Piece
from qunjian.reports.words import visible
from qunjian.standards.citations import citation_in
from qunjian.text.masking import ids_in, mask_names, mask_text

if TYPE_CHECKING:
    from collections.abc import Sequence

    from qunjian.reports.context import Context
    from qunjian.reports.material import Case, ContextLine

AROUND = 60
MOST_CONTEXT = 140
STANDINGS = {
    "awaiting": Phrase("待复核", "awaiting review"),
    "confirmed": Phrase("已确认", "confirmed"),
    "refuted": Phrase("已推翻", "refuted"),
    "unsure": Phrase("存疑", "unsure"),
    "silenced": Phrase("已静音", "silenced"),
}
_KINDS = {
    "image": Phrase("[图片]", "[image]"),
    "voice": Phrase("[语音]", "[voice]"),
    "video": Phrase("[视频]", "[video]"),
    "file": Phrase("[文件]", "[file]"),
    "link": Phrase("[链接]", "[link]"),
    "sticker": Phrase("[表情]", "[sticker]"),
    "red_packet": Phrase("[红包]", "[red packet]"),
    "location": Phrase("[位置]", "[location]"),
    "card": Phrase("[名片]", "[card]"),
    "forward": Phrase("[转发]", "[forward]"),
    "system": Phrase("[系统]", "[system]"),
    "recall": Phrase("[撤回]", "[recalled]"),
}


def evidence(context: Context, case: Case, number: int) -> Evidence:
    """Return the evidence block of a case; `number` keeps its key short and stable."""
    words, finding = context.words, case.finding
    facts = context.rules.get(finding.rule)
    zone = context.communities[finding.community_id].zone if finding.community_id in context.communities else None
    names = {line.name for line in case.lines if line.name} | {*case.called, *_contacts(case)}
    subjects = {finding.message_id, *finding.related}
    return Evidence(
        f"evidence-{number + 1}",
        finding.rule,
        context.rule_name(finding.rule),
        finding.severity,
        words.said(SEVERITY_TITLES[finding.severity]),
        context.name(finding.community_id),
        words.moment(finding.sent_at, zone),
        words.said(STANDINGS.get(case.standing, STANDINGS["awaiting"])),
        visible(citation_in(words.language, finding.basis or (facts.basis if facts else ""))),
        visible(words.said(facts.hint) if facts and words.language == "en" else finding.hint),
        round(finding.confidence, 2),
        words.say("、", ", ").join(visible(name) for name in finding.transformations),
        tuple(_line(context, line, case, names, zone, line.message_id in subjects) for line in case.lines),
        visible(mask_text(finding.detail)),
        words.said(case.silenced) if case.silenced else "",
    )


def _contacts(case: Case) -> set[str]:
    """Return the ids by which the hits of a contact rule can be reached: they are masked wherever they stand."""
    if case.finding.check != "contact":
        return set()
    own = next((line.text for line in case.lines if line.message_id == case.finding.message_id), "")
    return {found for start, end in case.finding.spans for found in ids_in(own[start:end])}


def _line(context: Context, line: ContextLine, case: Case, names: set[str], zone: str | None, subject: bool) -> Line:
    masked = mask_names(mask_text(line.text), names)
    spans = case.finding.spans if line.message_id == case.finding.message_id else ()
    pieces = marked(masked, spans) if spans else _cut(masked, subject)
    if not masked.strip():
        kind = _KINDS.get(line.kind)
        pieces = (Piece(context.words.said(kind) if kind else context.words.say("[空]", "[empty]")),)
    at = context.words.moment(line.sent_at, zone)
    return Line(at, context.person(line.name, line.account_id), pieces, line.kind, subject)


def marked(text: str, spans: Sequence[tuple[int, int]]) -> tuple[Piece, ...]:
    """Return the text cut to what lies around its hits, the hits as pieces of their own."""
    hits = sorted((max(0, start), min(len(text), end)) for start, end in spans if start < end and start < len(text))
    if not hits:
        return _cut(text, True)
    pieces: list[Piece] = []
    done = 0
    for start, end in hits:
        start = max(start, done)
        if start >= end:
            continue
        pieces += _between(text[done:start], first=not pieces)
        pieces.append(Piece(visible(_shorter(text[start:end])), hit=True))
        done = end
    rest = text[done:]
    if rest:
        pieces.append(Piece(visible(rest[:AROUND]) + ("…" if len(rest) > AROUND else "")))
    return tuple(pieces)


def _between(text: str, *, first: bool) -> list[Piece]:
    if not text:
        return []
    if first:
        return [Piece(("…" if len(text) > AROUND else "") + visible(text[-AROUND:]))]
    if len(text) <= 2 * AROUND:
        return [Piece(visible(text))]
    return [Piece(visible(text[:AROUND]) + " … " + visible(text[-AROUND:]))]


def _shorter(text: str) -> str:
    return text if len(text) <= 2 * MOST_CONTEXT else text[:MOST_CONTEXT] + " … " + text[-AROUND:]


def _cut(text: str, subject: bool) -> tuple[Piece, ...]:
    most = 2 * MOST_CONTEXT if subject else MOST_CONTEXT
    return (Piece(visible(text[:most]) + ("…" if len(text) > most else "")),)
