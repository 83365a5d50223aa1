"""What a compliance pack holds of the audit log: the entries of its period, and whether the chain is whole."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING

from django.utils import translation

from qunjian_console.audit.models import Entry
from qunjian_console.audit.verifying import verify

if TYPE_CHECKING:
    import datetime as dt
    from collections.abc import Collection


def extract(span: tuple[dt.datetime, dt.datetime], communities: Collection[str]) -> tuple[dict[str, bytes], str]:
    """Return the files of the extract, and what may differ each time: how far the chain reaches now.

    Of people only their number stands in it; personal values stay in the log. With communities named, only entries
    about these.
    """
    found = Entry.objects.filter(at__gte=span[0], at__lt=span[1]).order_by("number")
    if communities:
        found = found.filter(community__in=communities)
    lines = [_line(entry) for entry in found.iterator(chunk_size=2000)]
    with translation.override("en"):
        verdict = verify()
        problems = [str(problem) for problem in verdict.problems]
    state = "SOUND" if verdict.sound else "NOT SOUND"
    last = json.loads(lines[-1]) if lines else None
    check = [f"chain: {state}", f"entries in audit.jsonl: {len(lines)}", *problems]
    if last is not None:
        check.append(f"last entry here: {last['number']}, mac {last['mac']}")
    check.append("The mac binds an entry to all before it; check the log itself with: qunjian audit verify")
    files = {
        "audit.jsonl": "".join(line + "\n" for line in lines).encode(),
        "audit-check.txt": ("\n".join(check) + "\n").encode(),
    }
    return files, f"audit chain verified to entry {verdict.entries}: {state}"


def _line(entry: Entry) -> str:
    told = {
        "number": entry.number, "at": entry.at.isoformat(), "kind": entry.kind, "actor": entry.actor,
        "subject": entry.subject, "community": entry.community, "facts": json.loads(entry.facts), "mac": entry.mac,
    }  # fmt: skip
    return json.dumps(told, ensure_ascii=False, sort_keys=True)
