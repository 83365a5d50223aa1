"""Many writers decide on the same review items at once, and some are killed: is the history a line, is nothing lost?

    python scripts/review_trials.py [--writers 8] [--decisions 5000] [--items 3000] [--kills 0] [--seed 1]
    DATABASE_URL=postgres://… python scripts/review_trials.py …

Each writer is a process that calls the services web requests call: verdicts, skips, undoing, drafts, claims and
releases at random, half of them on items others hold or have decided on. A worker process writes verdicts into the
workspace all the while. With --kills, a process chosen at random (writer or worker) is killed (SIGKILL) at random
moments and started again. Whatever a writer was told is decided it notes in a file of its own; at the end the ledger
must hold each of these once, every item's history must be 1, 2, 3 … without a gap, what stands must be what the
history says, the audit log must be whole, and the workspace's file must say the same as the ledger.
"""

from __future__ import annotations

import argparse
import json
import multiprocessing
import os
import random
import sys
import tempfile
import time
import uuid
from collections import Counter
from itertools import pairwise
from pathlib import Path
from typing import Any

sys.path[:0] = [str(Path(__file__).resolve().parents[1]), str(Path(__file__).resolve().parents[1] / "src")]
os.environ["DJANGO_SETTINGS_MODULE"] = "tests.console.settings"
FORK = multiprocessing.get_context("fork")


def main() -> None:
    """Run the trial."""
    parser = argparse.ArgumentParser()
    parser.add_argument("--writers", type=int, default=8)
    parser.add_argument("--decisions", type=int, default=5000)
    parser.add_argument("--items", type=int, default=3000)
    parser.add_argument("--kills", type=int, default=0)
    parser.add_argument("--seed", type=int, default=1)
    asked = parser.parse_args()
    notes = Path(tempfile.mkdtemp(prefix="review-trials-"))
    _prepare(asked.writers, asked.items, notes)
    began = time.monotonic()
    killed = _run(asked, notes)
    problems = _check(asked, notes)
    print(f"{time.monotonic() - began:.0f} s, killed: {dict(killed)}")
    for problem in problems[:20]:
        print("WRONG:", problem)
    print(f"{len(problems)} problems")
    raise SystemExit(1 if problems else 0)


def _prepare(writers: int, items: int, notes: Path) -> None:
    import django

    django.setup()
    from django.conf import settings
    from django.db import connections
    from django.test.utils import setup_databases
    from tests.console.conftest import person
    from tests.console.reviews.ledger import made_plan

    from qunjian.workspace import Workspace

    setup_databases(0, interactive=False)
    settings.WORKSPACE, settings.AUDIT_CHECKPOINTS = notes / "workspace", notes / "checkpoints.txt"
    Workspace.create(notes / "workspace")
    for number in range(writers):
        person("lead", everywhere=True, name=f"writer{number}")
    made_plan(items)
    connections.close_all()


def _run(asked: argparse.Namespace, notes: Path) -> Counter[str]:
    """Run writers and worker to the end; kill and start again as often as asked."""
    chance, killed = random.Random(asked.seed), Counter[str]()
    tries = Counter[int]()

    def begin(number: int) -> Any:
        tries[number] += 1
        goal = asked.decisions
        wanted = (_write, (number, tries[number], goal, notes, asked.seed)) if number >= 0 else (_work, (notes,))
        process = FORK.Process(target=wanted[0], args=wanted[1])
        process.start()
        return process

    running = {number: begin(number) for number in range(-1, asked.writers)}
    while any(process.is_alive() for number, process in running.items() if number >= 0):
        if killed.total() < asked.kills:
            time.sleep(chance.uniform(0.05, 0.6))
            number = chance.choice([number for number, process in running.items() if process.is_alive()])
            running[number].kill()
            running[number].join()
            killed["worker" if number < 0 else "writer"] += 1
            running[number] = begin(number)
        else:
            time.sleep(0.5)
        for number, process in running.items():
            if number >= 0 and process.exitcode:
                raise SystemExit(f"writer {number} ended with {process.exitcode}")
    (notes / "stop").touch()
    running[-1].join()
    return killed


