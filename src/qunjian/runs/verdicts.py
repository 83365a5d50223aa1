"""What people said of findings: reviews among the decisions, and tables of verdicts a team keeps."""

from __future__ import annotations

from typing import TYPE_CHECKING

import msgspec
import pyarrow as pa

from qunjian.model.errors import BadInputError
from qunjian.model.language import Phrase
from qunjian.sources.tables import rows

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence
    from pathlib import Path

    from qunjian.engines.local import Session

_SAID = {
    "confirmed": ("confirmed", "1", "yes", "true", "是", "属实", "确认", "成立", "违规"),
    "refuted": ("refuted", "0", "no", "false", "否", "误报", "驳回", "不属实", "不成立", "正常"),
    "unsure": ("unsure", "?", "？", "不确定", "存疑", "说不准"),
}
_MEANS = {word: verdict for verdict, words in _SAID.items() for word in words}
_MESSAGE = ("message_id", "消息编号", "消息", "message")
_RULE = ("rule", "规则", "规则编号")
_VERDICT = ("verdict", "结论", "复核结论", "判定")


class Verdict(msgspec.Struct, frozen=True):
    """One verdict on one rule's finding in one message; scope "": the table does not name it."""

    rule: str
    message_id: str
    verdict: str
    scope: str = ""


class Table(msgspec.Struct, frozen=True):
    """A table's verdicts, and how many rows were left out because something in them is missing or not understood."""

    verdicts: tuple[Verdict, ...]
    left_out: int


def read_verdicts(path: Path) -> Table:
    """Read a table (CSV, TSV, XLSX) with message id, rule and verdict; raises BadInputError."""
    if not path.is_file():
        raise BadInputError(Phrase("没有这个文件", "there is no such file"), where=str(path))
    found, left_out = list[Verdict](), 0
    headings: tuple[str, str, str] | None = None
    for row in rows(path):
        if headings is None:
            message, rule, said = (_heading(row, names, path) for names in (_MESSAGE, _RULE, _VERDICT))
            headings = message, rule, said
        message_id, rule_id, word = (row.get(name, "").strip() for name in headings)
        verdict = _MEANS.get(word.lower())
        if not (message_id and rule_id and verdict):
            left_out += 1
            continue
        found.append(Verdict(rule_id, message_id, verdict, row.get("scope", "").strip()))
    return Table(tuple(found), left_out)


def of_reviews(last: Mapping[str, str], known: Mapping[str, tuple[str, str, str]], session: Session) -> list[Verdict]:
    """Return the standing review of each finding; `known`: rule, scope and message of findings by id, or the lake's."""
    missing = [name for name in last if name not in known]
    places = dict(known)
    if missing:
        session.connection.register("reviewed", pa.table({"finding_id": pa.array(missing, pa.string())}))
        query = "SELECT DISTINCT finding_id, rule, scope, message_id FROM finding SEMI JOIN reviewed USING (finding_id)"
        places |= {row[0]: (row[1], row[2], row[3]) for row in session.connection.execute(query).fetchall()}
        session.connection.unregister("reviewed")
    return [
        Verdict(places[name][0], places[name][2], verdict, places[name][1])
        for name, verdict in last.items()
        if name in places and verdict in _SAID
    ]


def _heading(row: dict[str, str], names: Sequence[str], path: Path) -> str:
    for each in names:
        if each in row:
            return each
    raise BadInputError(
        Phrase(f"找不到列 {'/'.join(names)}", f"there is no column {'/'.join(names)}"),
        where=str(path),
        todo=Phrase(f"现有的列：{'、'.join(row)}", f"the columns there are: {', '.join(row)}"),
    )
