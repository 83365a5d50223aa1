"""What no import may break: every record read is accounted for, and no message of any source is lost in the merge."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pyarrow.parquet as pq

from qunjian.model.errors import ConservationError
from qunjian.model.language import Phrase

if TYPE_CHECKING:
    from collections.abc import Iterable
    from pathlib import Path

    from qunjian.engines.local import Session
    from qunjian.lake.records import Counts

_DROPPED = Phrase("本次导入已放弃，工作区未变", "the import was dropped and the workspace is unchanged")
_TODO = Phrase(
    "这是程序的错，请把这句话发给维护者", "this is an error of the program: send this sentence to the maintainers"
)


def require_accounted(where: str, counts: Counts, *, closed: bool = True) -> None:
    """Raise unless kept + duplicate + rejected = read (erased ones are rejected) and the edited are among the kept."""
    rejected = sum(counts.rejected.values())
    parts = (counts.kept, counts.duplicate, counts.edited, *counts.rejected.values())
    if counts.kept + counts.duplicate + rejected != counts.read or not closed:
        raise _broken(
            where,
            f"记录数对不上：读到 {counts.read}，保留 {counts.kept}＋重复 {counts.duplicate}＋拒绝 {rejected}",
            f"records do not add up: read {counts.read}, kept {counts.kept} + duplicate {counts.duplicate} + "
            f"rejected {rejected}",
        )
    if counts.edited > counts.kept or min(parts) < 0:
        raise _broken(
            where,
            f"记录数对不上：改写 {counts.edited} 条不在保留的 {counts.kept} 条之内",
            f"records do not add up: {counts.edited} edits are not among the {counts.kept} kept",
        )


def require_written(fact: str, kept: int, claimed: int, payloads: Iterable[Path], claims: Iterable[Path]) -> None:
    """Raise unless the files that are about to be committed hold exactly the rows the report speaks of."""
    for wanted, found, zh, en in (
        (kept, _rows(payloads), "保留", "kept"),
        (claimed, _rows(claims), "读入", "taken in"),
    ):
        if wanted != found:
            raise _broken(
                fact,
                f"{zh} {wanted} 条，待写入的文件里却有 {found} 条",
                f"{wanted} rows {en}, but the files to be committed hold {found}",
            )


def require_merged(session: Session, fact: str) -> None:
    """Raise if a message some source holds would stand nowhere: the merge is never smaller than its larger source.

    Looks at the tables of a settling under way: `verdict` (rows that could be doubles) and `touched` (known keys).
    """
    row = session.connection.execute("""
        SELECT count(*) FROM (SELECT scope, message_id FROM verdict GROUP BY ALL HAVING NOT bool_or(kept)) v
        ANTI JOIN touched t ON v.scope = t.scope AND v.message_id = t.message_id
    """).fetchone()
    if row and row[0]:
        raise _broken(
            fact,
            f"合并后会比来源少 {row[0]} 条消息",
            f"the merge would hold {row[0]} messages fewer than its sources",
        )


def _rows(paths: Iterable[Path]) -> int:
    return sum(pq.read_metadata(path).num_rows for path in paths if path.exists())


def _broken(where: str, zh: str, en: str) -> ConservationError:
    return ConservationError(Phrase(f"{zh}；{_DROPPED.zh}", f"{en}; {_DROPPED.en}"), where=where, todo=_TODO)
