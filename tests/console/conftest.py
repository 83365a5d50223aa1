"""The small named world of the console's tests: one person of each role, a group of theirs, and a group of others."""

from __future__ import annotations

import atexit
import datetime as dt
import json
import shutil
import tempfile
from collections.abc import Sequence
from contextlib import closing
from dataclasses import dataclass, field
from functools import cache
from pathlib import Path
from typing import Any

import pytest
from django.db import transaction
from django.test import Client

from qunjian.runs.importing import Wish, import_files
from qunjian.runs.inspecting import inspect
from qunjian.workspace import Workspace
from qunjian_console.accounts.models import Scope, User
from qunjian_console.bridge import opening
from qunjian_console.bridge.conversations import Key
from qunjian_console.policy.roles import Role

OWN, OTHER = "wechat:妈妈群", "wechat:读书会"
LINES = ["大家早上好", "今天的课几点开始", "晚上八点", "加我微信 abcdef123 领资料", "我的电话 13812345678", "收到"]
PASSWORD = "correct horse 电池"


@dataclass
class World:
    """Everybody by role; all but the owner see only OWN."""

    people: dict[str, User]
    recovery: list[str] = field(default_factory=list)

    def client(self, role: str) -> Client:
        client = Client(headers={"user-agent": "tests"})
        user = self.people[role]
        done = client.post("/sign-in/", {"username": user.username, "password": PASSWORD})
        assert done.status_code == 302, done.content
        return client


def person(role: str, *, everywhere: bool = False, name: str | None = None) -> User:
    user = User(username=name or role, name=name or role, role=role, everywhere=everywhere)
    user.set_password(PASSWORD)
    user.save()
    if not everywhere:
        Scope.objects.create(user=user, community=OWN)
    return user


@pytest.fixture(autouse=True)
def _console_home(tmp_path: Path, settings: Any) -> None:
    settings.AUDIT_CHECKPOINTS = tmp_path / "checkpoints.txt"
    settings.WORKSPACE = tmp_path / "workspace"
    Workspace.create(tmp_path / "workspace")


@pytest.fixture
def world(db: None) -> World:
    return World({role: person(role, everywhere=role == Role.OWNER) for role in Role.values})


NINE = dt.datetime(2026, 11, 2, 9, 0, tzinfo=dt.UTC)


def write_log(path: Path, group: str, words: Sequence[str], begins: dt.datetime = NINE) -> Path:
    """Write a chat log of one group, one message a minute."""
    start = int(begins.timestamp())
    header = {"_type": "header", "chatlab": {"version": "0.0.2"}}
    about = {"name": group, "platform": "wechat", "type": "group", "groupId": group}
    lines = [json.dumps({**header, "meta": about}, ensure_ascii=False)]
    lines += [
        json.dumps(
            {"_type": "message", "sender": f"u{n % 3}", "accountName": f"成员{n % 3}", "timestamp": start + 60 * n,
             "type": 0, "content": text, "platformMessageId": f"{group}-{n}"},
            ensure_ascii=False,
        )
        for n, text in enumerate(words)
    ]  # fmt: skip
    path.write_text("\n".join(lines) + "\n", encoding="utf-8")
    return path


def said(community: str, number: int = 0) -> Key:
    """Return the key of a message of a community; the first call imports a short log of each of the two groups."""
    workspace = opening.workspace()
    if not workspace.lake.acts("import"):
        folder = workspace.root.parent / "logs"
        folder.mkdir()
        paths = [
            write_log(folder / f"{place}.jsonl", name.partition(":")[2], LINES)
            for place, name in enumerate((OWN, OTHER))
        ]
        import_files(workspace, Wish(tuple(paths)))
    query = "SELECT scope, message_id FROM message WHERE community_id = ? ORDER BY sent_at LIMIT 1 OFFSET ?"
    with closing(workspace.lake.session()) as session:
        found = session.connection.execute(query, [community, number]).fetchone()
    assert found is not None, community
    return Key(community, *found)


@cache
def _inspected_once() -> tuple[Path, str]:
    """Return a workspace with the short logs of both groups and one inspection, made once for all tests."""
    folder = Path(tempfile.mkdtemp(prefix="qunjian-inspected-"))
    atexit.register(shutil.rmtree, folder, ignore_errors=True)
    made = Workspace.create(folder / "workspace")
    paths = [
        write_log(folder / f"{place}.jsonl", name.partition(":")[2], LINES) for place, name in enumerate((OWN, OTHER))
    ]
    import_files(made, Wish(tuple(paths)))
    return made.root, inspect(made).run_id


def inspected() -> str:
    """Fill the world's workspace with the short logs of both groups and one inspection; returns the run."""
    made, run = _inspected_once()
    root = opening.workspace().root
    if not opening.workspace().lake.acts("inspect"):
        shutil.rmtree(root / "lake")
        shutil.copytree(made / "lake", root / "lake")
    return run


__all__ = [
    "LINES", "OTHER", "OWN", "PASSWORD", "Wish", "World", "import_files", "inspected", "person",
    "said", "transaction", "write_log",
]  # fmt: skip
