"""Backs a workspace up again and again while others write to it, restores each and compares; damages many more.

A restored workspace is equal when its acts, claims, messages and audit entries are exactly the first ones of the live
workspace, its audit chain ends as the manifest says, and the database is whole.
"""

from __future__ import annotations

import argparse
import datetime as dt
import hashlib
import json
import os
import random
import sqlite3
import subprocess
import sys
import tempfile
import time
from contextlib import closing
from pathlib import Path

from qunjian.lake.lock import Patience, writing
from qunjian.model.errors import QunjianError
from qunjian.workspace import Workspace
from qunjian_console.bridge.backups import DATABASE, keys_of, make_backup
from qunjian_console.bridge.restoring import restore_new

WRITER = """
import sys, time
from pathlib import Path
from qunjian.workspace import Workspace
from qunjian_console.config.environment import load, prepare
root = Path(sys.argv[1]); opened = Workspace.open(root)
prepare(root, opened.settings.zone); load()
from django.core.management import call_command
call_command("migrate", verbosity=0, interactive=False)
from django.db import transaction
from qunjian_console.audit.entries import VIEWED
from qunjian_console.audit.services import PROGRAM, record
(root.parent / f"ready-{sys.argv[2]}").touch()
stop = root.parent / "stop"
while not stop.exists():
    with transaction.atomic():
        record(VIEWED, PROGRAM, subject=f"writer:{sys.argv[2]}", after={"filter": "x" * 200})
"""
IMPORTER = """
import json, sys, time
from pathlib import Path
from qunjian.lake.lock import Patience
from qunjian.runs.importing import Wish, import_files
from qunjian.workspace import Workspace
root = Path(sys.argv[1]); opened = Workspace.open(root); opened.patience = Patience(600.0)
(root.parent / "ready-import").touch()
number = 0
while not (root.parent / "stop").exists():
    number += 1
    path = root.parent / f"log-{number}.jsonl"
    head = {"_type": "header", "chatlab": {"version": "0.0.2"}, "meta": {"name": "g", "platform": "qq", "type": "group", "groupId": "1"}}
    rows = [{"_type": "message", "sender": str(n % 7), "accountName": "m", "timestamp": 1793000000 + 97 * number + n, "type": 0, "content": f"{number} {n}", "platformMessageId": f"{number}-{n}"} for n in range(200)]
    path.write_text("\\n".join(map(json.dumps, [head, *rows])))
    import_files(opened, Wish((path,)))
    if number % 12 == 0:
        opened.lake.compact()
    path.unlink()
    time.sleep(0.2)
"""  # noqa: E501


def seen(root: Path, acts: set[str] | None, entries: int) -> dict[str, str]:
    """Return digests of what a workspace shows, limited to some acts and to the first audit entries."""
    opened = Workspace.open(root)
    visible = opened.lake.visible()
    if acts is not None:
        kept = tuple(act for act in visible.acts if act.act_id in acts)
        visible = type(visible)(kept, frozenset(hidden for act in kept for hidden in act.hides))
    found = {"acts": repr([act.act_id for act in visible.acts])}
    with closing(opened.lake.session(visible=visible)) as session:
        for table in ("message", "claim"):
            told = f"(SELECT t::VARCHAR AS row FROM (SELECT * EXCLUDE (act_id) FROM {table}) t)"
            query = f"SELECT count(*), md5(string_agg(row, '|' ORDER BY row)) FROM {told}"
            found[table] = repr(session.connection.execute(query).fetchall())
    with closing(sqlite3.connect(root / DATABASE, timeout=60)) as database:
        rows = database.execute("SELECT * FROM audit_entry WHERE number <= ? ORDER BY number", [entries]).fetchall()
        found["audit"] = hashlib.sha256(repr(rows).encode()).hexdigest()
        found["entries"] = str(len(rows))
    return found