def _write(number: int, attempt: int, goal: int, notes: Path, seed: int) -> None:
    """Decide until this writer was told of so many decisions; note each one when told."""
    from django.db import OperationalError

    from qunjian_console.accounts.models import User
    from qunjian_console.audit.services import Actor
    from qunjian_console.reviews.models import Item, Plan
    from qunjian_console.reviews.refusals import RefusedError
    from qunjian_console.reviews.services.deciding import Judgement, judge, skip, undo
    from qunjian_console.reviews.services.holding import claim, release
    from qunjian_console.reviews.services.working import save_draft

    chance = random.Random(f"{seed} {number} {attempt}")
    me = User.objects.get(username=f"writer{number}")
    actor, plan = Actor(me.pk, "192.0.2.1"), Plan.objects.get()
    known = [int(pk) for pk in plan.items.values_list("pk", flat=True)]
    told = _told(notes / f"{number}.jsonl")
    with (notes / f"{number}.jsonl").open("a", encoding="utf-8", buffering=1) as out:
        while told < goal:
            move, item, token = chance.random(), chance.choice(known), uuid.uuid4().hex
            if move < 0.1:
                mine = claim(me, plan.pk, actor, most=2)
                item = mine[0].pk if mine else item
            elif move < 0.12:
                release(me, plan.pk, actor)
            elif move < 0.2:
                save_draft(item, me, '{"reason":"draft"}')
            seen = Item.objects.values_list("version", "state").get(pk=item)
            said = Judgement(seen[0], token, chance.choice(["confirmed", "refuted", "unsure"]), "trial")
            while True:
                try:
                    if seen[1] != "open":
                        made = undo(item, me, seen[0], token, actor)
                    elif move < 0.9:
                        made = judge(item, me, said, actor)
                    else:
                        made = skip(item, me, said, actor)
                    break
                except RefusedError:
                    made = None
                    break
                except OperationalError:  # SQLite was busy for 20 s: the page tries again with the same token, as here
                    (notes / f"{number}.busy").open("a").write(".")
            if made is None:
                continue
            out.write(json.dumps([token, item, made.version, made.act]) + "\n")
            told += 1


def _told(path: Path) -> int:
    """Return how many decisions this writer was told of before it was killed; a line cut short was not told."""
    if not path.exists():
        return 0
    text = path.read_text("utf-8")
    whole = text[: text.rfind("\n") + 1]
    path.write_text(whole, "utf-8")
    return whole.count("\n")


def _work(notes: Path) -> None:
    """Be the worker: jobs, and verdicts into the workspace."""
    from qunjian_console.jobs import worker

    worker.run(lambda: (notes / "stop").exists(), pause=0.1)


def _check(asked: argparse.Namespace, notes: Path) -> list[str]:
    from qunjian_console.audit.verifying import verify
    from qunjian_console.bridge.reviewing import read_back
    from qunjian_console.reviews.models import Decision, Item
    from qunjian_console.reviews.services.exporting import export_verdicts, standing

    problems = list(map(str, verify().problems))
    decisions = list(Decision.objects.order_by("number"))
    by_token = Counter(each.token for each in decisions)
    held = {each.token: [each.token, each.item_id, each.version, each.act] for each in decisions}
    told = [json.loads(line) for path in notes.glob("*.jsonl") for line in path.read_text("utf-8").splitlines()]
    problems += [f"told but not held: {each}" for each in told if held.get(each[0]) != each]
    problems += [f"held twice: {token}" for token, count in by_token.items() if count > 1]
    problems += [f"time goes back at {b.number}" for a, b in pairwise(decisions) if b.at <= a.at]
    lines: dict[int, list[Decision]] = {}
    for each in decisions:
        lines.setdefault(each.item_id, []).append(each)
    for item in Item.objects.all():
        own = lines.get(item.pk, [])
        if [each.version for each in own] != list(range(1, len(own) + 1)) or item.version != len(own):
            problems.append(f"the history of {item.pk} is no line: {[each.version for each in own]} {item.version}")
        for before, after in zip([None, *own], own, strict=False):
            was_open = before is None or before.act == "undo"
            if was_open == (after.act == "undo"):
                problems.append(f"{item.pk}: {after.act} after {before and before.act}")
        last = own[-1] if own else None
        state = "open" if last is None or last.act == "undo" else "skipped" if last.act == "skip" else "done"
        verdict = last.verdict if last is not None and state == "done" else ""
        if (item.state, item.verdict) != (state, verdict):
            problems.append(f"{item.pk} says {item.state} {item.verdict}, its history {state} {verdict}")
    export_verdicts()
    if read_back() != {each.finding_id: each.verdict for each in standing()}:
        problems.append("the workspace's file differs from the ledger")
    acts = Counter(each.act for each in decisions)
    busy = sum(path.stat().st_size for path in notes.glob("*.busy"))
    print(f"the database was busy for too long {busy} times; each was tried again")
    print(f"{len(decisions)} decisions {dict(acts)}, {len(told)} told, {asked.writers} writers, {asked.items} items")
    return problems


if __name__ == "__main__":
    main()
