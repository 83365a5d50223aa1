"""A small world for trials of the acts: exports, workspaces to begin with, the acts, and what must be seen after."""

from __future__ import annotations

import atexit
import contextlib
import ctypes
import gc
import json
import os
import pickle
import random
import shutil
import signal
import sys
import time
import traceback
from collections.abc import Callable
from importlib import import_module
from pathlib import Path
from typing import NamedTuple

import pyarrow.parquet as pq

import qunjian.runs.importing  # noqa: F401 (every part is loaded once, before the processes fork)
from qunjian.cli import main as cli
from qunjian.lake.lake import Lake
from qunjian.runs.erasing import erase_account
from qunjian.runs.importing import Wish, import_files
from qunjian.workspace import Workspace

for late in ("dateutil.relativedelta", "encodings.gb18030", "numpy.ma", "pydantic.type_adapter", "tomllib"):
    import_module(late)  # what the acts would load in every process anew
cli.command_line("importing")
KINDS = ("import", "undo", "compact", "erase")
CANARY, CANARY_ID, CANARY_TEXT = "金丝雀七七", "user90210777", "我的暗号是布谷鸟四十二号"
Rows = tuple[tuple[object, ...], ...]


class Trial(NamedTuple):
    """One kind of act: the workspace it begins with, and what is seen before and after it."""

    kind: str
    template: Path
    before: dict[str, Rows]
    after: dict[str, Rows]


def write_export(path: Path, first: int, after: int, *, edited: bool = False) -> None:
    """Write a Telegram export of the messages [first, after) of one endless chat; every ninth is the canary's."""
    chance = random.Random(first)
    words = ["今天", "团购", "收到", "谢谢", "老师", "宝宝", "手机", "第三章", "打卡", "哈哈哈", "好的", "请问"]
    messages: list[dict[str, object]] = []
    for n in range(first, after):
        text = " ".join(chance.choices(words, k=5)) if not edited else f"改过的第 {n} 条"
        who = (f"成员{n % 30}", f"user{n % 30}")
        if n % 9 == 4:
            who, text = (CANARY, CANARY_ID), f"{CANARY_TEXT} {n}"
        if n % 9 == 5:
            text = f"@{CANARY} 说得对"
        messages.append(
            {
                "id": n, "type": "message", "date_unixtime": str(1_760_000_000 + n * 20),
                "date": time.strftime("%Y-%m-%dT%H:%M:%S", time.gmtime(1_760_000_000 + n * 20)),
                "from": who[0], "from_id": who[1], "text": text, "text_entities": [],
                **({"reply_to_message_id": n - 1} if n % 9 == 5 else {}),
            }
        )  # fmt: skip
    chat = {"name": "终极群", "type": "private_supergroup", "id": 4242, "messages": messages}
    path.write_text(json.dumps(chat, ensure_ascii=False, indent=1), encoding="utf-8")


def seen(root: Path) -> dict[str, Rows]:
    """Return what a reader sees of the facts, and how many claims and documents stand behind it."""
    session = Lake.open(root / "lake").session()
    run = session.connection.execute
    found = {
        "message": run(
            "SELECT message_id, account_id, name_then, text, reply_to, content_hash FROM message ORDER BY ALL"
        ).fetchall(),
        "claim": run("SELECT count(*), count(DISTINCT message_id) FROM claim").fetchall(),
        "document": run("SELECT count(*), count(DISTINCT digest) FROM document").fetchall(),
    }
    session.close()
    return {name: tuple(map(tuple, rows)) for name, rows in found.items()}


def anonymous(state: dict[str, Rows]) -> dict[str, Rows]:
    """Return the state as it is after an erasure of the canary, whatever its new id and hashes are."""
    messages: list[tuple[object, ...]] = []
    for key, account, name, text, reply, content in state["message"]:
        if account == f"telegram:{CANARY_ID}" or ":erased-" in str(account):
            messages.append((key, "erased", None, None, reply, b""))
        else:
            text = str(text).replace(f"@{CANARY}", "＊" * (len(CANARY) + 1))
            messages.append((key, account, name, text, reply, content))
    return {**state, "message": tuple(sorted(messages, key=repr))}


def hits(root: Path) -> list[str]:
    """Return the files of the workspace in which the canary stands, in raw bytes or decoded Parquet values."""
    found = []
    for path in (p for p in root.rglob("*") if p.is_file()):
        raw = path.read_bytes()
        values = str(pq.ParquetFile(path).read().to_pylist()) if path.suffix == ".parquet" else ""
        words = (CANARY, CANARY_ID, CANARY_TEXT)
        found += [f"{path.relative_to(root)}: {word}" for word in words if word.encode() in raw or word in values]
    return found


