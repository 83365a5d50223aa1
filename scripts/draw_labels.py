"""Draws findings and unflagged posts of a workspace for judging, by a seed; texts go to a file outside the project.

    python scripts/draw_labels.py WORKSPACE OUT.jsonl [--findings 200] [--unflagged 500] [--seed 1]

Each line: {item, kind, message_id, scope, rule, severity, text, before}. Judge by evaluation/GUIDELINES.md.
"""

from __future__ import annotations

import argparse
import hashlib
import json
from pathlib import Path

from qunjian.model.records import SEVERITIES
from qunjian.workspace import Workspace

LEAST_PER_SEVERITY = 40


def order(seed: int, *parts: object) -> bytes:
    """Return a place in a shuffled order that depends on nothing but the seed and the item."""
    return hashlib.blake2b(repr((seed, *parts)).encode(), digest_size=16).digest()


def quotas(counts: dict[str, int], wanted: int) -> dict[str, int]:
    """Return how many findings to draw of each severity: at least 40 where there are, the rest in proportion."""
    least = {s: min(counts.get(s, 0), LEAST_PER_SEVERITY) for s in SEVERITIES}
    left = max(0, wanted - sum(least.values()))
    spare = {s: counts.get(s, 0) - least[s] for s in SEVERITIES}
    total = sum(spare.values()) or 1
    return {s: least[s] + min(spare[s], round(left * spare[s] / total)) for s in SEVERITIES}


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("workspace", type=Path)
    parser.add_argument("out", type=Path)
    parser.add_argument("--findings", type=int, default=200)
    parser.add_argument("--unflagged", type=int, default=500)
    parser.add_argument("--seed", type=int, default=1)
    given = parser.parse_args()
    session = Workspace.find(given.workspace).lake.session()
    latest = "SELECT act_id FROM act WHERE kind = 'inspect' ORDER BY act.at DESC LIMIT 1"
    found = session.arrow(
        f"SELECT finding_id, rule, severity, scope, message_id, spans FROM finding WHERE act_id = ({latest})"
    )
    rows = sorted(found.to_pylist(), key=lambda row: order(given.seed, "finding", row["finding_id"]))
    counts = {s: sum(row["severity"] == s for row in rows) for s in SEVERITIES}
    share = quotas(counts, given.findings)
    drawn = [row for s in SEVERITIES for row in [r for r in rows if r["severity"] == s][: share[s]]]
    flagged = {(row["scope"], row["message_id"]) for row in rows}
    keys = session.arrow("SELECT scope, message_id FROM message WHERE kind = 'text' AND length(text) >= 2").to_pylist()
    clean = sorted(
        ((k["scope"], k["message_id"]) for k in keys if (k["scope"], k["message_id"]) not in flagged),
        key=lambda key: order(given.seed, "unflagged", *key),
    )[: given.unflagged]
    items = [{"kind": "finding", **row} for row in drawn]
    items += [{"kind": "unflagged", "scope": scope, "message_id": message} for scope, message in clean]
    with given.out.open("w", encoding="utf-8") as out:
        for number, item in enumerate(items):
            text = session.connection.execute(
                "SELECT text FROM message WHERE scope = ? AND message_id = ?", [item["scope"], item["message_id"]]
            ).fetchone()
            spans = [(s["start"], s["end"]) for s in item.pop("spans", None) or []]
            body = text[0] if text else ""
            item |= {"item": number, "text": body, "matched": [body[a:b] for a, b in spans]}
            out.write(json.dumps(item, ensure_ascii=False) + "\n")
    print(f"findings by severity {counts}, drawn {share}; unflagged {len(clean)} of {len(keys) - len(flagged)}")


if __name__ == "__main__":
    main()