def compared(live: Path, back: Path, made: object) -> list[str]:
    """Return what of a restored workspace differs from the live one as of the backup's moment."""
    with closing(sqlite3.connect(back / DATABASE)) as database:
        whole = database.execute("PRAGMA integrity_check").fetchone()[0]
        number, mac = database.execute("SELECT number, mac FROM audit_head").fetchone()
    standing = made.manifest.standing  # type: ignore[attr-defined]
    wrong = [] if whole == "ok" else [f"database: {whole}"]
    if (number, mac) != (standing.audit_entries, standing.audit_mac):
        wrong.append("the audit chain does not end as the manifest says")
    acts = {act.act_id for act in Workspace.open(back).lake.visible().acts}
    there = seen(back, None, number)
    with writing(live / "lake", "backup", Patience(600.0)):  # the live lake rests while it is read row by row
        here = seen(live, acts, number)
    return wrong + [f"{name} differs" for name in there if there[name] != here[name]]


def rounds(live: Path, folder: Path, times: int) -> tuple[int, list[Path], list[str], list[float]]:
    """Make and restore backups; returns how many were equal, the backups, what was wrong, and seconds each took."""
    equal, kept, told, took = 0, [], [], []
    for number in range(times):
        began = time.monotonic()
        now = dt.datetime(2026, 1, 1, tzinfo=dt.UTC) + dt.timedelta(minutes=number)
        made = make_backup(live, folder / "backups", now)
        took.append(time.monotonic() - began)
        back = folder / f"back-{number}"
        restore_new(Path(made.path), back, keys_of(live))
        wrong = compared(live, back, made)
        equal += not wrong
        told += [f"round {number}: {each}" for each in wrong]
        kept.append(Path(made.path))
        print(f"round {number}: {made.manifest.standing}, {took[-1]:.1f} s {wrong or 'equal'}", flush=True)
    return equal, kept, told, took


def damage(kept: list[Path], folder: Path, times: int, seed: int, keys: dict[str, bytes]) -> tuple[int, list[str]]:
    """Damage backups in random ways; returns how many were refused, and which were not."""
    draw, refused, accepted = random.Random(seed), 0, []
    for number in range(times):
        source = draw.choice(kept)
        body = bytearray(source.read_bytes())
        way = draw.choice(("bit", "cut", "zero", "swap", "append", "double"))
        place = draw.randrange(len(body))
        if way == "bit":
            body[place] ^= 1 << draw.randrange(8)
        elif way == "cut":
            del body[place:]
        elif way == "zero":
            body[place : place + 512] = bytes(len(body[place : place + 512]))
        elif way == "append":
            body += b"x"
        elif way == "double":
            body[place:place] = body[place : place + 64]
        else:
            other = draw.randrange(len(body))
            body[place], body[other] = body[other], body[place]
        if bytes(body) == source.read_bytes():
            body[place] ^= 1  # a swap of equal bytes is no damage
        bad = folder / "bad.backup.zip"
        bad.write_bytes(body)
        try:
            restore_new(bad, folder / "never", keys)
        except QunjianError:
            refused += not (folder / "never").exists()
        else:
            accepted.append(f"{number}: {way} at {place}")
    return refused, accepted


def main() -> None:
    """Run the trials and print the figures."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--backups", type=int, default=50)
    parser.add_argument("--damaged", type=int, default=100)
    parser.add_argument("--writers", type=int, default=2)
    parser.add_argument("--seed", type=int, default=1)
    given = parser.parse_args()
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        live = folder / "live"
        opened = Workspace.create(live)
        del opened
        scripts = [(WRITER, str(number)) for number in range(given.writers)] + [(IMPORTER, "import")]
        children = []
        for script, mark in scripts:
            children.append(subprocess.Popen([sys.executable, "-c", script, str(live), mark], env=os.environ))
            while not (folder / f"ready-{mark}").exists():
                time.sleep(0.1)
        try:
            time.sleep(2)
            equal, kept, told, took = rounds(live, folder, given.backups)
        finally:
            (folder / "stop").touch()
            for child in children:
                child.wait(60)
        refused, accepted = damage(kept[-5:], folder, given.damaged, given.seed, keys_of(live))
        result = {
            "backups": given.backups, "equal": equal, "wrong": told, "median_seconds": sorted(took)[len(took) // 2],
            "damaged": given.damaged, "refused": refused, "accepted": accepted,
        }  # fmt: skip
        print(json.dumps(result, indent=1))
        sys.exit(0 if equal == given.backups and refused == given.damaged else 1)


if __name__ == "__main__":
    main()
