"""The command line called in this process, and a small chat whose counts are known by hand."""

from __future__ import annotations

import json
import sys
from collections.abc import Callable
from pathlib import Path
from typing import NamedTuple

import pytest

from qunjian.cli.main import main


class Said(NamedTuple):
    """What a command printed and its exit code."""

    code: int
    out: str
    err: str

    def json(self) -> dict:
        """Return the one document printed."""
        return json.loads(self.out)

    def lines(self) -> list[dict]:
        """Return the objects printed, one per line."""
        return [json.loads(line) for line in self.out.splitlines()]


Command = Callable[..., Said]


@pytest.fixture
def qunjian(monkeypatch: pytest.MonkeyPatch, capfd: pytest.CaptureFixture[str]) -> Command:
    """Return a function that runs one command line."""

    def run(*words: object) -> Said:
        monkeypatch.setattr(sys, "argv", ["qunjian", *map(str, words)])
        capfd.readouterr()
        with pytest.raises(SystemExit) as ended:
            main()
        out, err = capfd.readouterr()
        return Said(int(ended.value.code or 0), out, err)

    return run


def message(number: int, day: int, who: int, text: str, **more: object) -> dict:
    """Return one message of a Telegram export, on that day of November 2026 at 12:00 UTC plus its number in minutes."""
    stamp = 1_793_534_400 + (day - 1) * 86_400 + number * 60  # 2026-11-01T12:00Z
    return {
        "id": number, "type": "message", "date": "2026-11-01T12:00:00", "date_unixtime": str(stamp),
        "from": f"成员{who}", "from_id": f"user{who}", "text": text, "text_entities": [], **more,
    }  # fmt: skip


def write_chat(path: Path, messages: list[dict], *, name: str = "读书会", number: int = 77) -> Path:
    """Write a Telegram export of one chat."""
    chat = {"name": name, "type": "private_supergroup", "id": number, "messages": messages}
    path.write_text(json.dumps(chat, ensure_ascii=False), encoding="utf-8")
    return path


@pytest.fixture
def place(tmp_path: Path, qunjian: Command, monkeypatch: pytest.MonkeyPatch) -> Path:
    """Return a folder with a new workspace `w`, which QUNJIAN_WORKSPACE names."""
    assert qunjian("init", tmp_path / "w").code == 0
    monkeypatch.setenv("QUNJIAN_WORKSPACE", str(tmp_path / "w"))
    return tmp_path


@pytest.fixture
def chat(place: Path) -> Path:
    """Return an export of six messages by three people on four days."""
    said = [
        message(1, 1, 1, "大家好"),
        message(2, 1, 2, "欢迎！"),
        message(3, 2, 1, "第三章谁读完了？"),
        message(4, 3, 3, "我读完了", reply_to_message_id=3),
        message(5, 4, 2, "周六晚八点直播"),
        message(6, 4, 1, "收到"),
    ]
    return write_chat(place / "chat.json", said)
