"""Reads back what an import told when it was made: its totals, and the report of every document it read."""

from __future__ import annotations

from typing import TYPE_CHECKING

import msgspec

from qunjian.lake.records import Counts, DocumentCounts, ImportCounts, Told
from qunjian.lake.views import literal, plain_session, scan
from qunjian.model.errors import UnknownNameError
from qunjian.model.language import Phrase

if TYPE_CHECKING:
    from pathlib import Path

    from qunjian.lake.visibility import Visible
    from qunjian.model.records import Act


def stored_report(root: Path, visible: Visible, import_id: str) -> tuple[Act, ImportCounts]:
    """Return the act of an import, undone or not, and the report it made; compaction drops the lines of undone ones."""
    act = visible.get(import_id)
    if act is None or act.kind != "import":
        known = [one.act_id for one in visible.acts if one.kind == "import"]
        raise UnknownNameError(Phrase("导入", "import"), import_id, known)
    session = plain_session(root)
    try:
        rows = session.arrow(
            f"SELECT * FROM {scan(root, 'document')} WHERE act_id = {literal(import_id)} ORDER BY document"
        ).to_pylist()
    finally:
        session.close()
    told = msgspec.convert(act.counts, _Totals, strict=False)
    return act, ImportCounts(import_id, told.total, [_line(row) for row in rows], told.communities, told.warnings)


class _Totals(msgspec.Struct):
    total: Counts = msgspec.field(default_factory=Counts)
    communities: dict[str, Counts] = {}
    warnings: list[str] = []


def _line(row: dict[str, object]) -> DocumentCounts:
    def part(name: str) -> str:
        return str(row[name] or "")

    told = msgspec.json.decode(part("report") or "{}", type=Told)
    rejects = msgspec.json.decode(part("rejects") or "[]", type=list[list[str | int]])
    return DocumentCounts(
        document=int(part("document") or 0),
        name=part("name"),
        format=part("format"),
        zone=part("zone"),
        zone_basis=part("zone_basis"),
        counts=msgspec.json.decode(part("counts") or "{}", type=Counts),
        cleaned=told.cleaned,
        unknown_kinds=told.unknown_kinds,
        warnings=msgspec.json.decode(part("warnings") or "[]", type=list[str]),
        communities=msgspec.json.decode(part("communities") or "{}", type=dict[str, int]),
        rejects=[(str(one[0]), int(one[1]), str(one[2]) if len(one) > 2 else "") for one in rejects],
        digest=part("digest"),
        bytes=int(part("bytes") or 0),
        confidence=told.confidence,
        doubts=told.doubts,
        order=told.order,
    )
