"""Undo: one act that hides an import and keeps what other imports still claim."""

from __future__ import annotations

from typing import TYPE_CHECKING

from qunjian.lake.records import UndoCounts
from qunjian.lake.tables import TABLES
from qunjian.lake.views import columns, literal, of_acts, plain_session, scan
from qunjian.model.errors import BadInputError, UnknownNameError
from qunjian.model.language import Phrase
from qunjian.model.schemas import FACTS

if TYPE_CHECKING:
    from qunjian.engines.local import Session
    from qunjian.lake.acting import Acting


def undo(act: Acting, import_id: str) -> UndoCounts:
    """Hide the import, copying under this act the payloads that other visible imports claim.

    Earlier undos are hidden too and their copies judged afresh: a copy may have lost its last claim just now.
    """
    _check(act, import_id)
    hidden = [import_id, *act.visible.of("undo")]
    staying = [name for name in act.visible.of("import") if name != import_id]
    copied = removed = 0
    session = plain_session(act.root)
    try:
        for fact in FACTS:
            stayed, gone = _copy(session, act, fact, hidden, staying)
            copied, removed = copied + stayed, removed + gone
    finally:
        session.close()
    act.commit({"import": import_id}, {"removed": removed, "copied": copied}, tuple(hidden))
    return UndoCounts(act.act_id, import_id, removed, copied)


def _check(act: Acting, import_id: str) -> None:
    known = act.visible.get(import_id)
    imports = [one.act_id for one in act.visible.acts if one.kind == "import"]
    if known is None or known.kind != "import":
        raise UnknownNameError(Phrase("导入", "import"), import_id, imports)
    if import_id in act.visible.hidden:
        raise BadInputError(
            Phrase(f"导入 {import_id} 已经撤销过", f"import {import_id} is already undone"),
            todo=Phrase("用 qunjian imports 查看现有的导入", "see the imports with: qunjian imports"),
        )


def _copy(session: Session, act: Acting, fact: str, hidden: list[str], staying: list[str]) -> tuple[int, int]:
    source = f"(SELECT * FROM {scan(act.root, fact)} WHERE {of_acts(hidden)})"
    claims = (
        f"(SELECT scope, message_id, content_hash FROM {scan(act.root, 'claim')} "
        f"WHERE fact = {literal(fact)} AND {of_acts(staying)})"
    )
    same = "c.scope = p.scope AND c.message_id = p.message_id AND c.content_hash = p.content_hash"
    total = session.connection.execute(f"SELECT count(*) FROM {source}").fetchone()
    stayed = act.write(
        fact,
        session.batches(f"SELECT {columns(TABLES[fact].names, 'p')} FROM {source} p SEMI JOIN {claims} c ON {same}"),
    )
    return stayed, (total[0] if total else 0) - stayed
