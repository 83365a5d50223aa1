"""Reads the answers 问卷星 (wjx.cn) exports as XLSX or CSV: one form a row, one question a column; for later use."""

from __future__ import annotations

from pathlib import PurePosixPath
from typing import TYPE_CHECKING, Any

import msgspec
import pyarrow as pa

from qunjian.model.capabilities import Capabilities
from qunjian.model.errors import BadInputError
from qunjian.model.language import Phrase
from qunjian.model.records import Reject
from qunjian.model.schemas import SURVEY_ANSWER
from qunjian.sources.columns import state_batch
from qunjian.sources.mapping.slicing import distinct
from qunjian.sources.pieces import joined
from qunjian.sources.reader import Options, Outcome, Parsed, Slice
from qunjian.sources.small_tables import row_slices, table_rows
from qunjian.sources.times import AUTO, utc_of_wall, wall_times
from qunjian.text.late import late

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from qunjian.sources.document import Document

PLATFORM = "wjx"
_CALLED = Phrase("答卷", "the table of answers")
_NUMBER, _SUBMITTED, _TOOK, _FROM = "序号", "提交答卷时间", "所用时间", "来源"
# What stands before the questions. The address and the details of the source are nobody's answer: they are not kept.
_ABOUT = frozenset({_NUMBER, _SUBMITTED, _TOOK, _FROM, "来源详情", "来自IP", "总分"})
_NONE = frozenset({"", "(跳过)", "(空)", "（跳过）", "（空）"})
_ID = late(r"^(\d{5,})[_ ]")
_SPAN = late(r"^(?:(\d{1,9})时)?(?:(\d{1,9})分)?(?:(\d{1,9})秒?)?$")


class SurveyReader:
    """Answers to a survey."""

    format_id = "survey"
    title = Phrase("问卷星答卷（XLSX、CSV）", "answers exported by wjx.cn (XLSX, CSV)")
    capabilities = Capabilities()

    def sniff(self, head: bytes, name: str) -> int:
        first = head.replace(b"\r", b"\n").split(b"\n", 1)[0].decode("utf-8", "ignore")
        return 96 if all(word in first for word in (_NUMBER, _SUBMITTED, _TOOK)) else 0

    def slices(self, document: Document, options: Options) -> Iterator[Slice]:
        rows = table_rows(document, options, _CALLED)
        header = distinct(next(rows, []))
        if _NUMBER not in header or _SUBMITTED not in header:
            raise BadInputError(
                Phrase("问卷表里没有“序号”“提交答卷时间”两列", "the survey lacks the columns 序号 and 提交答卷时间"),
                where=document.name,
                todo=Phrase("请在问卷星按“序号”或“文本”下载答卷", "download the answers from wjx.cn again"),
            )
        context = msgspec.json.encode(header)
        yield from row_slices(rows, context, document)

    def parse(self, piece: Slice, options: Options) -> Parsed:
        header = msgspec.json.decode(piece.context, type=list[str])
        rows = [msgspec.json.decode(line, type=list[str]) for line in piece.data.split(b"\n")]
        forms = [dict(zip(header, row, strict=False)) for row in rows]
        written = pa.array([form.get(_SUBMITTED, "").strip() or None for form in forms], pa.string())
        sent = utc_of_wall(wall_times(written, AUTO)[0], options.zone).to_pylist()
        stem = PurePosixPath(piece.name).stem
        survey = found[1] if (found := _ID.match(stem)) else stem
        rejects: list[Reject] = []
        answers: list[dict[str, Any]] = []
        kept = 0
        for number, (form, at) in enumerate(zip(forms, sent, strict=True), piece.first):
            who = form.get(_NUMBER, "").strip()
            if not who or at is None:
                reason = "no_account" if not who else "bad_time"
                rejects.append(Reject(reason, number, f"{who} | {form.get(_SUBMITTED, '')}"[:80]))
                continue
            kept += 1
            answers += _answers(
                form, {"survey_id": survey, "account_id": f"{PLATFORM}:{survey}#{who}", "submitted_at": at}
            )
        parsed = Parsed(read=len(rejects), rejects=tuple(rejects))
        if answers:
            columns: dict[str, Any] = {name: [one[name] for one in answers] for name in answers[0]}
            parsed.states["survey_answer"] = state_batch(SURVEY_ANSWER, columns | {"platform": PLATFORM}, len(answers))
        parsed.warnings = (
            f"问卷：{kept} 份答卷，{len(answers)} 个回答 / survey: {kept} forms, {len(answers)} answers",
        )
        return parsed

    def parse_many(self, pieces: Sequence[tuple[int, Slice]], options: Options) -> Outcome:
        return joined((document, self.parse(piece, options)) for document, piece in pieces)


def _answers(form: dict[str, str], about: dict[str, Any]) -> Iterator[dict[str, Any]]:
    """Yield the answers of one form; a question left out or skipped has none."""
    took = _SPAN.match(form.get(_TOOK, "").replace(" ", ""))
    parts = [int(part or 0) for part in took.groups()] if took else None
    seconds = parts[0] * 3600 + parts[1] * 60 + parts[2] if parts else None
    questions = [name for name in form if name not in _ABOUT]
    for position, question in enumerate(questions, 1):
        answer = form[question].strip()
        if answer not in _NONE:
            yield about | {
                "position": position, "question": question, "answer": answer, "seconds": seconds,
                "scene": form.get(_FROM, "").strip() or None,
            }  # fmt: skip
