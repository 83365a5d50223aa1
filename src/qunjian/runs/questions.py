"""Use case: draw the messages a standard asks people about; nothing is stored, and the same ones come every time."""

from __future__ import annotations

import datetime as dt
from contextlib import closing
from typing import TYPE_CHECKING

import msgspec

from qunjian.checks.doubts import asked_of
from qunjian.checks.questions import Draw, Parameters
from qunjian.checks.registry import parameters_of
from qunjian.checks.runner import Inspector, message_rules, question_rules
from qunjian.engines.arrow import spare_pandas
from qunjian.model.language import Phrase
from qunjian.model.periods import local_span
from qunjian.runs.inspection import chosen_edition, message_context, surroundings
from qunjian.runs.media_showing import PICTURES, rows_of
from qunjian.text.masking import excerpt, mask_text

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from pydantic import BaseModel

    from qunjian.engines.local import Session
    from qunjian.workspace import Workspace

# Pictures that were not read are put to people by the same draw every time: one in twenty.
UNREAD_PICTURE = "media.unread_picture"
_UNREAD_SHARE = Draw(patterns=(".",), share=0.05)
_SPAN = dict[str, tuple[dt.datetime | None, dt.datetime | None]]


class Question(msgspec.Struct, frozen=True):
    """One message a person is asked about; `excerpt` is masked, what made it one to ask about between 【 and 】."""

    rule: str
    zh: str
    en: str
    basis: str
    community_id: str
    account_id: str | None
    scope: str
    message_id: str
    sent_at: dt.datetime
    excerpt: str


def questions(
    workspace: Workspace, standard: str | Path | None = None, first: dt.date | None = None, last: dt.date | None = None
) -> Iterator[Question]:
    """Yield the questions on messages of the local days [first, last], as stored."""
    spare_pandas()
    decisions = workspace.decisions()
    edition = chosen_edition(workspace, standard, decisions, workspace.clock().date())
    rules = question_rules(edition.rules)
    asked = {rule.id: parameters_of(rule) for rule in rules}
    hidden = [rule for rule in message_rules(edition.rules) if rule.detect.kind == "phrases"]
    told = {rule.id: asked_of(rule) for rule in hidden}
    inspector, doubting = Inspector(rules), Inspector(hidden, doubts=True)
    with closing(workspace.lake.session()) as session:
        around = surroundings(session, edition, decisions, workspace.settings.zone)
        spans = {community: local_span(first, last, zone) for community, zone in around.zones.items()}
        context = message_context(edition, around, workspace.lake.all_capabilities(session))
        columns = ", ".join(dict.fromkeys((*inspector.columns, *doubting.columns)))
        query = f"SELECT {columns} FROM message WHERE text IS NOT NULL ORDER BY sent_at, scope, message_id"  # noqa: S608
        for batch in session.batches(query, rows=16_384) if rules or hidden else ():
            texts = batch.column("text")
            keys = zip(batch.column("scope").to_pylist(), batch.column("message_id").to_pylist(), strict=True)
            place = {key: row for row, key in enumerate(keys)}
            drawn = [each.to_pylist() for each in (inspector.inspect(batch, context), doubting.inspect(batch, context))]
            for found in (*drawn[0], *drawn[1]):
                what = told.get(found["rule"]) or _put(asked[found["rule"]], found)
                if what is None or not _within(spans, found["community_id"], found["sent_at"]):
                    continue
                marked = tuple((span["start"], span["end"]) for span in found["spans"])
                words = texts[place[found["scope"], found["message_id"]]].as_py()
                yield Question(
                    found["rule"], what.zh, what.en, found["basis"],
                    found["community_id"], found["account_id"], found["scope"], found["message_id"], found["sent_at"],
                    excerpt(words, marked, mask=True),
                )  # fmt: skip
        yield from _unread(session, spans)


def _put(parameters: BaseModel, found: dict[str, str]) -> Phrase | None:
    """Return what a person is asked of a message, or None if it is not drawn."""
    assert isinstance(parameters, Parameters)  # noqa: S101 (tells the type checker)
    if not parameters.draw.takes(found["rule"], found["scope"], found["message_id"]):
        return None
    return Phrase(parameters.question.zh, parameters.question.en)


def _unread(session: Session, spans: _SPAN) -> Iterator[Question]:
    """Yield a share of the pictures that nobody and nothing has read."""
    for row in rows_of(session):
        if (
            row.kind not in PICTURES
            or row.unread in (None, "erased")
            or not _within(spans, row.community_id, row.sent_at)
        ):
            continue
        if _UNREAD_SHARE.takes(UNREAD_PICTURE, row.scope, f"{row.message_id} {row.number}"):
            name = f"【{mask_text(row.name) or row.kind}】"
            yield Question(
                UNREAD_PICTURE, f"这张图片没有读（{row.why.zh}）。请打开原件：有没有二维码、联系方式、广告或不当内容？",
                f"This picture was not read ({row.why.en}). Open it: codes, contacts, advertising, anything improper?",
                "通用社群运营标准·没有读的媒体抽样看", row.community_id, row.account_id, row.scope, row.message_id,
                row.sent_at, name,
            )  # fmt: skip


def _within(spans: _SPAN, community: str, moment: dt.datetime) -> bool:
    first, after = spans.get(community, (None, None))
    return (first is None or moment >= first) and (after is None or moment < after)