class World:
    """The exports and the workspaces trials begin with; made in child processes: this one must stay without threads."""

    def __init__(self, folder: Path, kinds: tuple[str, ...] = KINDS, messages: int = 120) -> None:
        self.folder = folder
        self.exports = [folder / f"{name}.json" for name in "abc"]
        write_export(self.exports[0], 0, messages)
        write_export(self.exports[1], messages // 2, 2 * messages)
        write_export(self.exports[2], messages, messages + 30, edited=True)
        gc.freeze()  # what all processes share is not copied because one of them counts it
        atexit.register(gc.unfreeze)
        self.trials = {kind: self._trial(kind) for kind in kinds}

    def _trial(self, kind: str) -> Trial:
        template = self.folder / f"template-{kind}"
        told = self.folder / f"{kind}.state"
        alone, _ = in_child(lambda: self._prepare(kind, template, told))
        if alone:
            raise RuntimeError(f"the world of {kind} could not be made")
        before, after = pickle.loads(told.read_bytes())  # written by ourselves, a line above
        return Trial(kind, template, before, after)

    def _prepare(self, kind: str, template: Path, told: Path) -> None:
        a, b, c = self.exports
        workspace = Workspace.create(template)
        first = import_files(workspace, Wish((a,)))
        if kind != "import":
            import_files(workspace, Wish((b,)))
        if kind == "compact":
            workspace.lake.undo(first.act_id)
            import_files(workspace, Wish((c,)))
        before = seen(template)
        wanted = {"import": (a, b), "undo": (b,), "compact": (c, b), "erase": (a, b)}[kind]
        fresh = Workspace.create(self.folder / f"fresh-{kind}")
        for export in wanted:
            import_files(fresh, Wish((export,)))
        after = seen(fresh.root)
        if kind == "erase":
            before, after = anonymous(before), anonymous(after)
        told.write_bytes(pickle.dumps((before, after)))

    def act(self, kind: str, root: Path) -> None:
        """Do the act, by the command line where it has a command; ends the process by its exit code."""
        command = {
            "import": ["import", "-w", str(root), str(self.exports[1])],
            "undo": ["undo", "-w", str(root), _first_import(root)] if kind == "undo" else [],
            "erase": ["erase", "-w", str(root), f"telegram:{CANARY_ID}", "--yes"],
            "compact": [],
        }[kind]
        if command:
            sys.argv = ["qunjian", *command]
            cli.main()
        else:
            Workspace.open(root).lake.compact()

    def judge(self, kind: str, root: Path, raw: dict[str, Rows] | None = None) -> list[str]:
        """Return what is wrong after an act was cut off, and after the next run; empty when all is as it must be.

        `raw` is what is seen after the act, where the caller has looked already.
        """
        trial, wrong = self.trials[kind], []
        raw = seen(root) if raw is None else raw
        now = raw if kind != "erase" else anonymous(raw)
        wrong += self._compare(trial, now, "half visible", either=True)
        accounts = {str(row[1]) for row in raw["message"]}
        erased = any(":erased-" in account for account in accounts)
        if erased and f"telegram:{CANARY_ID}" in accounts:
            wrong.append("half erased messages")
        self._next(trial, root, done=erased if kind == "erase" else now == trial.after)
        final = seen(root) if kind != "erase" else anonymous(seen(root))
        wrong += self._compare(trial, final, "after the next run", either=False)
        wrong += [f"left: {name}" for name in ("staging", "erasing.json") if (root / "lake" / name).exists()]
        if kind == "erase":
            wrong += hits(root)
        return wrong

    @staticmethod
    def _compare(trial: Trial, now: dict[str, Rows], said: str, *, either: bool) -> list[str]:
        keys = [row[0] for row in now["message"]]
        wrong = [f"doubled {said}: {len(keys) - len(set(keys))}"] if len(set(keys)) < len(keys) else []
        if now == trial.after or (either and now == trial.before):
            return wrong
        lost = {row[0] for row in trial.after["message"]} - set(keys)
        return [
            *wrong,
            f"{said}: {len(lost)} lost, {len(keys)} rows, claims {now['claim']}, documents {now['document']}",
        ]

    def _next(self, trial: Trial, root: Path, *, done: bool) -> None:
        """Do the act to its end when it is not done; else any act, which sweeps and finishes what was left."""
        workspace = Workspace.open(root)
        if done or trial.kind == "compact" or (root / "lake" / "erasing.json").exists():
            workspace.lake.compact()
        elif trial.kind == "import":
            import_files(workspace, Wish((self.exports[1],)))
        elif trial.kind == "undo":
            workspace.lake.undo(_first_import(root))
        else:
            erase_account(workspace, CANARY_ID)


def _first_import(root: Path) -> str:
    return Lake.open(root / "lake").acts("import")[0].act_id


def in_child(
    work: Callable[[], None], *, kill_after: float | None = None, said: Path | None = None
) -> tuple[int, bool]:
    """Run in a forked process; returns its exit code (negative: the signal), and whether it was killed."""
    child = os.fork()
    if child == 0:
        code = 70
        try:
            os.setsid()
            out = os.open(said or os.devnull, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600)
            os.dup2(out, 1)
            if said or kill_after is not None:
                os.dup2(out, 2)
            work()
            code = 0
        except SystemExit as end:
            code = end.code if isinstance(end.code, int) else int(end.code is not None)
        except BaseException:
            traceback.print_exc()
        finally:
            sys.stdout.flush()
            os._exit(code)
    if kill_after is not None:
        time.sleep(kill_after)
        with contextlib.suppress(ProcessLookupError, PermissionError):
            os.kill(child, signal.SIGKILL)  # our own child, not yet waited for: the number is still its own
    code = os.waitstatus_to_exitcode(os.waitpid(child, 0)[1])
    return code, code == -signal.SIGKILL


def copied(template: Path, root: Path) -> Path:
    """Return a copy of a workspace to act upon."""
    shutil.copytree(template, root)
    return root


def shim() -> ctypes.CDLL:
    """Return the library of failing calls; it must have been loaded before everything else (LD_PRELOAD)."""
    library = ctypes.CDLL(None)
    library.fault_count.restype = ctypes.c_long
    library.fault_name.restype = ctypes.c_char_p
    library.fault_arm.argtypes = [ctypes.c_long, ctypes.c_int]
    return library
