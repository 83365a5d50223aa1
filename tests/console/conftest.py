"""The small named world of the console's tests: one person of each role, a group of theirs, and a group of others."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import pytest
from django.db import transaction
from django.test import Client

from qunjian.runs.importing import Wish, import_files
from qunjian.workspace import Workspace
from qunjian_console.accounts.models import Scope, User
from qunjian_console.policy.roles import Role

OWN, OTHER = "wechat:妈妈群", "wechat:读书会"
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


def write_log(path: Path, group: str, words: list[str]) -> Path:
    """Write a chat log of one group, one message a minute."""
    start = dt.datetime(2026, 11, 2, 9, 0)  # noqa: DTZ001 (exports write wall times)
    lines = [
        f'{{"community":"{group}","sender":"u{n % 3}","name":"成员{n % 3}",'
        f'"time":"{start + dt.timedelta(minutes=n)}","text":"{text}"}}'
        for n, text in enumerate(words)
    ]
    path.write_text("\n".join(lines) + "\n", encoding="utf-8")
    return path


__all__ = ["OTHER", "OWN", "PASSWORD", "Wish", "World", "import_files", "person", "transaction", "write_log"]
